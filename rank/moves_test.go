package rank_test

import (
	"slices"
	"testing"

	"guildpulse/rank"
)

// TestEqualScores: thousands of members of one score, as after a first day.
func TestEqualScores(t *testing.T) {
	b := rank.New(rank.Config{HalfLife: week})
	const n = 5000
	for i := range uint64(n) {
		_ = b.Add(i*2654435761%(1<<32), start, 1)
	}
	top := b.Top(n, start, nil)
	if !slices.IsSorted(members(top)) || len(top) != n {
		t.Errorf("%d members of one score are not in the order of their ids", len(top))
	}
	for _, e := range top {
		if r, _ := b.Rank(e.Member); r != e.Rank {
			t.Fatalf("rank of %d is %d, want %d", e.Member, r, e.Rank)
		}
	}
	if err := rank.CheckInvariants(b); err != nil {
		t.Error(err)
	}
}

// TestPatternsOfMoves drives entries through blocks in ways that fill and
// drain them from one side.
func TestPatternsOfMoves(t *testing.T) {
	const n = 3000
	for name, weight := range map[string]func(round, i int) float64{
		"all rise in order":       func(_, i int) float64 { return float64(i + 1) },
		"all rise in reverse":     func(_, i int) float64 { return float64(n - i) },
		"the last overtakes all":  func(round, i int) float64 { return float64((i*n + round) % (n + 1)) },
		"all fall":                func(round, _ int) float64 { return []float64{1e6, -1, -10, -100, -1000}[round] },
		"half fall past the rest": func(round, i int) float64 { return []float64{1e6, 0, -1e5, 1e5, -2e5}[round] * float64(i%2+1) },
		"half leave and return":   func(round, i int) float64 { return []float64{1, -1, 1, -1, 1}[round] * float64(i%2) },
	} {
		t.Run(name, func(t *testing.T) {
			b := rank.New(rank.Config{})
			sums := map[uint64]float64{}
			for round := range 5 {
				for i := range n {
					_ = b.Add(uint64(i), start, weight(round, i))
					if sums[uint64(i)] += weight(round, i); sums[uint64(i)] <= 0 {
						delete(sums, uint64(i))
					}
				}
				if err := rank.CheckInvariants(b); err != nil {
					t.Fatalf("round %d: %v", round, err)
				}
			}
			all := b.Top(n, start, nil)
			if len(all) != len(sums) {
				t.Fatalf("%d members, want %d", len(all), len(sums))
			}
			for i, e := range all {
				if e.Score != sums[e.Member] || i > 0 && e.Score > all[i-1].Score {
					t.Fatalf("place %d is %v, the sum %v", i+1, e, sums[e.Member])
				}
			}
		})
	}
}

// TestDrainedBetweenFullBlocks empties a block whose neighbours have no room
// for what is left of it.
func TestDrainedBetweenFullBlocks(t *testing.T) {
	const n, full = 10 * rank.BlockLen, rank.BlockLen
	for _, from := range []int{0, full, 2 * full} {
		b := rank.New(rank.Config{})
		for i := range n { // in order: all blocks but the last are halves
			_ = b.Add(uint64(i), start, float64(10*(n-i)))
		}
		for i := range n { // fill them up, but for an entry
			if (i < from || i >= from+full) && i%full != 0 {
				_ = b.Add(uint64(n+i), start, float64(10*(n-i)-5))
			}
		}
		for i := range full {
			b.Remove(uint64(from + i))
			if err := rank.CheckInvariants(b); err != nil {
				t.Fatalf("%d removed from place %d on: %v", i+1, from, err)
			}
		}
	}
}

func TestRemoveAllInAnyOrder(t *testing.T) {
	const n = 3000
	for name, next := range map[string]func(i int) uint64{
		"from the top":    func(i int) uint64 { return uint64(n - 1 - i) },
		"from the bottom": func(i int) uint64 { return uint64(i) },
		"scattered":       func(i int) uint64 { return uint64(i * 1234577 % n) },
	} {
		t.Run(name, func(t *testing.T) {
			b := rank.New(rank.Config{HalfLife: week})
			for range 2 { // the second time over free blocks
				for i := range uint64(n) {
					_ = b.Add(i, start, float64(i+1))
				}
				for i := range n {
					if !b.Remove(next(i)) || b.Remove(next(i)) {
						t.Fatalf("member %d is not removed once", next(i))
					}
					if i%100 == 0 {
						if err := rank.CheckInvariants(b); err != nil {
							t.Fatal(err)
						}
					}
				}
				if b.Len() != 0 || b.Stats().Blocks != 1 {
					t.Fatalf("%+v remains", b.Stats())
				}
			}
		})
	}
}
