package sketch

import (
	"encoding/binary"
	"fmt"
)

const (
	countMinMagic   = "GPCM"
	countMinVersion = 1
	countMinFields  = 16 // width, zero, total
)

// AppendBinary appends the stored form to b: the header with the depth as its
// shape, then, numbers little-endian,
//
//	16      20      24              32
//	┌───────┬───────┬───────────────┬────────────────────────────┐
//	│ width │   0   │     total     │ depth × width counters, u32│
//	└───────┴───────┴───────────────┴────────────────────────────┘
//
// 32 + 4·width·depth bytes. The error is always nil.
func (s *CountMin) AppendBinary(b []byte) ([]byte, error) {
	b = appendHeader(b, countMinMagic, countMinVersion, byte(s.depth()), s.key)
	b = binary.LittleEndian.AppendUint32(b, uint32(s.width))
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = binary.LittleEndian.AppendUint64(b, s.total)
	for _, n := range s.counters {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b, nil
}

// MarshalBinary returns the stored form; see [CountMin.AppendBinary].
func (s *CountMin) MarshalBinary() ([]byte, error) {
	return s.AppendBinary(make([]byte, 0, headerSize+countMinFields+4*len(s.counters)))
}

// UnmarshalBinary makes s the sketch that was stored. The receiver comes from
// [NewCountMin] and brings the key, which is stored nowhere: bytes written
// under another are refused (ErrKey). Width and depth become the stored ones.
// After ErrFormat, ErrVersion or ErrKey, s is as it was.
func (s *CountMin) UnmarshalBinary(data []byte) error {
	depth, body, err := parseHeader(data, countMinMagic, countMinVersion, s.key)
	var width int
	if err == nil {
		width, err = validateCountMin(int(depth), body)
	}
	if err != nil {
		return fmt.Errorf("decode countmin: %w", err)
	}
	s.width = width
	s.total = binary.LittleEndian.Uint64(body[8:])
	if n := width * int(depth); len(s.counters) != n {
		s.counters = make([]uint32, n)
	}
	for i := range s.counters {
		s.counters[i] = counterAt(body, i)
	}
	return nil
}

// validateCountMin checks a body and returns its width.
func validateCountMin(depth int, body []byte) (width int, err error) {
	if len(body) < countMinFields {
		return 0, fmt.Errorf("%d bytes after the header, at least %d: %w", len(body), countMinFields, ErrFormat)
	}
	wide := uint64(binary.LittleEndian.Uint32(body))
	if depth < 1 || depth > MaxDepth || wide < 1 || wide*uint64(depth) > MaxCounters {
		return 0, fmt.Errorf("%d rows of %d counters: %w", depth, wide, ErrFormat)
	}
	if binary.LittleEndian.Uint32(body[4:]) != 0 {
		return 0, fmt.Errorf("reserved bytes are not zero: %w", ErrFormat)
	}
	width = int(wide)
	if want := countMinFields + 4*width*depth; len(body) != want {
		return 0, fmt.Errorf("%d bytes after the header, %d rows of %d have %d: %w", len(body), depth, width, want, ErrFormat)
	}
	return width, validateRows(width, depth, body)
}

// validateRows refuses counters that no items could have left: an Add raises one
// counter a row, by no more than it adds, and the first Add raises one in each.
func validateRows(width, depth int, body []byte) error {
	total := binary.LittleEndian.Uint64(body[8:])
	for row := range depth {
		var sum uint64
		for i := range width {
			sum += uint64(counterAt(body, row*width+i))
		}
		if sum > total || sum == 0 && total > 0 {
			return fmt.Errorf("row %d sums to %d under a total of %d: %w", row, sum, total, ErrFormat)
		}
	}
	return nil
}

func counterAt(body []byte, i int) uint32 {
	return binary.LittleEndian.Uint32(body[countMinFields+4*i:])
}
