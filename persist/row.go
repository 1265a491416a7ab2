package persist

import (
	"cmp"

	"guildpulse/events"
)

// Row counts what one member did in one channel in one quarter of an hour, for
// one kind. As part of a batch Count and Amount are differences that add up, and
// Mask bits that are set in addition.
type Row struct {
	Guild   uint64
	Quarter int32 // 15-minute bucket, see events.Quarter
	Channel uint64
	Member  uint64
	Kind    events.Kind
	Count   int64  // how often
	Amount  int64  // how much: milliseconds in voice, scored reactions; else 0
	Mask    uint16 // bit i: active in minute i of the quarter, i < 15
}

// Compare orders rows by their key: guild, quarter, channel, member, kind.
func (r *Row) Compare(o *Row) int {
	return cmp.Or(
		cmp.Compare(r.Guild, o.Guild), cmp.Compare(r.Quarter, o.Quarter),
		cmp.Compare(r.Channel, o.Channel), cmp.Compare(r.Member, o.Member),
		cmp.Compare(r.Kind, o.Kind))
}

// RollUp is a Row's difference summed over a server-local day or month: Period is
// a local day number (since 1970-01-01) or a month number (since January 1970).
type RollUp struct {
	Guild   uint64
	Period  int32
	Channel uint64
	Member  uint64
	Kind    events.Kind
	Count   int64
	Amount  int64
}

// Compare orders roll-ups by their key: guild, period, channel, member, kind.
func (r *RollUp) Compare(o *RollUp) int {
	return cmp.Or(
		cmp.Compare(r.Guild, o.Guild), cmp.Compare(r.Period, o.Period),
		cmp.Compare(r.Channel, o.Channel), cmp.Compare(r.Member, o.Member),
		cmp.Compare(r.Kind, o.Kind))
}

// Span says that all messages of a channel with Lo ≤ id ≤ Hi are counted. Spans of
// a channel do not overlap; writing one swallows what it overlaps.
type Span struct {
	Guild   uint64
	Channel uint64
	Lo, Hi  uint64
	Source  events.Source // of the newest part
}

// GapState tells what became of a gap.
type GapState uint8

// The states of a gap.
const (
	GapOpen     GapState = 1 // recorded, not yet repaired
	GapRepaired GapState = 2 // messages filled in
	GapLost     GapState = 3 // could not be filled
)

// Gap is a time in which a shard heard nothing.
type Gap struct {
	Shard    uint16
	From, To int64 // Unix milliseconds
	State    GapState
}

// VoiceSession is one person's stay in voice. The key is guild, member, opened;
// the newest write holds.
type VoiceSession struct {
	Guild   uint64
	Member  uint64
	Opened  int64 // Unix milliseconds
	Channel uint64
	Proof   int64 // until when it is known to have lasted
	Closed  int64 // 0 while it lasts
	Flags   events.Flags
}

// Emoji is an entry of a server's durable dictionary of emoji.
type Emoji struct {
	Guild  uint64
	Number uint32
	ID     uint64
	Name   string
}

// GuildState holds a server's own choices. Fields that a batch does not change
// are nil.
type GuildState struct {
	Guild    uint64
	Settings []byte   // as internal/guild encodes them
	Hidden   []uint64 // channels that @everyone may not view; nil = unchanged, empty = none
}

// OptOut is a person who is not counted in a server, or is again.
type OptOut struct {
	Guild  uint64
	Member uint64
	Out    bool
}
