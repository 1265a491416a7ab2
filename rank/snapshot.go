package rank

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"time"
)

// A snapshot, version 1. Numbers are little-endian.
//
//	 0       4      6      8           16         24     32        40
//	┌───────┬──────┬──────┬───────────┬──────────┬──────┬─────────┬──────────┬───────┐
//	│"GPRB" │ 1    │ 0    │ half-life │ landmark │ seed │ members │ entries… │ CRC   │
//	│ 4 × u8│ u16  │ u16  │ i64 (ms)  │ i64 (ms) │ u64  │ u64     │ 20 each  │ u32   │
//	└───────┴──────┴──────┴───────────┴──────────┴──────┴─────────┴──────────┴───────┘
//	entry, first place first:
//	┌───────────┬──────────────────┬─────────────┐
//	│ member id │ value at landmark│ residue     │
//	│ u64       │ f64              │ i32         │
//	└───────────┴──────────────────┴─────────────┘
//
// The CRC is CRC-32C over all that is before it. docs/format/board.md says
// what each field may hold.
const (
	magic      = "GPRB"
	version    = 1
	headerSize = 40
	entrySize  = 20
	crcSize    = 4
)

// castagnoli returns the polynomial's table, which crc32 makes once.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// MarshalBinary returns a snapshot of the board; see AppendBinary.
func (b *Board) MarshalBinary() ([]byte, error) { return b.AppendBinary(nil) }

// AppendBinary appends a snapshot of the board to dst: 44 bytes, and 20 a
// member. It says nothing of blocks and towers, so that boards which counted
// the same events in the same order write the same bytes, also if one of them
// was restored on the way. O(n); updates wait that long, so that the writer
// is the one to call it. The error is always nil.
func (b *Board) AppendBinary(dst []byte) ([]byte, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	from := len(dst)
	dst = slices.Grow(dst, headerSize+entrySize*b.list.n+crcSize)
	dst = b.appendHeader(dst)
	dst = b.appendEntries(dst)
	sum := crc32.Checksum(dst[from:], castagnoli())
	return binary.LittleEndian.AppendUint32(dst, sum), nil
}

func (s *state) appendHeader(dst []byte) []byte {
	le := binary.LittleEndian
	dst = append(dst, magic...)
	dst = le.AppendUint16(dst, version)
	dst = le.AppendUint16(dst, 0)
	dst = le.AppendUint64(dst, uint64(s.decay.halfLife))
	dst = le.AppendUint64(dst, uint64(s.decay.landmark))
	dst = le.AppendUint64(dst, s.seed)
	return le.AppendUint64(dst, uint64(s.list.n))
}

func (s *state) appendEntries(dst []byte) []byte {
	if s.list.n == 0 {
		return dst
	}
	le := binary.LittleEndian
	for x := uint32(head); ; {
		b := s.list.block(x)
		for i := range s.list.width(x) {
			slot, _ := s.members.find(b.ids[i])
			m := s.members.records.at(slot)
			dst = le.AppendUint64(dst, m.id)
			dst = le.AppendUint64(dst, math.Float64bits(m.value))
			dst = le.AppendUint32(dst, uint32(m.residue))
		}
		if x = s.list.next(x); x == 0 {
			return dst
		}
	}
}

// UnmarshalBinary makes the board what it was when the snapshot was taken:
// with its half-life, seed, order and scores bit for bit, whatever the board
// held before. Memory is taken only for members whose entries are there. On
// an error, which wraps ErrCorrupt or ErrVersion, the board stays as it is.
// O(n).
func (b *Board) UnmarshalBinary(data []byte) error {
	s, entries, err := parseHeader(data)
	if err != nil {
		return err
	}
	if err := s.load(entries); err != nil {
		return err
	}
	b.mu.Lock()
	b.state = s
	b.mu.Unlock()
	return nil
}

// parseHeader returns the empty board that the header describes, and the
// bytes of the entries.
func parseHeader(data []byte) (s state, entries []byte, err error) {
	le := binary.LittleEndian
	if len(data) < headerSize+crcSize || string(data[:4]) != magic {
		return s, nil, fmt.Errorf("%w: no snapshot of a board", ErrCorrupt)
	}
	if v := le.Uint16(data[4:]); v != version {
		return s, nil, fmt.Errorf("%w: %d, this is %d", ErrVersion, v, version)
	}
	body, sum := data[:len(data)-crcSize], le.Uint32(data[len(data)-crcSize:])
	if n := le.Uint64(data[32:]); n != uint64(len(body)-headerSize)/entrySize || (len(body)-headerSize)%entrySize != 0 {
		return s, nil, fmt.Errorf("%w: %d members in %d bytes", ErrCorrupt, n, len(data))
	}
	if crc32.Checksum(body, castagnoli()) != sum {
		return s, nil, fmt.Errorf("%w: checksum does not match", ErrCorrupt)
	}
	halfLife, landmark := int64(le.Uint64(data[8:])), int64(le.Uint64(data[16:]))
	if le.Uint16(data[6:]) != 0 || halfLife < 0 || halfLife > math.MaxInt64/int64(time.Millisecond) {
		return s, nil, fmt.Errorf("%w: half-life %d ms", ErrCorrupt, halfLife)
	}
	if landmark < -MaxTime-halfLife || landmark > MaxTime {
		return s, nil, fmt.Errorf("%w: landmark %d ms", ErrCorrupt, landmark)
	}
	s = newState(Config{HalfLife: time.Duration(halfLife) * time.Millisecond, Landmark: landmark, Seed: le.Uint64(data[24:])})
	return s, body[headerSize:], nil
}

// load fills an empty board with entries, which must be in order.
func (s *state) load(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	n := len(data) / entrySize
	s.list = newList(s.seed, (n+joint-1)/joint)
	s.members.reserve(n)
	var entries [joint]member
	last := member{value: math.Inf(1)}
	for block := uint32(head); len(data) > 0; {
		n := min(len(data)/entrySize, joint)
		for i := range entries[:n] {
			e := parseEntry(data[i*entrySize:])
			if !e.follows(last) {
				return fmt.Errorf("%w: entry of member %d is out of range or order", ErrCorrupt, e.id)
			}
			entries[i], last = e, e
		}
		block = s.list.extend(block, entries[:n])
		if err := s.enrol(entries[:n], block); err != nil {
			return err
		}
		data = data[n*entrySize:]
	}
	return nil
}

// enrol gives slots to members whose entries have been put into a block.
func (s *state) enrol(entries []member, block uint32) error {
	for _, e := range entries {
		if _, ok := s.members.find(e.id); ok {
			return fmt.Errorf("%w: member %d is there twice", ErrCorrupt, e.id)
		}
		e.block = block
		s.members.add(e)
	}
	return nil
}

func parseEntry(data []byte) member {
	le := binary.LittleEndian
	return member{
		id:      le.Uint64(data),
		value:   math.Float64frombits(le.Uint64(data[8:])),
		residue: int32(le.Uint32(data[16:])),
	}
}

// follows reports whether m can come after prev on a board.
func (m *member) follows(prev member) bool {
	return m.value >= minValue && m.value <= maxValue &&
		precedes(keyOf(prev.value), prev.id, keyOf(m.value), m.id)
}
