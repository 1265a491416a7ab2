package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// groomed is a small journal that grooms, and its cursor.
func groomed(m *memFS) journal.Config {
	cfg := small(m)
	cfg.Groom, cfg.Cursors = time.Millisecond, []string{"store"}
	return cfg
}

// rest lets time pass until there is nothing left to groom.
func rest() {
	<-time.After(time.Minute)
	synctest.Wait()
}

// traces returns the names of files in which any of the events stands.
func traces(m *memFS, es []events.Event) (names []string) {
	for _, path := range m.paths() {
		for i := range es {
			b, _ := es[i].AppendBinary(nil)
			if !strings.HasSuffix(path, "LOCK") && bytes.Contains(m.file(path), b[:56]) {
				names = append(names, path)
				break
			}
		}
	}
	return names
}

// What was released is found in no file once the journal has had time: neither in
// spares, nor behind the end of the segment that a spare became.
func TestReleasedRecordsDoNotLiveOn(t *testing.T) {
	for _, direct := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemFS()
			cfg := groomed(m)
			if direct {
				cfg.Direct, cfg.SegmentBytes, cfg.BatchBytes = true, 8192, 16384
			}
			j := open(t, cfg)
			var gone []events.Event
			for i := range uint64(9) {
				b := apart(i, int(cfg.SegmentBytes)/events.Size/4)
				appendTo(t, j, b)
				gone = append(gone, b.Events...)
			}
			syncJournal(t, j)
			if n := len(traces(m, gone)); n < 3 {
				t.Fatalf("the records stand in %d files", n)
			}
			advance(t, j, "store", j.Durable())
			kept := messages(100, int(cfg.SegmentBytes)/events.Size/4*3) // the last of them goes with the segment
			h := flatten(appendTo(t, j, kept), kept)
			syncJournal(t, j)
			advance(t, j, "store", h[0].seq)
			rest()
			if names := traces(m, gone); len(names) > 0 {
				t.Errorf("direct %v: released records stand in %v", direct, names)
			}
			s := j.Stats()
			if s.Spares == 0 || s.Groomed == 0 {
				t.Errorf("direct %v: %d spares, %d bytes groomed", direct, s.Spares, s.Groomed)
			}
			if got := readAll(t, j); !slices.Equal(got, h) {
				t.Errorf("direct %v: %d of %d records", direct, len(got), len(h))
			}
			rest()
			if again := j.Stats().Groomed; again != s.Groomed {
				t.Errorf("direct %v: %d bytes were groomed twice", direct, again-s.Groomed)
			}
			closeJournal(t, j)
		})
	}
}

// Under a load that leaves no time, spares become segments as they are. What is
// left of them behind the end goes when the segment is full.
func TestFullSegmentsKeepNothing(t *testing.T) {
	m := newMemFS()
	cfg := groomed(m)
	cfg.Groom = time.Hour // one step at most
	j := open(t, cfg)
	var gone []events.Event
	for i := range uint64(60) {
		b := apart(i, 1)
		appendTo(t, j, b)
		gone = append(gone, b.Events...)
	}
	syncJournal(t, j)
	advance(t, j, "store", j.Durable())
	for i := range uint64(3) { // each leaves a quarter of its segment free
		appendTo(t, j, apart(100+i, 11))
		syncJournal(t, j)
	}
	sealed := m.paths()
	sealed = slices.DeleteFunc(sealed, func(name string) bool { return !strings.HasSuffix(name, ".seg") })
	sealed = sealed[len(sealed)-3 : len(sealed)-1]
	for _, name := range traces(m, gone) {
		if slices.Contains(sealed, name) {
			t.Errorf("released records stand in %s, which is full", name)
		}
	}
	closeJournal(t, j)
}

