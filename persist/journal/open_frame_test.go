package journal_test

import (
	"context"
	"errors"
	"slices"
	"syscall"
	"testing"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// Batches that are appended one after the other share a frame where nothing speaks
// against it. Whatever the frames, the records are the same.
func TestJoinedFrames(t *testing.T) {
	const most = 256 // events in a frame that comes of joining
	imported := messages(9, 1)
	imported.Source = events.SourceImport
	tests := []struct {
		name   string
		groups [][]events.Batch
		frames int
	}{
		{"one source", [][]events.Batch{{messages(1, 1)}, {messages(2, 3)}, {messages(3, 1)}}, 1},
		{"two sources", [][]events.Batch{{messages(1, 1)}, {imported}, {messages(3, 1)}}, 3},
		{"a control between", [][]events.Batch{{messages(1, 1)}, {control(2, 5)}, {messages(3, 1)}}, 3},
		{"controls", [][]events.Batch{{control(1, 5)}, {control(2, 5)}}, 2},
		{"a group keeps its frames", [][]events.Batch{{messages(1, 1)}, {messages(2, 1), messages(3, 1)}}, 3},
		{"behind a group", [][]events.Batch{{imported, messages(2, 1)}, {messages(3, 1)}}, 2},
		{"behind a group's control", [][]events.Batch{{messages(2, 1), control(2, 5)}, {messages(3, 1)}}, 3},
		{"to the limit", [][]events.Batch{{messages(1, most-1)}, {messages(2, 1)}}, 1},
		{"past the limit", [][]events.Batch{{messages(1, most-1)}, {messages(2, 2)}}, 2},
		{"behind a large one", [][]events.Batch{{messages(1, 4*most)}, {messages(2, 1)}}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemFS()
			cfg := small(m)
			cfg.SegmentBytes, cfg.BatchBytes = 1<<20, 1<<20
			j, h := open(t, cfg), &history{}
			for _, g := range tt.groups {
				h.add(appendTo(t, j, g...), g...)
			}
			syncJournal(t, j)
			written := j.Stats().Bytes
			closeJournal(t, j)
			got, err := reopenedWith(t, cfg)
			if err != nil || !slices.Equal(got, h.records) {
				t.Errorf("%d of %d records, %v", len(got), len(h.records), err)
			}
			r, err := journal.Verify(dir, m, nil)
			if err != nil || r.Frames != tt.frames || r.Bytes != headerBytes+written {
				t.Errorf("%d frames of %d bytes, want %d of %d: %v", r.Frames, r.Bytes, tt.frames, headerBytes+written, err)
			}
		})
	}
}

// A log of joined frames that is cut at any byte gives whole frames, and those of a
// commit that was vouched for in any case.
func TestJoinedFramesTornAtEveryByte(t *testing.T) {
	m := newMemFS()
	j, h := open(t, small(m)), &history{}
	var ends []int // of commits, in records
	for i := range uint64(12) {
		b := messages(i, 2-int(i%2))
		h.records = append(h.records, flatten(appendTo(t, j, b), b)...)
		if i%4 == 3 {
			syncJournal(t, j)
			ends = append(ends, len(h.records))
		}
	}
	closeJournal(t, j)
	commit := headBytes + 6*events.Size
	for n := range logBytes(m) {
		c := cut(m, n)
		j := open(t, small(c))
		got := readAll(t, j)
		// Of each segment the header, then two commits of a frame each.
		whole := n / segmentBytes * 2
		if in := n%segmentBytes - headerBytes; in > 0 {
			whole += min(in/commit, 2)
		}
		want := 0
		if whole > 0 {
			want = ends[min(whole, len(ends))-1]
		}
		if !slices.Equal(got, h.records[:want]) {
			t.Fatalf("cut at %d: %d records, want %d", n, len(got), want)
		}
		goOn(t, c, j, got)
	}
}

// Commit is durable when it returns, and tells what became of it when it is not.
func TestCommit(t *testing.T) {
	ctx := context.Background()
	m := newMemFS()
	j := open(t, small(m))
	group := sampleGroup(2)
	first, err := j.Commit(ctx, group...)
	if err != nil || int(j.Durable()) != 1+len(flatten(first, group...)) {
		t.Errorf("%d of %v are durable: %v", j.Durable(), group, err)
	}
	if got := readAll(t, j); !slices.Equal(got, flatten(1, group...)) {
		t.Errorf("%d records", len(got))
	}
	if _, err := j.Commit(ctx); !errors.Is(err, journal.ErrBatch) {
		t.Errorf("of nothing: got %v", err)
	}
	next := j.Next()
	failAll(m, "sync", syscall.EIO)
	if seq, err := j.Commit(ctx, messages(1, 1)); !errors.Is(err, journal.ErrFailed) || seq != next {
		t.Errorf("got %d, %v, want %d and ErrFailed", seq, err, next)
	}
	if seq, err := j.Commit(ctx, messages(1, 1)); !errors.Is(err, journal.ErrFailed) || seq != 0 {
		t.Errorf("after the failure: got %d, %v", seq, err)
	}
}
