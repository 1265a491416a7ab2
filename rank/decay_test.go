package rank_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"guildpulse/rank"
)

const decade = 10 * 365 * 24 * time.Hour

// TestDecayOverTenYears adds events of ten years in and out of order, and
// compares scores with sums in 300 bits.
func TestDecayOverTenYears(t *testing.T) {
	for _, halfLife := range []time.Duration{week, 30 * 24 * time.Hour, 365 * 24 * time.Hour, 100*24*time.Hour + 7*time.Millisecond} {
		for name, arrange := range map[string]func([]int64){
			"in order":   func(at []int64) { slices.Sort(at) },
			"in reverse": func(at []int64) { slices.Sort(at); slices.Reverse(at) },
			"shuffled":   func([]int64) {},
		} {
			t.Run(fmt.Sprintf("%v %s", halfLife, name), func(t *testing.T) {
				r := rand.New(rand.NewPCG(1, 2))
				at := make([]int64, 300)
				for i := range at {
					at[i] = start - r.Int64N(decade.Milliseconds())
				}
				arrange(at)
				checkDecay(t, r, halfLife, at)
			})
		}
	}
}

func checkDecay(t *testing.T, r *rand.Rand, halfLife time.Duration, at []int64) {
	b := rank.New(rank.Config{HalfLife: halfLife})
	sums := make([]*big.Float, 5)
	asked := []int64{start - decade.Milliseconds(), start, start + 12345, start + decade.Milliseconds()}
	for i, ms := range at {
		member, weight := i%len(sums), 1+99*r.Float64()
		if err := b.Add(uint64(member), ms, weight); err != nil {
			t.Fatal(err)
		}
		if sums[member] == nil {
			sums[member] = new(big.Float).SetPrec(300)
		}
		decayed := bigExp2(big.NewRat(ms-start, halfLife.Milliseconds()))
		sums[member].Add(sums[member], decayed.Mul(decayed, big.NewFloat(weight)))
	}
	for member, sum := range sums {
		for _, ms := range asked {
			want := bigExp2(big.NewRat(start-ms, halfLife.Milliseconds()))
			want.Mul(want, sum)
			got, _ := b.Score(uint64(member), ms)
			if e := off(got, want); e > 1e-15 {
				t.Errorf("member %d at %d: score %v is off by %.2g", member, ms, got, e)
			}
		}
	}
	if err := rank.CheckInvariants(b); err != nil {
		t.Error(err)
	}
}

// TestOrderStaysAsTimePasses asks for the same board at many times.
func TestOrderStaysAsTimePasses(t *testing.T) {
	b := rank.New(rank.Config{HalfLife: week})
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		_ = b.Add(r.Uint64N(700), start-r.Int64N(decade.Milliseconds()), 10*r.Float64())
	}
	want := members(b.Top(b.Len(), start, nil))
	for _, years := range []int64{-10000, -100, -20, -1, 0, 1, 20, 100, 10000} {
		at := start + years*decade.Milliseconds()/10
		got := b.Top(b.Len(), at, nil)
		if !slices.Equal(members(got), want) {
			t.Errorf("%d years on the order is another", years)
		}
		for i, e := range got {
			if math.IsNaN(e.Score) || math.IsInf(e.Score, 0) || e.Score < 0 {
				t.Fatalf("%d years on the score of %d is %v", years, e.Member, e.Score)
			}
			if i > 0 && e.Score > got[i-1].Score {
				t.Fatalf("%d years on place %d has a higher score than the one before", years, i+1)
			}
		}
	}
}

// TestLandmarkMovesChangeNoBit follows boards of different landmarks: as
// landmarks are whole half-lives apart, their scores are the same, bit for bit.
func TestLandmarkMovesChangeNoBit(t *testing.T) {
	halfLife := 1234567 * time.Millisecond
	late := rank.New(rank.Config{HalfLife: halfLife, Seed: 1})
	soon := rank.New(rank.Config{HalfLife: halfLife, Seed: 2})
	// The first event of each board decides its landmark.
	_ = late.Add(99, start, 1)
	_ = soon.Add(99, start-200*halfLife.Milliseconds(), 1)
	late.Remove(99)
	_ = late.Add(1, start, 1)
	_ = soon.Add(1, start, 1)
	soon.Remove(99)
	r := rand.New(rand.NewPCG(5, 6))
	at := int64(start)
	for range 4000 {
		member, weight := r.Uint64N(200), r.Float64()
		at += r.Int64N(halfLife.Milliseconds())
		_ = late.Add(member, at, weight)
		_ = soon.Add(member, at, weight)
		if soon.Stats().Landmark == late.Stats().Landmark {
			t.Fatal("the boards were meant to have different landmarks")
		}
	}
	if moved := late.Stats().Landmark - start; moved < 1000*halfLife.Milliseconds() {
		t.Errorf("the landmark moved by %d ms only", moved)
	}
	if !slices.Equal(late.Top(200, at, nil), soon.Top(200, at, nil)) {
		t.Error("scores depend on the landmark")
	}
}

