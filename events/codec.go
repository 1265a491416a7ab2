package events

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Errors of the codec.
var (
	ErrShort = errors.New("event is cut short")
	ErrKind  = errors.New("unknown kind of event")
)

// AppendBinary appends the event's 64 bytes, little endian, in the order of the
// struct's fields:
//
//	0        8        16       24       32       40       48       56   60   62  63
//	┌────────┬────────┬────────┬────────┬────────┬────────┬────────┬────┬────┬───┬───┐
//	│ ID     │ Guild  │ Channel│ User   │ Target │ At     │ Seq    │Valu│Shrd│Knd│Flg│
//	└────────┴────────┴────────┴────────┴────────┴────────┴────────┴────┴────┴───┴───┘
func (e *Event) AppendBinary(b []byte) ([]byte, error) {
	n := len(b)
	b = slices.Grow(b, Size)[:n+Size]
	le, to := binary.LittleEndian, (*[Size]byte)(b[n:])
	le.PutUint64(to[0:], e.ID)
	le.PutUint64(to[8:], e.Guild)
	le.PutUint64(to[16:], e.Channel)
	le.PutUint64(to[24:], e.User)
	le.PutUint64(to[32:], e.Target)
	le.PutUint64(to[40:], uint64(e.At))
	le.PutUint64(to[48:], e.Seq)
	le.PutUint32(to[56:], e.Value)
	le.PutUint16(to[60:], e.Shard)
	to[62], to[63] = byte(e.Kind), byte(e.Flags)
	return b, nil
}

// UnmarshalBinary reads the first 64 bytes of b. It leaves the event as it was
// when b is too short (ErrShort) or holds a kind that this program does not know
// (ErrKind).
func (e *Event) UnmarshalBinary(b []byte) error {
	if len(b) < Size {
		return fmt.Errorf("%w: %d of %d bytes", ErrShort, len(b), Size)
	}
	if k := Kind(b[62]); !k.Valid() {
		return fmt.Errorf("%w: %d", ErrKind, b[62])
	}
	le := binary.LittleEndian
	*e = Event{
		ID: le.Uint64(b), Guild: le.Uint64(b[8:]), Channel: le.Uint64(b[16:]),
		User: le.Uint64(b[24:]), Target: le.Uint64(b[32:]), At: int64(le.Uint64(b[40:])),
		Seq: le.Uint64(b[48:]), Value: le.Uint32(b[56:]), Shard: le.Uint16(b[60:]),
		Kind: Kind(b[62]), Flags: Flags(b[63]),
	}
	return nil
}
