package storetest

import (
	"context"
	"errors"
	"math"
	"testing"

	"guildpulse/events"
	"guildpulse/persist"
)

// testRows tells the story once without chance: counts add up, bits are set.
func testRows(t *testing.T, db Database) {
	h := take(t, db)
	row := persist.Row{Guild: 1, Quarter: 40, Channel: 2, Member: 3, Kind: events.KindMessage, Count: 2, Amount: 10, Mask: 0b0011}
	other := row
	other.Member = 4
	h.apply(persist.Batch{Rows: []persist.Row{row, other}})
	row.Count, row.Amount, row.Mask = -1, 5, 0b0110
	h.apply(persist.Batch{Rows: []persist.Row{row}})

	row.Count, row.Amount, row.Mask = 1, 15, 0b0111
	same(t, "rows", h.content(1).Rows, []persist.Row{row, other})
}

// testNothingLeft takes away what was counted: nothing of it shows.
func testNothingLeft(t *testing.T, db Database) {
	h := take(t, db)
	b := full()
	b.Rows[0].Mask = 0
	h.apply(persist.Batch{Rows: b.Rows, Days: b.Days, Months: b.Months})
	back := full()
	back.Rows[0].Count, back.Rows[0].Amount, back.Rows[0].Mask = -4, -5, 0
	back.Days[0].Count, back.Days[0].Amount = -4, -5
	back.Months[0].Count, back.Months[0].Amount = -4, -5
	h.apply(persist.Batch{Rows: back.Rows, Days: back.Days, Months: back.Months})
	c := h.content(1)
	if len(c.Rows) != 0 {
		t.Errorf("rows of nothing: %+v", c.Rows)
	}
	for _, sums := range c.Sums {
		if len(sums) != 0 {
			t.Errorf("sums of nothing: %+v", sums)
		}
	}
}

// several applies rows of two members over some quarters.
func (h *handle) several() []persist.Row {
	var rows []persist.Row
	for member := uint64(1); member <= 2; member++ {
		for quarter := range int32(3) {
			rows = append(rows, persist.Row{Guild: 1, Quarter: quarter, Channel: 9, Member: member, Kind: events.KindMessage, Count: 1})
		}
	}
	b := persist.Batch{Rows: append([]persist.Row(nil), rows...)}
	b.Rows = sorted(b.Rows, (*persist.Row).Compare)
	h.apply(b)
	return rows // by member and quarter
}

func testYield(t *testing.T, db Database) {
	h := take(t, db)
	want := h.several()
	enough := errors.New("enough")
	for stop := 1; stop <= len(want); stop++ {
		var got []persist.Row
		yield := func(r *persist.Row) error {
			if got = append(got, *r); len(got) == stop {
				return enough
			}
			return nil
		}
		h.view(func(ctx context.Context, v persist.View) error {
			if err := v.Rows(ctx, 1, 0, 2, yield); !errors.Is(err, enough) {
				t.Errorf("Rows returns %v, not what yield did", err)
			}
			_, err := v.Guilds(ctx) // the view goes on
			return err
		})
		same(t, "rows until yield had enough", got, want[:stop])
	}
}

// testInterleaved asks for a member's sums while the rows are read.
func testInterleaved(t *testing.T, db Database) {
	h := take(t, db)
	want := h.several()
	n := 0
	h.view(func(ctx context.Context, v persist.View) error {
		return v.Rows(ctx, 1, 0, 2, func(r *persist.Row) error {
			n++
			member := r.Member
			sums, err := v.Sums(ctx, persist.SumQuery{Guild: 1, Grain: persist.GrainQuarter, To: 2, Member: &member})
			same(t, "sums", sums, []persist.Sum{{Kind: events.KindMessage, Count: 3}})
			return err
		})
	})
	if n != len(want) {
		t.Errorf("%d rows, want %d", n, len(want))
	}
}

// testExtremes writes the ends of every number.
func testExtremes(t *testing.T, db Database) {
	h := take(t, db)
	ids := []uint64{0, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64}
	quarters := []int32{math.MinInt32, -70_000_000, -1, 0, math.MaxInt32}
	var b persist.Batch
	for i, guild := range ids {
		for j, quarter := range quarters {
			b.Rows = append(b.Rows, persist.Row{
				Guild: guild, Quarter: quarter, Channel: ids[(i+1)%4], Member: ids[(i+j)%4], Kind: 255,
				Count: math.MinInt64, Amount: math.MaxInt64, Mask: math.MaxUint16,
			})
			b.Days = append(b.Days, persist.RollUp{
				Guild: guild, Period: quarter, Channel: ids[(i+1)%4], Member: ids[(i+j)%4], Kind: 255,
				Count: math.MinInt64, Amount: math.MaxInt64,
			})
		}
		b.Spans = append(b.Spans, persist.Span{Guild: guild, Channel: guild, Lo: 0, Hi: math.MaxUint64, Source: events.SourceLive})
		b.Voice = append(b.Voice, persist.VoiceSession{Guild: guild, Member: guild, Opened: math.MinInt64, Channel: guild, Proof: math.MaxInt64, Flags: 255})
	}
	h.apply(b)
	o := newOracle()
	o.apply(&b)
	h.view(func(ctx context.Context, v persist.View) error {
		for _, guild := range ids {
			if err := compareExtremes(ctx, t, v, o, guild); err != nil {
				return err
			}
		}
		voice, err := v.OpenVoice(ctx)
		same(t, "voice", voice, o.openVoice())
		return err
	})
}

func compareExtremes(ctx context.Context, t *testing.T, v persist.View, o *oracle, guild uint64) error {
	rows, err := rowsOf(ctx, v, guild)
	if err != nil {
		return err
	}
	same(t, "rows", rows, o.rowsOf(guild, math.MinInt32, math.MaxInt32, nil))
	for _, grain := range []persist.Grain{persist.GrainQuarter, persist.GrainDay} {
		for _, period := range []int32{math.MinInt32, math.MaxInt32} {
			q := persist.SumQuery{Guild: guild, Grain: grain, From: period, To: period, By: persist.ByPeriod}
			sums, err := v.Sums(ctx, q)
			if err != nil {
				return err
			}
			same(t, "sums", sums, o.sums(q))
		}
	}
	spans, err := v.Spans(ctx, guild)
	same(t, "spans", spans, o.spansOf(guild))
	return err
}

// testLarge applies a batch of the size that a flush has under load, twice.
func testLarge(t *testing.T, db Database) {
	h := take(t, db)
	const members, quarters = 500, 20
	var b persist.Batch
	for quarter := range int32(quarters) {
		for member := range uint64(members) {
			b.Rows = append(b.Rows, persist.Row{
				Guild: 1, Quarter: quarter * 1000, Channel: 2, Member: member, Kind: events.KindMessage, Count: 1, Mask: 1,
			})
		}
	}
	for range 2 {
		h.apply(b)
	}
	h.view(func(ctx context.Context, v persist.View) error {
		rows, err := rowsOf(ctx, v, 1)
		if err != nil {
			return err
		}
		if len(rows) != members*quarters {
			t.Errorf("%d rows, want %d", len(rows), members*quarters)
		}
		sums, err := v.Sums(ctx, persist.SumQuery{Guild: 1, Grain: persist.GrainQuarter, To: math.MaxInt32})
		same(t, "sums", sums, []persist.Sum{{Kind: events.KindMessage, Count: 2 * members * quarters}})
		return err
	})
}
