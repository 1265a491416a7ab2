package sketch

import (
	"encoding/binary"
	"fmt"
)

// The stored forms of UltraLogLog and HyperLogLog have the header with the
// precision as its shape, then
//
//	16    17          20          24
//	┌─────┬───────────┬───────────┬───────────────────────────┐
//	│form │   bytes   │  tokens   │ tokens, or registers      │
//	└─────┴───────────┴───────────┴───────────────────────────┘
//
// with the number of bytes that follow the fields, and that of tokens in them.
// Which of the forms it is follows from the sketch, so that there is one way to
// write each: coded where that pays, else plain.
const (
	formTokens         = 0 // tokens, ascending, coded
	formCodedRegisters = 1 // registers in order, coded
	formPlainRegisters = 2 // registers in order, a byte each
)

const distinctFields = 8 // form, bytes, tokens

// appendTokens appends the body of a sparse sketch.
func appendTokens(b []byte, s *tokenSet) []byte {
	begin := len(b)
	b = append(b, make([]byte, distinctFields)...)
	if s.count == 0 {
		return b
	}
	e := newRangeEncoder(b)
	c := newTokenCoder(s.count)
	for _, t := range s.sorted() {
		c.encode(&e, t)
	}
	return withFields(e.finish(), begin, formTokens, s.count)
}

// withFields writes the fields of the body that begins there.
func withFields(b []byte, begin int, form uint32, tokens int) []byte {
	size := uint32(len(b) - begin - distinctFields)
	binary.LittleEndian.PutUint32(b[begin:], form|size<<8)
	binary.LittleEndian.PutUint32(b[begin+4:], uint32(tokens))
	return b
}

// appendRegisters appends the body of a dense sketch. That coded registers are no
// less than a sixteenth of the plain ones bounds what a decoder allocates; only
// such as no items leave are.
func appendRegisters(b []byte, registers []uint8) []byte {
	begin := len(b)
	b = append(b, make([]byte, distinctFields)...)
	e := newRangeEncoder(b)
	var c registerCoder
	for _, r := range registers {
		c.encode(&e, r)
	}
	b = e.finish()
	if n := len(b) - begin - distinctFields; n < len(registers)/16 || n >= len(registers) {
		b = append(b[:begin+distinctFields], registers...)
		return withFields(b, begin, formPlainRegisters, 0)
	}
	return withFields(b, begin, formCodedRegisters, 0)
}

// parseDistinct reads a body: tokens or, when they are not nil, registers. Values
// are not judged, nor whether this is how the sketch would be written.
func parseDistinct(precision uint8, body []byte) (tokens tokenSet, registers []uint8, err error) {
	if precision < MinPrecision || precision > MaxPrecision {
		return tokens, nil, fmt.Errorf("precision %d is outside %d…%d: %w", precision, MinPrecision, MaxPrecision, ErrFormat)
	}
	if len(body) < distinctFields {
		return tokens, nil, fmt.Errorf("%d bytes after the header, at least %d: %w", len(body), distinctFields, ErrFormat)
	}
	form, count := body[0], binary.LittleEndian.Uint32(body[4:])
	size := int(binary.LittleEndian.Uint32(body) >> 8)
	if body = body[distinctFields:]; len(body) != size {
		return tokens, nil, fmt.Errorf("%d bytes after the fields, which tell %d: %w", len(body), size, ErrFormat)
	}
	m := 1 << precision
	switch {
	case form == formTokens && int64(count) <= int64(min(tokenLimit(precision), len(body))):
		tokens, err = parseTokens(int(count), body)
		return tokens, nil, err
	case form == formCodedRegisters && count == 0 && len(body) >= m/16 && len(body) < m:
		registers, err = parseRegisters(m, body)
		return tokens, registers, err
	case form == formPlainRegisters && count == 0 && len(body) == m:
		registers, err = parsePlain(m, body)
		return tokens, registers, err
	}
	return tokens, nil, fmt.Errorf("form %d with %d tokens in %d bytes, at precision %d: %w", form, count, len(body), precision, ErrFormat)
}

func parseTokens(count int, body []byte) (s tokenSet, err error) {
	if count == 0 && len(body) > 0 {
		return s, fmt.Errorf("%d bytes of no tokens: %w", len(body), ErrFormat)
	}
	if count == 0 {
		return s, nil
	}
	s.reserve(count)
	d := newRangeDecoder(body)
	c := newTokenCoder(count)
	before := token(0)
	for range count {
		t, ok := c.decode(&d)
		if !ok || t <= before {
			return s, fmt.Errorf("token %08x after %08x: %w", t, before, ErrFormat)
		}
		s.add(t)
		before = t
	}
	return s, checkFinished(&d)
}

func parseRegisters(m int, body []byte) ([]uint8, error) {
	d := newRangeDecoder(body)
	var c registerCoder
	registers := make([]uint8, m)
	for i := range registers {
		registers[i] = c.decode(&d)
	}
	return registers, checkFinished(&d)
}

// parsePlain refuses registers that are shorter coded.
func parsePlain(m int, body []byte) ([]uint8, error) {
	registers := append(make([]uint8, 0, m), body...)
	if appendRegisters(nil, registers)[0] != formPlainRegisters {
		return nil, fmt.Errorf("plain registers where coded are shorter: %w", ErrFormat)
	}
	return registers, nil
}

func checkFinished(d *rangeDecoder) error {
	if !d.finished() {
		return fmt.Errorf("the bytes are not as they would be written: %w", ErrFormat)
	}
	return nil
}
