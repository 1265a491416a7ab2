package rank

// head is the block that is always there and first; nothing is left of it.
const head = 0

// maxHeight is the height of the head's tower. Others are lower, so that its
// last link always spans the whole board. With one tower in four growing a
// level further, the 12 levels below serve 4^12 blocks.
const maxHeight = 13

// tower stands on each block; its number is the block's. It is two cache
// lines long.
//
// The fence is a lower bound of the block's entries that no earlier entry
// reaches; it is set when the block is split off and stays when the first
// entry leaves. The head's fence is below everything.
type tower struct {
	key, id uint64 // the fence
	prev    uint32 // the nearest tower to the left of at least this height
	height  uint32 // 0: the block is free, and links[0].next the next free one
	links   [maxHeight]link
}

// link leads at one level from a tower to the next one that is tall enough.
// Its span counts the entries of the blocks from the one up to, and without,
// the other; of the last link of a level, up to the end of the board.
type link struct {
	next uint32 // 0: none (the head is nobody's next)
	span uint32
}

// reaches reports whether place (key, id) is at or right of the fence.
func (t *tower) reaches(key, id uint64) bool {
	return t.key < key || t.key == key && t.id <= id
}

// follow makes prev the tower before t if that is decided at the level, t's
// own highest.
func (t *tower) follow(level int, prev uint32) {
	if int(t.height) == level+1 {
		t.prev = prev
	}
}

// left returns the nearest tower to the left of x that is at least as tall,
// and how many entries are from there to x.
func (l *list) left(x uint32) (prev, span uint32) {
	t := &l.towers[x]
	return t.prev, l.towers[t.prev].links[t.height-1].span
}

// above returns the tower whose link at the level spans block x: the nearest
// one at or to the left of x that is taller than level.
func (l *list) above(x uint32, level int) uint32 {
	for int(l.towers[x].height) <= level {
		x = l.towers[x].prev
	}
	return x
}

// before counts the entries of the blocks left of x by climbing to the head.
func (l *list) before(x uint32) int {
	n := 0
	for x != head {
		prev, span := l.left(x)
		n += int(span)
		x = prev
	}
	return n
}

// forward follows the level from x as long as the next fence is not past
// (key, id).
func (l *list) forward(x uint32, level int, key, id uint64) uint32 {
	for {
		next := l.towers[x].links[level].next
		if next == 0 || !l.towers[next].reaches(key, id) {
			return x
		}
		x = next
	}
}

// find returns the block in whose range (key, id) lies.
func (l *list) find(key, id uint64) uint32 {
	x := uint32(head)
	for level := l.levels - 1; level >= 0; level-- {
		x = l.forward(x, level, key, id)
	}
	return x
}

// admit finds the block for a new entry and counts it on the way down.
func (l *list) admit(key, id uint64) uint32 {
	l.n++
	return l.descend(head, l.levels, key, id)
}

// descend finds the block for (key, id) from a tower at or left of it,
// entering below the given level, and counts one entry more in each link that
// it goes down.
func (l *list) descend(x uint32, level int, key, id uint64) uint32 {
	for level--; level >= 0; level-- {
		x = l.forward(x, level, key, id)
		l.towers[x].links[level].span++
	}
	return x
}

// tally counts n entries more in every link that spans block x.
func (l *list) tally(x uint32, n int) {
	l.n += n
	for level := range l.levels {
		x = l.above(x, level)
		l.towers[x].links[level].span += uint32(n)
	}
}

// transfer counts an entry out of block x and into the block where (key, id)
// belongs, which it returns. It climbs only to the first link that spans
// both, because from there up nothing changes: a move over d blocks costs
// O(log d).
func (l *list) transfer(x uint32, key, id uint64) uint32 {
	level := 0
	for ; !l.spans(x, level, key, id); level++ {
		l.towers[x].links[level].span--
		x = l.above(x, level+1)
	}
	return l.descend(x, level, key, id)
}

// spans reports whether place (key, id) lies under x's link at the level.
func (l *list) spans(x uint32, level int, key, id uint64) bool {
	t := &l.towers[x]
	if !t.reaches(key, id) {
		return false
	}
	next := t.links[level].next
	return next == 0 || !l.towers[next].reaches(key, id)
}

// raise links a new tower in behind x, whose block kept that many entries and
// gave the rest to the new one's: the spans over both are divided.
func (l *list) raise(tower, x, kept uint32) {
	t, distance := &l.towers[tower], kept
	for level := range int(t.height) {
		for int(l.towers[x].height) <= level {
			prev, span := l.left(x)
			distance += span
			x = prev
		}
		from := &l.towers[x].links[level]
		t.links[level] = link{from.next, from.span - distance}
		*from = link{tower, distance}
		l.towers[t.links[level].next].follow(level, tower)
	}
	t.prev = x
}

// raze unlinks a tower and gives its spans to the towers before it. It
// returns the one next to it on the left, to which its entries now belong.
func (l *list) raze(tower uint32) uint32 {
	t := &l.towers[tower]
	x := t.prev
	for level := int(t.height) - 1; level >= 0; level-- {
		for l.towers[x].links[level].next != tower {
			x = l.towers[x].links[level].next
		}
		from := &l.towers[x].links[level]
		*from = link{t.links[level].next, from.span + t.links[level].span}
		l.towers[from.next].follow(level, x)
	}
	return x
}

// neighbour returns the block next to x on the left; x is not the head.
func (l *list) neighbour(x uint32) uint32 {
	t := &l.towers[x]
	left := t.prev
	for level := int(t.height) - 2; level >= 0; level-- {
		for l.towers[left].links[level].next != x {
			left = l.towers[left].links[level].next
		}
	}
	return left
}
