package sketch_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"testing"

	"guildpulse/sketch"

	"pgregory.net/rapid"
)

// slowUltraLogLog is the definition, written down: every rank that a register has
// seen, hash bits looked at one by one, the likelihood's equation halved down.
type slowUltraLogLog struct {
	key       sketch.Key
	precision int
	ranks     map[uint64]map[int]bool
}

func newSlowUltraLogLog(precision int, key sketch.Key) *slowUltraLogLog {
	return &slowUltraLogLog{key, precision, map[uint64]map[int]bool{}}
}

func (s *slowUltraLogLog) add(item uint64) {
	h := sketch.SipHash(1, 3, s.key, binary.LittleEndian.AppendUint64(nil, item))
	rank := 1
	for bit := 63 - s.precision; bit >= 0 && h>>bit&1 == 0; bit-- {
		rank++
	}
	s.see(h>>(64-s.precision), rank)
}

func (s *slowUltraLogLog) see(register uint64, rank int) {
	if s.ranks[register] == nil {
		s.ranks[register] = map[int]bool{}
	}
	s.ranks[register][rank] = true
}

func (s *slowUltraLogLog) merge(other *slowUltraLogLog) {
	for register, ranks := range other.ranks {
		for rank := range ranks {
			s.see(register, rank)
		}
	}
}

func (s *slowUltraLogLog) highest(register uint64) (u int) {
	for rank := range s.ranks[register] {
		u = max(u, rank)
	}
	return u
}

// all are the registers in order.
func (s *slowUltraLogLog) all() []uint8 {
	all := make([]uint8, 1<<s.precision)
	for register, ranks := range s.ranks {
		u := s.highest(register)
		r := 4 * u
		if ranks[u-1] {
			r += 2
		}
		if ranks[u-2] {
			r++
		}
		all[register] = uint8(r)
	}
	return all
}

// probability is that of a rank, for an item of the register.
func (s *slowUltraLogLog) probability(rank int) float64 {
	return math.Exp2(-float64(min(rank, 64-s.precision)))
}

// open is α: what is known to be unseen, over all registers.
func (s *slowUltraLogLog) open() (alpha float64) {
	for register := range uint64(1) << s.precision {
		u := s.highest(register)
		for rank := max(1, u-2); rank <= 65-s.precision; rank++ {
			if !s.ranks[register][rank] {
				alpha += s.probability(rank)
			}
		}
	}
	return alpha
}

// beta is, for each rank, how many registers are known to have seen it.
func (s *slowUltraLogLog) beta() map[int]float64 {
	beta := map[int]float64{}
	for register, ranks := range s.ranks {
		u := s.highest(register)
		for rank := max(1, u-2); rank <= u; rank++ {
			if ranks[rank] {
				beta[rank]++
			}
		}
	}
	return beta
}

