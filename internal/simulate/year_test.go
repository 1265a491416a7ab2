package simulate_test

import (
	"math"
	"testing"
	"time"
	_ "time/tzdata"

	"guildpulse/internal/simulate"
)

func yearEnd() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

func newWorld(t testing.TB, c simulate.Config) *simulate.World {
	t.Helper()
	w, err := simulate.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestYear reads a year of the default servers once, before witnesses, and
// compares what it came to with what was asked.
func TestYear(t *testing.T) {
	end := yearEnd()
	start := end.AddDate(-1, 0, 0)
	settings := simulate.Default()
	w := newWorld(t, simulate.Config{Seed: 1, Start: start, End: end})
	watch := witnesses(w, start)
	tallies := []*tally{}
	for i, s := range w.Servers() {
		tallies = append(tallies, newTally(t, s, settings[i], end))
	}
	raid := newRaidWatch(w)
	acts := 0
	for a := range w.Acts() {
		if a.At >= end.UnixMilli() {
			break
		}
		acts++
		for _, one := range watch {
			one.see(t, &a)
		}
		tallies[a.Server].see(&a)
		raid.see(&a)
	}
	t.Logf("%d acts", acts)
	if acts < 800_000 || acts > 1_300_000 {
		t.Errorf("%d acts in the year, want about a million", acts)
	}
	watch[1].(*presence).verdict(t, settings)
	if n := watch[3].(*messageWitness).hidden; n == 0 {
		t.Error("moderators never spoke among themselves")
	}
	raid.verdict(t)
	for i, y := range tallies {
		t.Run(settings[i].Name, func(t *testing.T) { judge(t, y, start.UnixMilli()) })
	}
}

// judge compares one server's year with what a server's year looks like.
func judge(t *testing.T, y *tally, start int64) {
	if got := float64(y.month) / 30; math.Abs(got/float64(y.asked)-1) > 0.15 {
		t.Errorf("%.0f messages a day in the last month, want %d", got, y.asked)
	}
	if r := y.rhythm(); r < 3 {
		t.Errorf("evenings have %.1f times the messages of nights, want 3 at least", r)
	}
	if c := y.core(); c < 0.5 {
		t.Errorf("the top tenth wrote %.2f of the messages, want half at least", c)
	}
	if d := y.dispersion(365); d < 2.5 {
		t.Errorf("variance is %.1f times the mean, want bursts", d)
	}
	for k := simulate.Say; k <= simulate.OpenThread; k++ {
		if y.kinds[k] == 0 {
			t.Errorf("no %s in a year", k)
		}
	}
	all, spoke, back := y.newcomers(start)
	if spoke == 0 || back == 0 || spoke > all*6/10 || back >= spoke {
		t.Errorf("of %d newcomers %d spoke within a day and %d of them on day 7", all, spoke, back)
	}
	t.Logf("%v, a day %.0f, rhythm %.1f, core %.2f, dispersion %.1f, newcomers %d/%d/%d", y.kinds, float64(y.month)/30, y.rhythm(), y.core(), y.dispersion(365), all, spoke, back)
}

// raidWatch looks at those who joined and were gone within an hour, on the
// evening on which there were most of them.
type raidWatch struct {
	people  map[uint64]simulate.Person
	joined  []simulate.Act
	said    map[uint64]uint64 // channel by message
	deleted int
}

func newRaidWatch(w *simulate.World) *raidWatch {
	r := &raidWatch{people: map[uint64]simulate.Person{}, said: map[uint64]uint64{}}
	days := map[time.Time][]simulate.Person{}
	for _, p := range w.Servers()[0].People {
		if !p.Left.IsZero() && p.Left.Sub(p.Joined) < time.Hour {
			day := p.Joined.Truncate(24 * time.Hour)
			days[day] = append(days[day], p)
		}
	}
	most := []simulate.Person{}
	for _, list := range days {
		if len(list) > len(most) {
			most = list
		}
	}
	for _, p := range most {
		r.people[p.ID] = p
	}
	return r
}

func (r *raidWatch) see(a *simulate.Act) {
	if _, ok := r.people[a.User]; ok && a.Kind == simulate.Join {
		r.joined = append(r.joined, *a)
	} else if ok && a.Kind == simulate.Say {
		r.said[a.Message] = a.Channel
	}
	if _, ok := r.people[a.Author]; ok && a.Kind == simulate.Delete {
		r.deleted++
	}
}

func (r *raidWatch) verdict(t *testing.T) {
	const hour = int64(time.Hour / time.Millisecond)
	if len(r.joined) < 30 {
		t.Fatalf("%d raiders, want dozens", len(r.joined))
	}
	first, last := r.joined[0].At, r.joined[len(r.joined)-1].At
	if last-first > hour/2 {
		t.Errorf("raiders came over %d ms, want half an hour at most", last-first)
	}
	for _, p := range r.people {
		if p.Left.UnixMilli() > first+hour {
			t.Errorf("raider %s is there more than an hour after the first", p.Name)
		}
	}
	channels := map[uint64]bool{}
	for _, ch := range r.said {
		channels[ch] = true
	}
	if len(channels) != 1 || len(r.said) < 10*len(r.joined) || r.deleted < len(r.said)*8/10 {
		t.Errorf("%d messages in %d channels, %d deleted", len(r.said), len(channels), r.deleted)
	}
}
