package rank

// floor returns the lane and slot to which e belongs in the run that begins with
// lane x.
func (l *list) floor(x uint32, e entry) (*lane, int) {
	t := l.lane(x)
	for {
		slot := t.floor(e)
		if slot+1 < int(t.n) || t.next == none {
			return t, slot
		}
		right := l.lane(t.next)
		if e.precedes(right.entries[0]) {
			return t, slot
		}
		t = right
	}
}

// find returns the block to which e belongs.
func (l *list) find(e entry) uint32 {
	x := l.root
	for range l.height {
		t, slot := l.floor(x, e)
		x = t.below[slot&(runLen-1)]
	}
	return x
}

// admit is find, and counts one entry more on the way.
func (l *list) admit(e entry) uint32 {
	x := l.root
	for range l.height {
		t, slot := l.floor(x, e)
		t.spans[slot&(runLen-1)]++
		x = t.below[slot&(runLen-1)]
	}
	l.blocks[x].n++
	l.n++
	return x
}

// tally counts n entries more in block x and wherever it is counted.
func (l *list) tally(x uint32, n int) {
	l.n += n
	l.blocks[x].n += uint32(n)
	s := l.blocks[x].seat
	for range l.height {
		t := l.lane(s.lane)
		t.spans[s.slot&(runLen-1)] += uint32(n)
		for t.goesOn() {
			t = l.lane(t.prev)
		}
		s = t.seat
	}
}

// before counts the entries of the blocks left of x.
func (l *list) before(x uint32) int {
	n, s := 0, l.blocks[x].seat
	for range l.height {
		t := l.lane(s.lane)
		n += t.before(s.slot)
		for t.goesOn() {
			t = l.lane(t.prev)
			n += t.before(t.n)
		}
		s = t.seat
	}
	return n
}

// at returns the block and the position of the entry that i < n entries
// precede.
func (l *list) at(i int) (x uint32, p int) {
	if i < int(l.blocks[head].n) {
		return head, i
	}
	x = l.root
	for range l.height {
		t := l.lane(x)
		slot, rest := t.at(i)
		for slot == int(t.n) {
			t = l.lane(t.next)
			slot, rest = t.at(rest)
		}
		x, i = t.below[slot], rest
	}
	return x, i
}

// reaches reports whether e is at or right of block x's fence.
func (l *list) reaches(x uint32, e entry) bool {
	if x == head {
		return true
	}
	s := l.blocks[x].seat
	return !e.precedes(l.lane(s.lane).entries[s.slot])
}

// ends reports whether e is right of what belongs to block x.
func (l *list) ends(x uint32, e entry) bool {
	next := l.blocks[x].next
	return next != 0 && l.reaches(next, e)
}
