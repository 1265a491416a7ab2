package rank

import "reflect"

// Fill of blocks: one that falls below sparse entries joins a neighbour if
// both together hold at most joint, which leaves it room before it is full
// again.
const (
	sparse = blockLen / 2
	joint  = blockLen * 7 / 8
)

// list is a blocked, indexable skip list (Pugh 1990; spans as in his
// "A Skip List Cookbook"): the entries in order in blocks, a tower on each
// block. Blocks and towers are numbered alike and refer to each other by
// number, so that the garbage collector sees two slices without pointers.
//
//	level 2  ■──────────────── 281 ───────────────▶∅
//	level 1  ■────── 173 ─────▶■────── 108 ───────▶∅
//	level 0  ■─ 92 ─▶■── 81 ──▶■─ 64 ─▶■─── 44 ───▶∅
//	        block 0  block 2  block 1  block 3
//
// A tower is one level taller with probability 1/4. Searching, counting the
// entries before a block and finding the entry of a rank take O(log n)
// expected; only an entry that changes its block touches spans at all.
type list struct {
	blocks arena[block]
	towers []tower
	free   uint32 // first of the free blocks, 0: none
	levels int    // in use
	n      int    // entries
	live   int    // blocks that are not free
	rng    uint64 // xorshift state, never 0
}

// newList returns an empty list whose heights follow from the seed.
func newList(seed uint64) list {
	l := list{towers: make([]tower, 1), levels: 1, live: 1, rng: mix(seed) | 1}
	l.blocks.push(block{})
	l.block(head).clear(0, blockLen)
	l.towers[head].height = maxHeight
	return l
}

// block returns block x.
func (l *list) block(x uint32) *block { return l.blocks.at(int(x)) }

// width returns how many entries block x holds.
func (l *list) width(x uint32) uint32 { return l.towers[x].links[0].span }

// next returns the block right of x, 0 if x is the last.
func (l *list) next(x uint32) uint32 { return l.towers[x].links[0].next }

// insert adds an entry that is not in the list and returns its block.
func (l *list) insert(key, id uint64) uint32 {
	return l.settle(l.admit(key, id), key, id)
}

// remove takes out entry (key, id); hint is the block where it was last seen.
func (l *list) remove(hint uint32, key, id uint64) {
	x, p := l.locate(hint, key, id)
	l.block(x).remove(p, int(l.width(x)))
	l.tally(x, -1)
	l.tidy(x)
}

// move gives entry (from, id) the key to and returns the block where it is
// now. Inside a block that is a copy of some entries, without a descent.
func (l *list) move(hint uint32, id, from, to uint64) uint32 {
	if from == to {
		return hint
	}
	x, p := l.locate(hint, from, id)
	b := l.block(x)
	switch {
	case to < from && (to > b.keys[0] || l.towers[x].reaches(to, id)):
		b.raise(p, to, id)
		return x
	case to > from && l.spans(x, 0, to, id):
		b.lower(p, to, id)
		return x
	}
	b.remove(p, int(l.width(x)))
	y := l.settle(l.transfer(x, to, id), to, id)
	l.tidy(x)
	return y
}

// locate finds entry (key, id), which is in the list: in the block of the
// hint as a rule, else by a descent. A block that was divided or joined since
// leaves hints behind that no longer hold; an entry is where its block says
// it is, so that a search there tells.
func (l *list) locate(hint uint32, key, id uint64) (x uint32, p int) {
	p = l.block(hint).seek(key, id)
	if l.block(hint).holds(p, key, id) {
		return hint, p
	}
	x = l.find(key, id)
	return x, l.block(x).seek(key, id)
}

// rank returns how many entries precede entry (key, id), which is in the
// list.
func (l *list) rank(hint uint32, key, id uint64) int {
	x, p := l.locate(hint, key, id)
	return p + l.before(x)
}

