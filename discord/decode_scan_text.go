package discord

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text reads a string, with escapes resolved and broken UTF-8 replaced.
func (s *scanner) text() []byte {
	if s.null() || !s.quote() {
		return nil
	}
	return s.quoted()
}

// quote passes the opening quote of a string.
func (s *scanner) quote() bool {
	if s.at('"') || s.peek() == '"' {
		s.pos++
		return true
	}
	s.fail()
	return false
}

// quoted reads a string behind its opening quote. One that stands as it is meant
// is not copied.
func (s *scanner) quoted() []byte {
	start := s.pos
	ascii := s.plain()
	if !s.at('"') || !ascii && !utf8.Valid(s.buf[start:s.pos]) {
		return s.unescape(start)
	}
	s.pos++
	return s.buf[start : s.pos-1]
}

// plain passes what may stand in a string as it is, eight bytes at a time. Where it
// returns true all of it is ASCII; where not, that may be due to what follows.
func (s *scanner) plain() (ascii bool) {
	b, i := s.buf, s.pos
	var seen uint64
	for ; i <= len(b)-8; i += 8 {
		eight := binary.LittleEndian.Uint64(b[i : i+8])
		seen |= eight
		if marks := special(eight); marks != 0 {
			s.pos = i + bits.TrailingZeros64(marks)/8
			return seen&highs == 0
		}
	}
	for i < len(b) && b[i] >= ' ' && b[i] != '"' && b[i] != '\\' {
		seen |= uint64(b[i])
		i++
	}
	s.pos = i
	return seen&highs == 0
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// special sets the highest bit of each byte of eight that is a quote, a backslash
// or a control character. With its second bit turned a byte is below 0x21 if it was
// a control character or a quote, and if it was neither it is not: one comparison
// finds both. Above the first such byte more bits may be set: a byte that borrows
// makes the next one look smaller.
func special(eight uint64) uint64 {
	slash := eight ^ ones*'\\'
	return (((eight^ones*2)-ones*0x21)&^eight | (slash-ones)&^slash) & highs
}

// unescape reads the string that began at start anew, into scratch.
func (s *scanner) unescape(start int) []byte {
	s.pos = start
	from := len(s.scratch)
	for s.err == nil {
		begin := s.pos
		s.plain()
		s.scratch = appendValid(s.scratch, s.buf[begin:s.pos])
		switch {
		case s.at('"'):
			s.pos++
			return s.scratch[from:len(s.scratch):len(s.scratch)]
		case s.at('\\'):
			s.pos++
			s.escape()
		default:
			s.fail()
		}
	}
	return nil
}

// appendValid appends b, each byte that is no UTF-8 replaced by U+FFFD.
func appendValid(dst, b []byte) []byte {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		dst = utf8.AppendRune(dst, r)
		b = b[n:]
	}
	return dst
}

// escape resolves what follows a backslash.
func (s *scanner) escape() {
	if s.pos >= len(s.buf) {
		s.fail()
		return
	}
	c := s.buf[s.pos]
	s.pos++
	switch c {
	case '"', '\\', '/':
		s.scratch = append(s.scratch, c)
	case 'b':
		s.scratch = append(s.scratch, '\b')
	case 'f':
		s.scratch = append(s.scratch, '\f')
	case 'n':
		s.scratch = append(s.scratch, '\n')
	case 'r':
		s.scratch = append(s.scratch, '\r')
	case 't':
		s.scratch = append(s.scratch, '\t')
	case 'u':
		s.scratch = utf8.AppendRune(s.scratch, s.escapedRune())
	default:
		s.fail()
	}
}

// escapedRune reads the four digits behind \u, and a second such escape where two
// make one rune. A half alone becomes U+FFFD.
func (s *scanner) escapedRune() rune {
	r := s.hex4()
	if !utf16.IsSurrogate(r) {
		return r
	}
	after := s.pos
	if s.at('\\') && s.pos+1 < len(s.buf) && s.buf[s.pos+1] == 'u' {
		s.pos += 2
		if whole := utf16.DecodeRune(r, s.hex4()); whole != utf8.RuneError {
			return whole
		}
		if s.err == nil {
			s.pos = after
		}
	}
	return utf8.RuneError
}

func (s *scanner) hex4() (r rune) {
	if s.pos+4 > len(s.buf) {
		s.fail()
		return 0
	}
	for _, c := range s.buf[s.pos : s.pos+4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			s.fail()
			return 0
		}
	}
	s.pos += 4
	return r
}

// skipText passes a string.
func (s *scanner) skipText() {
	if !s.quote() {
		return
	}
	for s.plain(); s.at('\\'); s.plain() {
		s.pos++
		s.skipEscape()
	}
	if !s.at('"') {
		s.fail()
		return
	}
	s.pos++
}

func (s *scanner) skipEscape() {
	switch {
	case s.at('u'):
		s.pos++
		s.hex4()
	case s.pos < len(s.buf) && strings.IndexByte(`"\/bfnrt`, s.buf[s.pos]) >= 0:
		s.pos++
	default:
		s.fail()
	}
}
