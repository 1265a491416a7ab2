package rank

import "reflect"

// list is a blocked, indexable skip list (Pugh 1990; spans as in his
// "A Skip List Cookbook"): the entries in order in blocks, a tower on each
// block. Blocks and towers are numbered alike and refer to each other by
// number, so that the garbage collector has no pointer to follow.
//
//	level 2  ■──────────────── 307 ───────────────▶∅
//	level 1  ■────── 173 ─────▶■────── 134 ───────▶∅
//	level 0  ■─ 92 ─▶■── 81 ──▶■─ 64 ─▶■─── 70 ───▶∅
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

// newList returns an empty list with room for some blocks, whose heights
// follow from the seed.
func newList(seed uint64, blocks int) list {
	l := list{towers: make([]tower, 1, blocks), levels: 1, live: 1, rng: mix(seed) | 1}
	l.blocks.reserve(blocks)
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
