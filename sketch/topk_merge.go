package sketch

import (
	"cmp"
	"fmt"
	"slices"
)

// Merge adds the counts of other to s. Counts of one item are added up; then,
// the highest first, each goes to the bucket it had (where it had two, that of
// the higher count), else to its other one, and what finds both full is
// forgotten. An item that was below notice in either sketch lacks that part, so
// that a merge of many small parts finds less than one sketch given all items.
//
// Merge is commutative, to the last bit, and merging an empty sketch keeps every
// count. It is not idempotent: a sketch merged twice counts twice. It takes
// O(bytes·log bytes) and allocates room for the items of both. When the keys
// differ (ErrKey) or the sizes do (ErrShape), s stays as it is.
func (s *TopK) Merge(other *TopK) error {
	if s.key != other.key {
		return fmt.Errorf("merge topk: %w", ErrKey)
	}
	if len(s.buckets) != len(other.buckets) {
		return fmt.Errorf("merge topk of %d buckets into %d: %w", len(other.buckets), len(s.buckets), ErrShape)
	}
	residents := addUp(other.appendResidents(s.appendResidents(nil)))
	slices.SortFunc(residents, func(a, b resident) int { return byCount(a.Item, b.Item) })
	clear(s.buckets)
	for _, r := range residents {
		s.settle(r)
	}
	s.total = saturatingSum(s.total, other.total)
	s.draws += other.draws // the same whichever of the two receives
	return nil
}

// resident is an item with the bucket it has its cell in.
type resident struct {
	Item
	bucket uint64
}

func (s *TopK) appendResidents(residents []resident) []resident {
	for i := range s.buckets {
		b := &s.buckets[i]
		for cell, count := range b.counts {
			if count > 0 {
				residents = append(residents, resident{Item{b.items[cell], uint64(count)}, uint64(i)})
			}
		}
	}
	return residents
}

// addUp joins the residents of one ID into one, in place, which keeps the bucket
// of the higher count, or the lower bucket of the same.
func addUp(residents []resident) []resident {
	slices.SortFunc(residents, func(a, b resident) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(b.Count, a.Count), cmp.Compare(a.bucket, b.bucket))
	})
	sums := residents[:0]
	for _, r := range residents {
		if last := len(sums) - 1; last >= 0 && sums[last].ID == r.ID {
			sums[last].Count = min(sums[last].Count+r.Count, maxCount)
		} else {
			sums = append(sums, r)
		}
	}
	return sums
}

func (s *TopK) settle(r resident) {
	if count := uint32(r.Count); !s.buckets[r.bucket].put(r.ID, count) {
		first, second := s.addresses(s.key.item(r.ID))
		s.buckets[first+second-r.bucket].put(r.ID, count)
	}
}
