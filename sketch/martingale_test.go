package sketch_test

import (
	"bytes"
	"math"
	"testing"

	"guildpulse/sketch"

	"pgregory.net/rapid"
)

// The sum is that of one over the probability of each change, from where the
// registers took over; the sketch within is that of the items.
func TestMartingaleIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, precision := drawKey(t), rapid.IntRange(4, 5).Draw(t, "precision")
		s, slow := sketch.NewMartingale(precision, key), newSlowUltraLogLog(precision, key)
		sum, exact := 0.0, map[uint64]bool{}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				start, n := rapid.Uint64().Draw(t, "start"), rapid.Uint64Range(1, 30).Draw(t, "n")
				for i := range n {
					before, changes := slow.all(), slow.open()/math.Exp2(float64(precision))
					slow.add(start + i)
					exact[start+i] = true
					if len(exact) <= 3<<precision/16+1 {
						sum = float64(len(exact))
					} else if !bytes.Equal(before, slow.all()) {
						sum += 1 / changes
					}
					s.Add(start + i)
				}
			},
			"store and load": func(t *rapid.T) {
				data, _ := s.MarshalBinary()
				s = sketch.NewMartingale(4, key)
				if err := s.UnmarshalBinary(data); err != nil {
					t.Fatal(err)
				}
			},
			"reset": func(t *rapid.T) {
				s.Reset()
				slow, sum = newSlowUltraLogLog(precision, key), 0
				clear(exact)
			},
			"": func(t *rapid.T) {
				if got := s.Estimate(); math.Abs(got-sum) > 1e-6*sum {
					t.Fatalf("Estimate() = %v, want %v", got, sum)
				}
				if got, _, counted := sketch.UltraLogLogRegisters(s.Sketch()); !bytes.Equal(got, slow.all()) || !counted {
					t.Fatal("the sketch within is not that of the items")
				}
			},
		})
	})
}

// The numbers are those of the type's comment.
func TestMartingaleError(t *testing.T) {
	testErrors(t, newMartingale, []errorTest{
		{10, 1_000, 0.0145},
		{10, 10_000, 0.0182},
		{12, 20_000, 0.0084},
	})
}

// What is taken out to be merged is a copy.
func TestMartingaleSketchIsACopy(t *testing.T) {
	for _, n := range []uint64{10, 10_000} {
		s := sketch.NewMartingale(10, testKey(1))
		for item := range n {
			s.Add(item)
		}
		before := marshal(t, s)
		taken := s.Sketch()
		for item := range n {
			taken.Add(1<<40 + item)
		}
		if !bytes.Equal(marshal(t, s), before) {
			t.Errorf("%d items: what was done to the copy shows in the original", n)
		}
	}
}
