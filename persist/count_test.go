package persist_test

import (
	"slices"
	"testing"

	"guildpulse/events"
	"guildpulse/persist"
)

const (
	guild = uint64(1)
	room  = uint64(2)
	user  = uint64(3)
	other = uint64(4)
)

func TestAppendRows(t *testing.T) {
	o := events.Origin{Seq: 9}
	start := events.QuarterStart(2_000_000)
	id := events.MakeSnowflake(start+3*60_000, 0)
	later := start + 40*60_000 // the third minute's message, deleted in another quarter
	q, ql := int32(2_000_000), events.Quarter(later)
	row := func(q int32, m uint64, k events.Kind, count, amount int64, mask uint16) persist.Row {
		return persist.Row{Guild: guild, Quarter: q, Channel: room, Member: m, Kind: k, Count: count, Amount: amount, Mask: mask}
	}
	known := events.MessageDelete(o, guild, room, id, later)
	known.User, known.Value = user, 1
	scored := events.Reaction(o, guild, room, id, user, other, 1, start)
	scored.Flags |= events.FlagScored
	join := events.Join(o, guild, user, start)
	change := events.VoiceOpen(o, guild, room, user, start, 0)
	change.ID = uint64(start - 5000)
	for name, c := range map[string]struct {
		event events.Event
		want  []persist.Row
	}{
		"message":  {events.Message(o, guild, room, id, user, 0), []persist.Row{row(q, user, events.KindMessage, 1, 0, 1<<3)}},
		"deletion": {known, []persist.Row{row(ql, user, events.KindMessageDelete, 1, 0, 0), row(q, user, events.KindMessage, -1, 0, 0)}},
		"deletion of nobody known": {
			events.MessageDelete(o, guild, room, id, later),
			[]persist.Row{row(ql, events.Anonymous, events.KindMessageDelete, 1, 0, 0)},
		},
		"reaction": {
			events.Reaction(o, guild, room, id, user, other, 1, start),
			[]persist.Row{row(q, user, events.KindReaction, 1, 0, 1), row(q, other, events.KindReceived, 1, 0, 0)},
		},
		"reaction that scores": {
			scored,
			[]persist.Row{row(q, user, events.KindReaction, 1, 0, 1), row(q, other, events.KindReceived, 1, 1, 1)},
		},
		"reaction to nobody known": {
			events.Reaction(o, guild, room, id, user, 0, 1, start),
			[]persist.Row{row(q, user, events.KindReaction, 1, 0, 1)},
		},
		"voice over three minutes": {
			events.VoiceTime(o, events.KindVoiceMuted, guild, room, user, start, start+90_000, 91_000),
			[]persist.Row{row(q, user, events.KindVoiceMuted, 0, 91_000, 1<<1|1<<2|1<<3)},
		},
		"voice to the quarter's end": {
			events.VoiceTime(o, events.KindVoice, guild, room, user, start, start, 900_000),
			[]persist.Row{row(q, user, events.KindVoice, 0, 900_000, 1<<15-1)},
		},
		"voice opens":   {events.VoiceOpen(o, guild, room, user, start, 0), []persist.Row{row(q, user, events.KindVoiceOpen, 1, 0, 0)}},
		"voice changes": {change, nil},
		"voice closes":  {events.VoiceClose(o, guild, room, user, start, later, 0), nil},
		"join":          {join, []persist.Row{{Guild: guild, Quarter: q, Member: user, Kind: events.KindJoin, Count: 1, Mask: 1}}},
		"seen":          {events.Seen(o, guild, room, id), nil},
		"covered":       {events.Covered(o, guild, room, 1, 2), nil},
		"mark":          {events.Mark(o, start), nil},
	} {
		if got := persist.AppendRows(nil, &c.event); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

// TestEveryKindIsDecided: a kind that is added must be told what it is worth.
func TestEveryKindIsDecided(t *testing.T) {
	none := []events.Kind{
		events.KindMark, events.KindSeen, events.KindCovered, events.KindHead, events.KindReady, events.KindControl,
		events.KindVoiceState, events.KindVoiceSync, events.KindVoiceClose, events.KindReceived,
	}
	for k := range 256 {
		kind := events.Kind(k)
		if !kind.Valid() {
			continue
		}
		e := events.Event{Kind: kind, ID: 5, At: 5, Value: 1}
		if got := persist.AppendRows(nil, &e); (len(got) == 0) != slices.Contains(none, kind) {
			t.Errorf("%v: %d rows", kind, len(got))
		}
	}
}
