package whole

import (
	"context"
	"fmt"
	"os"
	"time"

	"guildpulse/bench/measure"
	"guildpulse/events"
	"guildpulse/internal/pipeline"
)

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
	began := time.Now()
	r.run(ctx)
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
		"One journal, one server of 100,000 members. What is applied to memory is the slowest stage, and has a core: "+
			"two boards 40 %, the ledger 28 %, the roster 10 %, the rows until the store has them 7 %.")
	return r.close(ctx)
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
		OpenJournal: r.openReader, Hash: hash,
	})
	began := time.Now()
	if _, err := p.Recover(ctx); err != nil {
		return err
	}
	t.AtMost(fmt.Sprintf("start with a journal of %d events", n), "s", time.Since(began).Seconds(), goalReplay.Seconds(),
		"Every event is applied anew, beside the books: rows, score, totals, distinct people. The stage is the one of the figure above.")
	return r.journal.Close(ctx)
}
