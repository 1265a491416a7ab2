package journal_test

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

func advance(t *testing.T, j *journal.Journal, cursor string, to events.Seq) {
	t.Helper()
	if err := j.Advance(cursor, to); err != nil {
		t.Fatalf("advance: %v", err)
	}
}

// fillUp appends batches of five in a goroutine until the journal takes no more,
// and on it goes with every release, n batches in all.
func fillUp(j *journal.Journal, n int) <-chan error {
	done := make(chan error, 1)
	go func() {
		for i := range uint64(n) {
			if _, err := j.Append(context.Background(), apart(i, 5)); err != nil {
				done <- err
				return
			}
		}
		done <- j.Sync(context.Background())
	}()
	return done
}

// At the cap appends wait until the slowest cursor lets a segment go, and the
// segments never take more.
func TestCapIsBackPressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := small(newMemFS())
		cfg.MaxBytes, cfg.Cursors = 3*segmentBytes, []string{"snapshot", "store"}
		j := open(t, cfg)
		const batches = 60
		done := fillUp(j, batches)
		synctest.Wait()
		stuck := j.Next()
		if j.Durable() != stuck || stuck == 1 || stuck > 5*batches {
			t.Fatalf("%d appended, %d durable", stuck, j.Durable())
		}
		advance(t, j, "store", j.Durable())
		synctest.Wait()
		if j.Next() != stuck {
			t.Error("the faster cursor made room")
		}
		for j.Next() <= 5*batches {
			advance(t, j, "store", j.Durable())
			advance(t, j, "snapshot", j.Durable())
			synctest.Wait()
			if held := j.Stats().Held; held > cfg.MaxBytes {
				t.Fatalf("%d bytes are held, the cap is %d", held, cfg.MaxBytes)
			}
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		closeJournal(t, j)
	})
}

// A reader that follows behind a capped journal sees everything once.
func TestFollowerOfACappedJournal(t *testing.T) {
	ctx := context.Background()
	cfg := small(newMemFS())
	cfg.MaxBytes, cfg.Cursors = 2*segmentBytes, []string{"store"}
	j := open(t, cfg)
	const batches = 200
	done := fillUp(j, batches)
	r, err := j.NewReader(1)
	if err != nil {
		t.Fatal(err)
	}
	for next := events.Seq(1); next <= 5*batches; {
		if err := r.Wait(ctx); err != nil {
			t.Fatal(err)
		}
		b, err := r.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if want := messages(uint64(next/5), 5); b.First != next || !slices.Equal(b.Events, want.Events) {
			t.Fatalf("record %d where %d was expected", b.First, next)
		}
		next = b.Next()
		advance(t, j, "store", next)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	_ = r.Close()
	closeJournal(t, j)
}

func TestAppendAbortsAtTheCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemFS()
		cfg := small(m)
		cfg.MaxBytes, cfg.Cursors = 2*segmentBytes, []string{"store"}
		j := open(t, cfg)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() {
			var err error
			for err == nil {
				_, err = j.Append(ctx, messages(1, 5))
			}
			done <- err
		}()
		synctest.Wait()
		next := j.Next()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if j.Next() != next {
			t.Errorf("next moved from %d to %d", next, j.Next())
		}
		closeJournal(t, j)
	})
}

func TestAdvance(t *testing.T) {
	cfg := small(newMemFS())
	cfg.Cursors = []string{"a", "b"}
	j := open(t, cfg)
	if err := <-fillUp(j, 20); err != nil {
		t.Fatal(err)
	}
	segments := j.Stats().Segments
	steps := []struct {
		cursor      string
		to          events.Seq
		first       events.Seq
		err         error
		a, b        events.Seq
		description string
	}{
		{"a", 101, 1, nil, 101, 1, "one cursor alone"},
		{"b", 10, 1, nil, 101, 10, "inside the first segment"},
		{"b", 11, 11, nil, 101, 11, "the whole first segment"},
		{"b", 5, 11, nil, 101, 11, "backwards"},
		{"b", 35, 31, nil, 101, 35, "two segments at once"},
		{"b", 102, 31, journal.ErrAhead, 101, 35, "past the end"},
		{"c", 50, 31, journal.ErrCursor, 101, 35, "nobody's"},
		{"b", 101, 91, nil, 101, 101, "everything: the active segment stays"},
	}
	for _, s := range steps {
		if err := j.Advance(s.cursor, s.to); !errors.Is(err, s.err) {
			t.Errorf("%s: got %v, want %v", s.description, err, s.err)
		}
		st := j.Stats()
		if j.First() != s.first || st.First != s.first || st.Cursors["a"] != s.a || st.Cursors["b"] != s.b {
			t.Errorf("%s: first %d, cursors %v", s.description, j.First(), st.Cursors)
		}
	}
	if st := j.Stats(); segments != 10 || st.Segments != 1 || st.Held != segmentBytes || st.Lag("a") != 0 {
		t.Errorf("from %d segments: %+v", segments, st)
	}
	closeJournal(t, j)
}

