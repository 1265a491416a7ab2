package sketch

// A range coder writes decisions, each in as many bits as it is surprising: one
// of probability P takes log₂ 1/P bits. The bytes are a binary fraction; every
// decision narrows the interval [low, low+width) that it lies in, to the part
// that the decision's probability gives it. (Martin, 1979; binary and with
// carries, as in LZMA.) The last zero bytes are left away: a fraction has as
// many of them as one likes.
//
// Probabilities are learnt on the way and by whole numbers only, so that every
// machine writes the same bytes. Decisions that are as good as noise are written
// as plain bits.

// chance learns how probable it is that a decision is 1, from those before it: it
// begins at ½, and goes a part of the way to each decision, 1/2, 1/3, 1/4 and so on,
// which makes it Krichevsky's and Trofimov's estimate (1981), (ones + ½)/(all + 1).
// To know a probability for n decisions without learning would save ½·log₂ n bits.
type chance struct {
	one  uint32 // less ½, in 2^-32: a chance is ready as it is
	seen uint32 // decisions, as far as they matter
}

const (
	chanceBits = 16
	half       = 1 << 31
)

// rates[n] is 1/(n+2), in 2^-16; after as many decisions as there are rates it
// stays, so that a chance follows what changes slowly.
var rates = func() (r [256]uint64) {
	for n := range r {
		r[n] = 1 << 16 / uint64(n+2)
	}
	return r
}()

// ofOne is the probability of 1, in 2^-16, never nothing and never all.
func (c *chance) ofOne() uint64 { return min(max(uint64(c.one+half)>>chanceBits, 1), 1<<chanceBits-1) }

func (c *chance) learn(bit uint32) {
	rate := rates[c.seen&255]
	one := uint64(c.one + half)
	if bit == 1 {
		one += (1<<32 - 1 - one) * rate >> 16
	} else {
		one -= one * rate >> 16
	}
	c.one = uint32(one) - half
	c.seen = min(c.seen+1, uint32(len(rates)-1))
}

const (
	fullWidth  = 1<<32 - 1
	leastWidth = 1 << 24 // the interval is scaled up by 2^8 below
)

type rangeEncoder struct {
	out   []byte
	begin int    // where its own bytes begin in out
	low   uint64 // of the interval, in 2^-32 of what the bytes out leave open
	width uint64
}

func newRangeEncoder(out []byte) rangeEncoder {
	return rangeEncoder{out: out, begin: len(out), width: fullWidth}
}

// decide writes a bit by its chance, which learns it.
func (e *rangeEncoder) decide(c *chance, bit uint32) {
	ones := e.width * c.ofOne() >> chanceBits
	if bit == 1 {
		e.width = ones
	} else {
		e.low += ones
		e.width -= ones
	}
	c.learn(bit)
	e.scale()
}

// plain writes the lowest n bits of v, the highest first.
func (e *rangeEncoder) plain(v uint32, n int) {
	for n--; n >= 0; n-- {
		e.width >>= 1
		e.low += e.width & -uint64(v>>n&1)
		e.scale()
	}
}

func (e *rangeEncoder) scale() {
	for e.width < leastWidth {
		e.shift()
		e.width <<= 8
	}
}

// shift writes the highest byte of low. What low has above its 32 bits is carried
// into the bytes before.
func (e *rangeEncoder) shift() {
	if e.low > fullWidth {
		for i := len(e.out) - 1; ; i-- {
			e.out[i]++
			if e.out[i] != 0 {
				break
			}
		}
	}
	e.out = append(e.out, byte(e.low>>24))
	e.low = e.low << 8 & fullWidth
}

// finish returns the bytes: the shortest fraction within the interval.
func (e *rangeEncoder) finish() []byte {
	e.low = (e.low + leastWidth - 1) &^ (leastWidth - 1)
	e.shift()
	for len(e.out) > e.begin && e.out[len(e.out)-1] == 0 {
		e.out = e.out[:len(e.out)-1]
	}
	return e.out
}

// rangeDecoder reads what a rangeEncoder wrote. Of any other bytes it reads some
// decisions or other, without end, and knows afterwards that they were others.
type rangeDecoder struct {
	in    []byte
	code  uint64 // the fraction, from low on, in the same unit
	width uint64
	low   uint32 // of the interval, what the encoder has of it
	zero  bool   // the last byte is 0
}

func newRangeDecoder(in []byte) rangeDecoder {
	d := rangeDecoder{in: in, width: fullWidth, zero: len(in) > 0 && in[len(in)-1] == 0}
	for range 4 {
		d.shift()
	}
	return d
}

func (d *rangeDecoder) decide(c *chance) (bit uint32) {
	ones := d.width * c.ofOne() >> chanceBits
	if d.code < ones {
		d.width = ones
		bit = 1
	} else {
		d.code -= ones
		d.low += uint32(ones)
		d.width -= ones
	}
	c.learn(bit)
	d.scale()
	return bit
}

func (d *rangeDecoder) plain(n int) (v uint32) {
	for range n {
		d.width >>= 1
		v <<= 1
		if d.code >= d.width {
			d.code -= d.width
			d.low += uint32(d.width)
			v |= 1
		}
		d.scale()
	}
	return v
}

// finished says whether the decisions so far are written as these bytes: all were
// read, and are the shortest fraction within the interval.
func (d *rangeDecoder) finished() bool {
	const below = leastWidth - 1
	return len(d.in) == 0 && !d.zero && d.code <= below && (uint64(d.low)+d.code)&below == 0
}

func (d *rangeDecoder) scale() {
	for d.width < leastWidth {
		d.shift()
		d.width <<= 8
	}
}

func (d *rangeDecoder) shift() {
	d.code <<= 8
	d.low <<= 8
	if len(d.in) > 0 {
		d.code |= uint64(d.in[0])
		d.in = d.in[1:]
	}
}
