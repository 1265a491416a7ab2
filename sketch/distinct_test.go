package sketch_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"guildpulse/sketch"
)

// counter is what all sketches of distinct items offer.
type counter interface {
	stored
	Add(item uint64)
	Estimate() float64
	RelativeError() float64
	Precision() int
}

// errorTest is one number of a type's comment: the root mean square error that was
// measured at a precision after n items.
type errorTest struct {
	precision, n int
	rmse         float64
}

// soak is how many times longer the long tests run: GUILDPULSE_SOAK, or 0 where nobody
// asks for that.
func soak() int {
	text := os.Getenv("GUILDPULSE_SOAK")
	if text == "" {
		return 0
	}
	factor, err := strconv.Atoi(text)
	if err != nil || factor < 1 {
		panic("GUILDPULSE_SOAK=" + text + ": want a number from 1 on")
	}
	return factor
}

// TestMain runs every state machine a hundred times, and in a soak GUILDPULSE_SOAK times
// as often.
func TestMain(m *testing.M) {
	_ = flag.Set("rapid.checks", strconv.Itoa(100*max(1, soak())))
	flag.Parse()
	os.Exit(m.Run())
}

// trialsOfErrors are 60, or 200 and more when there is time.
func trialsOfErrors() int {
	if factor := soak(); factor > 0 {
		return 200 * factor
	}
	return 60
}

// testErrors measures anew what the comments say, with room for other keys to come
// out differently: the RMSE of t trials varies by a part of 1/√2t.
func testErrors(t *testing.T, make func(precision int, key sketch.Key) counter, tests []errorTest) {
	trials := trialsOfErrors()
	room := 4 / math.Sqrt(2*float64(trials))
	for _, test := range tests {
		t.Run(fmt.Sprintf("p=%d/n=%d", test.precision, test.n), func(t *testing.T) {
			bias, rmse := distinctErrors(make, test.precision, test.n, trials)
			t.Logf("bias %.3f %%, rmse %.3f %%", 100*bias, 100*rmse)
			if math.Abs(rmse/test.rmse-1) > room {
				t.Errorf("root mean square error %.4f, measured before: %.4f", rmse, test.rmse)
			}
			if limit := 4 * rmse / math.Sqrt(float64(trials)); math.Abs(bias) > limit {
				t.Errorf("bias %.5f exceeds four standard errors of the mean, %.5f", bias, limit)
			}
			s := make(test.precision, testKey(0))
			for item := range uint64(test.n) {
				s.Add(item)
			}
			if promised := s.RelativeError(); rmse > (1+room)*promised {
				t.Errorf("root mean square error %.4f, RelativeError() promises %.4f", rmse, promised)
			}
		})
	}
}

// distinctErrors counts the items 1…n under a new key in every trial.
func distinctErrors(make func(int, sketch.Key) counter, precision, n, trials int) (bias, rmse float64) {
	return errorsOver(trials, float64(n), func(trial uint64) float64 {
		s := make(precision, testKey(trial))
		for item := range uint64(n) {
			s.Add(item + 1)
		}
		return s.Estimate()
	})
}

func newHyperLogLog(p int, key sketch.Key) counter { return sketch.NewHyperLogLog(p, key) }
func newUltraLogLog(p int, key sketch.Key) counter { return sketch.NewUltraLogLog(p, key) }
func newMartingale(p int, key sketch.Key) counter  { return sketch.NewMartingale(p, key) }

// Until registers take over, counts are exact.
func TestFewItemsCountExactly(t *testing.T) {
	for _, make := range []func(int, sketch.Key) counter{newHyperLogLog, newUltraLogLog, newMartingale} {
		s := make(14, testKey(1))
		if got := s.Estimate(); got != 0 {
			t.Errorf("%T: empty, it estimates %v", s, got)
		}
		for n := 1; n <= 3_000; n++ {
			for range 3 {
				s.Add(uint64(n))
			}
			if got := s.Estimate(); math.Abs(got-float64(n)) > 0.0002*float64(n) {
				t.Fatalf("%T: %d items estimate as %v", s, n, got)
			}
		}
		if got := s.RelativeError(); got > 0.0002 {
			t.Errorf("%T: a relative error of %v is said of a count that is exact", s, got)
		}
	}
}

// Registers take over without a step: the estimate goes on from where it was.
func TestTokensBecomeRegisters(t *testing.T) {
	for _, make := range []func(int, sketch.Key) counter{newHyperLogLog, newUltraLogLog, newMartingale} {
		s, n := make(12, testKey(1)), 0.0
		for s.RelativeError() < 0.001 {
			n++
			s.Add(uint64(n))
		}
		if n != 3<<12/16+1 {
			t.Errorf("%T: %v items are counted by registers, want at most %d tokens", s, n, 3<<12/16)
		}
		if got := s.Estimate(); math.Abs(got/n-1) > 0.02 {
			t.Errorf("%T: %v items estimate as %v", s, n, got)
		}
	}
}

func TestDistinctAllocations(t *testing.T) {
	for _, make := range []func(int, sketch.Key) counter{newHyperLogLog, newUltraLogLog, newMartingale} {
		s, item := make(12, testKey(1)), uint64(0)
		for ; item < 1_000; item++ { // more than are kept as tokens
			s.Add(item)
		}
		assertNoAllocs(t, fmt.Sprintf("%T: Add", s), func() { item++; s.Add(item) })
		assertNoAllocs(t, fmt.Sprintf("%T: Estimate", s), func() { s.Estimate() })
	}
}

func TestDistinctPrecisions(t *testing.T) {
	for _, make := range []func(int, sketch.Key) counter{newHyperLogLog, newUltraLogLog, newMartingale} {
		for _, precision := range []int{-1, 0, sketch.MinPrecision - 1, sketch.MaxPrecision + 1, 256 + 14} {
			assertPanics(t, fmt.Sprintf("precision %d", precision), func() { make(precision, sketch.Key{}) })
		}
		for precision := sketch.MinPrecision; precision <= sketch.MaxPrecision; precision++ {
			if got := make(precision, sketch.Key{}).Precision(); got != precision {
				t.Errorf("Precision() = %d, want %d", got, precision)
			}
		}
	}
}

// Whoever knows the key can choose people who count as a handful; under another
// key the same people count as what they are.
func TestCollapseAttackNeedsTheKey(t *testing.T) {
	const precision, crowd = 10, 2_000
	known, secret := testKey(1), testKey(2)
	for _, make := range []func(int, sketch.Key) counter{newHyperLogLog, newUltraLogLog} {
		attacked, kept := make(precision, known), make(precision, secret)
		for item, chosen := uint64(0), 0; chosen < crowd; item++ {
			if known.Hash(item)>>(64-precision) != 0 {
				continue // not in register 0
			}
			attacked.Add(item)
			kept.Add(item)
			chosen++
		}
		if got := attacked.Estimate(); got > crowd/100 {
			t.Errorf("%T: with the key known the crowd counts as %.0f: the attack is not one", attacked, got)
		}
		if got := kept.Estimate(); math.Abs(got-crowd) > 4*kept.RelativeError()*crowd {
			t.Errorf("%T: with the key secret a crowd of %d counts as %.0f", kept, crowd, got)
		}
	}
}
