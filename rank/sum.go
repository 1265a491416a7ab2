package rank

import "math"

// accumulate adds a credit to a member's value, in 85 bits.
//
// A sum of a float64 alone loses what a large credit pushed out of its last
// place, and shows the loss when the credit is taken back; after a million
// additions of 0.1 it is off by 1e-11. The residue keeps what is below the
// last place, in units of 2^-32 of that place (Knuth's two-sum; the residue's
// further digits are cut off). It does not change when the value is scaled by
// a power of two.
//
// The value is at least minValue. A sum below that is returned as it is.
func accumulate(value float64, residue int32, credit float64) (float64, int32) {
	sum, rest := twoSum(value, credit)
	rest += float64(float64(residue) * grain(value))
	value = sum + rest
	if value < minValue {
		return value, 0
	}
	rest -= value - sum
	units := int64(rest / grain(value))
	return value, int32(max(min(units, math.MaxInt32), math.MinInt32))
}

// twoSum returns the rounded sum of a and b and, exactly, what the rounding
// cut off.
func twoSum(a, b float64) (sum, rest float64) {
	sum = a + b
	bb := sum - a
	return sum, (a - (sum - bb)) + (b - bb)
}

// grain returns 2^-32 of the last place of a value of at least minValue.
func grain(value float64) float64 {
	const exponent = 0x7ff << 52
	return math.Float64frombits(math.Float64bits(value)&exponent - 84<<52)
}
