package simulate

import (
	"math/rand/v2"
	"time"
)

// dice draws from a seeded PCG stream.
//
// Every draw is built of additions, products, quotients and comparisons alone,
// which IEEE 754 rounds alike everywhere, and never adds to an unrounded
// product: math.Exp and its kin, and a fused multiply-add, may differ in the
// last bit from one processor to the next, and one bit is another history.
type dice struct{ r *rand.Rand }

func newDice(seed, stream uint64) dice {
	return dice{rand.New(rand.NewPCG(seed, stream))}
}

// float returns a uniform number in [0, 1).
func (d dice) float() float64 { return d.r.Float64() }

// below returns a uniform integer in [0, n), n > 0.
func (d dice) below(n int) int { return int(d.r.Int64N(int64(n))) }

// hit is true with probability p.
func (d dice) hit(p float64) bool { return d.r.Float64() < p }

// exp returns an exponential number of mean 1 by von Neumann's method: the
// run of descending uniforms that starts at x is of odd length with
// probability e^−x. It takes 4.3 uniforms on average and no logarithm.
func (d dice) exp() float64 {
	for whole := 0.0; ; whole++ {
		first := d.float()
		odd := true
		for last := first; ; odd = !odd {
			next := d.float()
			if next >= last {
				break
			}
			last = next
		}
		if odd {
			return whole + float64(first)
		}
	}
}

// wait returns an exponential time of the given mean, in ms, at least 1.
func (d dice) wait(mean time.Duration) int64 {
	return 1 + int64(d.exp()*float64(mean.Milliseconds()))
}

// within returns a uniform time in [lo, hi), in ms.
func (d dice) within(lo, hi time.Duration) int64 {
	return lo.Milliseconds() + d.r.Int64N((hi - lo).Milliseconds())
}

// poisson returns how many points of a unit-rate process fall within mean.
// It takes O(mean) draws, which the caller spends on the points anyway.
func (d dice) poisson(mean float64) int {
	n := 0
	for at := d.exp(); at < mean; at += d.exp() {
		n++
	}
	return n
}

// mix hashes a few words to 64 bits (the finalizer of SplitMix64 over a sum),
// so that "was it so on that day" needs no memory.
func mix(words ...uint64) uint64 {
	h := uint64(0)
	for _, w := range words {
		h += w + 0x9e3779b97f4a7c15
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

// unit turns a hash into a number in [0, 1).
func unit(h uint64) float64 { return float64(h>>11) / (1 << 53) }

// zipf returns an index below n, i with a weight of 1/(i+1), in O(n).
func (d dice) zipf(n int) int {
	sum := 0.0
	for i := range n {
		sum += 1 / float64(i+1)
	}
	rest := d.float() * sum
	for i := range n {
		if rest -= 1 / float64(i+1); rest < 0 {
			return i
		}
	}
	return 0
}
