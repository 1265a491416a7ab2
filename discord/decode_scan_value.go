package discord

import (
	"math"
)

// bool reads true or false.
func (s *scanner) bool() bool {
	switch s.peek() {
	case 't':
		s.literal("true")
		return s.err == nil
	case 'f':
		s.literal("false")
	default:
		if !s.null() {
			s.fail()
		}
	}
	return false
}

// int reads a number without fraction or exponent.
func (s *scanner) int() int64 {
	if s.null() {
		return 0
	}
	digits := s.number()
	negative := len(digits) > 0 && digits[0] == '-'
	if negative {
		digits = digits[1:]
	}
	n, ok := parseUint(digits)
	if !ok || n > math.MaxInt64 {
		s.fail()
		return 0
	}
	if negative {
		return -int64(n)
	}
	return int64(n)
}

// snowflake reads an identifier: decimal digits in a string, or a bare number.
func (s *scanner) snowflake() uint64 {
	if s.null() {
		return 0
	}
	digits := s.digits()
	n, ok := parseUint(digits)
	if !ok {
		s.fail()
	}
	return n
}

// bits reads a set of bits written as a decimal number of any length, of which it
// keeps the lowest 64: arithmetic that wraps does just that.
func (s *scanner) bits() uint64 {
	if s.null() {
		return 0
	}
	var n uint64
	digits := s.digits()
	for _, c := range digits {
		if c < '0' || c > '9' {
			s.fail()
			return 0
		}
		n = n*10 + uint64(c-'0')
	}
	if len(digits) == 0 {
		s.fail()
	}
	return n
}

func (s *scanner) digits() []byte {
	if s.peek() == '"' {
		return s.text()
	}
	return s.number()
}

// safeDigits is how many digits 64 bits hold, whatever they are.
const safeDigits = 19

func parseUint(digits []byte) (n uint64, ok bool) {
	const cutoff = math.MaxUint64 / 10
	for i, c := range digits {
		d := uint64(c - '0')
		if d > 9 || i >= safeDigits && (n > cutoff || n == cutoff && d > math.MaxUint64%10) {
			return 0, false
		}
		n = n*10 + d
	}
	return n, len(digits) > 0
}

// number returns the number at hand as it is written.
func (s *scanner) number() []byte {
	s.peek()
	start := s.pos
	if s.at('-') {
		s.pos++
	}
	if s.at('0') {
		s.pos++
	} else {
		s.run()
	}
	if s.at('.') {
		s.pos++
		s.run()
	}
	if s.at('e') || s.at('E') {
		s.pos++
		if s.at('+') || s.at('-') {
			s.pos++
		}
		s.run()
	}
	if s.err != nil {
		return nil
	}
	return s.buf[start:s.pos]
}

func (s *scanner) at(c byte) bool { return s.pos < len(s.buf) && s.buf[s.pos] == c }

// run passes one or more digits.
func (s *scanner) run() {
	start := s.pos
	for s.pos < len(s.buf) && s.buf[s.pos]-'0' <= 9 {
		s.pos++
	}
	if s.pos == start {
		s.fail()
	}
}
