package journal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"
	"testing"
	"time"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// life is a script of all that a journal does. It goes on after an error as far as
// the journal lets it, and remembers what was acknowledged.
type life struct {
	history
	direct bool
	groom  bool  // in a bubble of synctest
	acked  int   // records at the begin of the history that a Sync vouched for
	err    error // of Open, or the first that ended it
}

const lifeGroups = 21

func (l *life) run(m *memFS) {
	cfg := l.config(m)
	cfg.Cursors = []string{"store"}
	j, err := journal.Open(cfg)
	if err != nil {
		l.err = err
		return
	}
	groups := uint64(lifeGroups)
	if l.direct {
		groups *= 2
	}
	for i := range groups {
		if l.err = l.step(j, i); l.err != nil {
			break
		}
	}
	l.err = errors.Join(l.err, j.Close(context.Background()))
}

func (l *life) config(m *memFS) journal.Config {
	cfg := small(m)
	if l.direct {
		cfg.Direct, cfg.SegmentBytes = true, 4096
	}
	if l.groom {
		cfg.Groom = time.Millisecond
	}
	return cfg
}

func (l *life) step(j *journal.Journal, i uint64) error {
	ctx := context.Background()
	group := sampleGroup(i)
	first, err := j.Append(ctx, group...)
	if err != nil {
		return err
	}
	l.add(first, group...)
	if i%4 == 2 {
		return nil
	}
	if err := j.Sync(ctx); err != nil {
		return err
	}
	l.acked = len(l.records)
	if _, err := read(j, j.First()); err != nil {
		return err
	}
	// Half of what is durable is needed no more, which releases segments. What a
	// failed removal leaves is tried again.
	_ = j.Advance("store", j.Durable()/2+1)
	if l.groom {
		<-time.After(time.Second)
	}
	return nil
}

// check opens what the life left and compares it. Released records are gone.
func (l *life) check(t *testing.T, what string, m *memFS) {
	t.Helper()
	j, err := journal.Open(l.config(m))
	if err != nil {
		t.Fatalf("%s: open: %v", what, err)
	}
	first := int(j.First()) - 1
	if first > l.acked/2+1 {
		t.Fatalf("%s: begins with record %d, only half of %d were released", what, first+1, l.acked)
	}
	got := append(slices.Clone(l.records[:min(first, len(l.records))]), readAll(t, j)...)
	if t.Failed() {
		return
	}
	l.checkPrefix(t, got, l.acked)
	group := sampleGroup(900)
	at := appendTo(t, j, group...)
	closeJournal(t, j)
	after, err := reopened(t, m)
	want := append(slices.Clone(got[first:]), flatten(at, group...)...)
	if err != nil || !slices.Equal(after, want) {
		t.Fatalf("%s: appended and reopened: %d records, want %d: %v", what, len(after), len(want), err)
	}
}

// Every operation of a whole life fails once, in every way.
func TestEveryOperationFails(t *testing.T) { everyOperationFails(t, false) }

func TestEveryOperationOfDirectWritesFails(t *testing.T) { everyOperationFails(t, true) }

func everyOperationFails(t *testing.T, direct bool) {
	t.Helper()
	for _, cause := range []error{syscall.EIO, syscall.ENOSPC, syscall.EINTR, errShort} {
		t.Run(cause.Error(), func(t *testing.T) {
			hits := map[string]int{}
			for n := 1; ; n++ {
				m := newMemFS()
				m.setFault(func(i int, o op) error {
					if i != n || errors.Is(cause, errShort) && o.kind != "write" {
						return nil
					}
					return cause
				})
				l := life{direct: direct}
				l.run(m)
				if len(m.log) < n {
					break // a clean run
				}
				if errors.Is(cause, errShort) && m.log[n-1].kind != "write" {
					continue // there is no such fault
				}
				hits[m.log[n-1].kind]++
				checkFault(t, &l, m, n, cause)
			}
			if direct && hits["opendirect"] == 0 && !errors.Is(cause, errShort) {
				t.Error("nothing was written directly")
			}
			for _, kind := range []string{"write", "sync", "syncdir", "open", "rename", "remove"} {
				if hits[kind] == 0 && (kind == "write" || !errors.Is(cause, errShort)) {
					t.Errorf("no %s was hit", kind)
				}
			}
		})
	}
}

func checkFault(t *testing.T, l *life, m *memFS, n int, cause error) {
	t.Helper()
	what := fmt.Sprintf("operation %d, %s %s", n, m.log[n-1].kind, m.log[n-1].name)
	checkOutcome(t, what, l, m, n, cause)
	m.setFault(nil)
	l.check(t, what+", process killed", m.killed())
	l.check(t, what+", power lost", m.crashed(func(int) bool { return false }))
	// The next process accepts what it sees; from then on that must be durable.
	next := m.killed()
	j := open(t, small(next))
	got := readAll(t, j)
	lost := next.crashed(func(int) bool { return false })
	closeJournal(t, j)
	if after, err := reopened(t, lost); err != nil || !slices.Equal(after, got) {
		t.Fatalf("%s: %d records were recovered, and %d after a loss of power: %v", what, len(got), len(after), err)
	}
}

