package storetest

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guildpulse/events"
	"guildpulse/persist"
)

// testViewStandsStill writes while a view is open, before and after it first
// looked, and in a month that it has not seen.
func testViewStandsStill(t *testing.T, db Database) {
	h := take(t, db)
	h.apply(full())
	before := h.content(1)
	h.view(func(ctx context.Context, v persist.View) error {
		for month := range int32(3) {
			b := full()
			b.Rows[0].Quarter = 3000 * month
			h.apply(b) //nolint:contextcheck // it is the same context
			seen := content{Cursor: v.Cursor()}
			if err := seen.readGuild(ctx, v, 1); err != nil {
				return err
			}
			if err := seen.readOthers(ctx, v); err != nil {
				return err
			}
			if diff := cmp.Diff(before, seen); diff != "" {
				t.Errorf("a view moved (-before +after):\n%s", diff)
			}
		}
		return nil
	})
	if after := h.content(1); after.Cursor != h.cursor || len(after.Rows) != 4 {
		t.Errorf("the next view shows %+v, %d rows", after.Cursor, len(after.Rows))
	}
}

// testViewsAgree reads while another goroutine writes one message a batch: the
// messages of every view are as many as its cursor says, in rows, days and months.
func testViewsAgree(t *testing.T, db Database) {
	h := take(t, db)
	const batches = 60
	written := make(chan error, 1)
	go func() {
		for range batches {
			b := full()
			b.Rows[0].Count, b.Days[0].Count, b.Months[0].Count = 1, 1, 1
			if err := h.Apply(t.Context(), h.batch(b)); err != nil {
				written <- err
				return
			}
			h.cursor.Next++
		}
		written <- nil
	}()
	for seen := uint64(0); seen < batches && !t.Failed(); {
		err := h.View(t.Context(), func(v persist.View) (err error) {
			seen, err = agreed(t, v)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-written:
			if err != nil {
				t.Fatal(err)
			}
			written = nil
		default:
		}
	}
	if written != nil {
		if err := <-written; err != nil {
			t.Fatal(err)
		}
	}
}

// agreed returns how many messages a view shows.
func agreed(t *testing.T, v persist.View) (uint64, error) {
	want := int64(v.Cursor().Next - first) // small
	for grain := persist.GrainQuarter; grain <= persist.GrainMonth; grain++ {
		sums, err := v.Sums(t.Context(), persist.SumQuery{Guild: 1, Grain: grain, To: math.MaxInt32, Kinds: []events.Kind{events.KindMessage}})
		if err != nil {
			return 0, err
		}
		var got int64
		for _, s := range sums {
			got += s.Count
		}
		if got != want {
			t.Errorf("a view at %d shows %d messages of grain %d", want, got, grain)
		}
	}
	return uint64(want), nil // not negative
}

func testViewError(t *testing.T, db Database) {
	h := take(t, db)
	own := errors.New("the caller's own")
	//nolint:errorlint // the error itself is asked for
	if err := h.View(t.Context(), func(persist.View) error { return own }); err != own {
		t.Errorf("View returns %v, not what f did", err)
	}
	h.view(func(ctx context.Context, v persist.View) error {
		for _, q := range []persist.SumQuery{{Grain: 0}, {Grain: 4}, {Grain: persist.GrainDay, By: 4}} {
			if _, err := v.Sums(ctx, q); err == nil {
				t.Errorf("%+v is answered", q)
			}
		}
		return nil
	})
	h.content()
}
