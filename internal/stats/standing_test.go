package stats_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/events"
	"guildpulse/internal/report"
	"guildpulse/internal/stats"
)

// ledger is the oracle of rankings: everything that happened, in a list.
type ledger struct {
	acts   []ledgerAct
	hidden map[uint64]bool
	out    map[uint64]bool
}

type ledgerAct struct {
	metric          report.Metric
	channel         uint64
	member, subject uint64 // who counts among members; who did it
	at              time.Time
	value           float64
	id              uint64 // of a message that is there
}

// top adds everything up anew.
func (l *ledger) top(q report.TopQuery, now time.Time) []report.Place {
	span := map[report.Period]int{report.Today: 0, report.Days7: 6, report.Days30: 29}[q.Period]
	from := now.Truncate(24*time.Hour).AddDate(0, 0, -span)
	sums := make(map[uint64]float64)
	for _, a := range l.acts {
		switch {
		case a.metric != q.Metric, l.hidden[a.channel], a.at.Before(from), a.at.Sub(now.Truncate(24*time.Hour)) >= 24*time.Hour:
		case q.Subject == report.Channels:
			sums[a.channel] += a.value
		case !l.out[a.member]:
			sums[a.member] += a.value
		}
	}
	var out []report.Place
	for id, v := range sums {
		if v > 0 { // whose messages are all deleted has no place
			out = append(out, report.Place{ID: id, Value: v})
		}
	}
	slices.SortFunc(out, func(a, b report.Place) int { return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.ID, b.ID)) })
	for i := range out {
		out[i].Rank = i + 1
	}
	return out
}

// life draws what happens and says it to both.
type drawn struct {
	*rig
	ledger
	r *rapid.T
	n int
}

func (d *drawn) act() {
	user := rapid.Uint64Range(1, 6).Draw(d.r, "user")
	channel := rapid.SampledFrom([]uint64{general, staff, 3}).Draw(d.r, "channel")
	at := d.now.Add(-time.Duration(rapid.Int64Range(0, int64(9*24*time.Hour)).Draw(d.r, "ago"))).Truncate(15 * time.Minute)
	if d.out[user] { // ingest refuses them
		return
	}
	d.n++
	o := events.Origin{}
	switch rapid.IntRange(0, 2).Draw(d.r, "kind") {
	case 0:
		e := d.message(channel, user, at, d.n)
		d.apply(e)
		d.acts = append(d.acts, ledgerAct{report.Messages, channel, user, user, at, 1, e.ID})
	case 1:
		ms := rapid.Uint32Range(1, 15).Draw(d.r, "minutes") * 60_000
		d.apply(events.VoiceTime(o, events.KindVoice, server, channel, user, at.UnixMilli(), at.UnixMilli(), ms))
		d.acts = append(d.acts, ledgerAct{report.Voice, channel, user, user, at, float64(ms) / 60_000, 0})
	case 2:
		author := rapid.Uint64Range(1, 6).Draw(d.r, "author")
		d.apply(events.Reaction(o, server, channel, uint64(d.n), user, author, 1, at.UnixMilli()))
		d.acts = append(d.acts, ledgerAct{report.Reactions, channel, author, user, at, 1, 0})
	}
}

// remove deletes one of the last messages.
func (d *drawn) remove() {
	for i := len(d.acts) - 1; i >= 0; i-- {
		a := d.acts[i]
		if a.id == 0 || d.out[a.member] {
			continue
		}
		gone := events.MessageDelete(events.Origin{}, server, a.channel, a.id, d.now.UnixMilli())
		gone.User, gone.Value = a.member, 1
		d.apply(gone)
		d.acts[i].id = 0
		d.acts = append(d.acts, ledgerAct{report.Messages, a.channel, a.member, a.member, a.at, -1, 0})
		return
	}
}

