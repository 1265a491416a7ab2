package storetest

import (
	"context"
	"math"
	"testing"

	"guildpulse/events"
	"guildpulse/persist"
)

func testSpans(t *testing.T, db Database) {
	const live, fill = events.SourceLive, events.SourceBackfill
	const sign = uint64(1) << 63 // from here ids are stored as negative numbers
	span := func(lo, hi uint64, source events.Source) persist.Span {
		return persist.Span{Guild: 1, Channel: 2, Lo: lo, Hi: hi, Source: source}
	}
	tests := []struct {
		name    string
		batches [][]persist.Span
		want    []persist.Span
	}{
		{"apart", [][]persist.Span{{span(10, 20, live)}, {span(30, 40, fill)}}, []persist.Span{span(10, 20, live), span(30, 40, fill)}},
		{"neighbours are not merged", [][]persist.Span{{span(10, 20, live)}, {span(21, 30, fill)}}, []persist.Span{span(10, 20, live), span(21, 30, fill)}},
		{"inside", [][]persist.Span{{span(10, 40, live)}, {span(20, 30, fill)}}, []persist.Span{span(10, 40, fill)}},
		{"around", [][]persist.Span{{span(20, 30, live)}, {span(10, 40, fill)}}, []persist.Span{span(10, 40, fill)}},
		{"one id in common", [][]persist.Span{{span(10, 20, live)}, {span(20, 30, fill)}}, []persist.Span{span(10, 30, fill)}},
		{"over several", [][]persist.Span{{span(10, 20, live), span(30, 40, live), span(50, 60, live)}, {span(15, 35, fill)}}, []persist.Span{span(10, 40, fill), span(50, 60, live)}},
		{"growing in one batch", [][]persist.Span{{span(10, 20, live), span(10, 30, live), span(10, 40, fill)}}, []persist.Span{span(10, 40, fill)}},
		{"joined by a stored one", [][]persist.Span{{span(10, 20, live)}, {span(18, 30, fill), span(5, 12, live)}}, []persist.Span{span(5, 30, live)}},
		{"across the sign", [][]persist.Span{{span(10, 20, live), span(sign-5, sign-1, live)}, {span(sign-3, sign+5, fill)}}, []persist.Span{span(10, 20, live), span(sign-5, sign+5, fill)}},
		{"across the sign, from above", [][]persist.Span{{span(sign-5, sign+5, live)}, {span(sign+5, math.MaxUint64, fill)}, {span(0, 3, fill)}}, []persist.Span{span(0, 3, fill), span(sign-5, math.MaxUint64, fill)}},
		{"all there is", [][]persist.Span{{span(10, 20, live), span(sign, sign, live)}, {span(0, math.MaxUint64, fill)}}, []persist.Span{span(0, math.MaxUint64, fill)}},
		{"the same again", [][]persist.Span{{span(10, 20, live)}, {span(10, 20, live)}}, []persist.Span{span(10, 20, live)}},
	}
	h := take(t, db)
	elsewhere := []persist.Span{{Guild: 1, Channel: 3, Lo: 0, Hi: 99, Source: live}, {Guild: 2, Channel: 2, Lo: 0, Hi: 99, Source: live}}
	h.apply(persist.Batch{Spans: elsewhere})
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h.t = t
			channel := uint64(100 + i)
			for _, spans := range tt.batches {
				h.apply(persist.Batch{Spans: inChannel(channel, spans)})
			}
			var got []persist.Span
			for _, s := range h.content(1).Spans {
				if s.Channel == channel {
					got = append(got, s)
				}
			}
			same(t, "spans", got, inChannel(channel, tt.want))
		})
	}
	h.t = t
	same(t, "spans elsewhere", append(h.content(1).Spans[:1:1], h.content(2).Spans...), elsewhere)
}

func inChannel(channel uint64, spans []persist.Span) []persist.Span {
	moved := make([]persist.Span, len(spans))
	for i, s := range spans {
		s.Channel = channel
		moved[i] = s
	}
	return moved
}

func testGaps(t *testing.T, db Database) {
	h := take(t, db)
	gap := func(shard uint16, from, to int64, state persist.GapState) persist.Gap {
		return persist.Gap{Shard: shard, From: from, To: to, State: state}
	}
	h.apply(persist.Batch{Gaps: []persist.Gap{gap(0, 100, 200, persist.GapOpen), gap(1, 100, 150, persist.GapOpen), gap(0, 300, 400, persist.GapOpen)}})
	h.apply(persist.Batch{Gaps: []persist.Gap{gap(0, 100, 210, persist.GapRepaired), gap(0, 300, 400, persist.GapLost)}})
	first, second, other := gap(0, 100, 210, persist.GapRepaired), gap(0, 300, 400, persist.GapLost), gap(1, 100, 150, persist.GapOpen)
	tests := []struct {
		name     string
		from, to int64
		want     []persist.Gap
	}{
		{"all, newest first", 0, 1000, []persist.Gap{second, first, other}},
		{"the ends belong to a gap", 210, 300, []persist.Gap{second, first}},
		{"between", 211, 299, nil},
		{"within", 320, 330, []persist.Gap{second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h.t = t
			h.view(func(ctx context.Context, v persist.View) error {
				gaps, err := v.Gaps(ctx, tt.from, tt.to)
				same(t, "gaps", gaps, tt.want)
				return err
			})
		})
	}
}