// checkOutcome says which faults end a journal. None of them may pass unseen, be
// acknowledged over or be tried again where it was a sync.
func checkOutcome(t *testing.T, what string, l *life, m *memFS, n int, cause error) {
	t.Helper()
	hit := m.log[n-1]
	if hit.kind == "sync" || hit.kind == "syncdir" {
		if later := countAfter(m, n, "sync", "syncdir", "write", "truncate", "rename"); later != 0 || l.err == nil {
			t.Fatalf("%s: a failed sync was survived, %d changes came after it", what, later)
		}
	}
	if errors.Is(cause, errShort) {
		cause = io.ErrShortWrite
	}
	if l.err != nil && !errors.Is(l.err, cause) {
		t.Fatalf("%s: ended with %v", what, l.err)
	}
	opened := len(l.ends) > 0
	mendable := !errors.Is(cause, syscall.EIO) && slices.Contains([]string{"write", "truncate", "allocate", "rename"}, hit.kind)
	if opened && mendable && l.err != nil {
		t.Fatalf("%s: should have been waited out, ended with %v", what, l.err)
	}
}

// Every operation of a recovery fails once, over a folder with everything to mend: a
// torn tail, a segment in the making, and one without a header.
func TestEveryOperationOfRecoveryFails(t *testing.T) {
	old := newMemFS()
	h := sample(t, old, 17)
	torn := cut(old, h.bytes[len(h.bytes)-1]-5)
	torn.put(dir+"/0000000000000009.seg.new", []byte("half a head"))
	stub := fmt.Sprintf("%s/%016x.seg", dir, len(torn.paths()))
	torn.put(stub, []byte("GPJ"))
	want := h.records[:h.within(logBytes(cut(old, h.bytes[len(h.bytes)-1]-5)))]
	for _, cause := range []error{syscall.EIO, syscall.ENOSPC, syscall.EINTR, errShort} {
		failed := 0
		for n := 1; ; n++ {
			m := torn.killed()
			m.setFault(func(i int, _ op) error {
				if i == n {
					return cause
				}
				return nil
			})
			j, err := journal.Open(small(m))
			if err == nil {
				closeJournal(t, j)
			} else {
				failed++
			}
			clean := len(m.log) < n
			m.setFault(nil)
			for what, after := range map[string]*memFS{"killed": m.killed(), "power lost": m.crashed(func(int) bool { return false })} {
				if got, err := reopened(t, after); err != nil || !slices.Equal(got, want) {
					t.Fatalf("%v at operation %d, %s: %d records, want %d: %v", cause, n, what, len(got), len(want), err)
				}
			}
			if clean {
				break
			}
		}
		if failed == 0 {
			t.Errorf("%v: no recovery failed", cause)
		}
	}
}

// After a failed sync nothing is acknowledged, and the disk is never asked again.
func TestFailedSyncIsFinal(t *testing.T) {
	for _, cause := range []error{syscall.EIO, syscall.ENOSPC, syscall.EINTR} {
		m := newMemFS()
		j := open(t, small(m))
		appendTo(t, j, messages(1, 1))
		syncJournal(t, j)
		r, err := j.NewReader(1)
		if err != nil {
			t.Fatal(err)
		}
		failAll(m, "sync", cause)
		before := len(m.log)
		appendTo(t, j, messages(2, 1))
		if err := j.Sync(context.Background()); !errors.Is(err, journal.ErrFailed) || !errors.Is(err, cause) {
			t.Fatalf("sync: got %v, want ErrFailed for %v", err, cause)
		}
		<-j.Failed()
		m.setFault(nil)
		checkFailed(t, j, r)
		if j.Durable() != 2 {
			t.Errorf("durable moved to %d", j.Durable())
		}
		if n := countAfter(m, before, "sync", "write", "truncate"); n != 2 {
			t.Errorf("%d writes and syncs, want one each", n)
		}
		_ = r.Close()
	}
}

func failAll(m *memFS, kind string, cause error) {
	m.setFault(func(_ int, o op) error {
		if o.kind == kind {
			return cause
		}
		return nil
	})
}

func countAfter(m *memFS, before int, kinds ...string) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.log[before:] {
		if slices.Contains(kinds, o.kind) {
			n++
		}
	}
	return n
}

// checkFailed calls everything on a journal that has failed.
func checkFailed(t *testing.T, j *journal.Journal, r *journal.Reader) {
	t.Helper()
	ctx := context.Background()
	_, appended := j.Append(ctx, messages(3, 1))
	_, reader := j.NewReader(1)
	_, next := r.Next(ctx)
	for what, err := range map[string]error{
		"append": appended, "new reader": reader, "next": next,
		"sync": j.Sync(ctx), "wait durable": j.WaitDurable(ctx, 1),
		"wait": r.Wait(ctx), "close": j.Close(ctx), "close again": j.Close(ctx),
	} {
		if !errors.Is(err, journal.ErrFailed) {
			t.Errorf("%s: got %v, want ErrFailed", what, err)
		}
	}
}

