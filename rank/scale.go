package rank

import "math"

// scale takes exponent, which is in its place among a float's bits, off every
// value; keys are bits inverted.
func (b *Board) scale(exponent uint64) {
	b.changes++
	b.unpublish(maxValue)
	for i := range b.records.n {
		if m := b.records.at(i); m.value != 0 {
			m.value = math.Float64frombits(math.Float64bits(m.value) - exponent)
		}
	}
	if b.list.n > 0 {
		b.list.scale(exponent)
	}
}

// scale adds to every key, which must not change their order.
func (l *list) scale(add uint64) {
	for x := uint32(head); ; {
		l.run(x).scale(int(l.blocks[x].n), add)
		if x = l.blocks[x].next; x == 0 {
			break
		}
	}
	for x := range l.lanes.n {
		t := l.lane(uint32(x))
		t.scale(int(t.n), add)
	}
}

// scale adds to the first n keys.
func (b *run) scale(n int, add uint64) {
	for i := range b.entries[:n] {
		b.entries[i].key = raised(b.entries[i].key, add)
	}
	b.mark(0, runLen-1)
}

// raised adds to a key. The fence of the head, 0, stays before all keys; that of
// a block which everybody has left may be past them.
func raised(key, add uint64) uint64 {
	switch {
	case key == 0:
		return 0
	case key >= vacant-add:
		return vacant - 1
	}
	return key + add
}