func (s *slowUltraLogLog) estimate() float64 {
	m, alpha, beta := math.Exp2(float64(s.precision)), s.open(), s.beta()
	excess := func(x float64) float64 {
		sum := -alpha
		for rank, n := range beta {
			q := s.probability(rank)
			sum += n * q / math.Expm1(x*q)
		}
		return sum
	}
	switch {
	case len(s.ranks) == 0:
		return 0
	case alpha == 0:
		return 1 << 64
	}
	low, high := -10.0, 64.0 // of log₂ x
	for range 60 {
		if middle := (low + high) / 2; excess(math.Exp2(middle)) > 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return min(math.Exp2(low)*m/(1+0.48147376527720065/m), 1<<64)
}

func TestUltraLogLogIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, precision := drawKey(t), rapid.IntRange(4, 8).Draw(t, "precision")
		s, slow := sketch.NewUltraLogLog(precision, key), newSlowUltraLogLog(precision, key)
		exact := map[uint64]bool{}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				start, n := rapid.Uint64().Draw(t, "start"), rapid.Uint64Range(1, 100).Draw(t, "n")
				for i := range n {
					s.Add(start + i)
					slow.add(start + i)
					exact[start+i] = true
				}
			},
			"merge": func(t *rapid.T) {
				var others []*sketch.UltraLogLog
				for _, items := range rapid.SliceOfN(rapid.SliceOf(rapid.Uint64()), 0, 3).Draw(t, "others") {
					other := sketch.NewUltraLogLog(precision, key)
					for _, item := range items {
						other.Add(item)
						slow.add(item)
						exact[item] = true
					}
					others = append(others, other)
				}
				if err := s.Merge(others...); err != nil {
					t.Fatal(err)
				}
			},
			"store and load": func(t *rapid.T) {
				data, _ := s.MarshalBinary()
				s = sketch.NewUltraLogLog(4, key)
				if err := s.UnmarshalBinary(data); err != nil {
					t.Fatal(err)
				}
			},
			"reset": func(t *rapid.T) {
				s.Reset()
				slow = newSlowUltraLogLog(precision, key)
				clear(exact)
			},
			"": func(t *rapid.T) {
				registers, sparse, counted := sketch.UltraLogLogRegisters(s)
				if !bytes.Equal(registers, slow.all()) {
					t.Fatal("registers differ")
				}
				if !counted {
					t.Fatal("the statistics are not those of the registers")
				}
				want, tolerance := slow.estimate(), 1e-9
				if sparse {
					want, tolerance = float64(len(exact)), 1e-4
				}
				if got := s.Estimate(); math.Abs(got-want) > tolerance*want {
					t.Fatalf("Estimate() = %v, want %v", got, want)
				}
			},
		})
	})
}

// The estimate solves the equation for any registers, also such as 2^60 items
// would leave: nobody has time to add those.
func TestUltraLogLogEstimateOfAnyRegisters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slow := newSlowUltraLogLog(rapid.IntRange(4, 6).Draw(t, "precision"), drawKey(t))
		most := 65 - slow.precision
		lowest := rapid.IntRange(1, most).Draw(t, "lowest")
		highest := rapid.IntRange(lowest, most).Draw(t, "highest")
		for register := range uint64(1) << slow.precision {
			for range rapid.IntRange(0, 4).Draw(t, "ranks") {
				slow.see(register, rapid.IntRange(lowest, highest).Draw(t, "rank"))
			}
		}
		got, want := sketch.UltraLogLogOf(slow.precision, slow.key, slow.all()).Estimate(), slow.estimate()
		if math.Abs(got-want) > 1e-8*want {
			t.Fatalf("Estimate() = %v, by the equation %v", got, want)
		}
	})
}

// Registers that only hostile bytes can hold must not estimate infinity.
func TestUltraLogLogEstimateIsBounded(t *testing.T) {
	for precision := sketch.MinPrecision; precision <= sketch.MaxPrecision; precision++ {
		for flags := range uint8(4) {
			registers := bytes.Repeat([]byte{uint8(65-precision)<<2 | flags}, 1<<precision)
			got := sketch.UltraLogLogOf(precision, sketch.Key{}, registers).Estimate()
			if !(got > 1<<58 && got <= 1<<64) {
				t.Errorf("precision %d: full registers estimate %v", precision, got)
			}
		}
	}
}

// Every pair of registers unites to what the ranks in their windows say: eight at
// once by words, and 64 at once where the processor can.
func TestUltraLogLogUnitesEveryPair(t *testing.T) {
	var valid []uint8
	for u := range uint8(62) {
		for flags := range uint8(4) {
			if u > 2 || flags == 0 || u == 2 && flags == 2 {
				valid = append(valid, 4*u+flags)
			}
		}
	}
	ranks := func(r uint8) (set uint64) { // rank k is bit k+2; there is no rank 0
		if r>>2 > 0 {
			set = uint64(4|r&3) << (r >> 2)
		}
		return set
	}
	var left, right, want []uint8
	for _, a := range valid {
		for _, b := range valid {
			u := max(a>>2, b>>2)
			both := (ranks(a) | ranks(b)) >> u & 3
			left, right, want = append(left, a), append(right, b), append(want, u<<2|uint8(both))
		}
	}
	left, right, want = left[:len(left)&^7], right[:len(left)&^7], want[:len(left)&^7]
	check := func() {
		got := slices.Clone(left)
		sketch.Unite(got, right)
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%#02x and %#02x unite to %#02x, want %#02x", left[i], right[i], got[i], want[i])
			}
		}
	}
	check()
	sketch.WithoutLanes(check)
}