func (d *drawn) hide() {
	hidden := rapid.SampledFrom([][]uint64{nil, {staff}, {staff, 3}}).Draw(d.r, "hidden")
	d.control(events.ControlVisibility, events.Visibility{Hidden: hidden})
	d.ledger.hidden = make(map[uint64]bool)
	for _, c := range hidden {
		d.ledger.hidden[c] = true
	}
	d.rebuilt()
}

func (d *drawn) optOut() {
	user := rapid.Uint64Range(1, 6).Draw(d.r, "who")
	d.control(events.ControlOptOut, events.Person{User: user})
	d.out[user] = true
}

func (d *drawn) ask() {
	q := report.TopQuery{
		Guild: server, Limit: 100,
		Subject: rapid.SampledFrom([]report.Subject{report.Members, report.Channels}).Draw(d.r, "subject"),
		Metric:  rapid.SampledFrom([]report.Metric{report.Messages, report.Voice, report.Reactions}).Draw(d.r, "metric"),
		Period:  rapid.SampledFrom([]report.Period{report.Today, report.Days7, report.Days30}).Draw(d.r, "period"),
	}
	got, err := d.stats.Top(context.Background(), q)
	if err != nil {
		d.r.Fatalf("top: %v", err)
	}
	want := d.ledger.top(q, d.now)
	sum := 0.0
	for i := range got.Places {
		got.Places[i].Name = ""
		sum += got.Places[i].Value
	}
	if fmt.Sprint(got.Places) != fmt.Sprint(want) || got.Total != len(want) || sum != got.Sum {
		d.r.Fatalf("%v %v %v: %v (of %d, %v in all), want %v", q.Subject, q.Metric, q.Period, got.Places, got.Total, got.Sum, want)
	}
}

func (l *ledger) reset() {
	l.acts, l.hidden, l.out = nil, make(map[uint64]bool), make(map[uint64]bool)
}

func TestRankingsOfPeriodsEqualARecount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := &drawn{rig: newRig(t), r: rt}
		d.reset()
		d.act()
		for range rapid.IntRange(10, 60).Draw(rt, "steps") {
			switch rapid.IntRange(0, 13).Draw(rt, "step") {
			case 0:
				d.flush()
			case 1:
				d.now = d.now.Add(time.Duration(rapid.IntRange(1, 20).Draw(rt, "hours")) * time.Hour)
			case 2:
				d.stats.TendStandings(context.Background())
			case 3:
				d.hide()
			case 4:
				d.optOut()
			case 5:
				d.restart()
			case 6, 7:
				d.remove()
			case 8, 9, 10:
				d.ask()
			default:
				d.act()
			}
		}
		d.ask()
	})
}

func TestRankingsAreReadFromTheStoreOnce(t *testing.T) {
	r := newRig(t)
	r.apply(r.message(general, 1, noon, 1))
	q := report.TopQuery{Guild: server, Subject: report.Members, Metric: report.Messages, Period: report.Days7}
	r.top(q)
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	r.apply(r.message(general, 2, noon, 2), r.message(general, 2, noon, 3))
	if got := values(r.top(q)); got[2] != 2 || got[1] != 1 {
		t.Errorf("with the store gone %v, want what was asked before and what came since", got)
	}
	r.now = noon.Add(36 * time.Hour)
	r.stats.TendStandings(context.Background())
	if n := r.stats.Standings(server); n != 0 {
		t.Errorf("%d rankings that nobody asked for in a day are kept", n)
	}
}

func TestLeastRecentlyUsedRankingsGoFirst(t *testing.T) {
	got := stats.Excess([]int{50, 40, 30, 20}, []int64{4, 1, 3, 2}, 100)
	if !slices.Equal(got, []int{1}) {
		t.Errorf("gone: %v, want the one used first", got)
	}
	if got := stats.Excess([]int{50, 50}, []int64{1, 2}, 100); got != nil {
		t.Errorf("gone within the limit: %v", got)
	}
}
