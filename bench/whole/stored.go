package whole

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"guildpulse/bench/gateway"
	"guildpulse/bench/measure"
	"guildpulse/internal/pgtest"
	"guildpulse/persist/postgres"
)

const (
	storedFrames  = 200_000
	storedMembers = 100_000
	goalKeepsUp   = 0.9 // of the gateway's rate, by the store
)

// stored sends messages the whole way, from the stand-in's socket into PostgreSQL, and
// looks at what that costs: processor by stage, memory, garbage.
func stored(ctx context.Context, t *measure.Table, brief bool) (err error) {
	dir, err := os.MkdirTemp("", "guildpulse-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cluster, err := pgtest.Start(ctx, "", "shared_buffers=256MB", "max_wal_size=4GB")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	url, err := cluster.CreateDatabase(ctx, "whole")
	if err != nil {
		return err
	}
	store, err := postgres.Open(ctx, postgres.Config{URL: url})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	l, n := newLoad(storedMembers, 1), size(brief, 10_000, storedFrames)
	station, err := gateway.NewStation(compression, n, func(seq uint64, _ int) string {
		e := l.next()
		return post(&e).Frame(seq)
	})
	if err != nil {
		return err
	}
	defer station.Close()
	before := heap()
	r, err := openStored(ctx, dir, store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close(ctx)) }()
	if _, err := r.pipe.Recover(ctx); err != nil {
		return err
	}
	crowd(r.stats, storedMembers, 1)
	r.run(ctx)
	leave, err := r.listen(ctx, station)
	if err != nil {
		return err
	}
	c, err := r.carry(ctx, station, cluster, n)
	if err = errors.Join(err, leave()); err != nil {
		return err
	}
	c.report(t)
	t.Report("rows an event, on the whole way", "", float64(store.Stats().Rows)/float64(n))
	t.Report("heap at rest with 100,000 members", "MB", heap()-before,
		"Ring, books, boards, the journal's and PostgreSQL's buffers; without what the Go runtime keeps beside the heap.")
	runtime.KeepAlive(r)
	return nil
}

// carriage is what n events on the whole way took.
type carriage struct {
	*observation
	n                  float64
	counted, committed time.Duration // until all were
}

// carry sends n frames and waits until they are counted and committed.
func (r *rig) carry(ctx context.Context, s *gateway.Station, db *pgtest.Cluster, n int) (*carriage, error) {
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	o, err := observe(db.PID())
	if err != nil {
		return nil, err
	}
	c := &carriage{observation: o, n: float64(n)}
	began := time.Now()
	if err = s.Send(n); err == nil {
		err = r.counted(ctx, uint64(n))
	}
	c.counted = time.Since(began)
	if err == nil {
		err = r.pipe.Flush(ctx)
	}
	c.committed = time.Since(began)
	return c, errors.Join(err, c.end())
}

// counted waits until memory has counted n events.
func (r *rig) counted(ctx context.Context, n uint64) error {
	for r.pipe.Stats().Applied < n {
		select {
		case err := <-r.running:
			r.running <- err
			return fmt.Errorf("the pipeline has ended: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

func (c *carriage) report(t *measure.Table) {
	t.Report("gateway to boards, PostgreSQL beside", "/s", c.n/c.counted.Seconds())
	t.Report("gateway to PostgreSQL, committed", "/s", c.n/c.committed.Seconds())
	t.AtLeast("PostgreSQL's rate of the gateway's", "", c.counted.Seconds()/c.committed.Seconds(), goalKeepsUp,
		"The frames are made beforehand, so that nothing slows the reader down. PostgreSQL shares the two cores with it, "+
			"and has two rows to write for each event of this load.")
	t.Report("whole way, heap allocated an event", "B", c.bytes/c.n)
	t.Report("whole way, allocations an event", "", c.objects/c.n)
	t.Report("whole way, processor an event", "ns", c.processor.total/c.n)
	t.Report("PostgreSQL's own processor an event", "ns", float64(c.database.Nanoseconds())/c.n)
	for _, s := range c.processor.list {
		t.Report("processor by stage: "+s.name, "%", c.processor.share(s.took))
	}
	t.Sheet("profile", c.sheet())
}
