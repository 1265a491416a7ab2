package sketch

import "fmt"

const (
	hyperLogLogMagic   = "GPHL"
	hyperLogLogVersion = 1
)

// AppendBinary appends the stored form to b: the header with the precision as
// its shape, then the registers in order, six bits each, so that four of them
// make three bytes, the first in the lowest bits:
//
//	byte     0        1        2
//	bit   01234567 01234567 01234567
//	      └─r₀─┘└─r₁──┘└──r₂─┘└─r₃─┘
//
// 16 + ¾·2^p bytes: 12,304 at p = 14. The error is always nil.
func (s *HyperLogLog) AppendBinary(b []byte) ([]byte, error) {
	b = appendHeader(b, hyperLogLogMagic, hyperLogLogVersion, s.precision, s.key)
	for r := s.registers; len(r) >= 4; r = r[4:] {
		v := uint32(r[0]) | uint32(r[1])<<6 | uint32(r[2])<<12 | uint32(r[3])<<18
		b = append(b, byte(v), byte(v>>8), byte(v>>16))
	}
	return b, nil
}

// MarshalBinary returns the stored form; see [HyperLogLog.AppendBinary].
func (s *HyperLogLog) MarshalBinary() ([]byte, error) {
	return s.AppendBinary(make([]byte, 0, headerSize+packedSize(s.precision)))
}

// UnmarshalBinary makes s the sketch that was stored. The receiver comes from
// [NewHyperLogLog] and brings the key, which is stored nowhere: bytes written
// under another are refused (ErrKey). The precision becomes the stored one.
// After ErrFormat, ErrVersion or ErrKey, s is as it was.
func (s *HyperLogLog) UnmarshalBinary(data []byte) error {
	precision, body, err := parseHeader(data, hyperLogLogMagic, hyperLogLogVersion, s.key)
	if err == nil {
		err = validatePacked(precision, body)
	}
	if err != nil {
		return fmt.Errorf("decode hyperloglog: %w", err)
	}
	s.precision = precision
	if m := 1 << precision; len(s.registers) != m {
		s.registers = make([]uint8, m)
	}
	for i := range len(s.registers) / 4 {
		r := unpack(body[3*i:])
		copy(s.registers[4*i:], r[:])
	}
	s.histogram = histogramOf(s.registers)
	return nil
}

func validatePacked(precision uint8, body []byte) error {
	if precision < MinPrecision || precision > MaxPrecision {
		return fmt.Errorf("precision %d is outside %d…%d: %w", precision, MinPrecision, MaxPrecision, ErrFormat)
	}
	if want := packedSize(precision); len(body) != want {
		return fmt.Errorf("%d bytes of registers, precision %d has %d: %w", len(body), precision, want, ErrFormat)
	}
	limit := 65 - precision
	for i := 0; i < len(body); i += 3 {
		r := unpack(body[i:])
		if v := max(r[0], r[1], r[2], r[3]); v > limit {
			return fmt.Errorf("a register holds %d, at precision %d at most %d: %w", v, precision, limit, ErrFormat)
		}
	}
	return nil
}

func packedSize(precision uint8) int { return 3 << (precision - 2) }

func unpack(b []byte) [4]uint8 {
	v := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
	return [4]uint8{uint8(v & 63), uint8(v >> 6 & 63), uint8(v >> 12 & 63), uint8(v >> 18)}
}
