package events

import (
	"math"
	"time"
	"unsafe"
)

// Size is the length of an event in memory and on disk, in bytes.
const Size = 64

// An Event must stay one cache line: either line fails to compile otherwise.
const (
	_ = uint(unsafe.Sizeof(Event{}) - Size)
	_ = uint(Size - unsafe.Sizeof(Event{}))
)

// Anonymous is the member to whom counts of erased people belong.
const Anonymous uint64 = math.MaxUint64

// Event is something that happened in a server. What a field holds depends on
// the kind and is told by that kind's constructor.
type Event struct {
	ID      uint64 // a message's snowflake, mostly
	Guild   uint64 // server
	Channel uint64
	User    uint64 // who did it
	Target  uint64 // to whom or what
	At      int64  // when, Unix milliseconds UTC
	Seq     uint64 // gateway sequence; position in the file for imports
	Value   uint32
	Shard   uint16
	Kind    Kind
	Flags   Flags
}

// Origin is where an event came from: the shard and the sequence of its gateway
// frame. For imports the shard is 0 and Seq the record's place in its file.
type Origin struct {
	Shard uint16
	Seq   uint64
}

func (o Origin) event(k Kind, guild, channel uint64, at int64) Event {
	return Event{Kind: k, Shard: o.Shard, Seq: o.Seq, Guild: guild, Channel: channel, At: at}
}

// Message is a message that user wrote. ID is its snowflake, At the snowflake's
// time, Flags of FlagReply, FlagInThread, FlagAttachment and FlagSticker. Live
// ids only: an import that has no snowflakes makes them with [MakeSnowflake].
func Message(o Origin, guild, channel, id, user uint64, f Flags) Event {
	e := o.event(KindMessage, guild, channel, SnowflakeTime(id))
	e.ID, e.User, e.Flags = id, user, f
	return e
}

// Seen is a message that counts nobody (a bot's, say): its id alone moves
// coverage.
func Seen(o Origin, guild, channel, id uint64) Event {
	e := o.event(KindSeen, guild, channel, SnowflakeTime(id))
	e.ID = id
	return e
}

// Head says that last was the newest message of a channel when a session began to
// hear of it; a channel without messages has its own id there. ID holds last. In the
// journal Target is the message up to which all is known: what lies between the two
// was missed, and if they are equal, listening begins there.
func Head(o Origin, guild, channel, last uint64, at int64) Event {
	e := o.event(KindHead, guild, channel, at)
	e.ID, e.Target = last, last
	return e
}

// Covered says that every message of the channel with lo ≤ id ≤ hi is counted:
// ID holds lo and Target hi.
func Covered(o Origin, guild, channel, lo, hi uint64) Event {
	e := o.event(KindCovered, guild, channel, SnowflakeTime(hi))
	e.ID, e.Target = lo, hi
	return e
}

// MessageDelete is a message that was deleted at time at. Discord does not say
// whose it was: ingest sets User when it still knows, with Value 1, and else
// leaves Value 0.
func MessageDelete(o Origin, guild, channel, id uint64, at int64) Event {
	e := o.event(KindMessageDelete, guild, channel, at)
	e.ID = id
	return e
}

// Reaction is a reaction that user added to message id of author. Discord gives
// it no time: at is that of its arrival. Value is the emoji's number in the
// server's dictionary. Ingest adds FlagScored.
func Reaction(o Origin, guild, channel, id, user, author uint64, emoji uint32, at int64) Event {
	e := o.event(KindReaction, guild, channel, at)
	e.ID, e.User, e.Target, e.Value = id, user, author, emoji
	return e
}

// ReactionRemove is a reaction that user took back from message id. Discord does
// not say whose message it was, so Target is empty until ingest sets it.
func ReactionRemove(o Origin, guild, channel, id, user uint64, emoji uint32, at int64) Event {
	e := o.event(KindReactionRemove, guild, channel, at)
	e.ID, e.User, e.Value = id, user, emoji
	return e
}

// VoiceState is where user is in voice since at: in channel, with FlagMuted,
// FlagDeafened and FlagAFK as they hold, or nowhere (FlagLeft).
func VoiceState(o Origin, guild, channel, user uint64, at int64, f Flags) Event {
	e := o.event(KindVoiceState, guild, channel, at)
	e.User, e.Flags = user, f
	return e
}

// VoiceSync opens (end false) and closes (end true) the list of all voice states
// of a server; who is not listed between is in voice no more.
func VoiceSync(o Origin, guild uint64, at int64, end bool) Event {
	e := o.event(KindVoiceSync, guild, 0, at)
	if end {
		e.Flags = FlagSyncEnd
	}
	return e
}

