package whole

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"guildpulse/bench/measure"
	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/pipeline"
	"guildpulse/internal/report"
	"guildpulse/internal/stats"
	"guildpulse/persist"
	"guildpulse/persist/journal"
	"guildpulse/persist/sqlite"
	"guildpulse/sketch"
)

// Goals of the whole way.
const (
	goalDurable = 1e6              // events/s
	goalReplay  = 10 * time.Second // of ten million events
	goalFlat    = 2                // cost at the largest over cost at the smallest
	goalHeap    = 150              // MB of a server of a million members
	goalTop     = 1e6              // ns of a period's first ten places
)

// Run measures everything.
func Run(ctx context.Context, t *measure.Table) error {
	brief := t.Options().Rounds == 1
	for _, part := range []struct {
		name string
		run  func(context.Context, *measure.Table, bool) error
	}{
		{"durable", durable}, {"replay", replay}, {"members", members}, {"servers", servers}, {"questions", questions},
	} {
		if !t.Wants(part.name) {
			continue
		}
		if err := part.run(ctx, t, brief); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

func size(brief bool, short, full int) int {
	if brief {
		return short
	}
	return full
}

func newStats(store stats.Store) *stats.Stats {
	return stats.New(stats.Config{Store: store, Names: guild.NewDirectory(guild.DirectoryConfig{}), Key: sketch.Key{1}})
}

// rig is a pipeline over a journal in a temporary folder, without a database.
type rig struct {
	dir     string
	journal *journal.Journal
	pipe    *pipeline.Pipeline
	memory  *memory
}

func open(dir string) (*rig, error) {
	j, err := journal.Open(journal.Config{
		Dir: filepath.Join(dir, "journal"), BatchBytes: 128 << 10, MaxBytes: 4 << 30,
		Cursors: []string{pipeline.CursorStore, pipeline.CursorSnapshot},
	})
	if err != nil {
		return nil, err
	}
	m := &memory{Stats: newStats(noStore{})}
	return &rig{dir: dir, journal: j, memory: m, pipe: pipeline.New(pipeline.Config{
		Journal: j, Store: noStore{}, Epoch: 1, Memory: m, JournalID: j.ID(),
		OpenJournal: openSilent,
		Hash:        func(ws ...uint64) uint64 { return ws[0] },
		Snapshot:    time.Hour,
	})}, nil
}

// durable pushes frames as fast as the pipeline takes them.
func durable(ctx context.Context, t *measure.Table, brief bool) error {
	dir, err := os.MkdirTemp("", "guildpulse-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	r, err := open(dir)
	if err != nil {
		return err
	}
	if _, err := r.pipe.Recover(ctx); err != nil {
		return err
	}
	n := size(brief, 50_000, 4_000_000)
	frames := newLoad(100_000, 1).batch(n)
	ended := make(chan error, 1)
	began := time.Now()
	go func() { ended <- r.pipe.Run(ctx) }()
	const frame = 64
	for len(frames) > 0 {
		k := min(frame, len(frames))
		if err := r.pipe.Push(ctx, frames[:k]); err != nil {
			return err
		}
		frames = frames[k:]
	}
	for r.pipe.Stats().Applied < uint64(n) {
		time.Sleep(time.Millisecond)
	}
	took := time.Since(began)
	t.AtLeast("durable events, ring to boards", "/s", float64(n)/took.Seconds(), goalDurable,
		"One journal, one server of 100,000 members, 4 KiB of sync at best every group: bound by ingest and apply on two cores.")
	halt, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	err = r.pipe.Stop(halt)
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	return errors.Join(err, <-ended, r.journal.Close(ctx))
}

// replay fills a journal and recovers memory from it.
func replay(ctx context.Context, t *measure.Table, brief bool) error {
	dir, err := os.MkdirTemp("", "guildpulse-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	n := size(brief, 50_000, 10_000_000)
	r, err := open(dir)
	if err != nil {
		return err
	}
	l := newLoad(100_000, 1)
	for done := 0; done < n; {
		k := min(4096, n-done)
		if _, err := r.journal.Append(ctx, events.Batch{Source: events.SourceLive, Events: l.batch(k)}); err != nil {
			return err
		}
		done += k
	}
	if err := r.journal.Close(ctx); err != nil {
		return err
	}
	if r, err = open(dir); err != nil {
		return err
	}
	p := pipeline.New(pipeline.Config{
		Journal: r.journal, Store: noStore{}, Epoch: 1, Memory: r.memory,
		OpenJournal: func(from events.Seq) (pipeline.Reader, error) { return r.journal.NewReader(from) },
		Hash:        func(ws ...uint64) uint64 { return ws[0] },
	})
	began := time.Now()
	if _, err := p.Recover(ctx); err != nil {
		return err
	}
	t.AtMost(fmt.Sprintf("start with a journal of %d events", n), "s", time.Since(began).Seconds(), goalReplay.Seconds(),
		"Every event is applied anew: rows, score, totals, distinct people.")
	return r.journal.Close(ctx)
}

// apply returns what an event costs memory once the members are known.
func apply(m *stats.Stats, l *load, n int) float64 {
	batches := make([]events.Batch, n/1024)
	next := events.Seq(1)
	for i := range batches {
		batches[i] = events.Batch{First: next, Source: events.SourceLive, Events: l.batch(1024)}
		next = batches[i].Next()
	}
	runtime.GC()
	began := time.Now()
	for i := range batches {
		_ = m.Apply(&batches[i])
		m.Flushed(batches[i].First)
	}
	return float64(time.Since(began).Nanoseconds()) / float64(len(batches)*1024)
}

// crowd makes everybody known.
func crowd(m *stats.Stats, members, servers int) {
	at := time.Now().Add(-2 * time.Hour).UnixMilli()
	var evs []events.Event
	for i := range max(members, servers) {
		server := uint64(1 + i%servers)
		evs = append(evs, events.Message(events.Origin{}, server, server<<20, events.MakeSnowflake(at, uint32(i)), uint64(1+i%members), 0))
	}
	_ = m.Apply(&events.Batch{First: 1, Source: events.SourceLive, Events: evs})
	m.Flushed(1 << 40)
}

func members(_ context.Context, t *measure.Table, brief bool) error {
	var costs []float64
	for _, n := range []int{1e3, 1e4, 1e5, size(brief, 2e5, 1e6)} {
		before := heap()
		m := newStats(noStore{})
		crowd(m, n, 1)
		if n == 1e6 {
			t.AtMost("heap of a server of 1,000,000 members", "MB", heap()-before, goalHeap,
				"Score, three totals, distinct people, and yesterday's and today's rows of everybody.")
		}
		cost := apply(m, newLoad(n, 1), size(brief, 1<<14, 1<<20))
		costs = append(costs, cost)
		t.Report(fmt.Sprintf("apply an event, %d members", n), "ns", cost)
		runtime.KeepAlive(m)
	}
	t.AtMost("growth with members, largest over smallest", "", costs[len(costs)-1]/costs[0], goalFlat,
		"At a million members every event misses the caches several times.")
	return nil
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc) / (1 << 20)
}

func servers(_ context.Context, t *measure.Table, brief bool) error {
	var costs []float64
	for _, n := range []int{1, 100, size(brief, 1000, 10_000)} {
		m := newStats(noStore{})
		crowd(m, 100_000, n)
		cost := apply(m, newLoad(100_000, n), size(brief, 1<<14, 1<<19))
		costs = append(costs, cost)
		t.Report(fmt.Sprintf("apply an event, %d servers", n), "ns", cost)
		runtime.KeepAlive(m)
	}
	t.AtMost("growth with servers, largest over smallest", "", costs[len(costs)-1]/costs[0], goalFlat,
		"Events of ten thousand servers in turn: every one takes another lock and other lines.")
	return nil
}

// questions asks what people ask, at 100,000 members with SQLite behind.
func questions(ctx context.Context, t *measure.Table, brief bool) error {
	dir, err := os.MkdirTemp("", "guildpulse-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(dir, "bench.db")})
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	cursor, err := store.Take(ctx, [16]byte{1}, 1)
	if err != nil {
		return err
	}
	n := size(brief, 2_000, 100_000)
	if err := fillDays(ctx, store, cursor, n); err != nil {
		return err
	}
	m := newStats(store)
	crowd(m, n, 1)
	ask := func(period report.Period) (time.Duration, error) {
		began := time.Now()
		_, err := m.Top(ctx, report.TopQuery{
			Guild: 1, Subject: report.Members, Metric: report.Messages, Period: period, Limit: 10,
		})
		return time.Since(began), err
	}
	for _, p := range []report.Period{report.Days7, report.Days30} {
		first, err := ask(p)
		if err != nil {
			return err
		}
		t.Report(fmt.Sprintf("top 10 of %s, %d members, first time", p, n), "ms", first.Seconds()*1e3)
		var times []float64
		for range 101 {
			took, err := ask(p)
			if err != nil {
				return err
			}
			times = append(times, float64(took.Nanoseconds()))
		}
		t.AtMost(fmt.Sprintf("top 10 of %s, %d members", p, n), "ns", measure.Median(times), goalTop)
	}
	return nil
}

// fillDays writes a month of day rows.
func fillDays(ctx context.Context, store *sqlite.Store, cursor persist.Cursor, members int) error {
	today := int32(time.Now().Unix() / 86400)
	for back := range int32(30) {
		b := &persist.Batch{From: cursor.Next, To: cursor.Next + 1, Epoch: cursor.Epoch}
		for i := range members / 4 {
			b.Days = append(b.Days, persist.RollUp{
				Guild: 1, Period: today - back, Channel: 1 << 20, Member: uint64(1 + 4*i + int(back)%4),
				Kind: events.KindMessage, Count: int64(1 + (i*7)%50),
			})
		}
		if err := store.Apply(ctx, b); err != nil {
			return err
		}
		cursor.Next++
	}
	return nil
}
