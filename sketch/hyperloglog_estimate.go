package sketch

import "math"

// Estimate returns the estimated number of distinct items added: 0 for none,
// never more than 2^64, the number of items there are.
func (s *HyperLogLog) Estimate() float64 {
	if s.dense == nil {
		return s.tokens.estimate()
	}
	return s.dense.estimate()
}

func (d *hyperRegisters) estimate() float64 {
	m := float64(len(d.registers))
	q := 64 - int(d.precision)
	// Horner's rule from the longest runs down halves each k times.
	z := m * tau(1-float64(d.histogram[q+1])/m)
	for k := q; k >= 1; k-- {
		z = (z + float64(d.histogram[k])) / 2
	}
	z += m * sigma(float64(d.histogram[0])/m)
	const alpha = 1 / (2 * math.Ln2)
	return min(alpha*m*m/z, 1<<64)
}

// sigma is x + Σ x^(2^k)·2^(k-1) over k ≥ 1: what registers at zero, a part x
// of all, add to the denominator. It is infinite at 1, where nothing was added.
func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	sum, weight := x, 1.0
	for before := -1.0; sum != before; weight *= 2 {
		x *= x
		before = sum
		sum += x * weight
	}
	return sum
}

// tau is (1 - x - Σ (1-x^(2^-k))²·2^-k) / 3 over k ≥ 1, with 1-x the part of
// the registers that are full. It is zero where all of them are, or none.
func tau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	sum, weight := 1-x, 1.0
	for before := -1.0; sum != before; {
		x = math.Sqrt(x)
		before = sum
		weight /= 2
		sum -= (1 - x) * (1 - x) * weight
	}
	return sum / 3
}
