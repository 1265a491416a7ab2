package sketch

import (
	"cmp"
	"fmt"
	"slices"
)

// The sizes that a TopK can have, in bytes.
const (
	MinTopKBytes = bucketBytes
	MaxTopKBytes = 1 << 26
)

// Item is an item and how often TopK counted it.
type Item struct {
	ID    uint64
	Count uint64
}

// TopK finds the items added most often, in memory that does not grow.
//
// # Theory
//
// It is a HeavyKeeper (Gong, Yang, Zhang et al., USENIX ATC 2018) in buckets of
// one cache line. A bucket has five cells, each an item with its count; an item
// may live in either of two buckets, as two halves of its hash say, which evens
// out the crowds (Azar, Broder, Karlin and Upfal, 1994). Adding an item that
// has a cell counts it there. Adding another wears down the smallest of the ten
// cells: a count of c falls by one with probability 1/wear(c), and an item whose
// count is worn to nothing gives its cell to the one that wore it down. With
//
//	wear(c) = (8 + c mod 8)/8 · 2^⌊c/8⌋    for c < 32, then 16
//
// (2^(c/8), read linearly between the powers of two) rare items wear each other
// down while they are small, and frequent ones are soon out of reach; the upper
// end keeps an item that was frequent long ago from holding its cell for ever.
// Where n > 1 is added, each whole wear(c) within n takes one off, and what
// remains of n takes one more with probability remainder/wear(c).
//
// Items are kept whole, so that no count ever holds another item's:
//
//	Count ≤ true count    always
//
// What a count lacks is what its item spent on wearing others down, and what
// others wore off it. There is no bound for it that would hold for every order
// of items; the next section has what was measured.
//
// # Error
//
// Share of Top(100) whose true counts are among the 100 highest, of 2 million
// Zipf events over 2²⁰ items, mean of 10 streams and keys (BenchmarkTopKRecall).
// In "late", 20 items arrive only in the last fifth, each twice as often as the
// 100th; "merged" are four sketches of a quarter of the events each.
//
//	              8 KiB                     16 KiB
//	Zipf     even   late   merged     even   late   merged
//	1.03    0.997  0.991   0.992     0.999  0.999   0.997
//	1.1     0.999  0.997   0.995     0.999  0.998   0.997
//	1.2     0.999  0.993   0.999     1.000  1.000   1.000
//	1.3     0.999  0.997   1.000     1.000  0.998   1.000
//
// # Cost
//
// Add looks at two cache lines, takes one random draw at most, and allocates
// nothing: O(1), plus at most 32 steps where n is large. Counts stay at 2³²-1
// once they reach it. Randomness is SplitMix64 from a seed: the same calls in
// the same order give the same bytes, also across a store and a load.
//
// Unlike the other sketches TopK holds items as they are, in memory and stored;
// [TopK.Remove] erases one. A TopK is made by [NewTopK] and is not safe for
// concurrent use.
type TopK struct {
	key     keys
	draws   splitMix
	total   uint64
	buckets []bucket
}

// NewTopK returns an empty sketch of the given bytes, rounded down to buckets
// of 64, that hashes under key and draws from seed. Eighty bytes for each item
// wanted of Top serve well: 8 KiB for the first hundred. It panics unless
// MinTopKBytes ≤ bytes ≤ MaxTopKBytes.
func NewTopK(bytes int, key Key, seed uint64) *TopK {
	if bytes < MinTopKBytes || bytes > MaxTopKBytes {
		panic(fmt.Sprintf("sketch: topk of %d bytes is outside %d…%d", bytes, MinTopKBytes, MaxTopKBytes))
	}
	k := key.words()
	// The key makes the draws as unforeseeable as the hash.
	return &TopK{key: k, draws: splitMix(k.item(seed)), buckets: make([]bucket, bytes/bucketBytes)}
}

// Add counts item n more times.
func (s *TopK) Add(item, n uint64) {
	if n > 0 {
		s.total = saturatingSum(s.total, n)
		s.raise(item, s.key.item(item), uint32(min(n, maxCount)))
	}
}

// AddAll counts each of items once more, as Add does, in less time where eight are
// hashed at once.
func (s *TopK) AddAll(items []uint64) {
	var hashes [batch]uint64
	s.total = saturatingSum(s.total, uint64(len(items)))
	for len(items) > 0 {
		n := s.key.hashBatch(&hashes, items)
		for i, h := range hashes[:n] {
			s.raise(items[i], h, 1)
		}
		items = items[n:]
	}
}

// raise counts item, which hashes to h, n more times; not 0.
func (s *TopK) raise(item, h uint64, n uint32) {
	first, second := s.homes(h)
	if first.add(item, n) || second.add(item, n) {
		return
	}
	home := first
	if second.counts[lastCell] < first.counts[lastCell] {
		home = second
	}
	home.contend(item, n, &s.draws)
}

// Top returns the n items with the highest counts, highest first and the lower
// ID first among equals; fewer when fewer are known. O(bytes·log bytes).
func (s *TopK) Top(n int) []Item {
	var items []Item
	for _, r := range s.appendResidents(nil) {
		items = append(items, r.Item)
	}
	slices.SortFunc(items, byCount)
	return items[:min(max(n, 0), len(items))]
}

// Count returns the count of item, at most the true one, and 0 where it has no
// cell.
func (s *TopK) Count(item uint64) uint64 {
	first, second := s.homes(s.key.item(item))
	return uint64(cmp.Or(first.count(item), second.count(item)))
}

// Total returns the sum of all n added, whether or not their items have cells.
func (s *TopK) Total() uint64 { return s.total }

// Remove erases item from the sketch and says whether it was there. Total
// stays: it counts occurrences, not whose they were.
func (s *TopK) Remove(item uint64) bool {
	first, second := s.homes(s.key.item(item))
	return first.remove(item) || second.remove(item)
}

// homes returns the two buckets of an item that hashes to h, which may be the same.
func (s *TopK) homes(h uint64) (first, second *bucket) {
	i, j := s.addresses(h)
	return &s.buckets[i], &s.buckets[j]
}

// addresses scales the halves of the hash, fractions of 2³², to the buckets.
func (s *TopK) addresses(h uint64) (first, second uint64) {
	n := uint64(len(s.buckets))
	return h >> 32 * n >> 32, h & (1<<32 - 1) * n >> 32
}

// byCount orders the highest count first, then the lowest ID.
func byCount(a, b Item) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.ID, b.ID)) }
