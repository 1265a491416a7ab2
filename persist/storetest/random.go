package storetest

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"guildpulse/events"
	"guildpulse/persist"
)

// round is one try of the oracle test. It has three servers, a shard and a time of
// its own, so that the rounds before it do not show, and what fails can be tried
// again.
type round struct {
	*rapid.T
	number uint64
	oracle *oracle
}

// testOracle applies random batches and compares every answer with the oracle's.
func testOracle(t *testing.T, db Database) {
	h := take(t, db)
	var number uint64
	rapid.Check(t, func(rt *rapid.T) {
		number++
		r := &round{rt, number, newOracle()}
		for range rapid.IntRange(1, 4).Draw(rt, "batches") {
			b := r.batch()
			if err := h.Apply(t.Context(), h.batch(b)); err != nil {
				rt.Fatal(err)
			}
			h.cursor.Next++
			r.oracle.apply(&b)
		}
		if err := h.View(t.Context(), func(v persist.View) error { return r.compare(t.Context(), v) }); err != nil {
			rt.Fatal(err)
		}
	})
}

func (r *round) guilds() []uint64 {
	return []uint64{r.number << 8, r.number<<8 + 1, r.number<<8 + 1<<63}
}

func (r *round) batch() persist.Batch {
	var b persist.Batch
	b.Rezone = some(r, "rezone", 1, r.rezone)
	b.Rows = sorted(some(r, "rows", 12, r.row), (*persist.Row).Compare)
	b.Days = sorted(some(r, "days", 12, r.rollUp), (*persist.RollUp).Compare)
	b.Months = sorted(some(r, "months", 12, r.rollUp), (*persist.RollUp).Compare)
	b.Spans = some(r, "spans", 6, r.span)
	b.Gaps = some(r, "gaps", 3, r.gap)
	b.Voice = some(r, "voice", 4, r.voice)
	b.Emoji = some(r, "emoji", 4, r.emoji)
	b.States = some(r, "states", 3, r.state)
	b.OptOuts = some(r, "opt-outs", 5, r.optOut)
	return b
}

// some draws up to n items.
func some[T any](r *round, label string, n int, draw func() T) []T {
	items := make([]T, rapid.IntRange(0, n).Draw(r.T, label))
	for i := range items {
		items[i] = draw()
	}
	return items
}

// sorted sorts items by key and keeps one of each.
func sorted[T any](items []T, compare func(a, b *T) int) []T {
	slices.SortStableFunc(items, func(a, b T) int { return compare(&a, &b) })
	return slices.CompactFunc(items, func(a, b T) bool { return compare(&a, &b) == 0 })
}

func (r *round) guild() uint64 { return rapid.SampledFrom(r.guilds()).Draw(r.T, "guild") }

func (r *round) id(label string) uint64 {
	return rapid.SampledFrom([]uint64{0, 1, 2, 1 << 63, math.MaxUint64}).Draw(r.T, label)
}

func (r *round) kind() events.Kind {
	return rapid.SampledFrom([]events.Kind{events.KindMessage, events.KindVoice, 255}).Draw(r.T, "kind")
}

func (r *round) small(label string) int64 { return rapid.Int64Range(-3, 3).Draw(r.T, label) }

func (r *round) row() persist.Row {
	return persist.Row{
		Guild: r.guild(), Channel: r.id("channel"), Member: r.id("member"), Kind: r.kind(),
		Quarter: rapid.SampledFrom([]int32{-3000, -1, 0, 1, 95, 96, 3000}).Draw(r.T, "quarter"),
		Count:   r.small("count"), Amount: r.small("amount"),
		Mask: rapid.Uint16().Draw(r.T, "mask"),
	}
}

func (r *round) rollUp() persist.RollUp {
	return persist.RollUp{
		Guild: r.guild(), Channel: r.id("channel"), Member: r.id("member"), Kind: r.kind(),
		Period: rapid.Int32Range(-2, 2).Draw(r.T, "period"),
		Count:  r.small("count"), Amount: r.small("amount"),
	}
}

func (r *round) rezone() persist.Rezone {
	shift := rapid.Int32Range(-60, 60).Draw(r.T, "shift")
	return persist.Rezone{Guild: r.guild(), Cut: func(q int32) (day, month int32) {
		return (q + shift) / 96, (q + shift) / 2880
	}}
}

func (r *round) span() persist.Span {
	lo := rapid.SampledFrom([]uint64{0, 10, 20, 1<<63 - 5, 1<<63 + 5, math.MaxUint64 - 10}).Draw(r.T, "lo")
	length := rapid.SampledFrom([]uint64{0, 1, 9, 10}).Draw(r.T, "length")
	return persist.Span{
		Guild: r.guilds()[0], Channel: rapid.SampledFrom([]uint64{0, math.MaxUint64}).Draw(r.T, "channel"), Lo: lo, Hi: lo + length,
		Source: rapid.SampledFrom([]events.Source{events.SourceLive, events.SourceBackfill, events.SourceImport}).Draw(r.T, "source"),
	}
}

// time returns a time of the round's own.
func (r *round) time(label string) int64 {
	return int64(r.number)<<8 + rapid.Int64Range(0, 20).Draw(r.T, label) // small
}

func (r *round) gap() persist.Gap {
	from := r.time("from")
	return persist.Gap{
		Shard: rapid.SampledFrom([]uint16{0, math.MaxUint16}).Draw(r.T, "shard"),
		From:  from, To: from + rapid.Int64Range(0, 5).Draw(r.T, "length"),
		State: rapid.SampledFrom([]persist.GapState{persist.GapOpen, persist.GapRepaired, persist.GapLost}).Draw(r.T, "state"),
	}
}

