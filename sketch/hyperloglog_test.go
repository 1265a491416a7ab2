package sketch_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"guildpulse/sketch"

	"pgregory.net/rapid"
)

// slowHyperLogLog is the definition, written down: registers in a map, bits
// looked at one by one, the estimator as the formula has it.
type slowHyperLogLog struct {
	key       sketch.Key
	precision int
	registers map[uint64]int
}

func newSlowHyperLogLog(precision int, key sketch.Key) *slowHyperLogLog {
	return &slowHyperLogLog{key, precision, map[uint64]int{}}
}

func (s *slowHyperLogLog) add(item uint64) {
	h := sketch.SipHash(1, 3, s.key, binary.LittleEndian.AppendUint64(nil, item))
	register := h >> (64 - s.precision)
	position := 1
	for bit := 63 - s.precision; bit >= 0 && h>>bit&1 == 0; bit-- {
		position++
	}
	s.registers[register] = max(s.registers[register], position)
}

func (s *slowHyperLogLog) merge(other *slowHyperLogLog) {
	for register, position := range other.registers {
		s.registers[register] = max(s.registers[register], position)
	}
}

func (s *slowHyperLogLog) estimate() float64 {
	m, q := math.Pow(2, float64(s.precision)), 64-s.precision
	zeros, full, sum := m-float64(len(s.registers)), 0.0, 0.0
	for _, position := range s.registers {
		if position == q+1 {
			full++
		} else {
			sum += math.Pow(2, -float64(position))
		}
	}
	if zeros == m {
		return 0
	}
	sigma, x := zeros/m, zeros/m
	for k := 1.0; k <= 60; k++ {
		sigma += math.Pow(x, math.Pow(2, k)) * math.Pow(2, k-1)
	}
	tau, x := full/m, 1-full/m
	for k := 1.0; k <= 60; k++ {
		tau -= math.Pow(1-math.Pow(x, math.Pow(2, -k)), 2) * math.Pow(2, -k)
	}
	sum += m*sigma + m*tau/3*math.Pow(2, -float64(q))
	return m * m / (2 * math.Ln2 * sum)
}

// all are the registers in order.
func (s *slowHyperLogLog) all() []uint8 {
	all := make([]uint8, 1<<s.precision)
	for register, position := range s.registers {
		all[register] = uint8(position)
	}
	return all
}

// bytes is the stored form of version 1, bit by bit.
func (s *slowHyperLogLog) bytes() []byte {
	body := make([]byte, 6<<s.precision/8)
	for register, position := range s.registers {
		for bit := range uint64(6) {
			at := 6*register + bit
			body[at/8] |= byte(position>>bit&1) << (at % 8)
		}
	}
	header := append([]byte("GPHL"), 1, byte(s.precision), 0, 0)
	header = binary.LittleEndian.AppendUint64(header, s.key.Fingerprint())
	return append(header, body...)
}

func TestHyperLogLogIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, precision := drawKey(t), rapid.IntRange(4, 9).Draw(t, "precision")
		s, slow := sketch.NewHyperLogLog(precision, key), newSlowHyperLogLog(precision, key)
		exact := map[uint64]bool{}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				start, n := rapid.Uint64().Draw(t, "start"), rapid.Uint64Range(1, 300).Draw(t, "n")
				for i := range n {
					s.Add(start + i)
					slow.add(start + i)
					exact[start+i] = true
				}
			},
			"merge": func(t *rapid.T) {
				other, slowOther := sketch.NewHyperLogLog(precision, key), newSlowHyperLogLog(precision, key)
				for _, item := range rapid.SliceOf(rapid.Uint64()).Draw(t, "items") {
					other.Add(item)
					slowOther.add(item)
					exact[item] = true
				}
				if err := s.Merge(other); err != nil {
					t.Fatal(err)
				}
				slow.merge(slowOther)
			},
			"store and load": func(t *rapid.T) {
				data, _ := s.MarshalBinary()
				s = sketch.NewHyperLogLog(4, key)
				if err := s.UnmarshalBinary(data); err != nil {
					t.Fatal(err)
				}
			},
			"load version 1": func(t *rapid.T) {
				s = sketch.NewHyperLogLog(4, key)
				if err := s.UnmarshalBinary(slow.bytes()); err != nil {
					t.Fatal(err)
				}
			},
			"reset": func(t *rapid.T) {
				s.Reset()
				slow = newSlowHyperLogLog(precision, key)
				clear(exact)
			},
			"": func(t *rapid.T) {
				registers, sparse, counted := sketch.HyperLogLogRegisters(s)
				if !bytes.Equal(registers, slow.all()) {
					t.Fatal("registers differ")
				}
				if !counted {
					t.Fatal("the histogram is not that of the registers")
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

// The numbers are those of the type's comment.
func TestHyperLogLogError(t *testing.T) {
	testErrors(t, newHyperLogLog, []errorTest{
		{10, 1_000, 0.0243},
		{10, 10_000, 0.0320},
		{12, 20_000, 0.0147},
	})
}

// The estimator is the formula for any registers, also such as 2^60 items would
// leave: nobody has time to add those.
func TestHyperLogLogEstimateOfAnyRegisters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slow := newSlowHyperLogLog(rapid.IntRange(4, 7).Draw(t, "precision"), drawKey(t))
		most := 65 - slow.precision
		lowest := rapid.IntRange(0, most).Draw(t, "lowest")
		for register := range uint64(1) << slow.precision {
			if position := rapid.IntRange(lowest, most).Draw(t, "position"); position > 0 {
				slow.registers[register] = position
			}
		}
		s := sketch.NewHyperLogLog(4, slow.key)
		if err := s.UnmarshalBinary(slow.bytes()); err != nil {
			t.Fatal(err)
		}
		want := min(slow.estimate(), 1<<64)
		if got := s.Estimate(); math.Abs(got-want) > 1e-9*want {
			t.Fatalf("Estimate() = %v, by the formula %v", got, want)
		}
	})
}

// Registers that only hostile bytes can hold must not estimate infinity.
func TestHyperLogLogEstimateIsBounded(t *testing.T) {
	for precision := sketch.MinPrecision; precision <= sketch.MaxPrecision; precision++ {
		slow := newSlowHyperLogLog(precision, sketch.Key{})
		for register := range uint64(1) << precision {
			slow.registers[register] = 65 - precision
		}
		s := sketch.NewHyperLogLog(precision, sketch.Key{})
		if err := s.UnmarshalBinary(slow.bytes()); err != nil {
			t.Fatal(err)
		}
		if got := s.Estimate(); got != 1<<64 {
			t.Errorf("precision %d: full registers estimate %v, want 2^64", precision, got)
		}
	}
}

func TestHyperLogLogMergeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := drawKey(t)
		sets := rapid.SliceOfN(rapid.SliceOf(rapid.Uint64Range(0, 500)), 3, 3).Draw(t, "sets")
		build := func(parts ...[]uint64) *sketch.HyperLogLog {
			s := sketch.NewHyperLogLog(6, key)
			for _, part := range parts {
				for _, item := range part {
					s.Add(item)
				}
			}
			return s
		}
		join := func(a, b *sketch.HyperLogLog) *sketch.HyperLogLog {
			if err := a.Merge(b); err != nil {
				t.Fatal(err)
			}
			return a
		}
		a, b, c := sets[0], sets[1], sets[2]
		same := func(law string, x, y *sketch.HyperLogLog) {
			left, _ := x.MarshalBinary()
			right, _ := y.MarshalBinary()
			if !bytes.Equal(left, right) || x.Estimate() != y.Estimate() {
				t.Fatalf("merge is not %s", law)
			}
		}
		same("union", join(build(a), build(b)), build(a, b))
		same("commutative", join(build(a), build(b)), join(build(b), build(a)))
		same("associative", join(join(build(a), build(b)), build(c)), join(build(a), join(build(b), build(c))))
		s := build(a)
		same("idempotent", join(s, s), build(a))
	})
}

func TestHyperLogLogMergeRefuses(t *testing.T) {
	tests := []struct {
		name  string
		other *sketch.HyperLogLog
		want  error
	}{
		{"another key", filledHyperLogLog(testKey(2)), sketch.ErrKey},
		{"another precision", sketch.NewHyperLogLog(7, testKey(1)), sketch.ErrShape},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := filledHyperLogLog(testKey(1))
			before, estimate := marshal(t, s), s.Estimate()
			if err := s.Merge(test.other); !errors.Is(err, test.want) {
				t.Errorf("Merge() = %v, want %v", err, test.want)
			}
			if !bytes.Equal(marshal(t, s), before) || s.Estimate() != estimate {
				t.Error("the receiver changed")
			}
		})
	}
}
