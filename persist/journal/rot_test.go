package journal_test

import (
	"encoding/binary"
	"errors"
	"os"
	"runtime"
	"slices"
	"testing"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// Every bit of a log, flipped: all records, or a loud refusal; an exact prefix only
// where the flip hits the last commit, which cannot be told from a torn one.
func TestEveryBitFlipped(t *testing.T) {
	m := newMemFS()
	everyBitFlipped(t, m, sample(t, m, 14))
}

// The same in recycled files, where old frames stand behind the end.
func TestEveryBitFlippedOfRecycledSegments(t *testing.T) {
	m := newMemFS()
	everyBitFlipped(t, m, recycled(t, m, 8))
}

func everyBitFlipped(t *testing.T, m *memFS, h *history) {
	t.Helper()
	paths := m.paths()
	end := h.bytes[len(h.bytes)-1]
	last := lastCommit(m.file(paths[len(paths)-1]), end%segmentBytes)
	sure := (len(paths)-1)*segmentBytes + last // bytes before it were durable before the last commit
	refused := 0
	c := withLeftovers(m)
	for p, path := range paths {
		for i := range m.file(path) {
			at := p*segmentBytes + i
			for bit := range 8 {
				c.log = nil
				c.file(path)[i] ^= 1 << bit
				if bit == i%8 {
					checkVerifyAgrees(t, c)
				}
				got, err := reopened(t, c)
				switch {
				case err != nil:
					refused++
					checkRefusal(t, c, err)
					c.file(path)[i] ^= 1 << bit
					continue
				case at < sure && used(h, at) && !slices.Equal(got, h.records):
					t.Fatalf("%s byte %d bit %d: %d of %d records, silently", path, i, bit, len(got), len(h.records))
				default:
					h.checkPrefix(t, got, h.within(sure))
				}
				c = withLeftovers(m)
			}
		}
	}
	// All headers and all frames before the last commit, bit by bit.
	if atLeast := 8 * (usedBytes(h, sure)); refused < atLeast {
		t.Errorf("%d flips were refused, want at least %d", refused, atLeast)
	}
}

// withLeftovers returns a copy with the rest of a segment that was being made.
func withLeftovers(m *memFS) *memFS {
	c := cut(m, 1<<30)
	c.put(dir+"/0000000000000099.seg.new", []byte("GPJ"))
	c.put(dir+"/0000000000000001.seg.old", []byte("GPJRNSEG"))
	return c
}

// checkVerifyAgrees fails unless Verify refuses what Open refuses.
func checkVerifyAgrees(t *testing.T, m *memFS) {
	t.Helper()
	_, verified := journal.Verify(dir, m, nil)
	j, opened := journal.Open(small(m.killed()))
	if (opened == nil) != (verified == nil) || errors.Is(opened, journal.ErrCorrupt) != errors.Is(verified, journal.ErrCorrupt) {
		t.Fatalf("open says %v, verify says %v", opened, verified)
	}
	if j != nil {
		closeJournal(t, j)
	}
}

// lastCommit finds where the last commit begins in a segment's first end bytes.
func lastCommit(b []byte, end int) (at int) {
	var commit uint64
	for off := headerBytes; off < end; {
		if c := binary.LittleEndian.Uint64(b[off+24:]); c != commit {
			commit, at = c, off
		}
		off += headBytes + (int(binary.LittleEndian.Uint32(b[off+12:]))+7)/8*8
	}
	return at
}

// used reports whether a byte of the log belongs to a header or a frame, rather
// than to the zeros at a segment's end.
func used(h *history, at int) bool {
	end := 0
	for _, e := range h.bytes {
		if e/segmentBytes == at/segmentBytes {
			end = e
		}
	}
	return at < end
}

func usedBytes(h *history, n int) (bytes int) {
	for at := range n {
		if used(h, at) {
			bytes++
		}
	}
	return bytes
}

func reopened(t *testing.T, m *memFS) ([]record, error) {
	t.Helper()
	j, err := journal.Open(small(m))
	if err != nil {
		return nil, err
	}
	got := readAll(t, j)
	closeJournal(t, j)
	return got, nil
}

// checkRefusal fails unless err says where and what to do, and nothing was changed.
func checkRefusal(t *testing.T, m *memFS, err error) {
	t.Helper()
	var corrupt *journal.CorruptError
	switch {
	case errors.Is(err, journal.ErrVersion):
	case !errors.As(err, &corrupt) || !errors.Is(err, journal.ErrCorrupt):
		t.Fatalf("refused with %v, want ErrCorrupt or ErrVersion", err)
	case corrupt.Path == "" || corrupt.Segment == 0 || corrupt.Reason == "":
		t.Fatalf("refusal says too little: %#v", corrupt)
	}
	if n := m.count("write") + m.count("truncate") + m.count("remove") + m.count("rename"); n != 0 {
		t.Fatalf("a refused journal was changed %d times", n)
	}
}

// What else may be wrong with a folder.
func TestRefusals(t *testing.T) {
	const a, b, c = dir + "/0000000000000001.seg", dir + "/0000000000000002.seg", dir + "/0000000000000003.seg"
	tests := []struct {
		name    string
		spoil   func(m *memFS, h *history)
		segment uint64
		err     error
	}{
		{"a segment is missing", func(m *memFS, _ *history) { delete(m.names, b) }, 2, journal.ErrCorrupt},
		{"a segment of another journal", func(m *memFS, _ *history) {
			other := newMemFS()
			sample(t, other, 18)
			m.put(b, other.file(b))
		}, 2, journal.ErrCorrupt},
		{"a segment under another's name", func(m *memFS, _ *history) { m.put(c, m.file(b)) }, 3, journal.ErrCorrupt},
		{"a sealed segment is cut at a frame", func(m *memFS, _ *history) { m.put(b, m.file(b)[:headerBytes]) }, 2, journal.ErrCorrupt},
		{"a sealed segment is empty", func(m *memFS, _ *history) { m.put(a, nil) }, 1, journal.ErrCorrupt},
		{"zeros over a durable frame", func(m *memFS, _ *history) { clear(m.file(b)[headerBytes:][:headBytes]) }, 2, journal.ErrCorrupt},
		{"an old frame behind the last", func(m *memFS, h *history) {
			b := m.file(c)
			copy(b[h.bytes[len(h.bytes)-1]%segmentBytes:], b[headerBytes:][:headBytes+events.Size])
			reseal(b)
		}, 3, journal.ErrCorrupt},
		{"an unknown frame, well sealed, at the end", func(m *memFS, _ *history) {
			b := m.file(c)
			b[headerBytes+8] = 9
			clear(b[headerBytes+headBytes+events.Size:])
			reseal(b)
		}, 3, journal.ErrCorrupt},
		{"a newer version", func(m *memFS, _ *history) { m.file(c)[8] = journal.Version + 1 }, 0, journal.ErrVersion},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemFS()
			h := sample(t, m, 14)
			m = m.killed()
			tt.spoil(m, h)
			_, err := journal.Open(small(m))
			if !errors.Is(err, tt.err) {
				t.Fatalf("got %v, want %v", err, tt.err)
			}
			checkRefusal(t, m, err)
			var corrupt *journal.CorruptError
			if errors.As(err, &corrupt) && corrupt.Segment != tt.segment {
				t.Errorf("blames segment %d, want %d", corrupt.Segment, tt.segment)
			}
		})
	}
}

