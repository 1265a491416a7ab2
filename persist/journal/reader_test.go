package journal_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// From every record on, what is read is the rest of the history, a batch cut where
// the reader begins.
func TestReaderBeginsAnywhere(t *testing.T) {
	m := newMemFS()
	h := sample(t, m, 18)
	j := open(t, small(m))
	for from := range len(h.records) + 1 {
		got, err := read(j, events.Seq(from+1))
		if err != nil || !slices.Equal(got, h.records[from:]) {
			t.Fatalf("from %d: %d records, want %d: %v", from+1, len(got), len(h.records)-from, err)
		}
	}
	past := events.Seq(len(h.records) + 2)
	if _, err := j.NewReader(past); !errors.Is(err, journal.ErrAhead) || !strings.Contains(err.Error(), "will be") {
		t.Errorf("past the end: got %v, want ErrAhead", err)
	}
	if _, err := j.NewReader(0); !errors.Is(err, journal.ErrReleased) {
		t.Errorf("from 0: got %v, want ErrReleased", err)
	}
	closeJournal(t, j)
}

// What is written and not synced is not read.
func TestReaderSeesDurableOnly(t *testing.T) {
	ctx := context.Background()
	m := newMemFS()
	cfg := small(m)
	cfg.Linger = -1
	j := open(t, cfg)
	r, err := j.NewReader(1)
	if err != nil {
		t.Fatal(err)
	}
	g := holdAll(m, "sync")
	appendTo(t, j, messages(1, 2))
	<-g.reached
	if _, err := r.Next(ctx); !errors.Is(err, io.EOF) {
		t.Errorf("before the sync: got %v, want EOF", err)
	}
	if j.Durable() != 1 {
		t.Errorf("durable is %d", j.Durable())
	}
	close(g.open)
	if err := r.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	b, err := r.Next(ctx)
	if err != nil || !slices.Equal(b.Events, messages(1, 2).Events) || r.Seq() != 3 {
		t.Errorf("after the sync: %+v, %v", b, err)
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	if err := r.Wait(canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("wait: got %v", err)
	}
	if _, err := r.Next(canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("next: got %v", err)
	}
	_ = r.Close()
	closeJournal(t, j)
}

// Frames larger than what is read at once, the largest included.
func TestLargeBatches(t *testing.T) {
	m := newMemFS()
	cfg := small(m)
	cfg.SegmentBytes, cfg.MaxBytes = 8<<20, 32<<20
	j := open(t, cfg)
	h := &history{}
	for i, n := range []int{5000, 1, journal.MaxEvents, 2049, 3, 9000} {
		group := []events.Batch{messages(uint64(i), n), control(uint64(i), events.MaxControl)}
		h.add(appendTo(t, j, group...), group...)
	}
	syncJournal(t, j)
	if got := readAll(t, j); !slices.Equal(got, h.records) {
		t.Errorf("%d of %d records", len(got), len(h.records))
	}
	closeJournal(t, j)
	got, err := reopenedWith(t, cfg)
	if err != nil || !slices.Equal(got, h.records) {
		t.Errorf("reopened: %d of %d records, %v", len(got), len(h.records), err)
	}
}

func reopenedWith(t *testing.T, cfg journal.Config) ([]record, error) {
	t.Helper()
	j, err := journal.Open(cfg)
	if err != nil {
		return nil, err
	}
	got := readAll(t, j)
	closeJournal(t, j)
	return got, nil
}

// Many writers and readers at once: every reader sees every record once, in order,
// each writer's batches in the order of its appends.
func TestManyReadersAndWriters(t *testing.T) {
	const writers, readers, each = 4, 4, 60
	cfg := small(newMemFS())
	cfg.Linger = -1
	j := open(t, cfg)
	var all sync.WaitGroup
	for w := range uint64(writers) {
		all.Go(func() {
			for i := range uint64(each) {
				seq, err := j.Append(context.Background(), messages(w*1000+i, 2))
				if err == nil && i%5 == 0 {
					err = j.WaitDurable(context.Background(), seq)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range readers {
		all.Go(func() { follow(t, j, 2*writers*each) })
	}
	all.Wait()
	closeJournal(t, j)
}

func follow(t *testing.T, j *journal.Journal, records int) {
	r, err := j.NewReader(1)
	if err != nil {
		t.Error(err)
		return
	}
	last := map[uint64]uint64{}
	for next := events.Seq(1); int(next) <= records; {
		if err := r.Wait(context.Background()); err != nil {
			t.Error(err)
			return
		}
		b, err := r.Next(context.Background())
		if err != nil || b.First != next || len(b.Events)%2 != 0 {
			t.Errorf("at %d: %+v, %v", next, b, err)
			return
		}
		for i := 0; i < len(b.Events); i += 2 {
			id := b.Events[i].Seq
			if writer := id / 1000; b.Events[i+1].Seq != id || last[writer] > id {
				t.Errorf("batch %d after %d, cut by %d", id, last[writer], b.Events[i+1].Seq)
			}
			last[id/1000] = id
		}
		next = b.Next()
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// An error of the file is no end: the reader goes on when the file does.
func TestReaderOutlivesReadErrors(t *testing.T) {
	for _, kind := range []string{"read", "open", "close"} {
		m := newMemFS()
		h := sample(t, m, 18)
		j := open(t, small(m))
		r, err := j.NewReader(1)
		if err != nil {
			t.Fatal(err)
		}
		calls, failed := 0, 0
		m.setFault(func(_ int, o op) error {
			if o.kind == kind {
				calls++
			}
			if o.kind != kind || calls%2 == 0 {
				return nil
			}
			return syscall.EIO
		})
		var got []record
		for !errors.Is(err, io.EOF) {
			var b *events.Batch
			if b, err = r.Next(context.Background()); err == nil {
				got = append(got, flatten(b.First, *b)...)
			} else if errors.Is(err, syscall.EIO) {
				failed++
			} else if !errors.Is(err, io.EOF) {
				t.Fatalf("%s: %v", kind, err)
			}
		}
		if failed == 0 || !slices.Equal(got, h.records) {
			t.Errorf("%s failed %d times, then %d of %d records", kind, failed, len(got), len(h.records))
		}
		m.setFault(nil)
		_ = r.Close()
		closeJournal(t, j)
	}
}

// A record of a kind that only a newer program knows is refused by name.
func TestNewerKindIsRefused(t *testing.T) {
	m := newMemFS()
	j := open(t, small(m))
	appendTo(t, j, messages(1, 2))
	closeJournal(t, j)
	b := m.file(m.paths()[0])
	b[headerBytes+headBytes+62] = 200
	reseal(b)
	j = open(t, small(m))
	if _, err := read(j, 1); !errors.Is(err, events.ErrKind) || !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("got %v, want ErrKind", err)
	}
	closeJournal(t, j)
}

func TestNoAllocations(t *testing.T) {
	ctx := context.Background()
	cfg := small(newMemFS())
	cfg.SegmentBytes, cfg.MaxBytes, cfg.BatchBytes = 1<<20, 2<<20, 1<<20
	j := open(t, cfg)
	one, many, c := messages(1, 1), messages(2, 64), control(3, 40)
	if n := testing.AllocsPerRun(50, func() {
		_, err := j.Append(ctx, one)
		_, err2 := j.Append(ctx, many, c)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
	}); n != 0 {
		t.Errorf("append allocates %v times", n)
	}
	closeJournal(t, j)

	j = open(t, cfg)
	for range 200 {
		appendTo(t, j, many)
	}
	syncJournal(t, j)
	r, err := j.NewReader(1)
	if err != nil {
		t.Fatal(err)
	}
	next := func() {
		if _, err := r.Next(ctx); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	}
	for range 60 { // past the first filling of the buffers, and the controls above
		next()
		next()
	}
	if n := testing.AllocsPerRun(5, next); n != 0 {
		t.Errorf("next allocates %v times", n)
	}
	_ = r.Close()
	closeJournal(t, j)
}
