package stats_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/internal/stats"
	"guildpulse/persist"
	"guildpulse/persist/sqlite"
	"guildpulse/sketch"
)

const (
	server  = uint64(700)
	general = uint64(1)
	staff   = uint64(2)
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

type names struct{}

func (names) GuildName(uint64) string        { return "Home" }
func (names) ChannelName(_, c uint64) string { return fmt.Sprintf("#%d", c) }
func (names) MemberName(_, m uint64) string  { return fmt.Sprintf("@%d", m) }
func (names) Unnamed(uint64, uint64) bool    { return false }

// rig is a memory beside a real store, both fed by the test as the pipeline does.
type rig struct {
	t      *testing.T
	store  *sqlite.Store
	stats  *stats.Stats
	cursor persist.Cursor
	next   events.Seq
	rows   map[persist.Row]*persist.Row // of the flush to come
	states []persist.GuildState
	outs   []persist.OptOut
	now    time.Time
	zone   *guild.Zone
}

func newRig(t *testing.T) *rig {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	r := &rig{t: t, store: s, next: 1, now: noon, rows: map[persist.Row]*persist.Row{}, zone: guild.UTC()}
	r.cursor, err = s.Take(context.Background(), [16]byte{1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	r.stats = r.memory()
	return r
}

func (r *rig) memory() *stats.Stats {
	return stats.New(stats.Config{
		Store: r.store, Names: names{}, Key: sketch.Key{7}, Now: func() time.Time { return r.now },
		Flush: func(context.Context, events.Seq) error { r.flush(); return nil },
	})
}

// apply journals events: into memory now, into the store at the next flush.
func (r *rig) apply(evs ...events.Event) {
	r.t.Helper()
	b := events.Batch{First: r.next, Source: events.SourceLive, Events: evs}
	r.next = b.Next()
	if err := r.stats.Apply(&b); err != nil {
		r.t.Fatal(err)
	}
	for i := range evs {
		for _, row := range persist.AppendRows(nil, &evs[i]) {
			k := persist.Row{Guild: row.Guild, Quarter: row.Quarter, Channel: row.Channel, Member: row.Member, Kind: row.Kind}
			if r.rows[k] == nil {
				r.rows[k] = &persist.Row{Guild: k.Guild, Quarter: k.Quarter, Channel: k.Channel, Member: k.Member, Kind: k.Kind}
			}
			sum := r.rows[k]
			sum.Count, sum.Amount, sum.Mask = sum.Count+row.Count, sum.Amount+row.Amount, sum.Mask|row.Mask
		}
	}
}

func (r *rig) control(t events.ControlType, body any) {
	r.t.Helper()
	c, err := events.NewControl(t, server, r.now.UnixMilli(), body)
	if err != nil {
		r.t.Fatal(err)
	}
	b := events.Batch{First: r.next, Control: &c}
	r.next = b.Next()
	if err := r.stats.Apply(&b); err != nil {
		r.t.Fatal(err)
	}
	switch v := body.(type) {
	case guild.Settings:
		r.states = append(r.states, persist.GuildState{Guild: server, Settings: c.Body})
	case events.Visibility:
		r.states = append(r.states, persist.GuildState{Guild: server, Hidden: v.Hidden})
	case events.Person:
		r.outs = append(r.outs, persist.OptOut{Guild: server, Member: v.User, Out: t == events.ControlOptOut})
	}
}

// flush commits what was applied since the last one.
func (r *rig) flush() {
	r.t.Helper()
	b := &persist.Batch{From: r.cursor.Next, To: r.next, Epoch: r.cursor.Epoch, States: r.states, OptOuts: r.outs}
	for _, row := range r.rows {
		b.Rows = append(b.Rows, *row)
		day := r.zone.DayOfQuarter(row.Quarter)
		for dst, period := range map[*[]persist.RollUp]int32{&b.Days: int32(day), &b.Months: int32(day.Month())} {
			*dst = append(*dst, persist.RollUp{
				Guild: row.Guild, Period: period, Channel: row.Channel, Member: row.Member,
				Kind: row.Kind, Count: row.Count, Amount: row.Amount,
			})
		}
	}
	sortRows(b)
	if err := r.store.Apply(context.Background(), b); err != nil {
		r.t.Fatal(err)
	}
	r.cursor.Next, r.rows, r.states, r.outs = r.next, map[persist.Row]*persist.Row{}, nil, nil
	r.stats.Flushed(r.next)
}

// rebuilt lets Run do what is due.
func (r *rig) rebuilt() {
	r.t.Helper()
	if err := r.stats.RebuildDue(context.Background()); err != nil {
		r.t.Fatal(err)
	}
}

// restart goes over to a memory that was restored from the other's snapshot.
func (r *rig) restart() {
	r.t.Helper()
	b, err := r.stats.AppendSnapshot(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	r.stats = r.memory()
	if err := r.stats.Restore(b); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) message(channel, user uint64, at time.Time, n int) events.Event {
	return events.Message(events.Origin{}, server, channel, events.MakeSnowflake(at.UnixMilli(), uint32(n)), user, 0)
}

func (r *rig) top(q report.TopQuery) report.Top {
	r.t.Helper()
	q.Guild = server
	if q.Limit == 0 {
		q.Limit = 100
	}
	top, err := r.stats.Top(context.Background(), q)
	if err != nil {
		r.t.Fatalf("top %+v: %v", q, err)
	}
	return top
}

func values(top report.Top) map[uint64]float64 {
	out := map[uint64]float64{}
	for _, p := range top.Places {
		out[p.ID] = p.Value
	}
	return out
}

func same(t *testing.T, what string, got, want map[uint64]float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d places, want %d\n got %v\nwant %v", what, len(got), len(want), got, want)
	}
	for id, w := range want {
		if g := got[id]; math.Abs(g-w) > 1e-12*math.Abs(w) {
			t.Fatalf("%s: %d has %v, want %v", what, id, g, w)
		}
	}
}

// life makes a few days of a server, mostly now, some of it late.
func life(r *rig, rnd *rand.Rand, n int) []events.Event {
	var evs []events.Event
	at := r.now.Add(-72 * time.Hour)
	for i := range n {
		at = at.Add(time.Duration(rnd.IntN(int(72*time.Hour) / n * 2)))
		user, channel := uint64(1+rnd.IntN(6)), uint64(1+rnd.IntN(3))
		when := at
		if rnd.IntN(10) == 0 {
			when = at.Add(-time.Duration(rnd.IntN(40)) * time.Hour)
		}
		switch rnd.IntN(6) {
		case 0:
			e := events.Reaction(events.Origin{}, server, channel, 1, user, uint64(1+rnd.IntN(6)), 1, when.UnixMilli())
			if rnd.IntN(2) == 0 {
				e.Flags |= events.FlagScored
			}
			evs = append(evs, e)
		case 1:
			start := events.QuarterStart(events.Quarter(when.UnixMilli()))
			evs = append(evs, events.VoiceTime(events.Origin{}, events.KindVoice+events.Kind(rnd.IntN(4)), server, channel, user,
				start, start+int64(rnd.IntN(600_000)), uint32(rnd.IntN(300_000))))
		default:
			evs = append(evs, r.message(channel, user, when, i))
		}
	}
	return evs
}

// TestMemoryEqualsRecount: however events, flushes, restarts and changes of what may
// be seen alternate, memory answers what a fresh recount of the rows answers.
func TestMemoryEqualsRecount(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			r := newRig(t)
			for _, e := range life(r, rnd, 600) {
				r.apply(e)
				switch rnd.IntN(60) {
				case 0:
					r.flush()
				case 1:
					r.restart()
				case 2:
					r.control(events.ControlVisibility, events.Visibility{Hidden: [][]uint64{{}, {staff}, {staff, 3}}[rnd.IntN(3)]})
				case 3:
					r.control(events.ControlOptOut, events.Person{User: uint64(1 + rnd.IntN(6))})
				case 4:
					r.control(events.ControlOptIn, events.Person{User: uint64(1 + rnd.IntN(6))})
				case 5:
					r.rebuilt()
				}
			}
			r.rebuilt()
			live := r.stats
			r.flush()
			fresh := r.memory()
			if err := fresh.Restore(nil); err != nil {
				t.Fatal(err)
			}
			r.stats = fresh
			r.rebuilt()
			for _, m := range report.Metrics() {
				for _, p := range []report.Period{report.Today, report.Days7, report.All} {
					q := report.TopQuery{Subject: report.Members, Metric: m, Period: p}
					r.stats = live
					got := r.top(q)
					r.stats = fresh
					same(t, fmt.Sprintf("%s %s", m, p), values(got), values(r.top(q)))
				}
			}
			a, err := live.Overview(context.Background(), report.OverviewQuery{Guild: server, Period: report.Days7})
			if err != nil {
				t.Fatal(err)
			}
			b, err := fresh.Overview(context.Background(), report.OverviewQuery{Guild: server, Period: report.Days7})
			if err != nil {
				t.Fatal(err)
			}
			if a.Daily != b.Daily || a.Weekly != b.Weekly || a.Messages != b.Messages || a.Voice != b.Voice {
				t.Errorf("overviews differ:\n%+v\n%+v", a, b)
			}
		})
	}
}