// The only segment left, cut below its header, once held records: it must not
// become a new journal.
func TestLastSegmentWithoutHeaderIsNoNewJournal(t *testing.T) {
	m := newMemFS()
	sample(t, m, 14)
	paths := m.paths()
	c := newMemFS()
	last := paths[len(paths)-1]
	c.put(last, m.file(last)[:headerBytes-1])
	_, err := journal.Open(small(c))
	if !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("got %v, want ErrCorrupt", err)
	}
}

// Damage that comes while the journal is open is met by readers.
func TestReaderMeetsRot(t *testing.T) {
	m := newMemFS()
	sample(t, m, 14)
	j := open(t, small(m))
	m.file(m.paths()[1])[headerBytes+headBytes] ^= 1
	got, err := read(j, 1)
	var corrupt *journal.CorruptError
	if !errors.As(err, &corrupt) || corrupt.Segment != 2 || corrupt.Offset != headerBytes {
		t.Errorf("got %v, want ErrCorrupt at the first frame of segment 2", err)
	}
	if corrupt != nil && int(corrupt.Seq) != len(got)+1 {
		t.Errorf("blames record %d after reading %d", corrupt.Seq, len(got))
	}
	closeJournal(t, j)
}

// A file that cannot be read is not a torn one, whichever read it is that fails.
func TestReadErrorIsNoTornTail(t *testing.T) {
	m := newMemFS()
	h := sample(t, m, 14)
	reads := 0
	for clean := false; !clean; reads++ {
		m.log = nil
		m.setFault(func(_ int, o op) error {
			if o.kind == "read" && m.count("read") == reads+1 {
				return os.ErrPermission
			}
			return nil
		})
		j, err := journal.Open(small(m))
		if clean = err == nil; clean {
			closeJournal(t, j)
		} else if !errors.Is(err, os.ErrPermission) {
			t.Fatalf("read %d: got %v, want what the system said", reads+1, err)
		}
		m.setFault(nil)
		if got, err := reopened(t, m); err != nil || !slices.Equal(got, h.records) {
			t.Fatalf("afterwards %d of %d records, %v", len(got), len(h.records), err)
		}
	}
	if reads < 6 {
		t.Errorf("only %d reads failed", reads)
	}
}

