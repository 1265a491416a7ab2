package sketch

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
)

// The precisions that a HyperLogLog can have.
const (
	MinPrecision = 4
	MaxPrecision = 18
)

// HyperLogLog estimates how many distinct items it was given.
//
// # Theory
//
// With precision p there are m = 2^p registers. The first p bits of an item's
// hash choose a register; the register keeps the maximum, over its items, of
// the position of the first one bit among the other q = 64-p bits: 1 for half
// of the items, 2 for a quarter, q+1 when they are all zero. Long runs of zeros
// are rare, so that the maxima tell the number of distinct items, and adding an
// item again changes nothing. (Flajolet, Fusy, Gandouet and Meunier, 2007.)
//
// The estimate is Ertl's improved raw estimator ("New cardinality estimation
// algorithms for HyperLogLog sketches", arXiv:1702.01284, section 4):
//
//	λ = α∞·m² / ( m·σ(C₀/m) + Σ Cₖ·2^-k + m·τ(1-C₍q+1₎/m)·2^-q )    k = 1…q
//
// where Cₖ registers hold k, α∞ = 1/(2 ln 2), and σ and τ stand in for what the
// registers at 0 and at q+1 cannot tell. It needs no table, no switch to linear
// counting and no bias correction anywhere between 0 and 2^64. The histogram C
// is kept as registers change, so that estimating looks at no register at all.
//
// # Error
//
// The relative standard error is √(3 ln 2 - 1)/√m = 1.039/√m: 0.81 % at p = 14;
// less while n is below m or near it. There is a bias of the order of 1/m, far
// below. Root mean square errors measured over 200 trials, a new key in each
// (BenchmarkHyperLogLogError):
//
//	         n = 10³    10⁴      10⁵      10⁶     theory   registers    stored
//	p = 10    2.43 %   3.20 %   3.19 %   3.49 %   3.25 %     1 KiB       784 B
//	p = 12    1.14 %   1.34 %   1.49 %   1.55 %   1.62 %     4 KiB     3,088 B
//	p = 14    0.57 %   0.61 %   0.75 %   0.79 %   0.81 %    16 KiB    12,304 B
//
// # Cost
//
// A register is a byte in memory, a third more than its six bits, so that Add
// is one load and, rarely, one store, and Merge takes eight registers a step;
// the stored form is packed to six bits. Add is O(1) and allocates nothing,
// Estimate is O(64-p), Merge and the codec are O(2^p).
//
// A HyperLogLog is made by [NewHyperLogLog] and is not safe for concurrent use.
type HyperLogLog struct {
	key       keys
	precision uint8
	registers []uint8

	// histogram[k] is the number of registers that hold k, k ≤ 65-precision.
	histogram [64]uint32
}

// NewHyperLogLog returns an empty sketch of 2^precision registers that hashes
// under key. It panics unless MinPrecision ≤ precision ≤ MaxPrecision.
func NewHyperLogLog(precision int, key Key) *HyperLogLog {
	if precision < MinPrecision || precision > MaxPrecision {
		panic(fmt.Sprintf("sketch: precision %d is outside %d…%d", precision, MinPrecision, MaxPrecision))
	}
	s := &HyperLogLog{
		key:       key.words(),
		precision: uint8(precision),
		registers: make([]uint8, 1<<precision),
	}
	s.histogram[0] = 1 << precision
	return s
}

// Add counts item, once however often it is added.
func (s *HyperLogLog) Add(item uint64) {
	h, p := s.key.item(item), s.precision&63
	// The one bit below the hash's own ends the run at q zeros.
	rank := uint8(bits.LeadingZeros64(h<<p|1<<(p-1)) + 1)
	if at := &s.registers[h>>(64-p)]; rank > *at {
		s.histogram[*at&63]--
		s.histogram[rank&63]++
		*at = rank
	}
}

// Merge makes s the sketch of the union: what it would be had it seen the items
// of both. It is commutative, associative and idempotent, to the last bit. When
// the keys differ (ErrKey) or the precisions do (ErrShape), s stays as it is.
func (s *HyperLogLog) Merge(other *HyperLogLog) error {
	if s.key != other.key {
		return fmt.Errorf("merge hyperloglog: %w", ErrKey)
	}
	if s.precision != other.precision {
		return fmt.Errorf("merge hyperloglog of precision %d into %d: %w", other.precision, s.precision, ErrShape)
	}
	for i := 0; i+8 <= len(s.registers); i += 8 {
		at := s.registers[i : i+8 : i+8]
		word := maxBytes(binary.LittleEndian.Uint64(at), binary.LittleEndian.Uint64(other.registers[i:]))
		binary.LittleEndian.PutUint64(at, word)
	}
	s.histogram = histogramOf(s.registers)
	return nil
}

// Reset forgets every item; precision and key stay.
func (s *HyperLogLog) Reset() {
	clear(s.registers)
	s.histogram = [64]uint32{0: uint32(len(s.registers))}
}

// Precision returns p, the logarithm of the number of registers.
func (s *HyperLogLog) Precision() int { return int(s.precision) }

// RelativeError returns the standard error of Estimate as a part of the true
// count, 1.039/√m: the estimate is within one of it two times in three, and
// within two of it nineteen times in twenty.
func (s *HyperLogLog) RelativeError() float64 {
	return math.Sqrt((3*math.Ln2 - 1) / float64(len(s.registers)))
}

// maxBytes returns the larger of each pair of bytes, all of them below 128.
func maxBytes(a, b uint64) uint64 {
	const high = 0x8080808080808080
	larger := (a | high) - b&^high // a's high bit survives where a ≥ b
	mask := larger & high >> 7 * 0xff
	return a&mask | b&^mask
}

// histogramOf counts in four lanes, because a counter that was just written is
// slow to read again and neighbours often hold the same value.
func histogramOf(registers []uint8) (sum [64]uint32) {
	var lanes [4][64]uint32
	for r := registers; len(r) >= 4; r = r[4:] {
		lanes[0][r[0]&63]++
		lanes[1][r[1]&63]++
		lanes[2][r[2]&63]++
		lanes[3][r[3]&63]++
	}
	for k := range sum {
		sum[k] = lanes[0][k] + lanes[1][k] + lanes[2][k] + lanes[3][k]
	}
	return sum
}