func TestScoreIsThePureFunctionOfRows(t *testing.T) {
	r := newRig(t)
	for i := range 5 { // five messages in one minute: one minute
		r.apply(r.message(general, 1, noon.Add(time.Duration(i)*time.Second), i))
	}
	r.apply(r.message(3, 1, noon.Add(10*time.Second), 9)) // the same minute elsewhere
	r.apply(r.message(general, 1, noon.Add(61*time.Second), 10))
	r.now = noon.Add(7 * 24 * time.Hour)
	got := values(r.top(report.TopQuery{Subject: report.Members, Metric: report.Score}))
	same(t, "score after a half-life", got, map[uint64]float64{1: 1})
}

// TestDailyCapsHoldLiveAndRecounted: members who talk all day reach their caps, and
// the board, a recount and the explanation come to the same.
func TestDailyCapsHoldLiveAndRecounted(t *testing.T) {
	r := newRig(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	const n = 8000
	for i := range n {
		at := noon.Add(-time.Duration(n-i) * 2 * time.Minute)
		r.apply(r.message(uint64(10+rnd.IntN(12)), uint64(1+rnd.IntN(2)), at, i))
		if i%1500 == 1499 {
			r.flush()
		}
	}
	ask := func() report.Rank {
		got, err := r.stats.Rank(context.Background(), report.RankQuery{Guild: server, Member: 1})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	live := ask()
	r.flush()
	r.stats = r.memory()
	if err := r.stats.Restore(nil); err != nil {
		t.Fatal(err)
	}
	r.rebuilt()
	recounted := ask()
	if math.Abs(live.Score-recounted.Score) > 1e-12*live.Score || math.Abs(live.Score-live.Parts[0].Points) > 1e-12*live.Score {
		t.Errorf("live %v, recounted %v, explained %v", live.Score, recounted.Score, live.Parts)
	}
	if uncapped := 720.0 / 2 * 10.6; live.Score > uncapped/2 { // 360 minutes a day, of which 120 count
		t.Errorf("a score of %v: the cap does not hold", live.Score)
	}
}

func TestWindowIsStorePlusTail(t *testing.T) {
	r := newRig(t)
	want := map[uint64]float64{}
	for i := range 30 {
		r.apply(r.message(general, uint64(i%4), noon.Add(time.Duration(i)*time.Minute), i))
		want[uint64(i%4)]++
		if i%7 == 0 {
			r.flush()
		}
		got := r.top(report.TopQuery{Subject: report.Members, Metric: report.Messages, Period: report.Days7})
		same(t, fmt.Sprintf("after %d", i), values(got), want)
	}
}

func TestHiddenChannelShowsNowhere(t *testing.T) {
	r := newRig(t)
	r.apply(r.message(general, 1, noon, 1), r.message(staff, 2, noon, 2))
	r.flush()
	r.apply(r.message(staff, 2, noon, 3))
	r.control(events.ControlVisibility, events.Visibility{Hidden: []uint64{staff}})
	_, err := r.stats.Top(context.Background(), report.TopQuery{Guild: server, Subject: report.Members, Metric: report.Score, Limit: 10})
	if !errors.Is(err, report.ErrRebuilding) {
		t.Fatalf("before the rebuild: %v, want ErrRebuilding", err)
	}
	r.rebuilt()
	r.apply(r.message(staff, 2, noon, 4))
	for _, m := range report.Metrics() {
		if got := values(r.top(report.TopQuery{Subject: report.Members, Metric: m, Period: report.Days7})); got[2] != 0 {
			t.Errorf("%s: member 2 has %v from a hidden channel", m, got[2])
		}
	}
	got := values(r.top(report.TopQuery{Subject: report.Channels, Metric: report.Messages, Period: report.Days7}))
	same(t, "channels", got, map[uint64]float64{general: 1})
	r.control(events.ControlVisibility, events.Visibility{Hidden: []uint64{}})
	r.rebuilt()
	got = values(r.top(report.TopQuery{Subject: report.Channels, Metric: report.Messages, Period: report.Days7}))
	same(t, "shown again", got, map[uint64]float64{general: 1, staff: 3})
}

func TestPagesFitTogether(t *testing.T) {
	r := newRig(t)
	for m := range uint64(25) {
		for i := range int(m) + 1 {
			r.apply(r.message(general, m, noon.Add(time.Duration(i)*time.Minute), int(m)*100+i))
		}
	}
	for _, m := range []report.Metric{report.Score, report.Messages} {
		for _, p := range []report.Period{report.Days7, report.All} {
			var places []report.Place
			for offset := 0; offset < 25; offset += 10 {
				top := r.top(report.TopQuery{Subject: report.Members, Metric: m, Period: p, Offset: offset, Limit: 10})
				if top.Total != 25 {
					t.Errorf("%s %s: %d in all, want 25", m, p, top.Total)
				}
				places = append(places, top.Places...)
			}
			if len(places) != 25 {
				t.Fatalf("%s %s: %d places on three pages, want 25", m, p, len(places))
			}
			for i, place := range places {
				if place.Rank != i+1 || place.ID != uint64(24-i) {
					t.Errorf("%s %s: place %d is %+v", m, p, i+1, place)
				}
			}
		}
	}
	got, err := r.stats.Rank(context.Background(), report.RankQuery{Guild: server, Member: 20})
	if err != nil || got.Place != 5 || len(got.Around) != 5 || got.Around[2].ID != 20 {
		t.Errorf("rank %+v %v, want place 5 between two neighbours on each side", got, err)
	}
}

func TestQuestionsThatCannotBeAnswered(t *testing.T) {
	r := newRig(t)
	r.apply(r.message(general, 1, noon, 1))
	ask := func(q report.TopQuery) error {
		_, err := r.stats.Top(context.Background(), q)
		return err
	}
	ok := report.TopQuery{Guild: server, Subject: report.Members, Metric: report.Messages, Period: report.Days7, Limit: 10}
	for what, c := range map[string]struct {
		q    report.TopQuery
		want error
	}{
		"right":            {ok, nil},
		"unknown server":   {report.TopQuery{Guild: 1, Subject: report.Members, Metric: report.Score, Limit: 1}, report.ErrNoGuild},
		"score of channel": {report.TopQuery{Guild: server, Subject: report.Channels, Metric: report.Score, Limit: 1}, report.ErrQuery},
		"no places":        {report.TopQuery{Guild: server, Subject: report.Members, Metric: report.Score}, report.ErrQuery},
		"too many":         {report.TopQuery{Guild: server, Subject: report.Members, Metric: report.Score, Limit: 101}, report.ErrQuery},
		"metric":           {report.TopQuery{Guild: server, Subject: report.Members, Metric: "love", Limit: 1}, report.ErrQuery},
		"period":           {report.TopQuery{Guild: server, Subject: report.Members, Metric: report.Voice, Period: "2w", Limit: 1}, report.ErrQuery},
	} {
		if err := ask(c.q); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
	if _, err := r.stats.Rank(context.Background(), report.RankQuery{Guild: server, Member: 99}); !errors.Is(err, report.ErrNoMember) {
		t.Errorf("rank of a stranger: %v, want ErrNoMember", err)
	}
}

func TestRankExplainsItsScore(t *testing.T) {
	r := newRig(t)
	for i := range 40 {
		r.apply(r.message(general, uint64(i%5), noon.Add(time.Duration(i)*time.Minute), i))
	}
	e := events.Reaction(events.Origin{}, server, general, 1, 1, 2, 1, noon.UnixMilli())
	e.Flags |= events.FlagScored
	r.apply(e)
	r.now = noon.Add(time.Hour)
	got, err := r.stats.Rank(context.Background(), report.RankQuery{Guild: server, Member: 2})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, p := range got.Parts {
		sum += p.Points
	}
	if got.Place != 1 || got.Of != 5 || math.Abs(sum-got.Score) > 1e-9 || len(got.Parts) != 2 {
		t.Errorf("rank %+v: parts sum up to %v", got, sum)
	}
	if got.Totals[report.Messages] != 8 || got.Totals[report.Reactions] != 1 {
		t.Errorf("totals %v", got.Totals)
	}
}

func TestOverviewComparesWithThePeriodBefore(t *testing.T) {
	r := newRig(t)
	for d := range 14 {
		for i := range d + 1 {
			at := noon.AddDate(0, 0, d-13)
			r.apply(r.message(general, uint64(i), at, i))
		}
	}
	o, err := r.stats.Overview(context.Background(), report.OverviewQuery{Guild: server, Period: report.Days7})
	if err != nil {
		t.Fatal(err)
	}
	if o.Messages.Now != 8+9+10+11+12+13+14 || o.Messages.Before != 1+2+3+4+5+6+7 {
		t.Errorf("messages %+v", o.Messages)
	}
	if len(o.Series) != 7 || len(o.Previous) != 7 || o.Series[6].Value != 14 || o.Series[6].Label != "2026-11-20" {
		t.Errorf("series %+v", o.Series)
	}
	if o.Monthly.Before != 0 || math.Abs(o.Monthly.Now-14) > 1 {
		t.Errorf("unique members of the month %+v", o.Monthly)
	}
	r.now = noon.AddDate(0, 0, 30)
	later, err := r.stats.Overview(context.Background(), report.OverviewQuery{Guild: server, Period: report.Days7})
	if err != nil || later.Monthly.Before != o.Monthly.Now || later.Monthly.Now != 0 {
		t.Errorf("a month later %+v (%v), want the former month before it", later.Monthly, err)
	}
	if math.Abs(o.Daily.Now-14) > 1 || math.Abs(o.Weekly.Now-14) > 1 || o.Daily.Error != 0 {
		t.Errorf("unique members: day %+v, week %+v", o.Daily, o.Weekly)
	}
}

func TestPeriodOfWhichCountingBeganMidwayIsNotCompared(t *testing.T) {
	for ago, compared := range map[int]bool{13: true, 12: true, 11: false, 7: false, 6: false} {
		r := newRig(t)
		for d := range ago + 1 {
			r.apply(r.message(general, 1, noon.AddDate(0, 0, -d), d))
		}
		o, err := r.stats.Overview(context.Background(), report.OverviewQuery{Guild: server, Period: report.Days7})
		if err != nil {
			t.Fatal(err)
		}
		if got := o.Messages.Before > 0 && len(o.Previous) > 0 && o.Active.Before > 0; got != compared {
			t.Errorf("counting for %d days: compared with the 7 days before: %v", ago+1, got)
		}
	}
}

// Distinct counts of a snapshot that an older program wrote come from the rows.
func TestSnapshotOfOlderDistinctCounts(t *testing.T) {
	r := newRig(t)
	ask := func() report.Overview {
		o, err := r.stats.Overview(context.Background(), report.OverviewQuery{Guild: server, Period: report.Days7})
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	for i := range 20 {
		r.apply(r.message(general, uint64(i%9), noon, i))
		if i == 10 {
			r.flush() // the rest is in the tail only
		}
	}
	want := ask()
	b, err := r.stats.AppendSnapshot(nil)
	if err != nil {
		t.Fatal(err)
	}
	if b, err = stats.AgeSnapshot(b, sketch.Key{7}); err != nil {
		t.Fatal(err)
	}
	r.stats = r.memory()
	if err := r.stats.Restore(b); err != nil {
		t.Fatal(err)
	}
	r.apply(r.message(general, 9, noon, 20))
	r.rebuilt()
	got := ask()
	if math.Abs(want.Daily.Now-9) > 0.01 || math.Abs(got.Daily.Now-10) > 0.01 || got.Messages.Now != 21 {
		t.Errorf("before %+v, after %+v: want 9 members, then 10, and 21 messages", want.Daily, got.Daily)
	}
}

func TestDamagedSnapshotIsRefused(t *testing.T) {
	r := newRig(t)
	r.apply(r.message(general, 1, noon, 1))
	b, err := r.stats.AppendSnapshot(nil)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < len(b); cut += 7 {
		if err := r.memory().Restore(b[:cut]); err == nil {
			t.Fatalf("a snapshot cut at byte %d of %d was taken", cut, len(b))
		}
	}
}
