package sketch

import "math"

// estimate solves the likelihood's equation (see [UltraLogLog]) for x = n/m, the
// items a register, by Newton's method. The sum falls with x and is convex, so
// that the steps go up from any x that is too low, and never past the solution;
// since 1/(e^y-1) ≥ 1/y - 1/2, such a one is
//
//	x₀ = Σ βₖ / (α + ½·Σ βₖ·2^-k)
func (d *ultraRegisters) estimate() float64 {
	l := d.likelihood()
	if l.last == 0 {
		return 0
	}
	if d.open == 0 {
		return 1 << 64
	}
	x := l.start
	for range maxSteps {
		f, slope := l.at(x)
		step := f / slope
		if x += step; !(step > x*1e-10) {
			break
		}
	}
	const bias = 0.48147376527720065 // of the first order in 1/m (Ertl)
	m := float64(len(d.registers))
	return min(x*m/(1+bias/m), 1<<64)
}

// maxSteps is far more than it takes, which is about five.
const maxSteps = 50

// likelihood is the equation of one state: its α, its β and the ranks between
// which β is not zero.
type likelihood struct {
	alpha       float64
	beta        *[64]uint32
	first, last int
	start       float64
}

func (d *ultraRegisters) likelihood() likelihood {
	l := likelihood{alpha: float64(d.open) * exp2(int(d.precision)-64), beta: &d.seen, first: 64}
	sum, half := 0.0, 0.0
	for k, n := range d.seen {
		if n > 0 {
			l.first, l.last = min(l.first, k), k
			sum += float64(n)
			half += float64(n) * exp2(-k-1)
		}
	}
	l.start = sum / (l.alpha + half)
	return l
}

// at returns by how much the sum exceeds α at x, and how steeply it falls. From
// the rarest rank down, y doubles at every step, and e^2y - 1 = (e^y-1)·(e^y+1).
func (l *likelihood) at(x float64) (excess, slope float64) {
	part := exp2(-l.last)
	e := math.Expm1(x * part)
	excess = -l.alpha
	for k := l.last; k >= l.first; k-- {
		inverse := 1 / e
		term := float64(l.beta[k&63]) * part * inverse
		excess += term
		slope += term * part * (1 + inverse)
		part *= 2
		e *= e + 2
	}
	return excess, slope
}

// exp2 is 2^k for -1022 ≤ k ≤ 1023.
func exp2(k int) float64 { return math.Float64frombits(uint64(1023+k) << 52) }
