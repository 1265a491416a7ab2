package whole

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"guildpulse/bench/measure"
	"guildpulse/events"
	"guildpulse/internal/stats"
)

// growth is what an event costs memory as something grows.
type growth struct {
	of    string // what grows
	title string
	note  string
	runs  int // of each size; the quickest counts
	costs []measure.Point
}

// add measures one size.
func (g *growth) add(t *measure.Table, n int, cost func() float64) {
	best := cost()
	for range g.runs - 1 {
		best = min(best, cost())
	}
	g.costs = append(g.costs, measure.Point{X: float64(n), Y: best})
	t.Report(fmt.Sprintf("apply an event, %d %s", n, g.of), "ns", best)
}

// judge compares the largest with the smallest, and draws.
func (g *growth) judge(t *measure.Table) {
	first, last := g.costs[0], g.costs[len(g.costs)-1]
	t.AtMost("growth with "+g.of+", largest over smallest", "", last.Y/first.Y, goalFlat, g.note)
	limit := goalFlat * first.Y
	t.Draw(measure.Picture{
		Name: g.of, Title: g.title,
		X: measure.Axis{Label: g.of, Log: true},
		Y: measure.Axis{Label: "ns an event"},
		Curves: []measure.Curve{
			{Name: "applied to memory", Points: g.costs},
			{Name: fmt.Sprintf("goal: at most %d times the cost at %.0f", goalFlat, first.X), Limit: true, Points: []measure.Point{
				{X: first.X, Y: limit}, {X: last.X, Y: limit},
			}},
		},
	})
}

func members(_ context.Context, t *measure.Table, brief bool) error {
	g := growth{
		of: "members", title: "What an event costs as a server grows", runs: growthRuns,
		note: "As members become more, the roster, two boards and the ledger leave the caches: an event reads some ten " +
			"lines that are far away, most of which wait for another.",
	}
	for _, n := range []int{1e3, 1e4, 1e5, size(brief, 2e5, 1e6)} {
		before := heap()
		m := newStats(noStore{})
		crowd(m, n, 1)
		if n == 1e6 {
			t.AtMost("heap of a server of 1,000,000 members", "MB", heap()-before, goalHeap,
				"Score, three totals, distinct people, and yesterday's and today's rows of everybody, by number.")
		}
		l := newLoad(n, 1)
		g.add(t, n, func() float64 { return apply(m, l, size(brief, 1<<14, 1<<18)) })
	}
	g.judge(t)
	return nil
}

func servers(_ context.Context, t *measure.Table, brief bool) error {
	g := growth{
		of: "servers", title: "What an event costs as servers become more", runs: growthRuns,
		note: "Events of ten thousand servers in turn, one of each: every one reads some thirty lines of a server that nobody " +
			"has touched for a while, where a run of events of one server shares them and a lock.",
	}
	const people = 100_000 // in all
	for _, n := range []int{1, 10, 100, 1000, size(brief, 2000, 10_000)} {
		m := newStats(noStore{})
		crowd(m, people, n)
		l := newLoad(people, n)
		g.add(t, n, func() float64 { return apply(m, l, size(brief, 1<<14, 1<<17)) })
	}
	g.judge(t)
	return nil
}

// growthRuns are as many as make it likely that one of them was not disturbed.
const growthRuns = 3

// apply returns what an event costs memory once the members are known. The store
// keeps up, a flush of the default size each.
func apply(m *stats.Stats, l *load, n int) float64 {
	const batch, flush = 1024, 10
	batches := make([]events.Batch, n/batch)
	for i := range batches {
		batches[i] = events.Batch{First: l.seq, Source: events.SourceLive, Events: l.batch(batch)}
		l.seq = batches[i].Next()
	}
	runtime.GC()
	began := time.Now()
	for i := range batches {
		_ = m.Apply(&batches[i])
		if i%flush == flush-1 {
			m.Flushed(batches[i].First)
		}
	}
	return float64(time.Since(began).Nanoseconds()) / float64(len(batches)*batch)
}

// crowd makes everybody known.
func crowd(m *stats.Stats, members, servers int) {
	at, people := begin()-time.Hour.Milliseconds(), members/servers
	var evs []events.Event
	for i := range members {
		server := serverID(i / people)
		evs = append(evs, events.Message(events.Origin{}, server, channelID(server, 0),
			events.MakeSnowflake(at, uint32(i)), memberID(uint64(i)), 0)) // not negative
	}
	b := events.Batch{First: 1, Source: events.SourceLive, Events: evs}
	_ = m.Apply(&b)
	m.Flushed(b.Next())
}

// heap returns the live heap in MB.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc) / (1 << 20)
}
