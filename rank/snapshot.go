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
// member. It says nothing of blocks and numbers, so that boards which counted
// the same events in the same order write the same bytes, also if one of them
// was restored on the way. It is the board as it was at one moment of the call,
// while updates go on. O(n), and more to sort those of the same value. The
// error is always nil.
func (b *Board) AppendBinary(dst []byte) ([]byte, error) {
	all, d := b.freeze()
	from := len(dst)
	dst = slices.Grow(dst, headerSize+entrySize*len(all)+crcSize)
	dst = appendHeader(dst, d, b.seed, len(all))
	for i := range all {
		dst = all[i].append(dst)
	}
	sum := crc32.Checksum(dst[from:], castagnoli())
	return binary.LittleEndian.AppendUint32(dst, sum), nil
}

func appendHeader(dst []byte, d decay, seed uint64, n int) []byte {
	le := binary.LittleEndian
	dst = append(dst, magic...)
	dst = le.AppendUint16(dst, version)
	dst = le.AppendUint16(dst, 0)
	dst = le.AppendUint64(dst, uint64(d.halfLife))
	dst = le.AppendUint64(dst, uint64(d.landmark))
	dst = le.AppendUint64(dst, seed)
	return le.AppendUint64(dst, uint64(n))
}

func (s *standing) append(dst []byte) []byte {
	le := binary.LittleEndian
	dst = le.AppendUint64(dst, s.id)
	dst = le.AppendUint64(dst, math.Float64bits(s.value))
	return le.AppendUint32(dst, uint32(s.residue))
}

// UnmarshalBinary makes the board what it was when the snapshot was taken:
// with its half-life, seed, order and scores bit for bit, whatever the board
// held before. Memory is taken only for members whose entries are there. On
// an error, which wraps ErrCorrupt or ErrVersion, the board stays as it is.
// O(n).
func (b *Board) UnmarshalBinary(data []byte) error {
	restored, entries, err := parseHeader(data)
	if err != nil {
		return err
	}
	if err := restored.load(entries); err != nil {
		return err
	}
	b.freezing.Lock() // lest somebody has half a copy
	defer b.freezing.Unlock()
	r := b.roster()
	r.write()
	defer r.leave()
	b.become(restored)
	return nil
}

// become takes over what another board holds, which is given up. Members get
// their numbers anew where a roster is shared.
func (b *Board) become(other *Board) {
	changes := b.changes + 1
	b.unpublish(maxValue)
	b.state = other.state
	b.changes = changes
	if b.shared == nil {
		b.own.numbers = other.own.numbers
		return
	}
	b.records = arena[record]{}
	for n := range other.records.n {
		b.enrol(b.shared.enter(*other.own.ids.at(n)), *other.records.at(n))
	}
}

// enrol writes a member's record.
func (b *Board) enrol(n uint32, m record) {
	for b.records.n <= int(n) {
		b.records.push(record{})
	}
	*b.records.at(int(n)) = m
}

// parseHeader returns the empty board that the header describes, and the
// bytes of the entries.
func parseHeader(data []byte) (b *Board, entries []byte, err error) {
	le := binary.LittleEndian
	if len(data) < headerSize+crcSize || string(data[:4]) != magic {
		return nil, nil, fmt.Errorf("%w: no snapshot of a board", ErrCorrupt)
	}
	if v := le.Uint16(data[4:]); v != version {
		return nil, nil, fmt.Errorf("%w: %d, this is %d", ErrVersion, v, version)
	}
	body, sum := data[:len(data)-crcSize], le.Uint32(data[len(data)-crcSize:])
	if n := le.Uint64(data[32:]); n != uint64(len(body)-headerSize)/entrySize || (len(body)-headerSize)%entrySize != 0 {
		return nil, nil, fmt.Errorf("%w: %d members in %d bytes", ErrCorrupt, n, len(data))
	}
	if crc32.Checksum(body, castagnoli()) != sum {
		return nil, nil, fmt.Errorf("%w: checksum does not match", ErrCorrupt)
	}
	halfLife, landmark := int64(le.Uint64(data[8:])), int64(le.Uint64(data[16:]))
	if le.Uint16(data[6:]) != 0 || halfLife < 0 || halfLife > math.MaxInt64/int64(time.Millisecond) {
		return nil, nil, fmt.Errorf("%w: half-life %d ms", ErrCorrupt, halfLife)
	}
	if landmark < -MaxTime-halfLife || landmark > MaxTime {
		return nil, nil, fmt.Errorf("%w: landmark %d ms", ErrCorrupt, landmark)
	}
	b = New(Config{HalfLife: time.Duration(halfLife) * time.Millisecond, Seed: le.Uint64(data[24:])})
	b.decay.landmark = landmark
	return b, body[headerSize:], nil
}

// load fills an empty board with entries, which must be in order.
func (b *Board) load(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	n := len(data) / entrySize
	b.list = newList((n+joint-1)/joint, b.seed)
	b.own.reserve(n)
	b.records.reserve(n)
	var entries [joint]standing
	last := standing{value: math.Inf(1)}
	for block := uint32(head); len(data) > 0; {
		n := min(len(data)/entrySize, joint)
		for i := range entries[:n] {
			e := parseEntry(data[i*entrySize:])
			if !e.follows(last) {
				return fmt.Errorf("%w: entry of member %d is out of range or order", ErrCorrupt, e.id)
			}
			entries[i], last = e, e
		}
		block = b.list.extend(block, entries[:n])
		if err := b.seat(entries[:n], block); err != nil {
			return err
		}
		data = data[n*entrySize:]
	}
	return nil
}

// seat records members whose entries have been put into a block.
func (b *Board) seat(entries []standing, block uint32) error {
	for i, e := range entries {
		if _, ok := b.own.find(e.id); ok {
			return fmt.Errorf("%w: member %d is there twice", ErrCorrupt, e.id)
		}
		b.enrol(b.own.enter(e.id), record{e.value, e.residue, hintOf(block, i)})
	}
	return nil
}

func parseEntry(data []byte) standing {
	le := binary.LittleEndian
	return standing{
		id:      le.Uint64(data),
		value:   math.Float64frombits(le.Uint64(data[8:])),
		residue: int32(le.Uint32(data[16:])),
	}
}

// follows reports whether s can come after prev on a board.
func (s *standing) follows(prev standing) bool {
	return s.value >= minValue && s.value <= maxValue &&
		prev.entry().precedes(s.entry())
}
