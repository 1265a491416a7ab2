package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guildpulse/events"
	"guildpulse/persist"
)

func (h *handle) stands(want persist.Cursor) {
	h.t.Helper()
	got, err := h.Cursor(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	if got != want {
		h.t.Errorf("the store stands at %+v, want %+v", got, want)
	}
}

func testNew(t *testing.T, db Database) {
	h := &handle{Store: open(t, db), t: t}
	h.stands(persist.Cursor{})
}

func testTake(t *testing.T, db Database) {
	h := take(t, db)
	if want := (persist.Cursor{Next: first, Epoch: 1, Journal: journal}); h.cursor != want {
		t.Errorf("the first take gives %+v, want %+v", h.cursor, want)
	}
	other := journal
	other[15]++
	if _, err := h.Take(t.Context(), other, 1); !errors.Is(err, persist.ErrForeign) {
		t.Errorf("another journal takes the store: %v", err)
	}
	if _, err := h.Take(t.Context(), [16]byte{}, 1); err == nil {
		t.Error("a journal without an id takes the store")
	}
	h.stands(h.cursor)
}

func testEpochs(t *testing.T, db Database) {
	h := take(t, db)
	h.apply(persist.Batch{})
	for epoch := uint64(2); epoch < 5; epoch++ {
		cursor, err := h.Take(t.Context(), journal, 77)
		if want := (persist.Cursor{Next: first + 1, Epoch: epoch, Journal: journal}); err != nil || cursor != want {
			t.Errorf("take %d gives %+v, %v; want %+v", epoch, cursor, err, want)
		}
	}
}

func testOnce(t *testing.T, db Database) {
	h := take(t, db)
	h.apply(full())
	before := h.content(1)
	again := *h.batch(full())
	again.From, again.To = first, first+1
	ahead := *h.batch(full())
	ahead.From, ahead.To = h.cursor.Next+1, h.cursor.Next+2
	for name, b := range map[string]persist.Batch{"repeated": again, "from ahead": ahead} {
		if err := h.Apply(t.Context(), &b); !errors.Is(err, persist.ErrCursor) || errors.Is(err, persist.ErrFenced) {
			t.Errorf("a batch %s: %v", name, err)
		}
	}
	if diff := cmp.Diff(before, h.content(1)); diff != "" {
		t.Errorf("refused batches changed something (-before +after):\n%s", diff)
	}
	h.apply(full())
}

func testUnmoving(t *testing.T, db Database) {
	h := take(t, db)
	for _, to := range []int{0, -1} {
		b := h.batch(full())
		b.To = b.From + events.Seq(to) // −1 wraps
		if err := h.Apply(t.Context(), b); err == nil {
			t.Errorf("a batch of %d records with rows is applied", to)
		}
	}
	empty := h.batch(persist.Batch{})
	empty.To = empty.From
	if err := h.Apply(t.Context(), empty); err != nil {
		t.Errorf("a batch of nothing: %v", err)
	}
	h.stands(h.cursor)
}

func testFencing(t *testing.T, db Database) {
	old, young := take(t, db), take(t, db)
	for name, h := range map[string]*handle{"its own": old, "a future": {Store: young.Store, t: t, cursor: persist.Cursor{Next: first, Epoch: 9}}} {
		if err := h.Apply(t.Context(), h.batch(full())); !errors.Is(err, persist.ErrFenced) || errors.Is(err, persist.ErrCursor) {
			t.Errorf("a process in %s epoch: %v", name, err)
		}
	}
	if c := young.content(1); len(c.Rows) != 0 || c.Cursor != young.cursor {
		t.Errorf("a fenced batch changed something: %+v", c)
	}
	young.apply(full())
	if err := old.Apply(t.Context(), old.batch(full())); !errors.Is(err, persist.ErrFenced) {
		t.Errorf("a fenced process goes on: %v", err)
	}
	old.takeAgain()
	old.apply(full())
	if err := young.Apply(t.Context(), young.batch(full())); !errors.Is(err, persist.ErrFenced) {
		t.Errorf("a process that was taken over from goes on: %v", err)
	}
}

// testTwoWriters has two handles of one epoch apply the same batches at the same
// time: of each pair one is applied.
func testTwoWriters(t *testing.T, db Database) {
	h := take(t, db)
	twin := &handle{Store: open(t, db), t: t}
	const rounds = 20
	for range rounds {
		b := h.batch(full())
		answers := make(chan error, 2)
		for _, store := range []persist.Store{h, twin} {
			go func() { answers <- applyPatiently(t.Context(), store, b) }()
		}
		one, other := <-answers, <-answers
		if one != nil {
			one, other = other, one
		}
		if one != nil || !errors.Is(other, persist.ErrCursor) {
			t.Fatalf("two writers: %v and %v", one, other)
		}
		h.cursor.Next++
	}
	if rows := h.content(1).Rows; len(rows) != 1 || rows[0].Count != 4*rounds {
		t.Errorf("after %d batches: %+v", rounds, rows)
	}
}

// applyPatiently tries again while the store is busy.
func applyPatiently(ctx context.Context, store persist.Store, b *persist.Batch) error {
	for {
		if err := store.Apply(ctx, b); !errors.Is(err, persist.ErrUnavailable) {
			return err
		}
	}
}

func testReopen(t *testing.T, db Database) {
	h := take(t, db)
	h.apply(full())
	names := &persist.Directory{Guilds: []persist.GuildName{{ID: 1, Name: "here"}}}
	if err := h.SaveDirectory(t.Context(), names); err != nil {
		t.Fatal(err)
	}
	before := h.content(1)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	again := &handle{Store: open(t, db), t: t}
	if diff := cmp.Diff(before, again.content(1)); diff != "" {
		t.Errorf("reopening changed something (-before +after):\n%s", diff)
	}
	d, err := again.LoadDirectory(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "names", d.Guilds, names.Guilds)
	again.takeAgain()
	again.apply(full())
}

func testNewer(t *testing.T, db Database) {
	store, err := db.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Outdate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Open(t.Context()); !errors.Is(err, persist.ErrNewer) {
		t.Errorf("an outdated program opens the store: %v", err)
	}
}

func testStats(t *testing.T, db Database) {
	h := take(t, db)
	before := h.Stats()
	h.apply(full())
	h.apply(persist.Batch{})
	after := h.Stats()
	if got := after.Rows - before.Rows; got != 3 {
		t.Errorf("%d rows, want 3: a row, a day and a month", got)
	}
	if got := after.Batches - before.Batches; got != 2 {
		t.Errorf("%d batches, want 2", got)
	}
	if got := after.Transactions - before.Transactions; got != 2 {
		t.Errorf("%d transactions, want 2", got)
	}
	if got := after.Statements - before.Statements; got < 2*3 {
		t.Errorf("%d statements, want BEGIN, a fence and COMMIT at least for each batch", got)
	}
	if err := h.Apply(t.Context(), &persist.Batch{Epoch: 99, To: 1}); err == nil {
		t.Fatal("a fenced batch is applied")
	}
	if got := h.Stats().Batches; got != after.Batches {
		t.Errorf("a refused batch is counted: %d, then %d", after.Batches, got)
	}
}
