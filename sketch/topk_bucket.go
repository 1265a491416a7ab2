package sketch

import "math/bits"

const (
	bucketCells = 5
	lastCell    = bucketCells - 1
	bucketBytes = 64
)

// bucket is one cache line: cells with the highest count first, so that the
// items asked for most are found first and the smallest count is the last one.
// Empty cells, at the end, hold item 0 and count 0.
type bucket struct {
	items  [bucketCells]uint64
	counts [bucketCells]uint32
	_      uint32
}

// find returns the cell of item, or -1. Item 0 is an item like another, and also
// what empty cells say: its cell, if it has one, comes before them. (Written
// out: with a loop, Add takes half as long again.)
func (b *bucket) find(item uint64) int {
	at := -1
	switch item {
	case b.items[0]:
		at = 0
	case b.items[1]:
		at = 1
	case b.items[2]:
		at = 2
	case b.items[3]:
		at = 3
	case b.items[4]:
		at = 4
	}
	return at
}

// add counts item in the cell it has, if it has one.
func (b *bucket) add(item uint64, n uint32) bool {
	at := b.find(item)
	if at < 0 || b.counts[at] == 0 {
		return false
	}
	b.counts[at] = saturatingCount(b.counts[at], n)
	b.rise(at)
	return true
}

// contend gives item the last cell if that is empty or n wears it down.
func (b *bucket) contend(item uint64, n uint32, draws *splitMix) {
	left, stay := uint32(0), n
	if count := b.counts[lastCell]; count > 0 {
		left, stay = wearDown(count, n, draws)
	}
	if left > 0 {
		b.counts[lastCell] = left
		return
	}
	b.counts[lastCell] = 0
	b.put(item, stay)
}

// rise moves a cell before those with lower counts.
func (b *bucket) rise(at int) {
	for ; at > 0 && b.counts[at] > b.counts[at-1]; at-- {
		b.items[at], b.items[at-1] = b.items[at-1], b.items[at]
		b.counts[at], b.counts[at-1] = b.counts[at-1], b.counts[at]
	}
}

func (b *bucket) count(item uint64) uint32 {
	at := b.find(item)
	if at < 0 {
		return 0
	}
	return b.counts[at]
}

func (b *bucket) remove(item uint64) bool {
	at := b.find(item)
	if at < 0 || b.counts[at] == 0 {
		return false
	}
	copy(b.items[at:], b.items[at+1:])
	copy(b.counts[at:], b.counts[at+1:])
	b.items[lastCell], b.counts[lastCell] = 0, 0
	return true
}

// put gives item the first empty cell, if there is one.
func (b *bucket) put(item uint64, count uint32) bool {
	if b.counts[lastCell] > 0 {
		return false
	}
	b.items[lastCell], b.counts[lastCell] = item, count
	b.rise(lastCell)
	return true
}

// wear is counted in eighths of an occurrence, which makes it whole.
const (
	wearUnit = 8
	wearSlow = 32 // the count from which wear no longer grows
	wearMost = wearUnit << (wearSlow / 8)
)

// wear returns how many occurrences it takes, on average and in eighths, to
// bring a count of c down by one.
func wear(c uint32) uint64 {
	c = min(c, wearSlow)
	return uint64(wearUnit|c&7) << (c >> 3)
}

// wearDown lets n occurrences of another item wear on a count. It returns the
// count that is left, or 0 and how many occurrences are then left to take the
// cell with: at least 1, for the last of them to wear is the first to stay.
func wearDown(count, n uint32, draws *splitMix) (left, stay uint32) {
	budget := uint64(n) * wearUnit
	if count > wearSlow {
		steps := min(budget/wearMost, uint64(count-wearSlow))
		count -= uint32(steps)
		budget -= steps * wearMost
	}
	for count > 0 {
		step := wear(count)
		if budget < step {
			if draws.below(step) >= budget {
				return count, 0
			}
			budget = step
		}
		budget -= step
		count--
	}
	return 0, uint32((budget + wearUnit) / wearUnit)
}

// splitMix is the generator SplitMix64 (Steele, Lea and Flood, 2014). Any state
// is a good one.
type splitMix uint64

func (s *splitMix) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number from 0 to n-1; for the n used here, at most 2^7, all
// of them are equally likely to one part in 2^53.
func (s *splitMix) below(n uint64) uint64 {
	hi, _ := bits.Mul64(s.next(), n)
	return hi
}
