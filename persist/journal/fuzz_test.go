package journal_test

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"runtime"
	"slices"
	"testing"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// reseal gives a segment the checksums that its bytes ask for, as a second
// implementation of docs/format/journal.md.
func reseal(b []byte) {
	if len(b) < headerBytes {
		return
	}
	le, table := binary.LittleEndian, crc32.MakeTable(crc32.Castagnoli)
	le.PutUint32(b[60:], crc32.Checksum(b[:60], table))
	binding := append(slices.Clone(b[24:40]), b[16:24]...)
	seed := crc32.Checksum(binding, table)
	for off := headerBytes; off+headBytes <= len(b); {
		head := b[off:][:headBytes]
		size := (uint64(le.Uint32(head[12:])) + 7) / 8 * 8
		whole := size <= uint64(len(b)-off-headBytes)
		if whole {
			le.PutUint32(head[4:], crc32.Checksum(b[off+headBytes:][:size], table))
		}
		if size == 0 || !whole {
			return
		}
		le.PutUint32(head, crc32.Update(seed, table, head[4:]))
		off += headBytes + int(size)
	}
}

// Any bytes as two segments: never a panic or a huge allocation; what is accepted
// is read again, takes appends and opens again.
func FuzzSegment(f *testing.F) {
	m := newMemFS()
	sample(f, m, 8)
	paths := m.paths()
	for _, sealed := range []bool{false, true} {
		f.Add(m.file(paths[0]), m.file(paths[1]), sealed)
		f.Add(m.file(paths[0])[:700], []byte(nil), sealed)
		f.Add(m.file(paths[0])[:headerBytes], []byte("GPJ"), sealed)
	}
	f.Fuzz(func(t *testing.T, first, second []byte, seal bool) {
		c := newMemFS()
		c.put(paths[0], first)
		if len(second) > 0 {
			c.put(paths[1], second)
		}
		if seal {
			reseal(c.file(paths[0]))
			reseal(c.file(paths[len(c.paths())-1]))
		}
		checkAllocation(t, len(first)+len(second), func() { checkAnything(t, c) })
	})
}

func checkAllocation(t *testing.T, input int, act func()) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	act()
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > uint64(64*input)+8<<20 {
		t.Errorf("allocated %d bytes for %d", grown, input)
	}
}

func checkAnything(t *testing.T, m *memFS) {
	_, verified := journal.Verify(dir, m, nil)
	j, err := journal.Open(small(m))
	if (err == nil) != (verified == nil) {
		t.Fatalf("open says %v, verify says %v", err, verified)
	}
	if err != nil {
		return
	}
	before, err := read(j, j.First())
	if err != nil && !errors.Is(err, events.ErrKind) && !errors.Is(err, events.ErrControl) {
		t.Fatalf("read: %v", err)
	}
	unreadable := err != nil
	for i, r := range before {
		if r.seq != j.First()+events.Seq(i) {
			t.Fatalf("record %d has sequence %d", i, r.seq)
		}
	}
	group := sampleGroup(2)
	first, err := j.Append(context.Background(), group...)
	closeJournal(t, j)
	if errors.Is(err, journal.ErrTooLarge) && j.Next() > 1<<62 {
		return // the sequences are used up
	}
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	after, err := reopenedUnlessKind(t, m)
	if want := append(before, flatten(first, group...)...); !unreadable && (err != nil || !slices.Equal(after, want)) {
		t.Fatalf("appended and reopened: %d records, want %d: %v", len(after), len(want), err)
	}
}

func reopenedUnlessKind(t *testing.T, m *memFS) ([]record, error) {
	j := open(t, small(m))
	got, err := read(j, j.First())
	closeJournal(t, j)
	return got, err
}
