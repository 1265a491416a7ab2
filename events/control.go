package events

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// ControlType says what a Control is about. The numbers are written to disk.
type ControlType uint8

// The types, each with the struct that its Body holds as JSON.
const (
	ControlSession    ControlType = 1  // Session
	ControlGap        ControlType = 2  // Gap
	ControlEmoji      ControlType = 3  // Emoji
	ControlSettings   ControlType = 4  // a server's settings, as internal/guild writes them
	ControlOptOut     ControlType = 5  // Person
	ControlOptIn      ControlType = 6  // Person
	ControlVisibility ControlType = 7  // Visibility
	ControlRepair     ControlType = 8  // Repair
	ControlImported   ControlType = 9  // Imported
	ControlLost       ControlType = 10 // Lost
)

// MaxControl is the longest body of a Control, in bytes.
const MaxControl = 64 << 10

// Errors of controls.
var (
	ErrControl = errors.New("malformed control")
)

// Control changes what counts, or remembers what events need and cannot hold. It
// is journaled in order with the events, takes one sequence as an event does, and
// is acknowledged to whoever asked for it once it is durable.
type Control struct {
	Type  ControlType
	Guild uint64 // 0 where it is about a shard
	At    int64  // Unix milliseconds
	Body  []byte // JSON, at most MaxControl bytes
}

// Session is what RESUME needs besides the sequence.
type Session struct {
	Shard     uint16 `json:"shard"`
	ID        string `json:"id"`
	ResumeURL string `json:"resume_url"`
}

// Gap is a time in which a shard heard nothing and Discord does not replay it.
// Messages in it may be filled in; reactions in it are lost.
type Gap struct {
	Shard uint16 `json:"shard"`
	From  int64  `json:"from"` // Unix milliseconds of the last proof before
	To    int64  `json:"to"`   // of the first after
}

// Emoji gives an emoji its number in a server's dictionary.
type Emoji struct {
	Number uint32 `json:"number"`
	ID     uint64 `json:"id,omitempty"` // 0 for a Unicode emoji
	Name   string `json:"name"`
}

// Person names somebody who opts out or in.
type Person struct {
	User uint64 `json:"user"`
}

// Visibility says which channels of a server are hidden from @everyone, as a
// whole list: what is public changes with it.
type Visibility struct {
	Hidden []uint64 `json:"hidden"`
}

// Repair ends the repair of a gap: everything that can be brought back is there.
type Repair struct {
	Shard  uint16 `json:"shard"`
	From   int64  `json:"from"` // as in the Gap
	To     int64  `json:"to"`
	Filled bool   `json:"filled"` // no message is missing
}

// Lost says that the messages missing from a channel, up to an id, cannot be read.
type Lost struct {
	Channel uint64 `json:"channel"`
	Until   uint64 `json:"until"`
}

// Imported ends an import, or a stage of one.
type Imported struct {
	Files int  `json:"files"`
	Done  bool `json:"done"`
}

// NewControl makes a control of body, one of the structs above.
func NewControl(t ControlType, guild uint64, at int64, body any) (Control, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return Control{}, fmt.Errorf("encode control %d: %w", t, err)
	}
	if len(b) > MaxControl {
		return Control{}, fmt.Errorf("%w: body of %d bytes, at most %d", ErrControl, len(b), MaxControl)
	}
	return Control{Type: t, Guild: guild, At: at, Body: b}, nil
}

// Decode reads the body into v, refusing fields that v does not have.
func (c *Control) Decode(v any) error {
	d := json.NewDecoder(bytes.NewReader(c.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: type %d: %w", ErrControl, c.Type, err)
	}
	return nil
}

const controlHead = 1 + 8 + 8

// AppendBinary appends the control: type (1 byte), guild (8), at (8), then the
// body up to the end; the frame around it knows the length.
func (c *Control) AppendBinary(b []byte) ([]byte, error) {
	if len(c.Body) > MaxControl {
		return b, fmt.Errorf("%w: body of %d bytes, at most %d", ErrControl, len(c.Body), MaxControl)
	}
	b = append(b, byte(c.Type))
	b = binary.LittleEndian.AppendUint64(b, c.Guild)
	b = binary.LittleEndian.AppendUint64(b, uint64(c.At))
	return append(b, c.Body...), nil
}

// UnmarshalBinary reads a control that fills b whole; the body is copied. The
// receiver stays as it was on error.
func (c *Control) UnmarshalBinary(b []byte) error {
	if len(b) < controlHead || len(b) > controlHead+MaxControl || b[0] == 0 {
		return fmt.Errorf("%w: %d bytes", ErrControl, len(b))
	}
	*c = Control{
		Type:  ControlType(b[0]),
		Guild: binary.LittleEndian.Uint64(b[1:]),
		At:    int64(binary.LittleEndian.Uint64(b[9:])),
		Body:  bytes.Clone(b[controlHead:]),
	}
	return nil
}
