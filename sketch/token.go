package sketch

import (
	"iter"
	"math"
	"math/bits"
	"slices"
)

// token is all that a sketch of any precision needs to know of an item's hash:
// its first 26 bits, then, in six bits, the position of the first one bit among
// the other 38, counted from 1, or 39 when they are all zero.
//
//	31                        6 5      0
//	┌──────────────────────────┬────────┐
//	│   hash's first 26 bits   │position│
//	└──────────────────────────┴────────┘
//
// A position is never 0, and so no token is. (The idea is that of HyperLogLog++,
// Heule, Nunkesser and Hall, 2013.)
type token uint32

const (
	tokenPrefix   = 26
	tokenPosition = 32 - tokenPrefix
	tokenLast     = 64 - tokenPrefix + 1 // the highest position
)

func tokenOf(h uint64) token {
	rest := h<<tokenPrefix | 1<<(tokenPrefix-1) // ends the run at 38 zeros
	return token(h>>(64-tokenPrefix))<<tokenPosition | token(bits.LeadingZeros64(rest)+1)
}

func (t token) prefix() uint32 { return uint32(t >> tokenPosition) }

func (t token) position() uint8 { return uint8(t & (1<<tokenPosition - 1)) }

// hash returns a hash with this token, which changes any registers as every
// other hash with this token does.
func (t token) hash() uint64 {
	h := uint64(t.prefix()) << (64 - tokenPrefix)
	if at := t.position(); at < tokenLast {
		h |= 1 << (64 - tokenPrefix - at)
	}
	return h
}

// tokenSet is a set of tokens: what a sketch is while it has seen few items.
//
// It is a hash table with linear probing, and since tokens begin with a hash
// their first bits are the slot: the table is in ascending order but for what
// was pushed on by its neighbours. It doubles when three quarters are taken.
//
// # Error
//
// Two items share a token with probability 2^-26·Σ4^-k = 2^-26/3, k from 1 on, so
// that n items make n - λ tokens on average, λ = n²/(6·2^26), and the number that
// lacks is Poisson distributed. So the relative standard error is √λ/n, at any n:
// 0.005 %, and of a thousand items one is lost in 400 sketches.
type tokenSet struct {
	slots []token // 0 is empty; a power of two of them, or none
	count int
}

const fewestSlots = 4

// tokenLimit is how many tokens a sketch of 2^precision registers holds at most:
// three quarters of the slots, of four bytes, that fit in as many bytes.
func tokenLimit(precision uint8) int { return 3 << precision >> 4 }

// add says whether t is new. Amortized O(1); it allocates when the table grows.
func (s *tokenSet) add(t token) bool {
	if len(s.slots) == 0 {
		s.grow(fewestSlots)
	}
	at := s.find(t)
	if s.slots[at] == t {
		return false
	}
	if 4*s.count >= 3*len(s.slots) {
		s.grow(2 * len(s.slots))
		at = s.find(t)
	}
	s.slots[at] = t
	s.count++
	return true
}

// find returns the slot that holds t or would.
func (s *tokenSet) find(t token) int {
	slots := s.slots
	mask := len(slots) - 1
	at := int(uint64(t) * uint64(len(slots)) >> 32)
	for slots[at&mask] != t && slots[at&mask] != 0 {
		at++
	}
	return at & mask
}

// reserve makes room for n tokens. To fill a table from another without it would
// take quadratic time: ascending tokens crowd the low slots until the last one.
func (s *tokenSet) reserve(n int) {
	size := max(fewestSlots, len(s.slots))
	for 4*n > 3*size {
		size *= 2
	}
	if size > len(s.slots) {
		s.grow(size)
	}
}

func (s *tokenSet) grow(size int) {
	old := s.slots
	s.slots = make([]token, size)
	for _, t := range old {
		if t != 0 {
			s.slots[s.find(t)] = t
		}
	}
}

// all goes through the tokens, nearly in ascending order. The set must not change
// meanwhile, save by adding tokens that it has.
func (s *tokenSet) all() iter.Seq[token] {
	return func(yield func(token) bool) {
		for _, t := range s.slots {
			if t != 0 && !yield(t) {
				return
			}
		}
	}
}

// sorted returns the tokens in ascending order.
func (s *tokenSet) sorted() []token {
	return slices.Sorted(s.all())
}

const collisions = 6 << tokenPrefix // n²/collisions are expected of n items

// estimate returns how many items make so many tokens.
func (s *tokenSet) estimate() float64 {
	n := float64(s.count)
	return math.Round(n + n*n/collisions)
}

// tokenError is the standard error of estimate as a part of the true count.
var tokenError = math.Sqrt(1.0 / collisions)
