package journal_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// gate holds every operation of a kind until it is opened.
type gate struct {
	reached chan struct{} // gets a value for each operation that comes to the gate
	open    chan struct{}
}

func holdAll(m *memFS, kind string) *gate {
	g := &gate{reached: make(chan struct{}, 100), open: make(chan struct{})}
	m.setFault(func(_ int, o op) error {
		if o.kind == kind {
			g.reached <- struct{}{}
			<-g.open
		}
		return nil
	})
	return g
}

func TestEveryBatchSyncedAloneTakesOneSync(t *testing.T) {
	m := newMemFS()
	cfg := small(m)
	cfg.SegmentBytes = 1 << 20
	j := open(t, cfg)
	before := m.count("sync")
	for i := range uint64(50) {
		appendTo(t, j, messages(i, 3))
		syncJournal(t, j)
	}
	if n := m.count("sync") - before; n != 50 {
		t.Errorf("%d syncs for 50 batches", n)
	}
	s := j.Stats()
	if s.Syncs != 50 || s.Batches != 50 || s.Records != 150 || s.BatchesPerSync() != 1 {
		t.Errorf("stats: %+v", s)
	}
	if want := int64(50 * groupBytes([]events.Batch{messages(0, 3)})); s.Bytes != want {
		t.Errorf("%d bytes written, want %d", s.Bytes, want)
	}
	closeJournal(t, j)
}

// Everybody who comes while a sync is under way shares the next one.
func TestGroupCommit(t *testing.T) {
	const writers = 200
	m := newMemFS()
	cfg := small(m)
	cfg.SegmentBytes, cfg.BatchBytes, cfg.Linger = 1<<20, 1<<20, -1
	j := open(t, cfg)
	g := holdAll(m, "sync")
	appendTo(t, j, messages(0, 1))
	<-g.reached

	var appended, durable sync.WaitGroup
	errs := make(chan error, writers)
	for i := range uint64(writers) {
		appended.Add(1)
		durable.Go(func() {
			seq, err := j.Append(context.Background(), messages(i, 1))
			appended.Done()
			errs <- errors.Join(err, j.WaitDurable(context.Background(), seq))
		})
	}
	appended.Wait()
	close(g.open)
	durable.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if s := j.Stats(); s.Syncs != 2 || s.Batches != writers+1 {
		t.Errorf("%d syncs for %d batches, want 2", s.Syncs, s.Batches)
	}
	if n := len(readAll(t, j)); n != writers+1 {
		t.Errorf("%d records", n)
	}
	closeJournal(t, j)
}

// A record that nobody waits for lingers, and takes the next ones along.
func TestLinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := small(newMemFS())
		cfg.Linger = 5 * time.Millisecond
		j := open(t, cfg)
		begin := time.Now()
		r, err := j.NewReader(1)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			<-time.After(1 * time.Millisecond)
			appendTo(t, j, messages(1, 1))
			<-time.After(3 * time.Millisecond)
			appendTo(t, j, messages(2, 1))
		}()
		if err := r.Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
		if took := time.Since(begin); took != time.Millisecond+cfg.Linger || j.Durable() != 3 {
			t.Errorf("%d records durable after %v, want both %v after the first", j.Durable()-1, took, cfg.Linger)
		}
		if n := j.Stats().Syncs; n != 1 {
			t.Errorf("%d syncs, want one for both", n)
		}
		closeJournal(t, j)
	})
}

func TestWhatEndsLingering(t *testing.T) {
	tests := []struct {
		name string
		act  func(t *testing.T, j *journal.Journal)
	}{
		{"a full batch", func(t *testing.T, j *journal.Journal) {
			appendTo(t, j, messages(2, 40))
			_ = j.WaitDurable(context.Background(), j.Next()-1)
		}},
		{"sync", func(t *testing.T, j *journal.Journal) { syncJournal(t, j) }},
		{"somebody who waits", func(t *testing.T, j *journal.Journal) {
			if err := j.WaitDurable(context.Background(), j.Next()-1); err != nil {
				t.Error(err)
			}
		}},
		{"close", func(t *testing.T, j *journal.Journal) { closeJournal(t, j) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := small(newMemFS())
				cfg.SegmentBytes = 1 << 20
				j := open(t, cfg)
				begin := time.Now()
				appendTo(t, j, messages(1, 1))
				synctest.Wait()
				if j.Durable() != 1 {
					t.Error("committed without lingering")
				}
				tt.act(t, j)
				if took := time.Since(begin); took != 0 || j.Durable() != j.Next() {
					t.Errorf("after %v %d of %d are durable", took, j.Durable(), j.Next())
				}
				closeJournal(t, j)
			})
		})
	}
}

