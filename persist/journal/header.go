package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"guildpulse/events"
)

// Version is the version of the format that this package writes.
const Version = 1

// header opens every segment. It is durable before the file gets its name.
//
//	0        8    10   12   16       24               40       48       60   64
//	┌────────┬────┬────┬────┬────────┬────────────────┬────────┬────────┬────┐
//	│ magic  │ver │len │  0 │ segment│ journal id     │ first  │      0 │CRC │
//	└────────┴────┴────┴────┴────────┴────────────────┴────────┴────────┴────┘
//
// Little endian. len is the header's length, where frames begin; first is the
// sequence of the segment's first record, and thus the end of the segment before;
// CRC is CRC32C of the 60 bytes before it.
type header struct {
	segment uint64
	journal [16]byte
	first   events.Seq
}

const (
	headerMagic = "GPJRNSEG"
	headerSize  = 64
	headerSum   = 60 // where the checksum stands
)

var errHeader = errors.New("bad header")

var castagnoliTable = crc32.MakeTable(crc32.Castagnoli)

func castagnoli(seed uint32, b []byte) uint32 { return crc32.Update(seed, castagnoliTable, b) }

func (h *header) encode() []byte {
	b := make([]byte, 0, headerSize)
	b = append(b, headerMagic...)
	b = binary.LittleEndian.AppendUint16(b, Version)
	b = binary.LittleEndian.AppendUint16(b, headerSize)
	b = append(b, 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint64(b, h.segment)
	b = append(b, h.journal[:]...)
	b = binary.LittleEndian.AppendUint64(b, uint64(h.first))
	b = append(b, make([]byte, headerSum-len(b))...)
	return binary.LittleEndian.AppendUint32(b, castagnoli(0, b))
}

// decode reads a header: ErrVersion or errHeader. The receiver stays as it was on
// error.
func (h *header) decode(b []byte) error {
	switch {
	case len(b) < headerSize:
		return fmt.Errorf("%w: %d of %d bytes", errHeader, len(b), headerSize)
	case string(b[:8]) != headerMagic:
		return fmt.Errorf("%w: bad magic %q", errHeader, b[:8])
	}
	if v := binary.LittleEndian.Uint16(b[8:]); v != Version {
		return fmt.Errorf("%w: %d, this program reads %d", ErrVersion, v, Version)
	}
	if castagnoli(0, b[:headerSum]) != binary.LittleEndian.Uint32(b[headerSum:]) {
		return fmt.Errorf("%w: bad checksum", errHeader)
	}
	if n := binary.LittleEndian.Uint16(b[10:]); n != headerSize {
		return fmt.Errorf("%w: length %d", errHeader, n)
	}
	read := header{
		segment: binary.LittleEndian.Uint64(b[16:]),
		journal: [16]byte(b[24:40]),
		first:   events.Seq(binary.LittleEndian.Uint64(b[40:])),
	}
	if read.segment == 0 || read.first == 0 || read.first > maxSeq {
		return fmt.Errorf("%w: segment %d from record %d", errHeader, read.segment, read.first)
	}
	*h = read
	return nil
}

// seed is where the checksums of this segment's frames start: a frame of another
// segment, or of another journal, has a wrong one.
func (h *header) seed() uint32 {
	var b [24]byte
	copy(b[:], h.journal[:])
	binary.LittleEndian.PutUint64(b[16:], h.segment)
	return castagnoli(0, b[:])
}
