package sketch

import (
	"encoding/binary"
	"fmt"
)

// Every stored sketch opens with the same sixteen bytes, numbers little-endian:
//
//	0       4     5     6     8                 16
//	┌───────┬─────┬─────┬─────┬─────────────────┐
//	│ magic │ ver │shape│  0  │ key fingerprint │ body …
//	└───────┴─────┴─────┴─────┴─────────────────┘
//
// shape is the one small number that gives the body its form: the precision where
// distinct items are counted, a CountMin's depth, a TopK's cells a bucket. No checksum: sketches
// travel inside frames and rows that have one. What can be checked without one
// is: every field has a bound, and bytes that decode encode to the same bytes.
const (
	headerSize = 16
	versionAt  = 4
)

func appendHeader(b []byte, magic string, version, shape byte, k keys) []byte {
	b = append(b, magic...)
	b = append(b, version, shape, 0, 0)
	return binary.LittleEndian.AppendUint64(b, k.fingerprint())
}

// parseHeader checks magic, then version, then the rest, and returns the shape
// and the body, neither of them judged yet.
func parseHeader(data []byte, magic string, version byte, k keys) (shape byte, body []byte, err error) {
	if len(data) < len(magic) || string(data[:len(magic)]) != magic {
		return 0, nil, fmt.Errorf("magic is not %q: %w", magic, ErrFormat)
	}
	if len(data) < headerSize {
		return 0, nil, fmt.Errorf("%d bytes, the header has %d: %w", len(data), headerSize, ErrFormat)
	}
	switch v := data[versionAt]; {
	case v == 0:
		return 0, nil, fmt.Errorf("version 0 was never written: %w", ErrFormat)
	case v > version:
		return 0, nil, fmt.Errorf("version %d, this program knows %d: %w", v, version, ErrVersion)
	}
	if data[6] != 0 || data[7] != 0 {
		return 0, nil, fmt.Errorf("reserved bytes are not zero: %w", ErrFormat)
	}
	if got, want := binary.LittleEndian.Uint64(data[8:]), k.fingerprint(); got != want {
		return 0, nil, fmt.Errorf("key fingerprint %016x, the receiver's is %016x: %w", got, want, ErrKey)
	}
	return data[5], data[headerSize:], nil
}
