package storetest

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guildpulse/persist"
)

// unchanged runs try, which must fail, and compares all that the store holds.
func (h *handle) unchanged(try func() error) error {
	h.t.Helper()
	before := h.content(1)
	err := try()
	if err == nil {
		h.t.Fatal("it succeeded")
	}
	if diff := cmp.Diff(before, h.content(1)); diff != "" {
		h.t.Errorf("it changed something (-before +after):\n%s", diff)
	}
	return err
}

// testPoison applies batches of which one sum is beyond an int64. The other parts
// differ from what is stored, so that any of them would show.
func testPoison(t *testing.T, db Database) {
	h := take(t, db)
	h.apply(full())
	poisons := map[string]func(*persist.Batch){
		"rows":   func(b *persist.Batch) { b.Rows[0].Count = math.MaxInt64 },
		"days":   func(b *persist.Batch) { b.Days[0].Amount = math.MaxInt64 },
		"months": func(b *persist.Batch) { b.Months[0].Count = math.MaxInt64 },
	}
	for name, poison := range poisons {
		t.Run(name, func(t *testing.T) {
			h.t = t
			b := h.batch(full())
			b.Spans[0].Hi, b.Gaps[0].State, b.Voice[0].Proof = 25, persist.GapLost, 61
			b.Emoji[0].Name, b.States[0].Hidden, b.OptOuts[0].Out = "bow", nil, false
			poison(b)
			err := h.unchanged(func() error { return h.Apply(t.Context(), b) })
			for _, sentinel := range []error{persist.ErrUnavailable, persist.ErrCursor, persist.ErrFenced} {
				if errors.Is(err, sentinel) {
					t.Errorf("a batch that cannot be applied is called %v", sentinel)
				}
			}
		})
	}
	h.t = t
	h.apply(full())
}

func testCancelled(t *testing.T, db Database) {
	h := take(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := h.unchanged(func() error { return h.Apply(ctx, h.batch(full())) })
	if !errors.Is(err, context.Canceled) || errors.Is(err, persist.ErrUnavailable) {
		t.Errorf("a cancelled batch: %v", err)
	}
	if err := h.View(ctx, func(persist.View) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled view: %v", err)
	}
	if _, err := h.Cursor(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled look at the cursor: %v", err)
	}
	h.apply(full())
}

// testCancelledMidway cancels from within the batch, by way of a Rezone.
func testCancelledMidway(t *testing.T, db Database) {
	h := take(t, db)
	h.apply(full())
	ctx, cancel := context.WithCancel(t.Context())
	b := h.batch(full())
	b.Rezone = []persist.Rezone{{Guild: 1, Cut: func(int32) (day, month int32) {
		cancel()
		return 5, 5
	}}}
	err := h.unchanged(func() error { return h.Apply(ctx, b) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a batch cancelled midway: %v", err)
	}
	h.apply(full())
}