// A folder that cannot be synced after a removal ends the journal too.
func TestFailedReleaseSyncIsFinal(t *testing.T) {
	m := newMemFS()
	cfg := small(m)
	cfg.Cursors = []string{"store"}
	j := open(t, cfg)
	for i := range uint64(9) {
		appendTo(t, j, messages(i, 4))
		syncJournal(t, j)
	}
	failAll(m, "syncdir", syscall.EIO)
	if err := j.Advance("store", j.Durable()); !errors.Is(err, journal.ErrFailed) {
		t.Errorf("advance: got %v, want ErrFailed", err)
	}
	if _, err := j.Append(context.Background(), messages(99, 1)); !errors.Is(err, journal.ErrFailed) {
		t.Errorf("append: got %v, want ErrFailed", err)
	}
	if err := j.Close(context.Background()); !errors.Is(err, syscall.EIO) {
		t.Errorf("close: got %v, want the cause", err)
	}
}

// A journal that fails during a sync does not acknowledge when the sync succeeds.
func TestNothingIsAcknowledgedAfterFailure(t *testing.T) {
	m := newMemFS()
	cfg := small(m)
	cfg.Cursors, cfg.Linger = []string{"store"}, -1
	j := open(t, cfg)
	for i := range uint64(9) {
		appendTo(t, j, messages(i, 4))
		syncJournal(t, j)
	}
	reached, open := make(chan struct{}), make(chan struct{})
	m.setFault(func(_ int, o op) error {
		switch o.kind {
		case "sync":
			close(reached)
			<-open
		case "syncdir":
			return syscall.EIO
		}
		return nil
	})
	durable := j.Durable()
	seq := appendTo(t, j, messages(10, 1))
	<-reached
	if err := j.Advance("store", durable); !errors.Is(err, journal.ErrFailed) {
		t.Errorf("advance: got %v, want ErrFailed", err)
	}
	close(open)
	if err := j.Close(context.Background()); !errors.Is(err, journal.ErrFailed) {
		t.Errorf("close: got %v, want ErrFailed", err)
	}
	if err := j.WaitDurable(context.Background(), seq); !errors.Is(err, journal.ErrFailed) || j.Durable() != durable {
		t.Errorf("wait: got %v, durable moved from %d to %d", err, durable, j.Durable())
	}
}

// A segment that can be neither set aside nor removed stays until the next Advance.
func TestFailedReleaseIsTriedAgain(t *testing.T) {
	for _, kind := range []string{"rename", "remove"} {
		t.Run(kind, func(t *testing.T) { failedRelease(t, kind) })
	}
}

func failedRelease(t *testing.T, kind string) {
	t.Helper()
	m := newMemFS()
	cfg := small(m)
	cfg.Cursors = []string{"store"}
	j := open(t, cfg)
	for i := range uint64(24) {
		appendTo(t, j, messages(i, 4))
		syncJournal(t, j)
	}
	failAll(m, kind, syscall.EIO)
	if err := j.Advance("store", j.Durable()); !errors.Is(err, syscall.EIO) {
		t.Errorf("advance: got %v, want EIO", err)
	}
	if got := j.Stats(); got.Segments == 1 || got.Segments+got.Spares != 8 {
		t.Errorf("%d segments and %d spares, want all 8 files", got.Segments, got.Spares)
	}
	m.setFault(nil)
	if err := j.Advance("store", j.Durable()); err != nil {
		t.Error(err)
	}
	if got := j.Stats().Segments; got != 1 {
		t.Errorf("%d segments, want the active one alone", got)
	}
	closeJournal(t, j)
}

// A killed process leaves what it wrote without a sync in the system's cache. What
// the next one recovers of it must survive a loss of power.
func TestRecoveredIsDurable(t *testing.T) {
	m := newMemFS()
	j := open(t, small(m))
	failAll(m, "sync", syscall.EIO)
	group := []events.Batch{messages(1, 2), control(2, 9)}
	first := appendTo(t, j, group...)
	if err := j.Close(context.Background()); !errors.Is(err, journal.ErrFailed) {
		t.Fatalf("close: got %v, want ErrFailed", err)
	}
	next := m.killed()
	j = open(t, small(next))
	if got := readAll(t, j); !slices.Equal(got, flatten(first, group...)) {
		t.Fatalf("recovered %d records", len(got))
	}
	lost := next.crashed(func(int) bool { return false })
	closeJournal(t, j)
	got, err := reopened(t, lost)
	if err != nil || !slices.Equal(got, flatten(first, group...)) {
		t.Errorf("after the loss of power %d records, %v", len(got), err)
	}
}
