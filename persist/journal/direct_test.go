package journal_test

import (
	"context"
	"errors"
	"slices"
	"syscall"
	"testing"

	"guildpulse/persist/journal"
)

// direct is a journal of segments of two blocks, written past the cache.
func direct(m *memFS) journal.Config {
	cfg := small(m)
	cfg.Direct, cfg.SegmentBytes, cfg.BatchBytes = true, 8192, 16384
	return cfg
}

// fillDirect appends groups with a sync after most, and returns what was appended.
func fillDirect(t *testing.T, j *journal.Journal, from, to uint64) (rs []record) {
	t.Helper()
	for i := from; i < to; i++ {
		group := sampleGroup(i)
		rs = append(rs, flatten(appendTo(t, j, group...), group...)...)
		if i%4 != 2 {
			syncJournal(t, j)
		}
	}
	return rs
}

// A directly written log holds the same bytes as one that went through the cache,
// needs no syncs but for its segments' headers, and goes on where it ended.
func TestDirect(t *testing.T) {
	m, cached := newMemFS(), newMemFS()
	cfg, plain := direct(m), direct(cached)
	cfg.ID, plain.ID, plain.Direct = [16]byte{1}, [16]byte{1}, false
	j, k := open(t, cfg), open(t, plain)
	want := fillDirect(t, j, 0, 90)
	fillDirect(t, k, 0, 90)
	if n := m.count("sync"); n != j.Stats().Segments || m.count("opendirect") != n || n < 2 {
		t.Errorf("%d syncs and %d direct files for %d segments", n, m.count("opendirect"), j.Stats().Segments)
	}
	lost := m.crashed(func(int) bool { return false })
	closeJournal(t, j)
	closeJournal(t, k)
	for _, path := range m.paths() {
		if !slices.Equal(m.file(path), cached.file(path)) {
			t.Errorf("%s differs from what goes through the cache", path)
		}
	}
	cfg.FS = lost
	j = open(t, cfg)
	want = append(want, fillDirect(t, j, 90, 120)...)
	if got := readAll(t, j); !slices.Equal(got, want) {
		t.Errorf("%d of %d records", len(got), len(want))
	}
	closeJournal(t, j)
}

// Where direct writes are refused, when a file is opened or when it is written to,
// the journal goes through the cache, and asks once only.
func TestDirectRefused(t *testing.T) {
	for _, refused := range []op{{kind: "opendirect"}, {kind: "write"}} {
		m := newMemFS()
		opened := 0
		m.setFault(func(_ int, o op) error {
			switch {
			case o.kind == "opendirect" && refused.kind == o.kind:
				return errors.ErrUnsupported
			case o.kind == "opendirect":
				opened++
			case o.kind == "write" && opened == 1:
				opened++
				return syscall.EINVAL
			}
			return nil
		})
		j := open(t, direct(m))
		want := fillDirect(t, j, 0, 90)
		if got := readAll(t, j); !slices.Equal(got, want) {
			t.Errorf("refused at %s: %d of %d records", refused.kind, len(got), len(want))
		}
		if n := m.count("opendirect"); n != 1 || j.Stats().Segments < 2 {
			t.Errorf("refused at %s: asked %d times", refused.kind, n)
		}
		closeJournal(t, j)
	}
}

// Segments that are not whole blocks cannot be written directly.
func TestDirectNeedsWholeBlocks(t *testing.T) {
	m := newMemFS()
	cfg := small(m)
	cfg.Direct = true
	j := open(t, cfg)
	fillDirect(t, j, 0, 20)
	closeJournal(t, j)
	if n := m.count("opendirect"); n != 0 {
		t.Errorf("%d files were opened", n)
	}
}

// The real thing, where the test's folder has it.
func TestDirectOnDisk(t *testing.T) {
	cfg := onDisk(t)
	cfg.Direct, cfg.SegmentBytes, cfg.Cursors = true, 1<<14, []string{"store"}
	j := open(t, cfg)
	want := fillDirect(t, j, 0, 300)
	first := len(want) / 2
	advance(t, j, "store", want[first].seq)
	want = append(want, fillDirect(t, j, 300, 600)...)
	got := readAll(t, j)
	if from := int(j.First()) - 1; from == 0 || from > first || !slices.Equal(got, want[from:]) {
		t.Errorf("%d records from %d, want %d in all", len(got), from+1, len(want))
	}
	closeJournal(t, j)
	j = open(t, cfg)
	if next := int(j.Next()) - 1; next != len(want) || j.Recovery().TruncatedBytes != 0 {
		t.Errorf("%d of %d records; %+v", next, len(want), j.Recovery())
	}
	if again := readAll(t, j); !slices.Equal(again, got) {
		t.Errorf("reopened: %d records, want %d", len(again), len(got))
	}
	closeJournal(t, j)
}

// A reader whose segment is written over meanwhile hears that it was released, and
// never of damage.
func TestReaderOfARecycledSegment(t *testing.T) {
	ctx := context.Background()
	cfg := small(newMemFS())
	cfg.Cursors = []string{"store"}
	j := open(t, cfg)
	for i := range uint64(40) {
		appendTo(t, j, messages(i, 4))
	}
	syncJournal(t, j)
	r, err := j.NewReader(1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(ctx); err != nil {
		t.Fatal(err)
	}
	advance(t, j, "store", j.Durable())
	for i := range uint64(40) {
		appendTo(t, j, messages(100+i, 4))
	}
	syncJournal(t, j)
	if _, err := r.Next(ctx); !errors.Is(err, journal.ErrReleased) {
		t.Errorf("got %v, want ErrReleased", err)
	}
	_ = r.Close()
	closeJournal(t, j)
}