// VoiceOpen is the begin of a voice session: ID is at in milliseconds, which with
// guild and user names the session; Flags as of VoiceState.
func VoiceOpen(o Origin, guild, channel, user uint64, at int64, f Flags) Event {
	e := o.event(KindVoiceOpen, guild, channel, at)
	e.ID, e.User, e.Flags = uint64(at), user, f
	return e
}

// VoiceClose is the end of the session that began at opened.
func VoiceClose(o Origin, guild, channel, user uint64, opened, at int64, f Flags) Event {
	e := o.event(KindVoiceClose, guild, channel, at)
	e.ID, e.User, e.Flags = uint64(opened), user, f
	return e
}

// VoiceTime is a stretch of a session: kind is one of the four kinds of voice
// time, At its begin, Value its length in milliseconds. It never crosses the
// border of a quarter (see [Quarter]), so that it belongs to one row.
func VoiceTime(o Origin, kind Kind, guild, channel, user uint64, opened, from int64, ms uint32) Event {
	e := o.event(kind, guild, channel, from)
	e.ID, e.User, e.Value = uint64(opened), user, ms
	return e
}

// Join is a person who came to the server at that time.
func Join(o Origin, guild, user uint64, at int64) Event {
	e := o.event(KindJoin, guild, 0, at)
	e.User = user
	return e
}

// Leave is a person who left the server, or was made to.
func Leave(o Origin, guild, user uint64, at int64) Event {
	e := o.event(KindLeave, guild, 0, at)
	e.User = user
	return e
}

// Thread is a thread that user opened in channel; ID is the thread's snowflake.
func Thread(o Origin, guild, channel, id, user uint64) Event {
	e := o.event(KindThread, guild, channel, SnowflakeTime(id))
	e.ID, e.User = id, user
	return e
}

// PollVote is a vote of user on the poll of message id, added or taken back;
// Value is the answer's number.
func PollVote(o Origin, guild, channel, id, user uint64, answer uint32, at int64, added bool) Event {
	k := KindPollVote
	if !added {
		k = KindPollUnvote
	}
	e := o.event(k, guild, channel, at)
	e.ID, e.User, e.Value = id, user, answer
	return e
}

// Interest is user's interest in the scheduled event id, told or taken back.
func Interest(o Origin, guild, id, user uint64, at int64, added bool) Event {
	k := KindInterest
	if !added {
		k = KindUninterest
	}
	e := o.event(k, guild, 0, at)
	e.ID, e.User = id, user
	return e
}

// Invite is an invitation to channel that user made.
func Invite(o Origin, guild, channel, user uint64, at int64) Event {
	e := o.event(KindInvite, guild, channel, at)
	e.User = user
	return e
}

// Command is a command of ours that user gave; ID is the interaction's snowflake.
func Command(o Origin, guild, channel, id, user uint64) Event {
	e := o.event(KindCommand, guild, channel, SnowflakeTime(id))
	e.ID, e.User = id, user
	return e
}

// Mark says that the shard's sequence reached o.Seq though nothing of interest
// happened.
func Mark(o Origin, at int64) Event {
	e := o.event(KindMark, 0, 0, at)
	e.Flags = FlagLastOfFrame
	return e
}

// Ready is the begin of a gateway session on a shard, or its resumption. The
// session's text is in the Control of type [ControlSession] before it.
func Ready(o Origin, at int64, resumed bool) Event {
	e := o.event(KindReady, 0, 0, at)
	e.Flags = FlagLastOfFrame
	if resumed {
		e.Flags |= FlagResumed
	}
	return e
}

// LastOfFrame reports whether the event ends its gateway frame.
func (e *Event) LastOfFrame() bool { return e.Flags&FlagLastOfFrame != 0 }

// Quarter is the number of the 15-minute bucket (since 1970, UTC) that the event
// falls in.
func (e *Event) Quarter() int32 { return Quarter(e.At) }

// QuarterMs is the length of a quarter, the base bucket of all counts.
const QuarterMs = int64(15 * time.Minute / time.Millisecond)

// Quarter returns the number of the 15-minute bucket that holds the Unix
// millisecond at. Times before 1970 give negative quarters.
func Quarter(at int64) int32 {
	q := at / QuarterMs
	if at%QuarterMs < 0 {
		q--
	}
	return int32(q) //nolint:gosec // 2^31 quarters reach the year 63000
}

// QuarterStart returns the begin of quarter q in Unix milliseconds.
func QuarterStart(q int32) int64 { return int64(q) * QuarterMs }
