package journal

import (
	"encoding/binary"
	"errors"
	"fmt"

	"guildpulse/events"
)

// MaxEvents is the most events that one batch, which is one frame, may hold.
const MaxEvents = 1 << 16

// frameHead stands before every frame's body.
//
//	0    4    8   9   10  12   16       24       32
//	┌────┬────┬───┬───┬───┬────┬────────┬────────┬── ─ ─
//	│head│body│typ│src│flg│ len│ first  │ commit │ body …
//	└────┴────┴───┴───┴───┴────┴────────┴────────┴── ─ ─
//
// Little endian; bodies are padded with zeros to eight bytes. body is CRC32C of
// the padded body; head is CRC32C of the journal's id, the segment's id and bytes
// 4 to 32 of the head, so it binds the body's checksum too. len is the body's
// length without padding: 64 bytes an event, or a control whole. first is the
// sequence of the first record. commit is the sequence of the first record of the
// commit that wrote the frame: all below it were durable by then.
type frameHead struct {
	body   uint32
	kind   frameKind
	source events.Source
	flags  uint16
	length uint32
	first  events.Seq
	commit events.Seq
}

type frameKind uint8

const (
	frameEvents  frameKind = 1
	frameControl frameKind = 2
)

// flagMore says that the next frame belongs to the same Append: neither counts
// without the other.
const flagMore uint16 = 1 << 0

// maxSeq is past every sequence. Nobody gets there by appending.
const maxSeq events.Seq = 1 << 63

const (
	headSize    = 32
	alignment   = 8
	controlHead = 1 + 8 + 8 // of an events.Control's encoding
	maxControl  = controlHead + events.MaxControl
)

var (
	// errChecksum: the bytes are not what was written, or nothing was.
	errChecksum = errors.New("bad checksum")
	// errHead: the head is what was written, and makes no sense. No crash does that.
	errHead = errors.New("malformed frame")
)

func padded(n int) int { return (n + alignment - 1) &^ (alignment - 1) }

func (h *frameHead) records() events.Seq {
	if h.kind == frameControl {
		return 1
	}
	return events.Seq(h.length / events.Size)
}

func (h *frameHead) next() events.Seq { return h.first + h.records() }

func (h *frameHead) more() bool { return h.flags&flagMore != 0 }

// size is the frame's length in the file, head and padding included.
func (h *frameHead) size() int { return headSize + padded(int(h.length)) }

func (h *frameHead) encode(b []byte, seed uint32) {
	le := binary.LittleEndian
	le.PutUint32(b[4:], h.body)
	b[8], b[9] = byte(h.kind), byte(h.source)
	le.PutUint16(b[10:], h.flags)
	le.PutUint32(b[12:], h.length)
	le.PutUint64(b[16:], uint64(h.first))
	le.PutUint64(b[24:], uint64(h.commit))
	le.PutUint32(b, castagnoli(seed, b[4:headSize]))
}

// decode reads the head in the first 32 bytes of b: errChecksum or errHead. A head
// without error bounds the body to 4 MiB.
func (h *frameHead) decode(b []byte, seed uint32) error {
	le := binary.LittleEndian
	if castagnoli(seed, b[4:headSize]) != le.Uint32(b) {
		return errChecksum
	}
	read := frameHead{
		body: le.Uint32(b[4:]), kind: frameKind(b[8]), source: events.Source(b[9]),
		flags: le.Uint16(b[10:]), length: le.Uint32(b[12:]),
		first: events.Seq(le.Uint64(b[16:])), commit: events.Seq(le.Uint64(b[24:])),
	}
	if err := read.validate(); err != nil {
		return err
	}
	*h = read
	return nil
}

func (h *frameHead) validate() error {
	switch {
	case h.kind != frameEvents && h.kind != frameControl:
		return fmt.Errorf("%w: type %d", errHead, h.kind)
	case h.flags&^flagMore != 0:
		return fmt.Errorf("%w: flags %#x", errHead, h.flags)
	case !validSource(h.kind, h.source):
		return fmt.Errorf("%w: %v", errHead, h.source)
	case !validLength(h.kind, h.length):
		return fmt.Errorf("%w: %d bytes", errHead, h.length)
	case h.commit == 0 || h.commit > h.first || h.first > maxSeq-h.records():
		return fmt.Errorf("%w: record %d in commit %d", errHead, h.first, h.commit)
	}
	return nil
}

// A control may come by no way at all.
func validSource(k frameKind, s events.Source) bool {
	return s.Valid() || k == frameControl && s == 0
}

func validLength(k frameKind, n uint32) bool {
	if k == frameControl {
		return n >= controlHead && n <= maxControl
	}
	return n >= events.Size && n <= MaxEvents*events.Size && n%events.Size == 0
}

// checkBody compares a padded body with its checksum.
func (h *frameHead) checkBody(body []byte) error {
	if castagnoli(0, body) != h.body {
		return errChecksum
	}
	return nil
}
