package persist

import (
	"math/bits"

	"guildpulse/events"
)

// AppendRows appends the rows that an event counts in, as differences: none for
// the kinds that keep the books, up to two for the others. It is the one place
// that says what a journaled event is worth, so that memory and database agree.
//
//	message          member   +1, the minute
//	message_delete   author   +1 deletion; while the author is known, −1 message
//	                          in the quarter in which the message was written
//	reaction         actor    +1, the minute; author: received +1, amount 1 and
//	                          the minute if it scores
//	voice, …         member   amount = milliseconds, the minutes touched
//	voice_open       member   +1, when the session begins (not when it changes)
//	everything else  member   +1, the minute
func AppendRows(dst []Row, e *events.Event) []Row {
	row := Row{
		Guild: e.Guild, Quarter: e.Quarter(), Channel: e.Channel, Member: e.User,
		Kind: e.Kind, Count: 1, Mask: minute(e.At),
	}
	switch e.Kind {
	case events.KindNone, events.KindMark, events.KindSeen, events.KindCovered, events.KindHead,
		events.KindReady, events.KindControl, events.KindVoiceState, events.KindVoiceSync,
		events.KindVoiceClose, events.KindReceived:
		return dst
	case events.KindMessageDelete:
		return appendDeleted(dst, row, e)
	case events.KindReaction:
		return appendReaction(dst, row, e)
	case events.KindVoiceOpen:
		if e.ID != uint64(e.At) {
			return dst
		}
		row.Mask = 0
	case events.KindVoice, events.KindVoiceMuted, events.KindVoiceDeafened, events.KindVoiceAlone:
		row.Count, row.Amount, row.Mask = 0, int64(e.Value), minutes(e.At, int64(e.Value))
	}
	return append(dst, row)
}

func appendDeleted(dst []Row, row Row, e *events.Event) []Row {
	row.Mask = 0
	if e.Value == 0 {
		row.Member = events.Anonymous
		return append(dst, row)
	}
	back := row
	back.Kind, back.Count = events.KindMessage, -1
	back.Quarter = events.Quarter(events.SnowflakeTime(e.ID))
	return append(dst, row, back)
}

func appendReaction(dst []Row, row Row, e *events.Event) []Row {
	dst = append(dst, row)
	if e.Target == 0 {
		return dst // Discord did not say whose message it was
	}
	row.Member, row.Kind = e.Target, events.KindReceived
	if e.Flags&events.FlagScored != 0 {
		row.Amount = 1
	} else {
		row.Mask = 0
	}
	return append(dst, row)
}

const minuteMs = int64(60_000)

func minute(at int64) uint16 {
	return 1 << ((at - events.QuarterStart(events.Quarter(at))) / minuteMs)
}

// minutes returns the bits of the minutes that [from, from+ms) touches, cut at the
// quarter's end.
func minutes(from, ms int64) uint16 {
	if ms <= 0 {
		return 0
	}
	start := events.QuarterStart(events.Quarter(from))
	first := (from - start) / minuteMs
	last := min((from+ms-1-start)/minuteMs, 14)
	return uint16(1<<(last+1) - 1<<first)
}

// Minutes counts the active minutes of a row.
func (r *Row) Minutes() int { return bits.OnesCount16(r.Mask) }