// TestWhoIsForgotten: the longest without an event leave when the landmark
// moves past them, the others stay.
func TestWhoIsForgotten(t *testing.T) {
	b := rank.New(rank.Config{HalfLife: time.Minute})
	minute := time.Minute.Milliseconds()
	for i := range int64(1000) {
		_ = b.Add(uint64(i), start+i*minute, 1)
	}
	if b.Len() != 1000 {
		t.Errorf("%d members after 1,000 half-lives, want all", b.Len())
	}
	_ = b.Add(5000, start+1500*minute, 1)
	if b.Len() != 401 {
		t.Errorf("%d members, want the 400 of the last 900 half-lives and the new one", b.Len())
	}
	if err := rank.CheckInvariants(b); err != nil {
		t.Error(err)
	}
	_ = b.Add(6000, rank.MaxTime, 1)
	if got := members(b.Top(9, start, nil)); !slices.Equal(got, []uint64{6000}) {
		t.Errorf("%v remain of an event at the end of time", got)
	}
	_ = b.Add(7000, -rank.MaxTime, rank.MaxWeight)
	if got := members(b.Top(9, start, nil)); !slices.Equal(got, []uint64{6000}) {
		t.Errorf("%v remain after an event at the beginning of time", got)
	}
}

func TestExtremeTimes(t *testing.T) {
	for _, halfLife := range []time.Duration{time.Millisecond, week, (math.MaxInt64 / time.Millisecond) * time.Millisecond} {
		for _, landmark := range []int64{-rank.MaxTime, 0, rank.MaxTime} {
			for _, at := range []int64{-rank.MaxTime, 0, rank.MaxTime} {
				b := rank.New(rank.Config{HalfLife: halfLife, Landmark: landmark})
				_ = b.Add(1, at, 8)
				if score, ok := b.Score(1, at); !ok || math.Abs(score-8) > 1e-14 {
					t.Errorf("half-life %v, landmark %d: score at %d is %v", halfLife, landmark, at, score)
				}
				for _, ms := range []int64{math.MinInt64, 0, math.MaxInt64} {
					if score, ok := b.Score(1, ms); !ok || !(score >= 0 && score <= math.MaxFloat64) {
						t.Errorf("half-life %v, landmark %d, event at %d: score at %d is %v", halfLife, landmark, at, ms, score)
					}
				}
				data, _ := b.MarshalBinary()
				if err := new(rank.Board).UnmarshalBinary(data); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

func TestExp2(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	worst := 0.0
	for i := range 4000 {
		x := r.Float64()
		if i < 65 {
			x = min(float64(i)/64, math.Nextafter(1, 0))
		}
		exact, _ := new(big.Float).SetFloat64(x).Rat(nil)
		worst = max(worst, off(rank.Exp2(x), bigExp2(exact)))
	}
	if worst > 3e-16 {
		t.Errorf("exp2 is off by up to %.3g", worst)
	}
	if rank.Exp2(0) != 1 || rank.Exp2(0.5) != math.Sqrt2 {
		t.Error("exp2 of 0 or 1/2 is not exact")
	}
}

func TestSumsDoNotDrift(t *testing.T) {
	credits := make([]float64, 1_000_000)
	for i := range credits {
		credits[i] = 0.1
	}
	if got := rank.Accumulate(credits...); got != 100_000 {
		t.Errorf("a million times 0.1 is %v", got)
	}
}

// TestHalfPlaces adds what is exactly half of the last place.
func TestHalfPlaces(t *testing.T) {
	for _, sign := range []float64{1, -1} {
		for _, one := range []float64{1, math.Nextafter(1, 2), 1.5} {
			if got, want := rank.Accumulate(one, sign*0x1p-53, sign*0x1p-53), one+sign*0x1p-52; got != want {
				t.Errorf("%b and twice %b is %b, want %b", one, sign*0x1p-53, got, want)
			}
		}
	}
}

// TestTakenBackIsGone gives a large credit on top of small ones and takes it
// back: what remains must be the small ones, not what was left of them.
func TestTakenBackIsGone(t *testing.T) {
	for _, test := range []struct{ small, large float64 }{
		{1, 1 << 30}, {0.1, 1e9}, {1e-9, 3}, {0.3, 0.7}, {math.Pi, math.E * 1e6},
	} {
		got := rank.Accumulate(test.small, test.small, test.large, test.large, -test.large, -test.large)
		if e := math.Abs(got-2*test.small) / test.small; e > 1e-13 {
			t.Errorf("%v twice, after %v came and went, is %v", test.small, test.large, got)
		}
	}
}