func TestNothingIsReleasedWithoutCursors(t *testing.T) {
	j := open(t, small(newMemFS()))
	if err := <-fillUp(j, 20); err != nil {
		t.Fatal(err)
	}
	if err := j.Advance("store", 50); !errors.Is(err, journal.ErrCursor) {
		t.Errorf("got %v, want ErrCursor", err)
	}
	if j.First() != 1 {
		t.Errorf("begins with %d", j.First())
	}
	closeJournal(t, j)
}

// What was released stays away after a restart, and cursors begin at the first
// record held.
func TestReleasedStaysReleased(t *testing.T) {
	m := newMemFS()
	cfg := small(m)
	cfg.Cursors = []string{"store"}
	j := open(t, cfg)
	if err := <-fillUp(j, 20); err != nil {
		t.Fatal(err)
	}
	advance(t, j, "store", 51)
	id := j.ID()
	j2 := open(t, withFS(cfg, m.crashed(func(int) bool { return false })))
	if j2.First() != 51 || j2.Next() != 101 || j2.ID() != id || j2.Stats().Cursors["store"] != 51 {
		t.Errorf("reopened: %+v", j2.Stats())
	}
	closeJournal(t, j2)
	closeJournal(t, j)
}

func withFS(cfg journal.Config, m *memFS) journal.Config {
	cfg.FS = m
	return cfg
}

func TestReadersOfReleasedRecords(t *testing.T) {
	ctx := context.Background()
	cfg := small(newMemFS())
	cfg.Cursors = []string{"store"}
	j := open(t, cfg)
	if err := <-fillUp(j, 20); err != nil {
		t.Fatal(err)
	}
	r, err := j.NewReader(1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(ctx); err != nil {
		t.Fatal(err)
	}
	advance(t, j, "store", 51)
	_, next := r.Next(ctx)
	_, opened := j.NewReader(50)
	for what, err := range map[string]error{"6": next, "50": opened} {
		if !errors.Is(err, journal.ErrReleased) || !strings.Contains(err.Error(), "record "+what+" ") ||
			!strings.Contains(err.Error(), "held is 51") {
			t.Errorf("got %v, want ErrReleased with %s and 51", err, what)
		}
	}
	_ = r.Close()
	closeJournal(t, j)
}

// A cap that was lowered, and segments that were larger, do not stop the journal
// for ever.
func TestLoweredCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemFS()
		cfg := small(m)
		cfg.SegmentBytes = 8 * segmentBytes
		j := open(t, cfg)
		if err := <-fillUp(j, 30); err != nil {
			t.Fatal(err)
		}
		closeJournal(t, j)
		cfg.SegmentBytes, cfg.MaxBytes, cfg.Cursors = segmentBytes, 2*segmentBytes, []string{"store"}
		j = open(t, cfg)
		done := fillUp(j, 30)
		for j.Next() <= 300 {
			synctest.Wait()
			advance(t, j, "store", j.Durable())
			synctest.Wait()
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if held := j.Stats().Held; held > cfg.MaxBytes {
			t.Errorf("%d bytes are held", held)
		}
		closeJournal(t, j)
	})
}

func TestNewJournalBeginsWhereItIsTold(t *testing.T) {
	m := newMemFS()
	cfg := small(m)
	cfg.FirstSeq, cfg.ID = 1000, [16]byte{1, 2, 3}
	j := open(t, cfg)
	if r := j.Recovery(); r != (journal.Recovery{Created: true, First: 1000, Next: 1000, Segments: 1}) {
		t.Errorf("recovery: %+v", r)
	}
	if first := appendTo(t, j, messages(1, 2)); first != 1000 || j.ID() != cfg.ID {
		t.Errorf("first %d, id %x", first, j.ID())
	}
	closeJournal(t, j)
	cfg.FirstSeq, cfg.ID = 5, [16]byte{9}
	j = open(t, cfg)
	if r := j.Recovery(); r != (journal.Recovery{First: 1000, Next: 1002, Segments: 1}) || j.ID() != [16]byte{1, 2, 3} {
		t.Errorf("reopened: %+v, id %x", r, j.ID())
	}
	closeJournal(t, j)
}

// At the very end of the sequences, where no journal gets by appending, an append is
// refused rather than numbered from the start.
func TestSequencesRunOut(t *testing.T) {
	const left = 6
	m := newMemFS()
	closeJournal(t, open(t, small(m)))
	b := m.file(m.paths()[0])
	binary.LittleEndian.PutUint64(b[40:], 1<<63-left)
	reseal(b)
	j := open(t, small(m))
	first := appendTo(t, j, messages(1, 4))
	if _, err := j.Append(context.Background(), messages(2, 3)); !errors.Is(err, journal.ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
	appendTo(t, j, messages(3, 2))
	closeJournal(t, j)
	got, err := reopened(t, m)
	if err != nil || len(got) != left || got[0].seq != first {
		t.Errorf("%d records, %v", len(got), err)
	}
}
