package journal_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// verify returns the report, the lines, and fails if anything was written.
func verify(t *testing.T, m *memFS) (journal.Report, []journal.SegmentReport, error) {
	t.Helper()
	before := len(m.log)
	var lines []journal.SegmentReport
	r, err := journal.Verify(dir, m, func(s journal.SegmentReport) { lines = append(lines, s) })
	if n := countAfter(m, before, "write", "truncate", "allocate", "rename", "remove", "sync", "syncdir", "lock"); n != 0 {
		t.Errorf("verify changed the folder %d times", n)
	}
	return r, lines, err
}

func TestVerifySoundJournal(t *testing.T) {
	m := newMemFS()
	h := sample(t, m, 18)
	j := open(t, small(m))
	id := j.ID()
	closeJournal(t, j)
	r, lines, err := verify(t, m)
	if err != nil {
		t.Fatal(err)
	}
	want := journal.Report{ID: id, First: 1, Next: events.Seq(len(h.records) + 1), Segments: len(m.paths())}
	for i := range uint64(18) {
		for _, b := range sampleGroup(i) {
			want.Frames++
			want.Events += uint64(len(b.Events))
			if b.Control != nil {
				want.Controls++
			}
			want.Bytes += int64(groupBytes([]events.Batch{b}))
		}
	}
	want.Bytes += int64(headerBytes * want.Segments)
	if r != want {
		t.Errorf("got  %+v\nwant %+v", r, want)
	}
	next := events.Seq(1)
	for i, s := range lines {
		if s.Segment != uint64(i+1) || s.First != next || s.Err != nil || s.Torn != 0 || !strings.HasSuffix(s.String(), ": ok") {
			t.Errorf("segment %d: %v", i, s)
		}
		next = s.Next
	}
}

func TestVerifyTellsWhatIsWrong(t *testing.T) {
	const second = dir + "/0000000000000002.seg"
	tests := []struct {
		name    string
		spoil   func(m *memFS)
		damaged []int  // segments
		says    string // in the first of their lines, or else in the last line of all
	}{
		{"rot", func(m *memFS) { m.file(second)[500] ^= 4 }, []int{1}, "bad checksum"},
		{"rot in a header", func(m *memFS) { m.file(second)[30] ^= 4 }, []int{1}, "header: bad header: bad checksum"},
		{"a missing segment", func(m *memFS) { delete(m.names, second) }, []int{1}, "segment is missing"},
		{"two of them", func(m *memFS) { m.file(second)[500] ^= 4; m.file(m.paths()[0])[70] ^= 1 }, []int{0, 1}, "bad checksum"},
		{"an old version", func(m *memFS) { m.file(second)[8] = 0 }, []int{1}, "unknown version"},
		{"a torn tail", func(m *memFS) {
			paths := m.paths()
			b := m.file(paths[len(paths)-1])
			end := len(bytes.TrimRight(b, "\x00"))
			b[end+16] = 1
		}, nil, "torn tail of"},
		{"a segment without a header", func(m *memFS) { m.put(dir+"/0000000000000005.seg", []byte("GPJ")) }, nil, "0 of 0 bytes: ok"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemFS()
			sample(t, m, 20)
			tt.spoil(m)
			r, lines, err := verify(t, m)
			var damaged []int
			for i, s := range lines {
				if s.Err != nil {
					damaged = append(damaged, i)
				}
			}
			if !slices.Equal(damaged, tt.damaged) || r.Damaged != len(damaged) || (err != nil) != (damaged != nil) {
				t.Fatalf("segments %v are damaged, want %v; %+v: %v", damaged, tt.damaged, r, err)
			}
			said := lines[len(lines)-1]
			if damaged != nil {
				said = lines[damaged[0]]
			}
			if !strings.Contains(said.String(), tt.says) {
				t.Errorf("line %q does not say %q", said, tt.says)
			}
			_, opened := journal.Open(small(m))
			if (opened == nil) != (err == nil) || errors.Is(opened, journal.ErrCorrupt) != errors.Is(err, journal.ErrCorrupt) {
				t.Errorf("verify says %v, open says %v", err, opened)
			}
		})
	}
}

func TestVerifyEmptyFolder(t *testing.T) {
	if r, lines, err := verify(t, newMemFS()); err != nil || lines != nil || r != (journal.Report{}) {
		t.Errorf("%+v, %v", r, err)
	}
}