// Frames that were written into another journal, or into another segment of the
// same one, never pass, not even where their sequence fits.
func TestForeignFramesNeverPass(t *testing.T) {
	const frame = headBytes + 5*events.Size // two fit into a segment
	write := func(id byte, first events.Seq) *memFS {
		m := newMemFS()
		cfg := small(m)
		cfg.ID, cfg.FirstSeq = [16]byte{id}, first
		j := open(t, cfg)
		for i := range uint64(4) {
			appendTo(t, j, messages(i, 5))
			syncJournal(t, j)
		}
		closeJournal(t, j)
		return m
	}
	const one, two = dir + "/0000000000000001.seg", dir + "/0000000000000002.seg"
	tests := []struct {
		name    string
		from    []byte // a segment whose second frame is taken
		segment string // whose tail it becomes
		keep    int    // records before
	}{
		{"of another journal", write(2, 1).file(one), one, 5},
		{"of another segment", write(1, 11).file(one), two, 15},
	}
	for _, tt := range tests {
		m := write(1, 1)
		if tt.segment == one {
			delete(m.names, two)
		}
		copy(m.file(tt.segment)[headerBytes+frame:], tt.from[headerBytes+frame:][:frame])
		j := open(t, small(m))
		if got := len(readAll(t, j)); got != tt.keep || j.Recovery().TruncatedBytes == 0 {
			t.Errorf("%s: %d records, want %d; %+v", tt.name, got, tt.keep, j.Recovery())
		}
		closeJournal(t, j)
	}
}

// A length that has rotted is never believed.
func TestNoHugeAllocation(t *testing.T) {
	m := newMemFS()
	sample(t, m, 14)
	b := m.file(m.paths()[0])
	binary.LittleEndian.PutUint32(b[headerBytes+12:], 1<<31)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := journal.Open(small(m)); !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("got %v, want ErrCorrupt", err)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("allocated %d bytes to refuse", grown)
	}
}
