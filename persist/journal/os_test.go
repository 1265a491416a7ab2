package journal_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guildpulse/persist/journal"
)

// onDisk is a journal in a real folder that is not there yet.
func onDisk(t *testing.T) journal.Config {
	t.Helper()
	cfg := small(nil)
	cfg.FS, cfg.Dir = nil, filepath.Join(t.TempDir(), "data", "journal")
	return cfg
}

func TestOnDisk(t *testing.T) {
	cfg := onDisk(t)
	j := open(t, cfg)
	h := &history{}
	for i := range uint64(20) {
		group := sampleGroup(i)
		h.add(appendTo(t, j, group...), group...)
		syncJournal(t, j)
	}
	if got := readAll(t, j); !slices.Equal(got, h.records) {
		t.Errorf("%d of %d records", len(got), len(h.records))
	}
	closeJournal(t, j)
	checkModes(t, cfg.Dir)
	if r, err := journal.Verify(cfg.Dir, nil, nil); err != nil || int(r.Next) != len(h.records)+1 {
		t.Errorf("verify: %+v, %v", r, err)
	}
	cfg.Cursors = []string{"store"}
	j = open(t, cfg)
	if got := readAll(t, j); !slices.Equal(got, h.records) {
		t.Errorf("reopened: %d of %d records", len(got), len(h.records))
	}
	advance(t, j, "store", j.Durable())
	closeJournal(t, j)
	left, err := filepath.Glob(filepath.Join(cfg.Dir, "*.seg*"))
	if err != nil || len(left) != 1 {
		t.Errorf("released, and still there: %v, %v", left, err)
	}
}

func checkModes(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want, size := fs.FileMode(0o600), info.Size()
		if d.IsDir() {
			want, size = 0o700, segmentBytes
		}
		if strings.HasSuffix(path, ".seg") && size != segmentBytes {
			t.Errorf("%s has %d bytes, want it preallocated", path, size)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// The second to open a folder is told who has it.
func TestLocked(t *testing.T) {
	cfg := onDisk(t)
	j := open(t, cfg)
	_, err := journal.Open(cfg)
	var locked *journal.LockedError
	if !errors.As(err, &locked) || !errors.Is(err, journal.ErrLocked) || locked.PID != os.Getpid() {
		t.Fatalf("got %v, want ErrLocked by %d", err, os.Getpid())
	}
	if want := fmt.Sprintf("process %d", os.Getpid()); !strings.Contains(err.Error(), want) {
		t.Errorf("%q does not name %s", err, want)
	}
	if _, err := j.Append(context.Background(), messages(1, 1)); err != nil {
		t.Errorf("the first one suffers: %v", err)
	}
	closeJournal(t, j)
	closeJournal(t, open(t, cfg))
}

// A refused journal is not left locked.
func TestRefusalUnlocks(t *testing.T) {
	m := newMemFS()
	sample(t, m, 18)
	b := m.file(m.paths()[0])
	b[20] ^= 1
	if _, err := journal.Open(small(m)); !errors.Is(err, journal.ErrCorrupt) {
		t.Fatalf("got %v", err)
	}
	b[20] ^= 1
	closeJournal(t, open(t, small(m)))
}

// Files that are not the journal's stay where they are.
func TestForeignFilesStay(t *testing.T) {
	cfg := onDisk(t)
	closeJournal(t, open(t, cfg))
	for _, name := range []string{"note.txt", "1.seg", "000000000000000g.seg", "0000000000000001.seg.bak"} {
		if err := os.WriteFile(filepath.Join(cfg.Dir, name), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	closeJournal(t, open(t, cfg))
	entries, err := os.ReadDir(cfg.Dir)
	if err != nil || len(entries) != 6 {
		t.Errorf("%d files, %v", len(entries), err)
	}
}
