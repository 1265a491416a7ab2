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
	start := s.pos
	s.plain()
	if !s.at('"') {
		return s.unescape(start)
	}
	b := s.buf[start:s.pos]
	if !utf8.Valid(b) {
		return s.unescape(start)
	}
	s.pos++
	return b
}

// quote passes the opening quote of a string.
func (s *scanner) quote() bool {
	if s.peek() != '"' {
		s.fail()
		return false
	}
	s.pos++
	return true
}

// plain passes what may stand in a string as it is: eight bytes at a time while
// none of them is special.
func (s *scanner) plain() {
	b := s.buf
	i := s.pos
	for i+8 <= len(b) {
		if marks := special(binary.LittleEndian.Uint64(b[i:])); marks != 0 {
			s.pos = i + bits.TrailingZeros64(marks)/8
			return
		}
		i += 8
	}
	for i < len(b) && b[i] >= ' ' && b[i] != '"' && b[i] != '\\' {
		i++
	}
	s.pos = i
}

// special sets the highest bit of each byte of eight that is a quote, a backslash
// or a control character. Above the first such byte it may set more: a byte that
// borrows makes the next one look smaller.
func special(eight uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	quote, slash := eight^ones*'"', eight^ones*'\\'
	return ((eight-ones*' ')&^eight | (quote-ones)&^quote | (slash-ones)&^slash) & high
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