func testVoice(t *testing.T, db Database) {
	h := take(t, db)
	session := persist.VoiceSession{Guild: 1, Member: 3, Opened: 50, Channel: 2, Proof: 60, Flags: events.FlagObserved}
	later := session
	later.Opened = 70
	h.apply(persist.Batch{Voice: []persist.VoiceSession{session, later}})
	session.Channel, session.Proof, session.Flags = 5, 80, events.FlagMuted
	h.apply(persist.Batch{Voice: []persist.VoiceSession{session}})
	same(t, "the newest write holds", h.content(1).Voice, []persist.VoiceSession{session, later})
	later.Closed = 90
	h.apply(persist.Batch{Voice: []persist.VoiceSession{later}})
	same(t, "a closed session is not open", h.content(1).Voice, []persist.VoiceSession{session})
	later.Closed = 0
	h.apply(persist.Batch{Voice: []persist.VoiceSession{later}})
	same(t, "a session that goes on after all", h.content(1).Voice, []persist.VoiceSession{session, later})
}

func testEmoji(t *testing.T, db Database) {
	h := take(t, db)
	wave := persist.Emoji{Guild: 1, Number: 2, ID: 99, Name: "wave"}
	unicode := persist.Emoji{Guild: 1, Number: 1, Name: "👩‍🚀"}
	h.apply(persist.Batch{Emoji: []persist.Emoji{wave, unicode, {Guild: 2, Number: 1, Name: "elsewhere"}}})
	same(t, "by number", h.content(1).Emoji, []persist.Emoji{unicode, wave})
	wave.Name = "hello"
	h.apply(persist.Batch{Emoji: []persist.Emoji{wave}})
	same(t, "renamed", h.content(1).Emoji, []persist.Emoji{unicode, wave})
}

func testStates(t *testing.T, db Database) {
	h := take(t, db)
	steps := []struct{ write, want persist.GuildState }{
		{persist.GuildState{Hidden: []uint64{9, 3}}, persist.GuildState{Hidden: []uint64{9, 3}}},
		{persist.GuildState{Settings: []byte{1, 0}}, persist.GuildState{Settings: []byte{1, 0}, Hidden: []uint64{9, 3}}},
		{persist.GuildState{Hidden: []uint64{}}, persist.GuildState{Settings: []byte{1, 0}, Hidden: []uint64{}}},
		{persist.GuildState{Settings: []byte{}}, persist.GuildState{Settings: []byte{}, Hidden: []uint64{}}},
		{persist.GuildState{}, persist.GuildState{Settings: []byte{}, Hidden: []uint64{}}},
	}
	for _, step := range steps {
		step.write.Guild, step.want.Guild = 7, 7
		h.apply(persist.Batch{States: []persist.GuildState{step.write}})
		same(t, "states", h.content(1).States, []persist.GuildState{step.want})
	}
}

func testOptOuts(t *testing.T, db Database) {
	h := take(t, db)
	person := func(guild, member uint64, out bool) persist.OptOut {
		return persist.OptOut{Guild: guild, Member: member, Out: out}
	}
	h.apply(persist.Batch{OptOuts: []persist.OptOut{person(1, 5, true), person(2, 5, true), person(1, 4, true)}})
	h.apply(persist.Batch{OptOuts: []persist.OptOut{person(1, 5, true), person(1, 6, false)}})
	same(t, "out", h.content(1).OptOuts, []persist.OptOut{person(1, 4, true), person(1, 5, true), person(2, 5, true)})
	h.apply(persist.Batch{OptOuts: []persist.OptOut{person(1, 5, false)}})
	same(t, "back", h.content(1).OptOuts, []persist.OptOut{person(1, 4, true), person(2, 5, true)})
}

// testRepeatedKeys writes every key twice in one batch: the later write holds.
func testRepeatedKeys(t *testing.T, db Database) {
	h := take(t, db)
	earlier, later := full(), full()
	later.Gaps[0].State, later.Voice[0].Proof, later.Emoji[0].Name = persist.GapLost, 99, "bow"
	later.States[0].Settings, later.OptOuts[0].Out = nil, false
	b := persist.Batch{
		Gaps: append(earlier.Gaps, later.Gaps...), Voice: append(earlier.Voice, later.Voice...),
		Emoji: append(earlier.Emoji, later.Emoji...), States: append(earlier.States, later.States...),
		OptOuts: append(earlier.OptOuts, later.OptOuts...),
	}
	h.apply(b)
	o := newOracle()
	o.apply(&b)
	c := h.content(1)
	same(t, "gaps", c.Gaps, o.gapsIn(0, 1000))
	same(t, "voice", c.Voice, o.openVoice())
	same(t, "emoji", c.Emoji, o.emojiOf(1))
	same(t, "states", c.States, o.allStates())
	same(t, "opt-outs", c.OptOuts, o.optOuts())
}
