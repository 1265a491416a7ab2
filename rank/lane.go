package rank

// lane is a row of neighbours on one level: of blocks on level 0, of runs of the
// level below on the others. Slot i knows the fence of what is below it, which is
// a lower bound of its entries that no entry to the left reaches, and its span,
// the number of its entries. A fence is the block's for as long as its tower
// stands, also when the first entry leaves; the head's is before all entries.
//
//	entries    ┌ fence 0 ┬ fence 1 ┬ … ┬ fence n−1 ┬ vacant ┬ … ┐
//	spans      ├    92   ┼    81   ┼ … ┼    64     ┤
//	below      └ block 0 ┴ block 2 ┴ … ┴  block 1  ┘
//
// The lanes of a level are linked both ways. One that begins a run has a seat in
// the level above; one that goes on with the run of the lane to its left has
// none.
type lane struct {
	run
	spans [runLen]uint32
	below [runLen]uint32
	seat
	n     uint32
	level uint32
	next  uint32
	prev  uint32
}

// seat is where a block or a run is in the lane above it.
type seat struct{ lane, slot uint32 }

// goesOn reports whether the lane belongs to the run of the lane on its left.
func (t *lane) goesOn() bool { return t.seat.lane == none }

// floor returns the slot to which e belongs.
func (t *lane) floor(e entry) int {
	p := t.seek(e)
	if t.holds(p, e) {
		return p
	}
	return max(p-1, 0)
}

// before counts the entries left of a slot.
func (t *lane) before(slot uint32) int {
	var a, b, c, d uint32
	spans := t.spans[:slot]
	for ; len(spans) >= 4; spans = spans[4:] {
		a, b, c, d = a+spans[0], b+spans[1], c+spans[2], d+spans[3]
	}
	for _, span := range spans {
		a += span
	}
	return int(a + b + c + d)
}

// at returns the slot under which entry i of the lane is, and how many of its
// entries precede that one. Where the lane has no more than i, the slot is n, and
// the rest what the lane falls short of. It goes by four slots as long as it can.
func (t *lane) at(i int) (slot, rest int) {
	n := int(t.n)
	for ; slot+4 <= n; slot += 4 {
		four := t.spans[slot:][:4]
		span := int(four[0] + four[1] + four[2] + four[3])
		if i < span {
			break
		}
		i -= span
	}
	for ; slot < n && i >= int(t.spans[slot]); slot++ {
		i -= int(t.spans[slot])
	}
	return slot, i
}

// admit makes room for a slot.
func (t *lane) admit(slot, below, span uint32, fence entry) {
	t.insert(int(slot), int(t.n), fence)
	copy(t.spans[slot+1:t.n+1], t.spans[slot:t.n])
	copy(t.below[slot+1:t.n+1], t.below[slot:t.n])
	t.spans[slot], t.below[slot] = span, below
	t.n++
}

// dismiss closes a slot.
func (t *lane) dismiss(slot uint32) {
	t.remove(int(slot), int(t.n))
	copy(t.spans[slot:t.n-1], t.spans[slot+1:t.n])
	copy(t.below[slot:t.n-1], t.below[slot+1:t.n])
	t.n--
}

// annex appends the slots of another lane from one on, and leaves it without.
func (t *lane) annex(other *lane, from uint32) {
	t.take(int(t.n), &other.run, int(from), int(other.n))
	copy(t.spans[t.n:], other.spans[from:other.n])
	copy(t.below[t.n:], other.below[from:other.n])
	t.n += other.n - from
	other.n = from
}