// at returns the block and the position of the entry that i < n entries
// precede.
func (l *list) at(i int) (x uint32, p int) {
	if i < int(l.width(head)) {
		return head, i
	}
	for level := l.levels - 1; level >= 0; level-- {
		for {
			k := l.towers[x].links[level]
			if k.next == 0 || i < int(k.span) {
				break
			}
			i -= int(k.span)
			x = k.next
		}
	}
	return x, i
}

// settle writes an entry that is already counted into block x and returns
// the block where it ends up.
func (l *list) settle(x uint32, key, id uint64) uint32 {
	b, n := l.block(x), int(l.width(x))
	p := b.seek(key, id)
	b.insert(p, n-1, key, id)
	if n < blockLen {
		return x
	}
	right := l.split(x)
	if p < blockLen/2 {
		return x
	}
	return right
}

// split moves the upper half of full block x into a new one, and returns it.
func (l *list) split(x uint32) uint32 {
	const half = blockLen / 2
	y := l.build()
	from, to := l.block(x), l.block(y)
	copy(to.keys[:half], from.keys[half:])
	copy(to.ids[:half], from.ids[half:])
	from.clear(half, blockLen)
	l.towers[y].key, l.towers[y].id = to.keys[0], to.ids[0]
	l.raise(y, x, half)
	return y
}

// tidy joins block x with a neighbour if it has become sparse. Only the head
// may be empty, and only when the list is.
func (l *list) tidy(x uint32) {
	n := l.width(x)
	if n >= sparse {
		return
	}
	if right := l.next(x); right != 0 && (n == 0 || n+l.width(right) <= joint) {
		l.join(right)
		return
	}
	if x != head && (n == 0 || n+l.width(l.neighbour(x)) <= joint) {
		l.join(x)
	}
}

// join appends block y to the one left of it and frees it.
func (l *list) join(y uint32) {
	n := int(l.width(y))
	x := l.raze(y)
	from, to := l.block(y), l.block(x)
	at := int(l.width(x)) - n
	copy(to.keys[at:], from.keys[:n])
	copy(to.ids[at:], from.ids[:n])
	from.clear(0, n)
	l.towers[y] = tower{links: [maxHeight]link{{next: l.free}}}
	l.free = y
	l.live--
}

// build returns an empty block with a tower of a random height.
func (l *list) build() uint32 {
	x := l.free
	if x != 0 {
		l.free = l.next(x)
	} else {
		x = uint32(len(l.towers))
		l.blocks.push(block{})
		l.towers = append(l.towers, tower{})
		l.block(x).clear(0, blockLen)
	}
	l.towers[x] = tower{height: l.height()}
	l.live++
	return x
}

// height draws a tower's height, and opens the levels it needs.
func (l *list) height() uint32 {
	l.rng ^= l.rng << 13
	l.rng ^= l.rng >> 7
	l.rng ^= l.rng << 17
	h := 1
	for r := l.rng >> 32; r&3 == 0 && h < maxHeight-1; r >>= 2 {
		h++
	}
	for ; l.levels < h; l.levels++ {
		l.towers[head].links[l.levels] = link{span: uint32(l.n)}
	}
	return uint32(h)
}

// extend appends a block of entries, at most joint, that all come after those
// in the list, and returns it; last is what the call before returned, and the
// head of an empty list at first.
func (l *list) extend(last uint32, entries []member) uint32 {
	x := last
	if l.n > 0 {
		x = l.build()
		l.towers[x].key, l.towers[x].id = keyOf(entries[0].value), entries[0].id
		l.raise(x, last, l.width(last))
	}
	b := l.block(x)
	for i, e := range entries {
		b.keys[i], b.ids[i] = keyOf(e.value), e.id
	}
	l.tally(x, len(entries))
	return x
}

// bytes returns how much memory the list holds.
func (l *list) bytes() int {
	return l.blocks.bytes() + cap(l.towers)*int(reflect.TypeFor[tower]().Size())
}

// scale adds to every key, which must not change their order.
func (l *list) scale(add uint64) {
	for x := uint32(head); ; {
		for i := range l.width(x) {
			l.block(x).keys[i] += add
		}
		if x = l.next(x); x == 0 {
			return
		}
		l.towers[x].key += add
	}
}
