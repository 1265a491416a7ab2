package events

import "fmt"

// Kind says what an event is. The numbers are written to disk: they never change
// their meaning, and new ones are added at the end of their group.
type Kind uint8

// Kinds that keep the books and count nobody.
const (
	KindNone    Kind = 0 // not an event
	KindMark    Kind = 1 // a shard's sequence has moved, nothing else happened
	KindSeen    Kind = 2 // a message that is filtered: its id is covered, nobody is counted
	KindCovered Kind = 3 // a span of message ids is counted whole
	KindReady   Kind = 4 // a gateway session began, or went on
	KindControl Kind = 5 // a Control takes its turn here; on the ring only
	KindHead    Kind = 6 // how far a channel's messages went when listening began
)

// Kinds that a gateway reader reports and ingest turns into journaled ones.
const (
	KindVoiceState Kind = 16 // where a person is in voice, as Discord just said; on the ring only
	KindVoiceSync  Kind = 17 // brackets the voice states of a whole server; on the ring only
)

// Kinds that count.
const (
	KindMessage        Kind = 32
	KindMessageDelete  Kind = 33
	KindReaction       Kind = 34
	KindReactionRemove Kind = 35
	KindVoiceOpen      Kind = 36 // a voice session begins
	KindVoiceClose     Kind = 37 // a voice session ends
	KindVoice          Kind = 38 // a stretch of time in voice, hearing, among others
	KindVoiceMuted     Kind = 39 // the same, muted
	KindVoiceDeafened  Kind = 40 // the same, deafened: hears nobody
	KindVoiceAlone     Kind = 41 // the same, with nobody else who hears
	KindJoin           Kind = 42
	KindLeave          Kind = 43
	KindThread         Kind = 44
	KindPollVote       Kind = 45
	KindPollUnvote     Kind = 46
	KindInterest       Kind = 47
	KindUninterest     Kind = 48
	KindInvite         Kind = 49
	KindCommand        Kind = 50
	KindReceived       Kind = 51 // a reaction, seen from the message's author; rows only
)

var kindNames = [...]string{
	KindNone: "none", KindMark: "mark", KindSeen: "seen", KindCovered: "covered",
	KindReady: "ready", KindControl: "control", KindHead: "head",
	KindVoiceState: "voice_state", KindVoiceSync: "voice_sync",
	KindMessage: "message", KindMessageDelete: "message_delete",
	KindReaction: "reaction", KindReactionRemove: "reaction_remove",
	KindVoiceOpen: "voice_open", KindVoiceClose: "voice_close",
	KindVoice: "voice", KindVoiceMuted: "voice_muted",
	KindVoiceDeafened: "voice_deafened", KindVoiceAlone: "voice_alone",
	KindJoin: "join", KindLeave: "leave", KindThread: "thread",
	KindPollVote: "poll_vote", KindPollUnvote: "poll_unvote",
	KindInterest: "interest", KindUninterest: "uninterest",
	KindInvite: "invite", KindCommand: "command", KindReceived: "received",
}

// String returns the kind's name as it stands in logs and exports.
func (k Kind) String() string {
	if k.Valid() || k == KindNone {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Valid reports whether k is one of the kinds above, KindNone aside.
func (k Kind) Valid() bool {
	return k != KindNone && int(k) < len(kindNames) && kindNames[k] != ""
}

// Journaled reports whether an event of this kind may stand in the journal.
func (k Kind) Journaled() bool { return journaled[k] }

// journaled answers for every kind at once: each event is asked on its way in.
var journaled = func() (table [256]bool) {
	for k := range table {
		switch k := Kind(k); k {
		case KindControl, KindVoiceState, KindVoiceSync, KindReceived:
		default:
			table[k] = k.Valid()
		}
	}
	return table
}()

// VoiceTime reports whether k is one of the four kinds whose Value is a time
// spent in voice.
func (k Kind) VoiceTime() bool { return k >= KindVoice && k <= KindVoiceAlone }

// Flags are eight bits that each kind reads in its own way, but for
// FlagLastOfFrame.
type Flags uint8

// FlagLastOfFrame marks the last event that came of one gateway frame. RESUME
// asks for what follows the last durable event that bears it.
const FlagLastOfFrame Flags = 1 << 7

// Flags of messages.
const (
	FlagReply      Flags = 1 << 0
	FlagInThread   Flags = 1 << 1
	FlagAttachment Flags = 1 << 2
	FlagSticker    Flags = 1 << 3
)

// FlagScored marks the first reaction of an actor to an author on a day: the one
// that scores.
const FlagScored Flags = 1 << 0

// Flags of voice.
const (
	FlagMuted     Flags = 1 << 0
	FlagDeafened  Flags = 1 << 1
	FlagLeft      Flags = 1 << 2 // the person is in no channel any more
	FlagObserved  Flags = 1 << 3 // seen when we arrived, not when it began
	FlagEstimated Flags = 1 << 4 // the end is the last proof of it
	FlagAFK       Flags = 1 << 5 // in the server's AFK channel
)

// FlagResumed marks a KindReady that went on with an earlier session.
const FlagResumed Flags = 1 << 0

// FlagSyncEnd marks the closing bracket of a KindVoiceSync.
const FlagSyncEnd Flags = 1 << 0

// Source says by which way events came to us. The numbers are written to disk.
type Source uint8

// The ways.
const (
	SourceLive     Source = 1 // the gateway, replays after RESUME included
	SourceBackfill Source = 2 // Discord's REST history, to fill a gap
	SourceImport   Source = 3 // a file
)

// String returns the source's name.
func (s Source) String() string {
	switch s {
	case SourceLive:
		return "live"
	case SourceBackfill:
		return "backfill"
	case SourceImport:
		return "import"
	}
	return fmt.Sprintf("source(%d)", uint8(s))
}

// Valid reports whether s is one of the ways above.
func (s Source) Valid() bool { return s >= SourceLive && s <= SourceImport }
