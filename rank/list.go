package rank

import "reflect"

// list is an indexable skip list (Pugh, "Skip Lists: A Probabilistic Alternative
// to Balanced Trees", 1990; spans: his "A Skip List Cookbook") that is blocked:
// its entries stand in order in blocks, each block has a tower, and the towers'
// storeys on one level stand in order in lanes (Golovin, "The B-Skip-List: A
// Simpler Uniquely Represented Alternative to B-Trees", 2010; Bender,
// Farach-Colton, Johnson, Mauras, Mayer, Phillips, Xu: "Write-Optimized Skip
// Lists", PODS 2017).
//
//	level 2  ┌───────────────── 430 ─────────────────┬──────── 240 ───────┐
//	level 1  ├──────── 243 ────────┬────── 187 ──────┼──────── 240 ───────┤
//	level 0  ├─ 92 ─┬─ 81 ─┬─ 70 ──┼─── 97 ──┬─ 90 ──┼─ 64 ─┬─ 85 ─┬─ 91 ─┤
//	           the numbers are counts of entries; below level 0 stand the blocks
//
// A coin gives a block its height when the block is made: it reaches level 0, and
// each further one with the probability p = 1/32. A row of lanes, a run of the
// level, begins where a tower reaches above the level, and ends before the next
// one that does: one slot of the level above leads to it. Nothing else decides
// where a run ends. One that is longer than a lane goes on in a next lane, of
// which the level above knows nothing.
//
// A height is independent of all keys, of the other heights, and of what happens
// to the block: blocks are divided when they are full and joined when they are
// sparse whatever their heights, and the tower of the right one goes. Hence over m
// blocks, at any time,
//
//   - runs are of geometric length, 1/p slots in the mean, and the one in which a
//     search comes to an end is of 2/p: a lane of 127 has room enough, but for
//     (1−p)^127, 1.8 % of the searches, which go on to a next one;
//   - level l has m·p^l slots, and the highest level is about log m ÷ log 1/p:
//     2 over 1,024 blocks, 3 over 32,768;
//   - a search takes one lane a level, hence O(log n) steps, expected; so does to
//     count what is before a block, and to find the entry of a rank;
//   - a tower is raised or razed in 1/(1−p) levels, each of which copies half a
//     lane: 1.03 in the mean;
//   - there are m·p/(1−p) lanes, of 3.1 KiB: 103 bytes a block, 1.2 an entry.
//
// Blocks and lanes refer to each other by number, so that the garbage collector
// has no pointer to follow. Only an entry that changes its block touches spans
// at all.
type list struct {
	runs      arena[run] // of blocks
	blocks    []block
	lanes     arena[lane]
	root      uint32 // the first lane of the top level, or the head where there is none
	height    int    // levels of lanes: one more than the highest tower reaches
	n         int    // entries
	live      int    // blocks that are not free
	freeBlock uint32 // the first of the free blocks, 0: none
	freeLane  uint32 // the first of the free lanes, none: none
	coin      coin   // of heights
}

// head is the block that is always there and first. Its tower reaches as high as
// any.
const head = 0

// none is the number of no lane.
const none = 1<<32 - 1

// block is what is to be known of a block besides its entries.
type block struct {
	seat        // where there are lanes
	n    uint32 // entries
	next uint32 // the block to the right, 0: none
	prev uint32 // the block to the left of one that is not the head
}

// newList returns an empty list with room for some blocks. The seed determines
// the heights of towers.
func newList(blocks int, seed uint64) list {
	l := list{blocks: make([]block, 1, blocks), live: 1, freeLane: none, coin: coin{mix(seed), coinBits}}
	l.runs.reserve(blocks)
	l.runs.push(run{})
	l.run(head).clear(0, runLen)
	return l
}

// run returns the entries of block x.
func (l *list) run(x uint32) *run { return l.runs.at(int(x)) }

// lane returns lane x.
func (l *list) lane(x uint32) *lane { return l.lanes.at(int(x)) }

// insert adds an entry that is not in the list and returns where it is.
func (l *list) insert(e entry) hint { return l.settle(l.admit(e), e) }

// remove takes out entry e, which was last seen at h.
func (l *list) remove(h hint, e entry) {
	x, p := l.locate(h, e)
	l.withdraw(x, p)
	l.tidy(x)
}

// withdraw takes the entry at position p out of block x.
func (l *list) withdraw(x uint32, p int) {
	l.run(x).remove(p, int(l.blocks[x].n))
	l.tally(x, -1)
}

// move gives an entry another key and returns where it is now. Inside a block that
// is a copy of some entries, without a descent.
func (l *list) move(h hint, from entry, key uint64) hint {
	if from.key == key {
		return h
	}
	x, p := l.locate(h, from)
	b, to := l.run(x), entry{key, from.id}
	switch {
	case key < from.key && (key > b.entries[0].key || l.reaches(x, to)):
		return hintOf(x, b.raise(p, to))
	case key > from.key && !l.ends(x, to):
		return hintOf(x, b.lower(p, to))
	}
	l.withdraw(x, p)
	at := l.insert(to)
	l.tidy(x)
	return at
}

// locate finds entry e, which is in the list: close to the hint as a rule, else in
// its block, else by a descent. An entry is where its block says it is, so that a
// look there tells.
func (l *list) locate(h hint, e entry) (x uint32, p int) {
	x = h.block()
	b := l.run(x)
	if p, ok := b.near(h.position(), e); ok {
		return x, p
	}
	if p = b.seek(e); b.holds(p, e) {
		return x, p
	}
	x = l.find(e)
	return x, l.run(x).seek(e)
}

// rank returns how many entries precede entry e, which is in the list.
func (l *list) rank(h hint, e entry) int {
	x, p := l.locate(h, e)
	return p + l.before(x)
}

// bytes returns how much memory the list holds.
func (l *list) bytes() int {
	return l.runs.bytes() + l.lanes.bytes() + cap(l.blocks)*int(reflect.TypeFor[block]().Size())
}
