package rank

// layLane returns an empty lane of a level, to the right of lane left, if there is
// one, and going on with its run.
func (l *list) layLane(level, left uint32) uint32 {
	x := l.freeLane
	if x != none {
		l.freeLane = l.lane(x).next
	} else {
		x = uint32(l.lanes.n)
		l.lanes.push(lane{})
		l.lane(x).clear(0, runLen)
	}
	t := l.lane(x)
	t.level, t.prev, t.next, t.seat = level, left, none, seat{lane: none}
	if left != none {
		t.next = l.lane(left).next
		l.link(x, t.next)
		l.lane(left).next = x
	}
	return x
}

// link makes x the lane to the left of right, if there is one.
func (l *list) link(x, right uint32) {
	if right != none {
		l.lane(right).prev = x
	}
}

// release takes an empty lane out of its level and frees it.
func (l *list) release(x uint32) {
	t := l.lane(x)
	l.link(t.prev, t.next)
	if t.prev != none {
		l.lane(t.prev).next = t.next
	}
	t.next = l.freeLane
	l.freeLane = x
}

// reseat tells those below a lane, from a slot on, where they are.
func (l *list) reseat(x, from uint32) {
	t := l.lane(x)
	for slot := from; slot < t.n; slot++ {
		if t.level == 0 {
			l.blocks[t.below[slot]].seat = seat{x, slot}
		} else {
			l.lane(t.below[slot]).seat = seat{x, slot}
		}
	}
}

// fill puts a slot into a lane, which goes on in a next one when it is full.
func (l *list) fill(s seat, below, span uint32, fence entry) {
	const half = runLen / 2
	t := l.lane(s.lane)
	t.admit(s.slot, below, span, fence)
	if t.n == runLen {
		right := l.layLane(t.level, s.lane)
		l.carry(right, s.lane, half)
	}
	l.reseat(s.lane, s.slot)
}

// carry appends the slots of lane y from one on to lane x.
func (l *list) carry(x, y, from uint32) {
	n := l.lane(x).n
	l.lane(x).annex(l.lane(y), from)
	l.reseat(x, n)
}

// mend joins a lane with the next if both are of one run and fit into one.
func (l *list) mend(x uint32) {
	t := l.lane(x)
	if t.next == none {
		return
	}
	right := l.lane(t.next)
	if y := t.next; right.goesOn() && t.n+right.n <= joint {
		l.carry(x, y, 0)
		l.release(y)
	}
}

// spanOf counts the entries of the run that begins with lane x.
func (l *list) spanOf(x uint32) uint32 {
	t := l.lane(x)
	n := t.before(t.n)
	for t.next != none && l.lane(t.next).goesOn() {
		t = l.lane(t.next)
		n += t.before(t.n)
	}
	return uint32(n)
}
