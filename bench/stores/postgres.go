package stores

import (
	"context"
	"errors"

	"guildpulse/bench/measure"
	"guildpulse/events"
	"guildpulse/persist"
)

// What a round of one upsert after another takes.
const singles = 600

// inPostgres measures the production store.
func inPostgres(ctx context.Context, t *measure.Table) (err error) {
	s, err := startServer(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, part := range []func(context.Context, *measure.Table, *server) error{
		copies, flushes, coalesced, statements, rangesInPostgres,
	} {
		if err := part(ctx, t, s); err != nil {
			return err
		}
	}
	return nil
}

// busyNote tells what an upsert costs.
const busyNote = "INSERT … ON CONFLICT takes PostgreSQL 5 to 7 µs a row with a key of five columns: 2.5 the lookup, 1.7 the " +
	"new version, 1 the pruning of its page, the rest the lock. UPDATE … FROM the stage without the lock took 4 to 5.5, " +
	"over a table with a key of two bigints 5. 60× of a single upsert of 190 µs would be 3.2, COPY included: ours is all " +
	"work, where a single upsert mostly waits for the disk"

// flushes compares flushes of rows, commit included.
func flushes(ctx context.Context, t *measure.Table, s *server) error {
	b := persist.Batch{Rows: spread(flushRows)}
	same := func(ctx context.Context) error { return s.ours.flush(ctx, b) }
	next := persist.Batch{Rows: spread(flushRows)}
	advance := func(ctx context.Context) error {
		for i := range next.Rows {
			next.Rows[i].Quarter++
		}
		return s.ours.flush(ctx, next)
	}
	one := work{name: "single upsert", n: singles, run: s.single(b.Rows)}
	for _, c := range []contest{
		{
			name: updated, goal: 60,
			ours: work{n: 2, each: flushRows, run: same}, peer: one,
			note: busyNote,
		},
		{
			name: inserted, goal: 0,
			ours: work{n: 2, each: flushRows, run: advance}, peer: one,
		},
		{
			name: updatedBatch, goal: 0,
			ours: work{n: 2, each: flushRows, run: same},
			peer: work{name: "pgx.Batch of upserts", n: 1, each: flushRows, run: s.batched(b.Rows)},
		},
		{
			name: updatedUnnest, goal: 0,
			ours: work{n: 2, each: flushRows, run: same},
			peer: work{name: "upsert from unnest", n: 2, each: flushRows, run: s.unnested(b.Rows)},
		},
	} {
		if err := c.run(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// coalesced compares events that are summed up in memory first with an upsert an
// event, without roll-ups and with them.
func coalesced(ctx context.Context, t *measure.Table, s *server) error {
	evs := zipf(zipfEvents)
	apply := func(rolledUp bool) func(context.Context) error {
		return func(ctx context.Context) error {
			b := coalesce(evs)
			if rolledUp {
				rollUp(&b)
			}
			return s.ours.flush(ctx, b)
		}
	}
	some := persist.Batch{Rows: spread(flushRows)}
	rollUp(&some)
	for _, c := range []contest{
		{
			name: million, goal: 600,
			ours: work{n: 1, each: zipfEvents, run: apply(false)},
			peer: work{name: "single upsert", n: singles, run: s.single(some.Rows)},
			note: "they are 71,000 rows: coalescing takes a fifth of the time, COPY a tenth, the upsert the rest. " + busyNote,
		},
		{
			name: millionRolledUp, goal: 0,
			ours: work{n: 1, each: zipfEvents, run: apply(true)},
			peer: work{name: "three upserts", n: singles, run: s.singleRolledUp(&some)},
		},
	} {
		if err := c.run(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// The default of a flush, and what a quiet one brings.
const (
	defaultBatch = 10_000
	quietBatch   = 5
)

// statements counts what flushes at the default size cost, BEGIN and COMMIT counted.
func statements(ctx context.Context, t *measure.Table, s *server) error {
	busy, rows, err := s.costs(ctx, zipf(20*defaultBatch), defaultBatch)
	if err != nil {
		return err
	}
	quiet, _, err := s.costs(ctx, zipf(quietBatch), quietBatch)
	if err != nil {
		return err
	}
	t.AtLeast(perStatement, "", defaultBatch/busy, 500)
	t.Report(perThousand, "", 1000*busy/defaultBatch)
	t.AtMost(aFlush, "", busy, 20)
	t.Report(aQuietFlush, "", quiet, "a flush of five events costs as many as one of ten thousand")
	t.Report(rowsAnEvent, "", rows/defaultBatch, "roll-ups included")
	return nil
}

// costs returns the statements and rows of a flush, on average.
func (s *server) costs(ctx context.Context, evs []events.Event, batch int) (statements, rows float64, err error) {
	before := s.store.Stats()
	for rest := evs; len(rest) > 0; rest = rest[batch:] {
		b := coalesce(rest[:batch])
		rollUp(&b)
		if err := s.ours.flush(ctx, b); err != nil {
			return 0, 0, err
		}
	}
	after := s.store.Stats()
	flushes := float64(after.Batches - before.Batches)
	return float64(after.Statements-before.Statements) / flushes, float64(after.Rows-before.Rows) / flushes, nil
}
