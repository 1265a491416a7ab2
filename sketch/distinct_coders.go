package sketch

import "math/bits"

// registerCoder codes registers bit by bit, the highest first, each bit by its
// chance after those before it: what they take is their entropy and, to learn the
// chances, some bytes.
type registerCoder [256]chance

func (c *registerCoder) encode(e *rangeEncoder, r uint8) {
	node := uint32(1) // the bits so far, after a one
	for shift := 7; shift >= 0; shift-- {
		bit := uint32(r) >> shift & 1
		e.decide(&c[node&255], bit)
		node = node<<1 | bit
	}
}

func (c *registerCoder) decode(d *rangeDecoder) uint8 {
	node := uint32(1)
	for range 8 {
		node = node<<1 | d.decide(&c[node&255])
	}
	return uint8(node)
}

// tokenCoder codes ascending tokens: the gap between their first bits, which is
// geometric, by Golomb's and Rice's code (its lower bits plain, the rest unary),
// then the position, unary too.
type tokenCoder struct {
	prefix    uint32 // of the token before
	lower     int    // plain bits of a gap
	more      chance // the gap's unary part goes on
	positions [tokenLast]chance
}

func newTokenCoder(count int) *tokenCoder {
	return &tokenCoder{lower: bits.Len32(1<<tokenPrefix/uint32(count)) - 1}
}

func (c *tokenCoder) encode(e *rangeEncoder, t token) {
	gap := t.prefix() - c.prefix
	for range gap >> c.lower {
		e.decide(&c.more, 1)
	}
	e.decide(&c.more, 0)
	e.plain(gap, c.lower)
	c.prefix = t.prefix()
	for at := uint8(1); at < tokenLast; at++ {
		if at == t.position() {
			e.decide(&c.positions[at], 1)
			break
		}
		e.decide(&c.positions[at], 0)
	}
}

// decode says whether the token fits.
func (c *tokenCoder) decode(d *rangeDecoder) (t token, ok bool) {
	for d.decide(&c.more) == 1 {
		if c.prefix += 1 << c.lower; c.prefix >= 1<<tokenPrefix {
			return 0, false
		}
	}
	if c.prefix += d.plain(c.lower); c.prefix >= 1<<tokenPrefix {
		return 0, false
	}
	position := uint8(1)
	for position < tokenLast && d.decide(&c.positions[position]) == 0 {
		position++
	}
	return token(c.prefix<<tokenPosition | uint32(position)), true
}
