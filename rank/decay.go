package rank

import "math"

// Bounds of the stored values. The landmark moves when an event is more than
// maxLead half-lives past it; with weights of at most MaxWeight a sum of 2^64
// of them stays below 2^374. What is less than minValue is nothing: it is
// some 900 half-lives of decay away from a weight of 1 at the landmark.
const (
	maxLead  = 256
	minValue = 0x1p-900
	maxValue = 0x1p512
)

// decay is forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward
// Decay: A Practical Time Decay Model for Streaming Systems", ICDE 2009) with
// an exponential of base 2.
//
// An event of weight w at time t adds w·2^((t−L)/H) to its member's value,
// for a landmark L and the half-life H. The score at time T is
//
//	Σ w·2^(−(T−t)/H) = 2^(−(T−L)/H) · Σ w·2^((t−L)/H) = fade(T) · value
//
// and fade(T) is the same for all: the order of the values is the order of
// the scores at every T.
//
// The exponents are divided as integers, so that the error does not grow with
// the distance from the landmark.
type decay struct {
	halfLife int64 // ms; 0: no decay
	landmark int64 // Unix ms

	// growth at the time last asked for: many events share a bucket's start
	at     int64
	growth float64
	fresh  bool

	// the fade at the time and with the landmark last asked for: readers come
	// in crowds
	fadedAt, fadedFrom int64
	faded              fade
}

// divide splits ms into whole half-lives, rounded down, and a part of one in
// [0, 1).
func (d *decay) divide(ms int64) (whole int64, part float64) {
	whole = ms / d.halfLife
	rest := ms % d.halfLife
	if rest < 0 {
		whole, rest = whole-1, rest+d.halfLife
	}
	return whole, float64(rest) / float64(d.halfLife)
}

// factor returns 2^((at−landmark)/halfLife), and 0 so far before the landmark
// that no weight comes to minValue there. The time is at most maxLead
// half-lives past the landmark.
func (d *decay) factor(at int64) float64 {
	whole, part := d.divide(at - d.landmark)
	if whole < -1000 {
		return 0
	}
	return exp2(part) * power(int(whole))
}

// land moves the landmark of an empty board to at or less than one half-life
// before. Landmarks are whole half-lives apart from each other always, so
// that values differ by powers of two between them and nothing is rounded.
func (d *decay) land(at int64) {
	whole, _ := d.divide(at - d.landmark)
	d.landmark += whole * d.halfLife
}

// fade turns values into scores at one time: times scale, times 2^exponent.
// The exponent is 0 where the scale alone leads neither to infinity nor to
// denormal numbers of itself.
type fade struct {
	scale    float64
	exponent int
}

// fade returns the fade of a time.
func (d *decay) fade(at int64) fade {
	if d.fadedAt != at || d.fadedFrom != d.landmark || d.faded.scale == 0 {
		d.fadedAt, d.fadedFrom, d.faded = at, d.landmark, d.newFade(at)
	}
	return d.faded
}

func (d *decay) newFade(at int64) fade {
	if d.halfLife == 0 {
		return fade{1, 0}
	}
	at = min(max(at, -MaxTime), MaxTime)
	whole, part := d.divide(d.landmark - at)
	if -1000 < whole && whole < 500 {
		return fade{exp2(part) * power(int(whole)), 0}
	}
	return fade{exp2(part), int(min(max(whole, -4000), 4000))}
}

// of returns the score of a value. It is finite: scores asked for the far
// past stop at the largest float64, as those for the far future do at 0.
func (f fade) of(value float64) float64 {
	score := value * f.scale
	if f.exponent == 0 {
		return score
	}
	return min(math.Ldexp(score, f.exponent), math.MaxFloat64)
}
