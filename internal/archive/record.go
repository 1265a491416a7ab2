package archive

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
)

// Errors of reading.
var (
	// ErrFormat: the file is neither of the formats.
	ErrFormat = errors.New("unknown format")
	// ErrLimit: the file is beyond a limit that guards this machine.
	ErrLimit = errors.New("beyond the limits")
)

// Bad is a line, or a message of a JSON file, that could not be counted.
type Bad struct {
	Place  uint64 // line, or number of the message, from 1
	Reason string
}

func (b Bad) String() string { return fmt.Sprintf("%d: %s", b.Place, b.Reason) }

// record is a message on its way through sorting.
type record struct {
	channel uint64
	id      uint64 // with ordinal 0 when the file has no ids
	user    uint64
	place   uint64
	flags   uint8 // events.Flags
	state   state
}

// state tells what is to become of a record. The numbers order nothing.
type state uint8

const (
	stateGood    state = 0
	stateBad     state = 1 // a hole at this place
	stateSkipped state = 2 // of a bot, say: covered and not counted
	stateOrdinal state = 4 // bit: the id lacks its ordinal
)

func (r *record) compare(o *record) int {
	return cmp.Or(cmp.Compare(r.channel, o.channel), cmp.Compare(r.id, o.id), cmp.Compare(r.place, o.place))
}

const recordSize = 8*4 + 2

func (r *record) append(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint64(b, r.channel)
	b = le.AppendUint64(b, r.id)
	b = le.AppendUint64(b, r.user)
	b = le.AppendUint64(b, r.place)
	return append(b, r.flags, byte(r.state))
}

func (r *record) decode(b []byte) {
	le := binary.LittleEndian
	*r = record{
		channel: le.Uint64(b), id: le.Uint64(b[8:]), user: le.Uint64(b[16:]), place: le.Uint64(b[24:]),
		flags: b[32], state: state(b[33]),
	}
}
