package sketches

import (
	"encoding/binary"
	"fmt"
	"slices"

	"guildpulse/bench/measure"
	"guildpulse/sketch"

	boom "github.com/tylertreat/BoomFilters"
)

const (
	topBytes = 8 << 10
	topItems = 100
)

// newBoomTop has 8 KiB of counters, and its hundred elements besides.
func newBoomTop() *boom.TopK {
	const columns = topBytes / (8 * rows)
	return boom.NewTopK(2.718281828459045/columns, boomChance, topItems)
}

func topK(t *measure.Table) error {
	s := zipf(1.03, 1)
	ours, peer := sketch.NewTopK(topBytes, key(1), 1), newBoomTop()
	peerAdd := measure.Side{Name: "BoomFilters", Run: func(n int) { s.over(n, func(i int) { peer.Add(s.bytes[i]) }) }}
	t.Faster("top 100 in 8 KiB: add, one by one", 4,
		measure.Side{Name: "TopK", Run: func(n int) { s.over(n, func(i int) { ours.Add(s.items[i], 1) }) }}, peerAdd)
	t.Faster("top 100 in 8 KiB: add, batches of 256", 0,
		measure.Side{Name: "TopK", Run: func(n int) { s.batches(n, ours.AddAll) }}, peerAdd)
	t.Report("top 100 in 8 KiB: recall of BoomFilters", "", s.boomRecall())
	for _, exponent := range []float64{1.03, 1.1, 1.2, 1.3} {
		name := fmt.Sprintf("top 100 in 8 KiB: recall, Zipf %v", exponent)
		if !t.Wants(name) {
			continue
		}
		even, late, merged, n := 0.0, 0.0, 0.0, trials(t, 5)
		for seed := range n {
			e, l, m, err := recalls(exponent, uint64(seed))
			if err != nil {
				return err
			}
			even, late, merged = even+e/float64(n), late+l/float64(n), merged+m/float64(n)
		}
		t.AtLeast(name, "", even, 0.99)
		t.AtLeast(name+", some late", "", late, 0.99)
		t.AtLeast(name+", four merged", "", merged, 0.99)
	}
	return nil
}

// recalls are those of one stream as it is, with twenty items that come only in its
// last fifth, and of four sketches of a quarter each, merged.
func recalls(exponent float64, seed uint64) (even, late, merged float64, err error) {
	s := zipf(exponent, seed)
	even = s.recall(count(s.items, seed))
	parts := count(nil, seed)
	for part := range slices.Chunk(s.items, events/4) {
		if err := parts.Merge(count(part, seed)); err != nil {
			return 0, 0, 0, err
		}
	}
	merged = s.recall(parts)
	mixed := s.withLate(2*int(s.atRank(topItems)), topItems/5)
	return even, mixed.recall(count(mixed.items, seed)), merged, nil
}

func count(items []uint64, seed uint64) *sketch.TopK {
	s := sketch.NewTopK(topBytes, key(seed), seed)
	for _, item := range items {
		s.Add(item, 1)
	}
	return s
}

// recall is the part of the first hundred whose true counts are among the hundred
// highest.
func (s *stream) recall(top *sketch.TopK) float64 {
	least, hits := s.atRank(topItems), 0.0
	for _, i := range top.Top(topItems) {
		if s.exact[i.ID] >= least {
			hits++
		}
	}
	return hits / topItems
}

func (s *stream) boomRecall() float64 {
	top := newBoomTop()
	for _, b := range s.bytes {
		top.Add(b)
	}
	least, hits := s.atRank(topItems), 0.0
	for _, e := range top.Elements() {
		if s.exact[binary.LittleEndian.Uint64(e.Data)] >= least {
			hits++
		}
	}
	return hits / topItems
}

// withLate replaces events of the last fifth by new items, n times each.
func (s *stream) withLate(n, items int) *stream {
	mixed := &stream{items: slices.Clone(s.items)}
	tail := mixed.items[len(mixed.items)*4/5:]
	for i := range n * items {
		tail[i*len(tail)/(n*items)] = item(-1 - i%items)
	}
	return mixed.complete()
}
