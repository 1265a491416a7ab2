package sketch

import (
	"fmt"
)

const (
	hyperLogLogMagic   = "GPHL"
	hyperLogLogVersion = 2 // version 1 had registers of six bits and no tokens
)

// AppendBinary appends the stored form to b: tokens or registers, coded to their
// entropy: about 3 bytes an item while they are few, then 2.8 bits a register, so
// 1.5 KiB at p = 12. It is O(2^p) with a factor of some 50 ns. The error is always
// nil.
func (s *HyperLogLog) AppendBinary(b []byte) ([]byte, error) {
	b = appendHeader(b, hyperLogLogMagic, hyperLogLogVersion, s.precision, s.key)
	return s.appendBody(b), nil
}

func (s *HyperLogLog) appendBody(b []byte) []byte {
	if s.dense == nil {
		return appendTokens(b, &s.tokens)
	}
	return appendRegisters(b, s.dense.registers)
}

// MarshalBinary returns the stored form; see [HyperLogLog.AppendBinary].
func (s *HyperLogLog) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary makes s the sketch that was stored, in this version or an older
// one. The receiver comes from [NewHyperLogLog] and brings the key, which is
// stored nowhere: bytes written under another are refused (ErrKey). The precision
// becomes the stored one. After ErrFormat, ErrVersion or ErrKey, s is as it was.
func (s *HyperLogLog) UnmarshalBinary(data []byte) error {
	precision, body, err := parseHeader(data, hyperLogLogMagic, hyperLogLogVersion, s.key)
	switch {
	case err != nil:
	case data[versionAt] == 1:
		err = s.parsePacked(precision, body)
	default:
		err = s.parseBody(precision, body)
	}
	if err != nil {
		return fmt.Errorf("decode hyperloglog: %w", err)
	}
	return nil
}

func (s *HyperLogLog) parseBody(precision uint8, body []byte) error {
	tokens, registers, err := parseDistinct(precision, body)
	if err != nil {
		return err
	}
	parsed := HyperLogLog{key: s.key, precision: precision, tokens: tokens}
	if registers != nil {
		if parsed.dense, err = hyperRegistersOf(precision, registers); err != nil {
			return err
		}
	}
	*s = parsed
	return nil
}

// parsePacked reads version 1: registers in order, six bits each, so that four of
// them make three bytes, the first in the lowest bits:
//
//	byte     0        1        2
//	bit   01234567 01234567 01234567
//	      └─r₀─┘└─r₁──┘└──r₂─┘└─r₃─┘
func (s *HyperLogLog) parsePacked(precision uint8, body []byte) error {
	if precision < MinPrecision || precision > MaxPrecision {
		return fmt.Errorf("precision %d is outside %d…%d: %w", precision, MinPrecision, MaxPrecision, ErrFormat)
	}
	if want := 3 << (precision - 2); len(body) != want {
		return fmt.Errorf("%d bytes of registers, precision %d has %d: %w", len(body), precision, want, ErrFormat)
	}
	registers := make([]uint8, 0, 1<<precision)
	for ; len(body) > 0; body = body[3:] {
		v := uint32(body[0]) | uint32(body[1])<<8 | uint32(body[2])<<16
		registers = append(registers, uint8(v&63), uint8(v>>6&63), uint8(v>>12&63), uint8(v>>18))
	}
	dense, err := hyperRegistersOf(precision, registers)
	if err != nil {
		return err
	}
	s.precision, s.tokens, s.dense = precision, tokenSet{}, dense
	return nil
}

// hyperRegistersOf refuses registers that no items leave.
func hyperRegistersOf(precision uint8, registers []uint8) (*hyperRegisters, error) {
	limit := 65 - precision
	for i, r := range registers {
		if r > limit {
			return nil, fmt.Errorf("register %d holds %d, at precision %d at most %d: %w", i, r, precision, limit, ErrFormat)
		}
	}
	return &hyperRegisters{precision: precision, registers: registers, histogram: histogramOf(registers)}, nil
}
