package rank

import "math/bits"

// coinBits makes p = 2^-5. With 2^-4 there are twice as many lanes, a quarter of a
// level more, and searches hardly ever go on to a next lane; they take as long.
const coinBits = 5

// coin draws the heights of towers, with the generator splitmix64: one more level
// with the probability p = 2^-bits each.
type coin struct {
	state uint64
	bits  int
}

// toss returns a height, which is the highest level that a tower reaches: h with
// the probability (1−p)·p^h.
func (c *coin) toss() int {
	c.state += golden
	return bits.TrailingZeros64(mix(c.state)) / c.bits
}

// fence raises a tower on block y, to the right of x with whom its entries were
// counted.
func (l *list) fence(x, y uint32) {
	height := l.coin.toss()
	for l.height <= height {
		l.rise()
	}
	l.raise(l.blocks[x].seat, height, y, l.blocks[y].n, l.run(y).entries[0])
}

// raise builds a tower from a level on, up to so many levels above it. The last
// span entries of what sits at s are of the new slot, to the right of it. Where
// the tower reaches higher, a run ends before that slot and another begins with
// it.
func (l *list) raise(s seat, height int, below, span uint32, fence entry) {
	l.lane(s.lane).spans[s.slot] -= span
	right := seat{s.lane, s.slot + 1}
	if height == 0 {
		l.fill(right, below, span, fence)
		return
	}
	y := l.layLane(l.lane(s.lane).level, s.lane)
	l.carry(y, s.lane, right.slot)
	l.fill(seat{y, 0}, below, span, fence)
	l.raise(l.seatOf(s.lane), height-1, y, l.spanOf(y), fence)
	l.close(y)
	l.close(s.lane)
}

// seatOf returns where the run to which lane x belongs sits.
func (l *list) seatOf(x uint32) seat {
	t := l.lane(x)
	for t.goesOn() {
		t = l.lane(t.prev)
	}
	return t.seat
}

// raze takes down the tower that stands at s, from that level on. Its entries are
// counted on its left from now on, and where a run began with it, the run goes on
// from the one on the left.
func (l *list) raze(s seat) {
	t := l.lane(s.lane)
	left, last := t, s.slot
	if s.slot == 0 {
		left = l.lane(t.prev)
		last = left.n
	}
	left.spans[last-1] += t.spans[s.slot]
	t.dismiss(s.slot)
	if above := t.seat; s.slot == 0 && !t.goesOn() {
		t.seat.lane = none
		l.raze(above)
	}
	l.reseat(s.lane, s.slot)
	l.close(s.lane)
}

// close joins a lane that lost slots with its neighbours of the run as far as they
// fit into one. It vanishes if it is empty.
func (l *list) close(x uint32) {
	if t := l.lane(x); t.n == 0 {
		left := t.prev
		l.release(x)
		x = left
	}
	l.mend(x)
	if t := l.lane(x); t.goesOn() {
		l.mend(t.prev)
	}
}

// rise puts a level on top, over what was the root. It is the head's tower that
// grows.
func (l *list) rise() {
	x := l.layLane(uint32(l.height), none)
	l.lane(x).seat = seat{}
	l.fill(seat{x, 0}, l.root, uint32(l.n), entry{})
	l.root = x
	l.height++
}

// sink takes levels off the top that only the head's tower reaches.
func (l *list) sink() {
	for l.height > 0 && l.lane(l.root).n == 1 && l.lane(l.root).next == none {
		x := l.root
		l.root = l.lane(x).below[0]
		l.lane(x).dismiss(0)
		l.release(x)
		if l.height--; l.height > 0 {
			l.lane(l.root).seat = seat{}
		}
	}
}
