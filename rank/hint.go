package rank

// hint is where an entry was last seen: the block, and the position there. It tells
// where to look first, no more. Every entry that comes to a block or leaves it
// shifts those behind it by one, so that an entry is mostly a little away from its
// hint; and a block that was divided or joined leaves hints behind that no longer
// hold.
//
//	31          7 6         0
//	┌────────────┬───────────┐
//	│ block      │ position  │
//	└────────────┴───────────┘
//
// 25 bits of blocks are enough for more members than there are numbers.
type hint uint32

const hintBits = 7 // of a position below runLen

func hintOf(block uint32, position int) hint { return hint(block<<hintBits) | hint(position) }

func (h hint) block() uint32 { return uint32(h >> hintBits) }
func (h hint) position() int { return int(h & (runLen - 1)) }

// drift is how far from its hint an entry is looked for before the block is searched:
// a line or two of the cache, where a search goes to the marks and then to a stride.
const drift = 8

// near looks for entry e around position p.
func (b *run) near(p int, e entry) (at int, ok bool) {
	switch {
	case b.entries[p] == e:
		return p, true
	case e.precedes(b.entries[p]):
		for i := p - 1; i >= max(p-drift, 0) && !b.entries[i].precedes(e); i-- {
			at, ok = i, b.entries[i] == e
		}
	default:
		for i := p + 1; i <= min(p+drift, runLen-1) && !e.precedes(b.entries[i]); i++ {
			at, ok = i, b.entries[i] == e
		}
	}
	return at, ok
}