// The next segment is there, filled with zeros, before it is wanted: nothing need
// be allocated then.
func TestSegmentsAreMadeAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemFS()
		cfg := groomed(m)
		cfg.SegmentBytes, cfg.MaxBytes, cfg.BatchBytes = 1<<20, 2<<20, 1<<20
		j := open(t, cfg)
		half := messages(1, 1<<20/events.Size/2)
		want := flatten(appendTo(t, j, half), half)
		syncJournal(t, j)
		begin := time.Now()
		const steps = 2 + 4 // behind the end, and a segment
		for j.Stats().Groomed < 3<<19-headerBytes-2*headBytes {
			<-time.After(cfg.Groom)
			synctest.Wait()
		}
		if took := time.Since(begin); took < (steps-1)*cfg.Groom {
			t.Errorf("groomed in %v, with pauses of %v", took, cfg.Groom)
		}
		if n := j.Stats().Spares; n != 1 {
			t.Fatalf("%d spares", n)
		}
		made := m.count("allocate")
		want = append(want, flatten(appendTo(t, j, half), half)...)
		syncJournal(t, j)
		if n := m.count("allocate"); n != made || j.Stats().Segments != 2 {
			t.Errorf("%d more files were allocated for %d segments", n-made, j.Stats().Segments)
		}
		rest() // at the cap: no more
		if s := j.Stats(); s.Spares != 0 || s.Held != cfg.MaxBytes {
			t.Errorf("at the cap: %d spares beside %d bytes", s.Spares, s.Held)
		}
		if got := readAll(t, j); !slices.Equal(got, want) {
			t.Errorf("%d of %d records", len(got), len(want))
		}
		closeJournal(t, j)
	})
}

// A disk on which nothing can be made ahead stalls nobody.
func TestNothingAheadOnAFullDisk(t *testing.T) {
	for _, kind := range []string{"open", "allocate"} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemFS()
			j := open(t, groomed(m))
			rest()
			failAll(m, kind, syscall.ENOSPC)
			tries := m.count(kind)
			appendTo(t, j, messages(1, 10))
			syncJournal(t, j)
			rest()
			if n := m.count(kind) - tries; n != 1 || j.Stalled() != nil || j.Stats().Spares != 0 {
				t.Errorf("%s: %d tries, %d spares, stalled: %v", kind, n, j.Stats().Spares, j.Stalled())
			}
			m.setFault(nil)
			appendTo(t, j, messages(2, 10))
			syncJournal(t, j)
			if n := len(readAll(t, j)); n != 20 {
				t.Errorf("%s: %d records", kind, n)
			}
			closeJournal(t, j)
		})
	}
}

// A spare that cannot be written to is removed; a sync that fails ends the journal,
// whichever file it is of.
func TestFaultsOfGrooming(t *testing.T) {
	for kind, fails := range map[string]bool{"write": false, "sync": true} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemFS()
			j := open(t, groomed(m))
			rest()
			for i := range uint64(9) {
				appendTo(t, j, apart(i, 4))
				syncJournal(t, j)
			}
			rest()
			m.setFault(func(_ int, o op) error {
				if o.kind == kind && strings.HasSuffix(o.name, ".old") {
					return syscall.EIO
				}
				return nil
			})
			_ = j.Advance("store", j.Durable())
			rest()
			err := j.Sync(context.Background())
			left := slices.ContainsFunc(m.paths(), func(name string) bool { return strings.HasSuffix(name, ".old") })
			if errors.Is(err, journal.ErrFailed) != fails || left {
				t.Errorf("%s: %v, spares are left: %v", kind, err, left)
			}
			_ = j.Close(context.Background())
		})
	}
}

// Operations all over a life with grooming fail once, or are the last before the
// power goes.
func TestFaultsWhileGrooming(t *testing.T) {
	for _, cause := range []error{syscall.EIO, syscall.ENOSPC, errShort, errOff} {
		for _, direct := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v,direct=%v", cause, direct), func(t *testing.T) {
				for n := 1; ; n += 3 {
					clean := false
					synctest.Test(t, func(t *testing.T) { clean = groomedLife(t, n, cause, direct) })
					if clean || t.Failed() {
						break
					}
				}
			})
		}
	}
}

// groomedLife reports whether the life ended before its nth operation.
func groomedLife(t *testing.T, n int, cause error, direct bool) bool {
	t.Helper()
	m := newMemFS()
	m.sector = 256
	m.setFault(func(i int, o op) error {
		switch off := cause == errOff; { //nolint:errorlint // the very one
		case off && i < n, !off && i != n, cause == errShort && o.kind != "write": //nolint:errorlint // likewise
			return nil
		}
		return cause
	})
	l := &life{direct: direct, groom: true}
	l.run(m)
	clean := len(m.log) < n
	m.setFault(nil)
	what := fmt.Sprintf("operation %d", n)
	l.check(t, what+", killed", m.killed())
	for _, keep := range []uint64{0, 0x5555555555555555, ^uint64(1)} {
		l.check(t, fmt.Sprintf("%s, subset %#x", what, keep), m.crashed(func(i int) bool { return keep>>(i%64)&1 == 1 }))
	}
	return clean
}
