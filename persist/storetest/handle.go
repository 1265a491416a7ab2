package storetest

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guildpulse/events"
	"guildpulse/persist"
)

// journal is the id of the journal that tests write from.
var journal = [16]byte{'s', 't', 'o', 'r', 'e', 't', 'e', 's', 't'} // a constant

const first = events.Seq(1000) // where tests begin in it

func open(t *testing.T, db Database) persist.Store {
	t.Helper()
	store, err := db.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// handle is an open store that was taken, and where its writer stands.
type handle struct {
	persist.Store
	t      *testing.T
	cursor persist.Cursor
}

func take(t *testing.T, db Database) *handle {
	t.Helper()
	h := &handle{Store: open(t, db), t: t}
	h.takeAgain()
	return h
}

func (h *handle) takeAgain() {
	h.t.Helper()
	var err error
	if h.cursor, err = h.Take(h.t.Context(), journal, first); err != nil {
		h.t.Fatal(err)
	}
}

// batch returns b as the one that comes next, of one record.
func (h *handle) batch(b persist.Batch) *persist.Batch {
	b.From, b.To, b.Epoch = h.cursor.Next, h.cursor.Next+1, h.cursor.Epoch
	return &b
}

// apply applies b as the next batch.
func (h *handle) apply(b persist.Batch) {
	h.t.Helper()
	if err := h.Apply(h.t.Context(), h.batch(b)); err != nil {
		h.t.Fatal(err)
	}
	h.cursor.Next++
}

// view reads in one transaction; what f returns must be nil.
func (h *handle) view(f func(ctx context.Context, v persist.View) error) {
	h.t.Helper()
	ctx := h.t.Context()
	if err := h.View(ctx, func(v persist.View) error { return f(ctx, v) }); err != nil {
		h.t.Fatal(err)
	}
}

// content is everything that a store tells about some servers.
type content struct {
	Cursor  persist.Cursor
	Rows    []persist.Row
	Sums    [][]persist.Sum // of days and months, by every dimension
	Spans   []persist.Span
	Gaps    []persist.Gap
	Voice   []persist.VoiceSession
	Emoji   []persist.Emoji
	States  []persist.GuildState
	OptOuts []persist.OptOut
	Guilds  []uint64
}

// content reads what the store holds of the servers.
func (h *handle) content(guilds ...uint64) content {
	h.t.Helper()
	var c content
	h.view(func(ctx context.Context, v persist.View) (err error) {
		c.Cursor = v.Cursor()
		for _, guild := range guilds {
			if err := c.readGuild(ctx, v, guild); err != nil {
				return err
			}
		}
		return c.readOthers(ctx, v)
	})
	return c
}

func (c *content) readGuild(ctx context.Context, v persist.View, guild uint64) error {
	rows, err := rowsOf(ctx, v, guild)
	if err != nil {
		return err
	}
	c.Rows = append(c.Rows, rows...)
	for _, grain := range []persist.Grain{persist.GrainDay, persist.GrainMonth} {
		for by := persist.ByNothing; by <= persist.ByPeriod; by++ {
			sums, err := v.Sums(ctx, persist.SumQuery{Guild: guild, Grain: grain, From: math.MinInt32, To: math.MaxInt32, By: by})
			if err != nil {
				return err
			}
			c.Sums = append(c.Sums, sums)
		}
	}
	spans, err := v.Spans(ctx, guild)
	if err != nil {
		return err
	}
	c.Spans = append(c.Spans, spans...)
	emoji, err := v.Emoji(ctx, guild)
	c.Emoji = append(c.Emoji, emoji...)
	return err
}

func (c *content) readOthers(ctx context.Context, v persist.View) (err error) {
	if c.Gaps, err = v.Gaps(ctx, math.MinInt64, math.MaxInt64); err != nil {
		return err
	}
	if c.Voice, err = v.OpenVoice(ctx); err != nil {
		return err
	}
	if c.States, err = v.States(ctx); err != nil {
		return err
	}
	if c.OptOuts, err = v.OptOuts(ctx); err != nil {
		return err
	}
	c.Guilds, err = v.Guilds(ctx)
	return err
}

// rowsOf reads all rows of a server.
func rowsOf(ctx context.Context, v persist.View, guild uint64) ([]persist.Row, error) {
	var rows []persist.Row
	err := v.Rows(ctx, guild, math.MinInt32, math.MaxInt32, func(r *persist.Row) error {
		rows = append(rows, *r)
		return nil
	})
	return rows, err
}

// tester is a *testing.T or a round of rapid's.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
}

// same compares what was read with what is right. Empty and nil slices of answers
// are the same.
func same[T any](t tester, what string, got, want []T) {
	t.Helper()
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// full returns a batch in which no part is empty.
func full() persist.Batch {
	const guild = 1
	return persist.Batch{
		Rows: []persist.Row{{Guild: guild, Quarter: 40, Channel: 2, Member: 3, Kind: events.KindMessage, Count: 4, Amount: 5, Mask: 6}},
		Days: []persist.RollUp{{Guild: guild, Period: 0, Channel: 2, Member: 3, Kind: events.KindMessage, Count: 4, Amount: 5}},
		Months: []persist.RollUp{
			{Guild: guild, Period: 0, Channel: 2, Member: 3, Kind: events.KindMessage, Count: 4, Amount: 5},
		},
		Spans: []persist.Span{{Guild: guild, Channel: 2, Lo: 10, Hi: 20, Source: events.SourceLive}},
		Gaps:  []persist.Gap{{Shard: 7, From: 100, To: 200, State: persist.GapOpen}},
		Voice: []persist.VoiceSession{
			{Guild: guild, Member: 3, Opened: 50, Channel: 2, Proof: 60, Flags: events.FlagMuted},
		},
		Emoji:   []persist.Emoji{{Guild: guild, Number: 1, ID: 99, Name: "wave"}},
		States:  []persist.GuildState{{Guild: guild, Settings: []byte("settings"), Hidden: []uint64{2}}},
		OptOuts: []persist.OptOut{{Guild: guild, Member: 8, Out: true}},
	}
}
