package stores

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"guildpulse/bench/measure"
	"guildpulse/persist"
)

// flusher commits one batch after another to a store.
type flusher struct {
	store  persist.Store
	cursor persist.Cursor
}

func take(ctx context.Context, store persist.Store) (*flusher, error) {
	cursor, err := store.Take(ctx, [16]byte{1}, 1)
	if err != nil {
		return nil, err
	}
	return &flusher{store, cursor}, nil
}

// flush commits what a batch holds, as of the next event.
func (f *flusher) flush(ctx context.Context, b persist.Batch) error {
	b.From, b.To, b.Epoch = f.cursor.Next, f.cursor.Next+1, f.cursor.Epoch
	if err := f.store.Apply(ctx, &b); err != nil {
		return err
	}
	f.cursor.Next++
	return nil
}

// work is one side of a contest: what does one operation, how many make a round, and
// how many rows or events each of them takes in.
type work struct {
	name string
	n    int
	each int // 1
	run  func(ctx context.Context) error
}

// contest compares two ways that are too slow, or too different in size, to fill a
// round of some milliseconds with: each runs a fixed number of operations in turn.
type contest struct {
	name string
	goal float64 // 0 only reports
	ours work
	peer work
	note string
}

func (c *contest) run(ctx context.Context, t *measure.Table) error {
	if !t.Wants(c.name) {
		return nil
	}
	var ours, theirs, ratios []float64
	for round := range t.Options().Rounds + 1 {
		x, err := c.ours.time(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		y, err := c.peer.time(ctx)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", c.name, c.peer.name, err)
		}
		if round == 0 {
			continue // statements are prepared, tables have room for a second version of each row
		}
		ours, theirs, ratios = append(ours, x), append(theirs, y), append(ratios, y/x)
	}
	goal := c.goal
	if goal == 0 {
		goal = math.NaN()
	}
	t.Add(measure.Figure{
		Name: c.name, Unit: "ns", Ours: measure.Median(ours), Peer: measure.Median(theirs), PeerName: c.peer.name,
		Ratio: measure.Median(ratios), Goal: goal, Note: c.note,
	})
	return nil
}

// time returns the nanoseconds a row or event.
func (w *work) time(ctx context.Context) (float64, error) {
	var failed error
	took := measure.Time(func(n int) {
		for range n {
			if failed = w.run(ctx); failed != nil {
				return
			}
		}
	}, w.n)
	return took / float64(cmp.Or(w.each, 1)), failed
}