// Appends go on during a sync of five seconds until two batches are buffered, and
// wait then: memory is bounded.
func TestSlowSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemFS()
		cfg := small(m)
		cfg.SegmentBytes, cfg.Linger = 1<<20, -1
		j := open(t, cfg)
		m.setFault(func(_ int, o op) error {
			if o.kind == "sync" {
				<-time.After(5 * time.Second)
			}
			return nil
		})
		h := &history{}
		begin := time.Now()
		for i := range uint64(100) {
			b := messages(i, 4)
			h.add(appendTo(t, j, b), b)
			if n := j.Stats().Buffered; n > 2*cfg.BatchBytes {
				t.Fatalf("%d bytes are buffered", n)
			}
		}
		if took := time.Since(begin); took < 10*time.Second {
			t.Errorf("28 kB went through two buffers of 4 kB in %v", took)
		}
		closeJournal(t, j)
		m.setFault(nil)
		if got, err := reopened(t, m); err != nil || !slices.Equal(got, h.records) {
			t.Errorf("%d records, %v", len(got), err)
		}
	})
}

func TestAppendAborts(t *testing.T) {
	m := newMemFS()
	cfg := small(m)
	cfg.Linger = -1
	j := open(t, cfg)
	g := holdAll(m, "sync")
	ctx, cancel := context.WithCancel(context.Background())
	appendTo(t, j, messages(1, 1))
	<-g.reached
	for i := uint64(0); j.Stats().Buffered+headBytes+10*events.Size <= 2*cfg.BatchBytes; i++ {
		appendTo(t, j, messages(i, 10))
	}
	next, aborted := j.Next(), make(chan error)
	go func() {
		_, err := j.Append(ctx, messages(9, 10))
		aborted <- err
	}()
	cancel()
	if err := <-aborted; !errors.Is(err, context.Canceled) {
		t.Errorf("append: got %v", err)
	}
	if err := j.Sync(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("sync: got %v", err)
	}
	if j.Next() != next {
		t.Errorf("an aborted append took sequences %d to %d", next, j.Next())
	}
	close(g.open)
	closeJournal(t, j)
}

// A disk that is full for an hour: bounded memory, no loss, and on it goes.
func TestDiskFull(t *testing.T) {
	for _, kind := range []string{"write", "allocate", "open", "rename"} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemFS()
				cfg := small(m)
				cfg.Linger, cfg.Retry = -1, 100*time.Millisecond
				j := open(t, cfg)
				h := &history{}
				failAll(m, kind, syscall.ENOSPC)
				before := m.count(kind)
				ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
				defer cancel()
				var err error
				for i := uint64(0); err == nil; i++ {
					var first events.Seq
					group := sampleGroup(i)
					if first, err = j.Append(ctx, group...); err == nil {
						h.add(first, group...)
					}
				}
				if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(j.Stalled(), syscall.ENOSPC) {
					t.Fatalf("append: %v, stalled: %v", err, j.Stalled())
				}
				if n := j.Stats().Buffered; n > 2*cfg.BatchBytes {
					t.Errorf("%d bytes are buffered", n)
				}
				if n := m.count(kind) - before; n > 3600 {
					t.Errorf("%d tries in an hour", n)
				}
				m.setFault(nil)
				syncJournal(t, j)
				if err := j.Stalled(); err != nil {
					t.Errorf("still stalled: %v", err)
				}
				if got := readAll(t, j); !slices.Equal(got, h.records) {
					t.Errorf("%d of %d records", len(got), len(h.records))
				}
				closeJournal(t, j)
			})
		})
	}
}

// While the disk is full nothing of the frame that did not fit stays in the file.
func TestPartialFrameIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemFS()
		cfg := small(m)
		cfg.Retry = 10 * time.Millisecond
		j := open(t, cfg)
		appendTo(t, j, messages(1, 1))
		syncJournal(t, j)
		failAll(m, "write", syscall.ENOSPC)
		appendTo(t, j, messages(2, 5))
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := j.Sync(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("sync: got %v", err)
		}
		// A process killed now leaves the first record and no torn tail.
		c := m.killed()
		next := open(t, small(c))
		if r := next.Recovery(); r.TruncatedBytes != 0 || r.Next != 2 {
			t.Errorf("recovered %+v", r)
		}
		closeJournal(t, next)
		m.setFault(nil)
		closeJournal(t, j)
		if got := len(m.file(m.paths()[0])); got != segmentBytes {
			t.Errorf("the segment has %d bytes, want it whole again", got)
		}
	})
}

// A released segment is room for the next one: the committer does not wait for its
// next try, and needs no more of the disk.
func TestReleaseEndsAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemFS()
		cfg := small(m)
		cfg.Cursors, cfg.Retry = []string{"store"}, time.Hour
		j := open(t, cfg)
		for i := range uint64(6) {
			appendTo(t, j, messages(i, 6))
			syncJournal(t, j)
		}
		failAll(m, "allocate", syscall.ENOSPC)
		begin := time.Now()
		for i := range uint64(4) { // two segments, as many as get free
			appendTo(t, j, messages(i, 6))
		}
		go func() { _ = j.Sync(context.Background()) }()
		synctest.Wait()
		if !errors.Is(j.Stalled(), syscall.ENOSPC) {
			t.Fatalf("stalled: %v", j.Stalled())
		}
		if err := j.Advance("store", j.Durable()); err != nil {
			t.Fatal(err)
		}
		syncJournal(t, j)
		if took := time.Since(begin); took >= time.Hour {
			t.Errorf("went on after %v only", took)
		}
		m.setFault(nil)
		closeJournal(t, j)
	})
}
