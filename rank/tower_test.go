package rank_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"guildpulse/rank"
)

// TestTowersAreGeometric builds boards, thins them out and looks at how many
// towers reach each level: of those on one level, the 32nd part reaches the next,
// give or take five standard deviations, however the blocks came about. As many
// runs as towers reach above a level are on it.
func TestTowersAreGeometric(t *testing.T) {
	const n, p = million / 5, 1.0 / 32
	for name, place := range map[string]func(i int) float64{
		"in order":   func(i int) float64 { return float64(n - i) },
		"in reverse": func(i int) float64 { return float64(i + 1) },
		"scattered":  func(i int) float64 { return float64(i*7919%n + 1) },
	} {
		t.Run(name, func(t *testing.T) {
			b := rank.New(rank.Config{Seed: 11})
			for i := range n {
				_ = b.Add(uint64(i), start, place(i))
			}
			checkTowers(t, b, p)
			for i := range n {
				if i%8 != 0 {
					b.Remove(uint64(i))
				}
			}
			checkTowers(t, b, p)
			if err := rank.CheckInvariants(b); err != nil {
				t.Error(err)
			}
		})
	}
}

func checkTowers(t *testing.T, b *rank.Board, p float64) {
	t.Helper()
	slots, runs := rank.Slots(b)
	if got, want := slots[0], b.Stats().Blocks; got != want {
		t.Errorf("%d towers on %d blocks", got, want)
	}
	for level := range len(slots) - 1 {
		low, high := float64(slots[level]-1), float64(slots[level+1]-1) // but the head's
		if math.Abs(high-p*low) > 5*math.Sqrt(p*low)+1 {
			t.Errorf("of %v towers on level %d, %v reach the next", low, level, high)
		}
		if runs[level] != slots[level+1] {
			t.Errorf("%d runs on level %d, with %d towers above", runs[level], level, slots[level+1])
		}
	}
	if runs[len(runs)-1] != 1 {
		t.Errorf("%d runs on the top level", runs[len(runs)-1])
	}
}

// TestTowersOfAnyHeight moves, adds and removes members at random on boards whose
// towers are so high that every lane is short, and so low that hardly a run ends.
func TestTowersOfAnyHeight(t *testing.T) {
	const people = million / 40
	for _, bits := range []int{1, 2, 3, 5, 20} {
		t.Run(fmt.Sprint(bits), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(bits), 7))
			b, sums := rank.NewWithCoin(uint64(bits), bits), map[uint64]float64{}
			for round := range 8 {
				for range people {
					id := r.Uint64N(people)
					switch {
					case round%4 == 3 && r.IntN(8) > 0: // thin out
						b.Remove(id)
						delete(sums, id)
					default:
						weight := float64(1 + r.IntN(5000))
						_ = b.Add(id, start, weight)
						sums[id] += weight
					}
				}
				checkSums(t, b, sums)
			}
			for id := range sums {
				b.Remove(id)
			}
			checkSums(t, b, nil)
			if rank.Levels(b) != 0 {
				t.Errorf("%d levels over nobody", rank.Levels(b))
			}
		})
	}
}

// checkSums compares a board of plain sums with the sums, sorted.
func checkSums(t *testing.T, b *rank.Board, sums map[uint64]float64) {
	t.Helper()
	if err := rank.CheckInvariants(b); err != nil {
		t.Fatal(err)
	}
	want := make([]rank.Entry, 0, len(sums))
	for id, sum := range sums {
		want = append(want, rank.Entry{Member: id, Score: sum})
	}
	slices.SortFunc(want, func(a, b rank.Entry) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Member, b.Member))
	})
	for i := range want {
		want[i].Rank = i + 1
		if r, ok := b.Rank(want[i].Member); !ok || r != i+1 {
			t.Fatalf("rank of %d is %d (%v), want %d", want[i].Member, r, ok, i+1)
		}
	}
	for place := 1; place <= len(want); place += 200 {
		end := min(place+199, len(want))
		if got := b.Range(place, 200, start, nil); !slices.Equal(got, want[place-1:end]) {
			t.Fatalf("places %d to %d differ", place, end)
		}
	}
}

// TestSeedsShapeTheListOnly: boards of different seeds have other towers and the
// same snapshots, but for the seed in them.
func TestSeedsShapeTheListOnly(t *testing.T) {
	const n = 50_000
	shapes := map[int]bool{}
	var want []rank.Entry
	for seed := range uint64(8) {
		b := rank.New(rank.Config{Seed: seed})
		for i := range n {
			_ = b.Add(uint64(i), start, float64(i*7919%n+1))
		}
		slots, _ := rank.Slots(b)
		shapes[slots[1]] = true
		got := b.Top(n, start, nil)
		if want == nil {
			want = got
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("seed %d: place %d is %v, want %v", seed, i+1, got[i], want[i])
			}
		}
	}
	if len(shapes) < 3 {
		t.Errorf("%d shapes of 8 seeds", len(shapes))
	}
}
