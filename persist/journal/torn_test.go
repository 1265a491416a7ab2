package journal_test

import (
	"slices"
	"testing"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// cut returns the log as it was when only its first n bytes had been written, over
// all segments.
func cut(m *memFS, n int) *memFS {
	c := newMemFS()
	for _, path := range m.paths() {
		b := m.file(path)
		if n <= 0 {
			break
		}
		c.put(path, b[:min(n, len(b))])
		n -= len(b)
	}
	return c
}

// tornOver returns the log as it was when its first n bytes had been written over
// segments of an earlier time, which stand there still, behind zeros where a
// commit before had ended.
func tornOver(m *memFS, n, zeros int, old []byte) *memFS {
	c := newMemFS()
	for _, path := range m.paths() {
		b := m.file(path)
		if n <= 0 {
			break
		}
		torn := append(slices.Clone(b[:min(n, len(b))]), make([]byte, zeros)...)
		c.put(path, append(torn, old[min(len(torn), len(old)):]...)[:len(b)])
		n -= len(b)
	}
	return c
}

// common returns how many bytes two logs begin with alike.
func common(a, b *memFS) (n int) {
	for _, path := range a.paths() {
		x, y := a.file(path), b.file(path)
		for i := range x {
			if x[i] != y[i] {
				return n + i
			}
		}
		n += len(x)
	}
	return n
}

func logBytes(m *memFS) (n int) {
	for _, path := range m.paths() {
		n += len(m.file(path))
	}
	return n
}

// A log that ends at any byte gives the exact prefix, takes appends, and opens
// again with both.
func TestTornAtEveryByte(t *testing.T) {
	m := newMemFS()
	h := sample(t, m, 14)
	total := logBytes(m)
	if segments := len(m.paths()); segments < 3 {
		t.Fatalf("the log has %d segments, too few to tell", segments)
	}
	for n := range total + 1 {
		c := cut(m, n)
		j := open(t, small(c))
		got := readAll(t, j)
		if want := h.records[:h.within(n)]; !slices.Equal(got, want) {
			t.Fatalf("cut at %d: %d records, want %d", n, len(got), len(want))
		}
		if int(j.Next()) != len(got)+1 || j.Recovery().Next != j.Next() {
			t.Fatalf("cut at %d: %d records, next is %d", n, len(got), j.Next())
		}
		goOn(t, c, j, got)
	}
}

// The same of a log in recycled files: whatever stands behind the cut, no byte of
// it is taken for a record.
func TestTornAtEveryByteOfRecycledSegments(t *testing.T) {
	m := newMemFS()
	h := recycled(t, m, 8)
	foreign := recycled(t, newMemFS(), 8)
	tornRecycled(t, m, h, 0, h.old)
	tornRecycled(t, m, h, headBytes, foreign.old)
}

func tornRecycled(t *testing.T, m *memFS, h *history, zeros int, old []byte) {
	t.Helper()
	for n := headerBytes; n <= logBytes(m); n++ {
		if n%segmentBytes < headerBytes && n%segmentBytes != 0 {
			continue // no file has a segment's name before its header is whole
		}
		c := tornOver(m, n, zeros, old)
		j := open(t, small(c))
		got := readAll(t, j)
		// Where the old bytes are by chance those that were cut off, a frame is whole.
		if want := h.records[:h.within(common(c, m))]; !slices.Equal(got, want) {
			t.Fatalf("cut at %d: %d records, want %d", n, len(got), len(want))
		}
		goOn(t, c, j, got)
	}
}

// goOn appends to a recovered journal and opens it again.
func goOn(t *testing.T, m *memFS, j *journal.Journal, before []record) {
	t.Helper()
	for _, group := range []uint64{500, 501, 502} {
		g := sampleGroup(group)
		before = append(slices.Clip(before), flatten(appendTo(t, j, g...), g...)...)
	}
	closeJournal(t, j)
	j = open(t, small(m))
	if got := readAll(t, j); !slices.Equal(got, before) {
		t.Fatalf("reopened: %d records, want %d", len(got), len(before))
	}
	if r := j.Recovery(); r.TruncatedBytes != 0 {
		t.Fatalf("a clean journal was cut by %d bytes", r.TruncatedBytes)
	}
	closeJournal(t, j)
}

// An append whose last frame is missing is dropped whole, and its bytes counted.
func TestUnfinishedGroupIsDropped(t *testing.T) {
	m := newMemFS()
	j := open(t, small(m))
	appendTo(t, j, messages(1, 1))
	syncJournal(t, j)
	appendTo(t, j, messages(2, 1), messages(3, 1), messages(4, 1))
	closeJournal(t, j)

	const frame = headBytes + events.Size
	c := cut(m, headerBytes+3*frame) // the group lacks its third frame
	j = open(t, small(c))
	if n := len(readAll(t, j)); n != 1 {
		t.Errorf("%d records, want the first alone", n)
	}
	if got := j.Recovery().TruncatedBytes; got != 2*frame {
		t.Errorf("cut %d bytes off, want %d", got, 2*frame)
	}
	closeJournal(t, j)
}

// What stood behind a torn tail must never come back, however the next frames lie.
func TestNothingComesBackFromBehindATornTail(t *testing.T) {
	m := newMemFS()
	j := open(t, small(m))
	appendTo(t, j, messages(1, 1), messages(2, 1), messages(3, 1), messages(4, 1))
	closeJournal(t, j)
	b := m.file(m.paths()[0])
	b[headerBytes+headBytes] ^= 1 // the first frame's body: all four frames are of one torn commit

	j = open(t, small(m))
	group := messages(9, 1) // as long as the frame before, so that the second would fit behind
	first := appendTo(t, j, group)
	closeJournal(t, j)
	j = open(t, small(m))
	if got, want := readAll(t, j), flatten(first, group); !slices.Equal(got, want) {
		t.Errorf("%d records, want the new one alone", len(got))
	}
	closeJournal(t, j)
}