func (r *round) voice() persist.VoiceSession {
	return persist.VoiceSession{
		Guild: r.guild(), Member: r.id("member"), Opened: r.small("opened"), Channel: r.id("channel"),
		Proof: r.small("proof"), Closed: max(0, r.small("closed")),
		Flags: events.Flags(rapid.Byte().Draw(r.T, "flags")),
	}
}

func (r *round) emoji() persist.Emoji {
	return persist.Emoji{
		Guild: r.guild(), ID: r.id("emoji"), Name: rapid.SampledFrom([]string{"", "wave", "👋🏽"}).Draw(r.T, "name"),
		Number: rapid.SampledFrom([]uint32{0, 1, 2, math.MaxUint32}).Draw(r.T, "number"),
	}
}

func (r *round) state() persist.GuildState {
	return persist.GuildState{
		Guild:    r.guild(),
		Settings: rapid.SampledFrom([][]byte{nil, {}, {0, 1, 255}}).Draw(r.T, "settings"),
		Hidden:   rapid.SampledFrom([][]uint64{nil, {}, {0, math.MaxUint64}}).Draw(r.T, "hidden"),
	}
}

func (r *round) optOut() persist.OptOut {
	return persist.OptOut{Guild: r.guild(), Member: r.id("member"), Out: rapid.Bool().Draw(r.T, "out")}
}

func (r *round) query(grain persist.Grain, by persist.Dimension) persist.SumQuery {
	q := persist.SumQuery{
		Guild: r.guild(), Grain: grain, By: by,
		From:    rapid.SampledFrom([]int32{math.MinInt32, -1, 0}).Draw(r.T, "from"),
		To:      rapid.SampledFrom([]int32{0, 1, math.MaxInt32}).Draw(r.T, "to"),
		Kinds:   some(r, "kinds", 2, r.kind),
		Exclude: some(r, "excluded", 2, func() uint64 { return r.id("channel") }),
	}
	if member := r.id("member"); rapid.Bool().Draw(r.T, "of a member") {
		q.Member = &member
	}
	if channel := r.id("channel"); rapid.Bool().Draw(r.T, "of a channel") {
		q.Channel = &channel
	}
	return q
}

func (r *round) compare(ctx context.Context, v persist.View) error {
	for grain := persist.GrainQuarter; grain <= persist.GrainMonth; grain++ {
		for by := persist.ByNothing; by <= persist.ByPeriod; by++ {
			q := r.query(grain, by)
			got, err := v.Sums(ctx, q)
			if err != nil {
				return err
			}
			same(r, "sums", got, r.oracle.sums(q))
		}
	}
	for _, guild := range r.guilds() {
		if err := r.compareGuild(ctx, v, guild); err != nil {
			return err
		}
	}
	return r.compareOthers(ctx, v)
}

func (r *round) compareGuild(ctx context.Context, v persist.View, guild uint64) error {
	from, to := rapid.SampledFrom([]int32{math.MinInt32, 0}).Draw(r.T, "from"), rapid.SampledFrom([]int32{95, math.MaxInt32}).Draw(r.T, "to")
	var rows, ofMember []persist.Row
	if err := v.Rows(ctx, guild, from, to, appendTo(&rows)); err != nil {
		return err
	}
	same(r, "rows", rows, r.oracle.rowsOf(guild, from, to, nil))
	member := r.id("member")
	if err := v.MemberRows(ctx, guild, member, from, to, appendTo(&ofMember)); err != nil {
		return err
	}
	same(r, "rows of a member", ofMember, r.oracle.rowsOf(guild, from, to, &member))
	spans, err := v.Spans(ctx, guild)
	if err != nil {
		return err
	}
	same(r, "spans", spans, r.oracle.spansOf(guild))
	emoji, err := v.Emoji(ctx, guild)
	same(r, "emoji", emoji, r.oracle.emojiOf(guild))
	return err
}

func appendTo(rows *[]persist.Row) func(*persist.Row) error {
	return func(r *persist.Row) error {
		*rows = append(*rows, *r)
		return nil
	}
}

func (r *round) compareOthers(ctx context.Context, v persist.View) error {
	from, to := r.time("gaps from"), r.time("gaps to")
	gaps, err := v.Gaps(ctx, from, to)
	if err != nil {
		return err
	}
	same(r, "gaps", gaps, r.oracle.gapsIn(from, to))
	voice, err := v.OpenVoice(ctx)
	if err != nil {
		return err
	}
	same(r, "open voice", own(r, voice, func(v persist.VoiceSession) uint64 { return v.Guild }), r.oracle.openVoice())
	states, err := v.States(ctx)
	if err != nil {
		return err
	}
	same(r, "states", own(r, states, func(s persist.GuildState) uint64 { return s.Guild }), r.oracle.allStates())
	people, err := v.OptOuts(ctx)
	same(r, "opt-outs", own(r, people, func(p persist.OptOut) uint64 { return p.Guild }), r.oracle.optOuts())
	return err
}

// own keeps what belongs to the round's servers.
func own[T any](r *round, items []T, guild func(T) uint64) []T {
	guilds := r.guilds()
	return slices.DeleteFunc(items, func(item T) bool { return !slices.Contains(guilds, guild(item)) })
}
