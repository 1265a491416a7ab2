package sketch

import (
	"fmt"
	"math"
)

// UltraLogLog estimates how many distinct items it was given, a quarter more
// exactly than a HyperLogLog of as many bytes, and small numbers exactly.
//
// # Theory
//
// With precision p there are m = 2^p registers of one byte. The first p bits of
// an item's hash choose a register; its rank is the position of the first one
// bit among the others, 1 for half of the items, 2 for a quarter, and so on to
// 65-p. A HyperLogLog's register keeps the highest rank, u, in six bits. Here
// the two bits left of the byte say whether ranks u-1 and u-2 came as well:
//
//	7             2   1     0
//	┌──────────────┬─────┬─────┐
//	│  u, 0 … 61   │ u-1 │ u-2 │
//	└──────────────┴─────┴─────┘
//
// Most of what the highest rank leaves unsaid is in these two. Registers are a
// function of the set of items, whatever their order and however often they
// came, and those of a union follow from those of its parts. (Ertl,
// "UltraLogLog", arXiv:2308.16862, VLDB 2024.)
//
// The estimate is the maximum likelihood of a number n of items. When registers
// receive items by a Poisson law, rank k comes to one of them with probability
// 1-e^(-n·2^-k/m), and with βₖ registers known to have seen k, and α the sum of
// 2^-k over all ranks known to be unseen in a register, n solves
//
//	α = Σ βₖ·2^-k / (e^(n·2^-k/m) - 1)
//
// α and β are kept as registers change: the estimate looks at no register. In
// units of 2^(p-64), α is a whole number, that of the hashes, of all 2^64, that
// would still change the sketch; so it is exact, and the estimate does not depend
// on the order of items either.
//
// # Sparse form
//
// While there are at most 3/16·m of them, hashes are kept as tokens of four
// bytes, in a table that takes no more than the registers would: a sketch of ten
// items takes about 130 bytes. Their number is that of the items for practical
// purposes (0.005 % of standard error), and the registers are later made of them,
// the same as if they had been there all the time.
//
// # Error
//
// The relative standard error is √(4.631/8)/√m = 0.761/√m. There is a bias of
// the order of 1/m, which is corrected. Root mean square errors measured over
// 200 trials, a new key in each (BenchmarkUltraLogLogError):
//
//	         n = 10³      10⁴       10⁵       10⁶   theory   registers
//	p = 10     1.66 %    2.15 %    2.23 %    2.47 %    2.38 %      1 KiB
//	p = 12     0.82 %    0.87 %    1.21 %    1.15 %    1.19 %      4 KiB
//	p = 14     0.00 %    0.42 %    0.51 %    0.60 %    0.59 %     16 KiB
//
// [Martingale] is more exact by another seventh, for a single stream.
//
// # Cost
//
// Add is O(1); it allocates while the sketch is sparse and grows, and nothing
// afterwards. Estimate is O(64-p), about a microsecond; Merge is O(2^p), eight or
// 64 registers at a time.
//
// The registers of a HyperLogLog cannot be made of an UltraLogLog's stored form
// or the other way round: they are different types.
//
// An UltraLogLog is made by [NewUltraLogLog] and is not safe for concurrent use.
type UltraLogLog struct {
	key       keys
	precision uint8
	tokens    tokenSet        // while sparse
	dense     *ultraRegisters // nil while sparse
}

// NewUltraLogLog returns an empty sketch of 2^precision registers that hashes
// under key. It panics unless MinPrecision ≤ precision ≤ MaxPrecision.
func NewUltraLogLog(precision int, key Key) *UltraLogLog {
	return &UltraLogLog{key: key.words(), precision: checkedPrecision(precision)}
}

// Add counts item, once however often it is added.
func (s *UltraLogLog) Add(item uint64) {
	h := s.key.item(item)
	if s.dense != nil {
		s.dense.add(h)
	} else {
		s.addToken(tokenOf(h))
	}
}

