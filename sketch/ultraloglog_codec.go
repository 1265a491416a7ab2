package sketch

import (
	"fmt"
	"slices"
)

const (
	ultraLogLogMagic   = "GPUL"
	ultraLogLogVersion = 1
)

// AppendBinary appends the stored form to b: tokens or registers, coded to their
// entropy: about 3 bytes an item while they are few, then half a byte a register,
// so 2 KiB at p = 12. It is O(2^p) with a factor of some 50 ns. The error is
// always nil.
func (s *UltraLogLog) AppendBinary(b []byte) ([]byte, error) {
	b = appendHeader(b, ultraLogLogMagic, ultraLogLogVersion, s.precision, s.key)
	return s.appendBody(b), nil
}

func (s *UltraLogLog) appendBody(b []byte) []byte {
	if s.dense == nil {
		return appendTokens(b, &s.tokens)
	}
	return appendRegisters(b, s.dense.registers)
}

// MarshalBinary returns the stored form; see [UltraLogLog.AppendBinary].
func (s *UltraLogLog) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary makes s the sketch that was stored. The receiver comes from
// [NewUltraLogLog] and brings the key, which is stored nowhere: bytes written
// under another are refused (ErrKey). The precision becomes the stored one.
// After ErrFormat, ErrVersion or ErrKey, s is as it was.
func (s *UltraLogLog) UnmarshalBinary(data []byte) error {
	precision, body, err := parseHeader(data, ultraLogLogMagic, ultraLogLogVersion, s.key)
	if err == nil {
		err = s.parseBody(precision, body)
	}
	if err != nil {
		return fmt.Errorf("decode ultraloglog: %w", err)
	}
	return nil
}

func (s *UltraLogLog) parseBody(precision uint8, body []byte) error {
	tokens, registers, err := parseDistinct(precision, body)
	if err != nil {
		return err
	}
	parsed := UltraLogLog{key: s.key, precision: precision, tokens: tokens}
	if registers != nil {
		parsed.dense = &ultraRegisters{precision: precision, registers: registers}
		if err := parsed.dense.validate(); err != nil {
			return err
		}
		parsed.dense.recount()
	}
	*s = parsed
	return nil
}

// validate refuses registers that no items leave: of a rank that there is not,
// with flags of ranks below 1, or all of them empty.
func (d *ultraRegisters) validate() error {
	if slices.Max(d.registers) == 0 {
		return fmt.Errorf("registers without items: %w", ErrFormat)
	}
	for i, r := range d.registers {
		u, flags := r>>2, r&3
		if u > 65-d.precision || u <= 1 && flags != 0 || u == 2 && flags&1 != 0 {
			return fmt.Errorf("register %d holds %#02x: %w", i, r, ErrFormat)
		}
	}
	return nil
}