// The numbers are those of the type's comment.
func TestUltraLogLogError(t *testing.T) {
	testErrors(t, newUltraLogLog, []errorTest{
		{10, 1_000, 0.0166},
		{10, 10_000, 0.0215},
		{12, 20_000, 0.0097},
	})
}

func TestUltraLogLogMergeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := drawKey(t)
		sets := rapid.SliceOfN(rapid.SliceOf(rapid.Uint64Range(0, 500)), 3, 3).Draw(t, "sets")
		build := func(parts ...[]uint64) *sketch.UltraLogLog {
			s := sketch.NewUltraLogLog(7, key)
			for _, part := range parts {
				for _, item := range part {
					s.Add(item)
				}
			}
			return s
		}
		join := func(a *sketch.UltraLogLog, others ...*sketch.UltraLogLog) *sketch.UltraLogLog {
			if err := a.Merge(others...); err != nil {
				t.Fatal(err)
			}
			return a
		}
		a, b, c := sets[0], sets[1], sets[2]
		same := func(law string, x, y *sketch.UltraLogLog) {
			left, _ := x.MarshalBinary()
			right, _ := y.MarshalBinary()
			if !bytes.Equal(left, right) || x.Estimate() != y.Estimate() {
				t.Fatalf("merge is not %s", law)
			}
		}
		same("union", join(build(a), build(b)), build(a, b))
		same("commutative", join(build(a), build(b)), join(build(b), build(a)))
		same("associative", join(join(build(a), build(b)), build(c)), join(build(a), join(build(b), build(c))))
		same("of many", join(build(a), build(b), build(c)), build(c, b, a))
		s := build(a)
		same("idempotent", join(s, s), build(a))
	})
}

func TestUltraLogLogMergeRefuses(t *testing.T) {
	tests := []struct {
		name  string
		other *sketch.UltraLogLog
		want  error
	}{
		{"another key", filledUltraLogLog(testKey(2)), sketch.ErrKey},
		{"another precision", sketch.NewUltraLogLog(7, testKey(1)), sketch.ErrShape},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, fits := filledUltraLogLog(testKey(1)), sketch.NewUltraLogLog(6, testKey(1))
			fits.Add(1 << 40)
			before, estimate := marshal(t, s), s.Estimate()
			if err := s.Merge(fits, test.other); !errors.Is(err, test.want) {
				t.Errorf("Merge() = %v, want %v", err, test.want)
			}
			if !bytes.Equal(marshal(t, s), before) || s.Estimate() != estimate {
				t.Error("the receiver changed")
			}
		})
	}
}

// A small sketch is small, in memory and stored.
func TestUltraLogLogStoredSize(t *testing.T) {
	tests := []struct{ precision, n, bytes int }{
		{12, 0, 24},
		{12, 10, 24 + 35},
		{12, 700, 24 + 1_800},
		{12, 100_000, 24 + 2_120},
		{14, 3_000, 24 + 6_900},
		{14, 1_000_000, 24 + 8_250},
	}
	for _, test := range tests {
		s := sketch.NewUltraLogLog(test.precision, testKey(1))
		for item := range uint64(test.n) {
			s.Add(item)
		}
		got := len(marshal(t, s))
		t.Logf("precision %d, %d items: %d bytes", test.precision, test.n, got)
		if got > test.bytes {
			t.Errorf("precision %d, %d items: %d bytes, want at most %d", test.precision, test.n, got, test.bytes)
		}
	}
}
