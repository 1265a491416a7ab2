package sketch

import (
	"fmt"
	"math"
	"math/bits"
)

// The largest CountMin: at most MaxDepth rows and MaxCounters counters in all
// (256 MiB).
const (
	MaxDepth    = 16
	MaxCounters = 1 << 26
)

// maxCount is the most that a counter of CountMin or TopK can hold.
const maxCount = math.MaxUint32

// CountMin estimates how often each item was added, never too low.
//
// # Theory
//
// There are depth rows of width counters; an item has one counter in each row,
// shared with the others that hash there. The smallest of its counters is the
// estimate: it is at least the true count. In one row the others add Total/width
// to an item's counter on average, so by Markov's inequality e·Total/width is
// exceeded with probability at most 1/e, and in all rows at once with e^-depth:
//
//	true ≤ Estimate ≤ true + e·Total/width    with probability ≥ 1 - e^-depth
//
// over the choice of key, for each item asked. (Cormode and Muthukrishnan,
// 2005.) Add is conservative (Estan and Varghese, 2002): it raises each counter
// no further than to the item's new estimate, since higher is what other items
// are to blame for. No counter is ever above that of the plain sketch, so the
// bound holds, and in practice the error is far below it.
//
// One 64-bit hash serves all rows: row i uses the upper half of h·Mⁱ, with M a
// multiplier of good spectrum (Steele and Vigna, 2022), so that the columns of
// two items are as good as independent from row to row.
//
// # Error
//
// Means over 20 keys, of 2 million events, Zipf 1.03 over 2²⁰ items of which
// 308,451 occur, in 64 KiB (width 4,096, depth 4; BenchmarkCountMinError):
//
//	                                conservative   plain count-min
//	excess, all items                   91.7            158.8     counts
//	excess, 1,000 most frequent          0.28            57.6     % of the count
//	bound, e·Total/width             1,327           1,327        counts
//
// # Cost
//
// Counters are 32 bits and stay at 2³²-1 once they reach it; an estimate of
// 2³²-1 therefore means "at least". Add and Estimate are O(depth) and allocate
// nothing; Merge and the codec are O(width·depth).
//
// A CountMin is made by [NewCountMin] or [NewCountMinWithError] and is not safe
// for concurrent use.
type CountMin struct {
	key      keys
	width    int
	counters []uint32 // row after row
	total    uint64
}

// NewCountMin returns an empty sketch of depth rows of width counters, four
// bytes each, that hashes under key. It panics unless width ≥ 1, 1 ≤ depth ≤
// MaxDepth and width·depth ≤ MaxCounters.
func NewCountMin(width, depth int, key Key) *CountMin {
	if width < 1 || depth < 1 || depth > MaxDepth || width > MaxCounters/depth {
		panic(fmt.Sprintf("sketch: %d rows of %d counters: at most %d rows and %d counters in all",
			depth, width, MaxDepth, MaxCounters))
	}
	return &CountMin{key: key.words(), width: width, counters: make([]uint32, width*depth)}
}

// NewCountMinWithError returns the smallest sketch whose estimates are at most
// epsilon·Total too high with probability 1-delta: width ⌈e/epsilon⌉ and depth
// ⌈ln 1/delta⌉. It panics unless both are between 0 and 1, exclusive, and the
// sketch is within the limits of [NewCountMin].
func NewCountMinWithError(epsilon, delta float64, key Key) *CountMin {
	if !(epsilon > 0 && epsilon < 1 && delta > 0 && delta < 1) {
		panic(fmt.Sprintf("sketch: epsilon %g and delta %g must be between 0 and 1", epsilon, delta))
	}
	// Far above the limits a float no longer fits an int; NewCountMin refuses both.
	width := min(math.Ceil(math.E/epsilon), MaxCounters+1)
	depth := math.Ceil(math.Log(1 / delta))
	return NewCountMin(int(width), int(depth), key)
}

// Add counts item n more times.
func (s *CountMin) Add(item, n uint64) {
	if n > 0 {
		s.total = saturatingSum(s.total, n)
		s.raise([]uint64{s.key.item(item)}, uint32(min(n, maxCount)))
	}
}

// AddAll counts each of items once more, as Add does, in half the time where eight
// are hashed at once.
func (s *CountMin) AddAll(items []uint64) {
	var hashes [batch]uint64
	s.total = saturatingSum(s.total, uint64(len(items)))
	for len(items) > 0 {
		n := s.key.hashBatch(&hashes, items)
		s.raise(hashes[:n], 1)
		items = items[n:]
	}
}

// Estimate returns how often item was added: never too low (short of 2³²-1),
// and too high by no more than ErrorBound tells.
func (s *CountMin) Estimate(item uint64) uint64 { return uint64(s.smallest(s.key.item(item))) }

// EstimateAll writes what Estimate returns for each of items to estimates, which is
// at least as long.
func (s *CountMin) EstimateAll(estimates, items []uint64) {
	var hashes [batch]uint64
	for len(items) > 0 {
		n := s.key.hashBatch(&hashes, items)
		s.smallestAll(estimates, hashes[:n])
		estimates, items = estimates[n:], items[n:]
	}
}

// Total returns the sum of all n added.
func (s *CountMin) Total() uint64 { return s.total }

// ErrorBound returns by how much an estimate may be too high, in counts, and
// with what probability it is no more than that: e·Total/width, rounded up, and
// 1-e^-depth.
func (s *CountMin) ErrorBound() (excess uint64, confidence float64) {
	// Rounded, a bound near 2^64 may come out as 2^64 and no longer fit.
	bound := math.Ceil(min(math.E/float64(s.width), 1) * float64(s.total))
	excess = s.total
	if bound < 1<<63 {
		excess = min(excess, uint64(bound))
	}
	return excess, -math.Expm1(-float64(s.depth()))
}

// Merge adds the counts of other to s. Estimates stay at or above the true
// counts and ErrorBound holds for the sum; but what conservative update saved
// within each sketch is not saved between them, so that the result is less
// sharp than one sketch given all items, though never worse than a plain
// count-min of them. It is commutative, and not idempotent: a sketch merged
// twice counts twice. When the keys differ (ErrKey) or width or depth do
// (ErrShape), s stays as it is.
func (s *CountMin) Merge(other *CountMin) error {
	if s.key != other.key {
		return fmt.Errorf("merge countmin: %w", ErrKey)
	}
	if s.width != other.width || s.depth() != other.depth() {
		return fmt.Errorf("merge countmin of %d × %d into %d × %d: %w",
			other.depth(), other.width, s.depth(), s.width, ErrShape)
	}
	for i, n := range other.counters {
		s.counters[i] = saturatingCount(s.counters[i], n)
	}
	s.total = saturatingSum(s.total, other.total)
	return nil
}

func (s *CountMin) depth() int { return len(s.counters) / s.width }

func saturatingSum(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	return sum | -carry
}

func saturatingCount(a, b uint32) uint32 { return uint32(min(uint64(a)+uint64(b), maxCount)) }
