package journal_test

import (
	"context"
	"errors"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

func TestCloseCommits(t *testing.T) {
	m := newMemFS()
	j := open(t, small(m))
	group := sampleGroup(2)
	first := appendTo(t, j, group...)
	closeJournal(t, j)
	closeJournal(t, j)
	lost := m.crashed(func(int) bool { return false })
	if got, err := reopened(t, lost); err != nil || !slices.Equal(got, flatten(first, group...)) {
		t.Errorf("%d records, %v", len(got), err)
	}
}

func TestClosedIsClosed(t *testing.T) {
	ctx := context.Background()
	cfg := small(newMemFS())
	cfg.Cursors = []string{"store"}
	j := open(t, cfg)
	appendTo(t, j, messages(1, 1))
	r, err := j.NewReader(1)
	if err != nil {
		t.Fatal(err)
	}
	closeJournal(t, j)
	_, appended := j.Append(ctx, messages(2, 1))
	_, reader := j.NewReader(1)
	_, next := r.Next(ctx)
	for what, err := range map[string]error{
		"append": appended, "new reader": reader, "next": next, "wait durable": j.WaitDurable(ctx, 2),
		"advance": j.Advance("store", 1), "close reader": errors.Join(r.Close(), r.Close(), r.Wait(ctx)),
	} {
		if !errors.Is(err, journal.ErrClosed) {
			t.Errorf("%s: got %v, want ErrClosed", what, err)
		}
	}
	if err := j.Sync(ctx); err != nil {
		t.Errorf("sync of what Close made durable: %v", err)
	}
	if _, err := r.Next(ctx); !errors.Is(err, journal.ErrClosed) {
		t.Errorf("next of a closed reader: got %v", err)
	}
}

// Whoever waits when the journal closes hears of it.
func TestCloseWakesWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		cfg := small(newMemFS())
		cfg.MaxBytes, cfg.Cursors = 2*cfg.SegmentBytes, []string{"store"}
		j := open(t, cfg)
		r, err := j.NewReader(1)
		if err != nil {
			t.Fatal(err)
		}
		woken := make(chan error, 3)
		go func() { woken <- j.WaitDurable(ctx, 1000) }()
		go func() {
			var err error
			for i := uint64(0); err == nil; i++ {
				_, err = j.Append(ctx, messages(i, 5))
			}
			woken <- err
		}()
		synctest.Wait()
		go func() {
			for r.Seq() < j.Durable() {
				if _, err := r.Next(ctx); err != nil {
					t.Error(err)
				}
			}
			woken <- r.Wait(ctx)
		}()
		synctest.Wait()
		closeJournal(t, j)
		for range 3 {
			if err := <-woken; !errors.Is(err, journal.ErrClosed) {
				t.Errorf("woken with %v, want ErrClosed", err)
			}
		}
		_ = r.Close()
	})
}

// Close on a full disk waits as long as it may, and says what was not written.
func TestCloseGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemFS()
		cfg := small(m)
		cfg.Retry = time.Second
		j := open(t, cfg)
		appendTo(t, j, messages(1, 1))
		syncJournal(t, j)
		failAll(m, "write", syscall.ENOSPC)
		appendTo(t, j, messages(2, 3))
		begin := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := j.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("close: got %v", err)
		}
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("waited for %v", took)
		}
		if err := j.Close(context.Background()); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("close again: got %v, want the cause", err)
		}
		if err := j.WaitDurable(context.Background(), 2); !errors.Is(err, journal.ErrClosed) {
			t.Errorf("wait durable: got %v", err)
		}
		m.setFault(nil)
		b := messages(1, 1)
		if got, err := reopened(t, m); err != nil || !slices.Equal(got, flatten(1, b)) {
			t.Errorf("%d records, %v", len(got), err)
		}
	})
}

// Close that gave up on a slow sync keeps the folder locked until the sync ends.
func TestFolderStaysLockedDuringASync(t *testing.T) {
	m := newMemFS()
	j := open(t, small(m))
	g := holdAll(m, "sync")
	appendTo(t, j, messages(1, 1))
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-g.reached
		cancel()
	}()
	if err := j.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("close: got %v", err)
	}
	if _, err := journal.Open(small(m)); !errors.Is(err, journal.ErrLocked) {
		t.Errorf("open: got %v, want ErrLocked", err)
	}
	close(g.open)
	closeJournal(t, j)
	got, err := reopened(t, m)
	if err != nil || len(got) != 1 {
		t.Errorf("%d records, %v", len(got), err)
	}
}

func TestRefusedBatches(t *testing.T) {
	j := open(t, small(newMemFS()))
	big := &events.Control{Type: events.ControlSettings, Body: make([]byte, events.MaxControl+1)}
	tests := []struct {
		name  string
		batch []events.Batch
		err   error
	}{
		{"no batch", nil, journal.ErrBatch},
		{"an empty batch", []events.Batch{messages(1, 1), {Source: events.SourceLive}}, journal.ErrBatch},
		{"no source", []events.Batch{{Events: messages(1, 1).Events}}, journal.ErrBatch},
		{"an unknown source", []events.Batch{{Source: 9, Events: messages(1, 1).Events}}, journal.ErrBatch},
		{"an unknown source of a control", []events.Batch{{Source: 9, Control: control(1, 1).Control}}, journal.ErrBatch},
		{"both", []events.Batch{{Source: events.SourceLive, Events: messages(1, 1).Events, Control: big}}, journal.ErrBatch},
		{"a control without a type", []events.Batch{{Control: &events.Control{}}}, journal.ErrBatch},
		{"a control too large", []events.Batch{{Control: big}}, journal.ErrBatch},
		{"more than a segment", []events.Batch{messages(1, 16)}, journal.ErrTooLarge},
		{"more than a frame", []events.Batch{messages(1, journal.MaxEvents+1)}, journal.ErrTooLarge},
	}
	for k := range events.Kind(255) {
		if !k.Journaled() {
			tests = append(tests, struct {
				name  string
				batch []events.Batch
				err   error
			}{"kind " + k.String(), []events.Batch{{Source: events.SourceLive, Events: []events.Event{{Kind: k}}}}, journal.ErrBatch})
		}
	}
	for _, tt := range tests {
		if _, err := j.Append(context.Background(), tt.batch...); !errors.Is(err, tt.err) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.err)
		}
	}
	if j.Next() != 1 || j.Stats().Buffered != 0 {
		t.Errorf("refused batches left something: %+v", j.Stats())
	}
	closeJournal(t, j)
}

func TestConfigIsChecked(t *testing.T) {
	for name, spoil := range map[string]func(*journal.Config){
		"no folder":          func(c *journal.Config) { c.Dir = "" },
		"tiny segments":      func(c *journal.Config) { c.SegmentBytes = journal.MinSegmentBytes - 1 },
		"cap of one segment": func(c *journal.Config) { c.MaxBytes = 2*c.SegmentBytes - 1 },
		"negative batch":     func(c *journal.Config) { c.BatchBytes = -1 },
		"sequences run out":  func(c *journal.Config) { c.FirstSeq = 1<<62 + 1 },
		"negative retry":     func(c *journal.Config) { c.Retry = -1 },
	} {
		m := newMemFS()
		cfg := small(m)
		spoil(&cfg)
		if _, err := journal.Open(cfg); !errors.Is(err, journal.ErrConfig) || len(m.log) != 0 {
			t.Errorf("%s: got %v after %d operations", name, err, len(m.log))
		}
	}
}
