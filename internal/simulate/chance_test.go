package simulate_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"guildpulse/internal/simulate"
)

// TestExponential compares the dice with the distribution's own figures; the
// bounds are five standard errors wide, and the seed is fixed.
func TestExponential(t *testing.T) {
	const n = 200_000
	d := simulate.NewDice(1)
	sum, squares, beyond := 0.0, 0.0, [4]int{}
	for range n {
		x := d.Exp()
		sum, squares = sum+x, squares+x*x
		for k := range beyond {
			if x > float64(k) {
				beyond[k]++
			}
		}
	}
	if mean := sum / n; math.Abs(mean-1) > 5/math.Sqrt(n) {
		t.Errorf("mean %f, want 1", mean)
	}
	if second := squares / n; math.Abs(second-2) > 5*math.Sqrt(20.0/n) {
		t.Errorf("second moment %f, want 2", second)
	}
	for k, count := range beyond {
		p := math.Exp(-float64(k))
		if got := float64(count) / n; math.Abs(got-p) > 5*math.Sqrt(p*(1-p)/n) {
			t.Errorf("beyond %d: %f, want %f", k, got, p)
		}
	}
}

func TestPoisson(t *testing.T) {
	for _, mean := range []float64{0, 0.01, 0.7, 3, 40} {
		const n = 50_000
		d := simulate.NewDice(2)
		sum, squares := 0.0, 0.0
		for range n {
			x := float64(d.Poisson(mean))
			sum, squares = sum+x, squares+x*x
		}
		got := sum / n
		if math.Abs(got-mean) > 5*math.Sqrt(mean/n) {
			t.Errorf("mean %f, want %f", got, mean)
		}
		if v := squares/n - got*got; math.Abs(v-mean) > 5*math.Sqrt((mean+2*mean*mean)/n) {
			t.Errorf("variance %f, want %f", v, mean)
		}
	}
}

func TestZipf(t *testing.T) {
	const n, size = 100_000, 7
	d, counts, harmonic := simulate.NewDice(3), [size]int{}, 0.0
	for range n {
		counts[d.Zipf(size)]++
	}
	for i := range size {
		harmonic += 1 / float64(i+1)
	}
	for i, count := range counts {
		p := 1 / float64(i+1) / harmonic
		if got := float64(count) / n; math.Abs(got-p) > 5*math.Sqrt(p*(1-p)/n) {
			t.Errorf("index %d: %f, want %f", i, got, p)
		}
	}
}

// TestUnit checks that hashes of neighbouring words are spread evenly.
func TestUnit(t *testing.T) {
	const n, cells = 64_000, 16
	counts := [cells]int{}
	for i := range uint64(n) {
		counts[int(simulate.Unit(7, i/250, i%250)*cells)]++
	}
	chi := 0.0
	for _, count := range counts {
		diff := float64(count) - n/cells
		chi += diff * diff / (n / cells)
	}
	if chi > 45 { // 15 degrees of freedom, one in ten thousand
		t.Errorf("chi squared %f", chi)
	}
}

// TestQueue compares the heap with a sorted slice.
func TestQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q simulate.Queue
		var oracle []simulate.Entry
		serial := 0
		entry := func(t *rapid.T) simulate.Entry {
			serial++
			return simulate.Entry{At: rapid.IntRange(0, 20).Draw(t, "at"), Serial: serial}
		}
		insert := func(e simulate.Entry) {
			oracle = append(oracle, e)
			slices.SortFunc(oracle, func(a, b simulate.Entry) int {
				return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Serial, b.Serial))
			})
		}
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				e := entry(t)
				q.Push(e)
				insert(e)
			},
			"pop": func(t *rapid.T) {
				if len(oracle) == 0 {
					return
				}
				if got := q.Pop(); got != oracle[0] {
					t.Fatalf("popped %v, want %v", got, oracle[0])
				}
				oracle = oracle[1:]
			},
			"replace": func(t *rapid.T) {
				if len(oracle) == 0 {
					return
				}
				e := entry(t)
				q.Replace(e)
				oracle = slices.Clone(oracle[1:])
				insert(e)
			},
			"": func(t *rapid.T) {
				if q.Len() != len(oracle) {
					t.Fatalf("%d entries, want %d", q.Len(), len(oracle))
				}
				if len(oracle) > 0 && q.Top() != oracle[0] {
					t.Fatalf("top %v, want %v", q.Top(), oracle[0])
				}
			},
		})
	})
}
