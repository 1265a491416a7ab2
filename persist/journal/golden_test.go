package journal_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

var update = flag.Bool("update", false, "write the golden files of the current version")

// goldenLog writes a log whose every byte is known: two segments, all kinds of
// frames, a group, two commits.
func goldenLog(t *testing.T) (*memFS, *history) {
	t.Helper()
	m := newMemFS()
	cfg := small(m)
	cfg.SegmentBytes = journal.MinSegmentBytes
	cfg.ID = [16]byte([]byte("guildpulse-gold!"))
	cfg.FirstSeq = 4000
	j := open(t, cfg)
	h := &history{}
	imported := messages(3, 1)
	imported.Source = events.SourceImport
	for _, group := range [][]events.Batch{
		{messages(1, 2), control(2, 3)},
		{imported},
		{control(4, 90)},
		{messages(5, 3)},
	} {
		h.add(appendTo(t, j, group...), group...)
		if len(h.ends) != 2 {
			syncJournal(t, j)
		}
	}
	closeJournal(t, j)
	return m, h
}

// The bytes of every version ever written stay readable, and those of the current
// one do not change.
func TestGolden(t *testing.T) {
	m, h := goldenLog(t)
	folder := filepath.Join("testdata", "v1")
	if *update {
		writeGolden(t, folder, m)
	}
	old := newMemFS()
	for _, path := range m.paths() {
		b, err := os.ReadFile(filepath.Join(folder, filepath.Base(path)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b, m.file(path)) {
			t.Errorf("%s is written otherwise than in version 1", path)
		}
		old.put(path, b)
	}
	cfg := small(old)
	cfg.SegmentBytes = journal.MinSegmentBytes
	got, err := reopenedWith(t, cfg)
	if err != nil || !slices.Equal(got, h.records) || len(m.paths()) != 2 {
		t.Errorf("%d records of %d segments, want %d of 2: %v", len(got), len(m.paths()), len(h.records), err)
	}
}

func writeGolden(t *testing.T, folder string, m *memFS) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range m.paths() {
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(path)), m.file(path), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