// AddAll counts each of items as Add does, in a third to half of the time where
// eight are hashed at once.
func (s *UltraLogLog) AddAll(items []uint64) {
	var hashes [batch]uint64
	for len(items) > 0 {
		n := s.key.hashBatch(&hashes, items)
		s.addHashes(hashes[:n])
		items = items[n:]
	}
}

func (s *UltraLogLog) addHashes(hashes []uint64) {
	for i, h := range hashes {
		if s.dense != nil {
			s.dense.addAll(hashes[i:])
			return
		}
		s.addToken(tokenOf(h))
	}
}

func (s *UltraLogLog) addToken(t token) {
	if s.tokens.add(t) && s.tokens.count > tokenLimit(s.precision) {
		s.densify()
	}
}

// densify makes registers of the tokens.
func (s *UltraLogLog) densify() {
	s.dense = newUltraRegisters(s.precision)
	for t := range s.tokens.all() {
		s.dense.add(t.hash())
	}
	s.tokens = tokenSet{}
}

// Estimate returns the estimated number of distinct items added: 0 for none,
// never more than 2^64, the number of items there are.
func (s *UltraLogLog) Estimate() float64 {
	if s.dense == nil {
		return s.tokens.estimate()
	}
	return s.dense.estimate()
}

// Merge makes s the sketch of the union: what it would be had it seen the items
// of all. It is commutative, associative and idempotent, to the last bit. It is
// quicker to merge many at once than one by one. When a key differs (ErrKey) or a
// precision does (ErrShape), s stays as it is.
func (s *UltraLogLog) Merge(others ...*UltraLogLog) error {
	for _, other := range others {
		if s.key != other.key {
			return fmt.Errorf("merge ultraloglog: %w", ErrKey)
		}
		if s.precision != other.precision {
			return fmt.Errorf("merge ultraloglog of precision %d into %d: %w", other.precision, s.precision, ErrShape)
		}
	}
	united := 0
	for _, other := range others {
		switch {
		case other.dense == nil:
			s.addTokens(&other.tokens)
		case s.dense == nil && s.tokens.count == 0:
			s.dense = other.dense.clone()
		default:
			s.unite(other.dense)
			united++
		}
	}
	if united > 0 {
		s.dense.recount()
	}
	return nil
}

func (s *UltraLogLog) unite(other *ultraRegisters) {
	if s.dense == nil {
		s.densify()
	}
	s.dense.unite(other)
}

func (s *UltraLogLog) addTokens(tokens *tokenSet) {
	if s.dense == nil {
		s.tokens.reserve(min(s.tokens.count+tokens.count, tokenLimit(s.precision)))
	}
	for t := range tokens.all() {
		if s.dense == nil {
			s.addToken(t)
		} else {
			s.dense.add(t.hash())
		}
	}
}

// Reset forgets every item; precision and key stay.
func (s *UltraLogLog) Reset() { s.tokens, s.dense = tokenSet{}, nil }

// Precision returns p, the logarithm of the number of registers.
func (s *UltraLogLog) Precision() int { return int(s.precision) }

// RelativeError returns the standard error of Estimate as a part of the true
// count, 0.761/√m, or 0.005 % while tokens are counted: the estimate is
// within one of it two times in three, and within two of it nineteen in twenty.
func (s *UltraLogLog) RelativeError() float64 {
	if s.dense == nil {
		return tokenError
	}
	const memoryVariance = 4.631 / 8 // 4.631 bits, of 8 a register (Ertl)
	return math.Sqrt(memoryVariance / float64(len(s.dense.registers)))
}

func checkedPrecision(precision int) uint8 {
	if precision < MinPrecision || precision > MaxPrecision {
		panic(fmt.Sprintf("sketch: precision %d is outside %d…%d", precision, MinPrecision, MaxPrecision))
	}
	return uint8(precision)
}
