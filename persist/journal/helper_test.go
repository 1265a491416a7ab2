package journal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

const dir = "journal"

// fataler is the part of testing.TB and *rapid.T that the helpers need.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

const segmentBytes = 1024

// small is a journal of tiny segments that commits when it is told to and never
// pauses long.
func small(m *memFS) journal.Config {
	return journal.Config{
		Dir: dir, FS: m, SegmentBytes: segmentBytes, MaxBytes: 4 << 20, BatchBytes: 2048,
		Linger: time.Hour, Retry: time.Microsecond, Groom: -1,
	}
}

func open(t fataler, cfg journal.Config) *journal.Journal {
	t.Helper()
	j, err := journal.Open(cfg)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return j
}

func closeJournal(t fataler, j *journal.Journal) {
	t.Helper()
	if err := j.Close(context.Background()); err != nil {
		t.Fatalf("close: %v", err)
	}
}

func appendTo(t fataler, j *journal.Journal, group ...events.Batch) events.Seq {
	t.Helper()
	first, err := j.Append(context.Background(), group...)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return first
}

func syncJournal(t fataler, j *journal.Journal) {
	t.Helper()
	if err := j.Sync(context.Background()); err != nil {
		t.Fatalf("sync: %v", err)
	}
}

// messages returns a batch of n events that differ from all others with another id.
func messages(id uint64, n int) events.Batch {
	b := events.Batch{Source: events.SourceLive}
	for i := range n {
		o := events.Origin{Shard: 1, Seq: id}
		e := events.Message(o, 7, id*31, events.MakeSnowflake(1.7e12+int64(id), uint32(i)), id^0xabcdef, events.FlagReply)
		b.Events = append(b.Events, e)
	}
	return b
}

// apart returns messages whose source differs from that of the next id's, so that
// they never share a frame.
func apart(id uint64, n int) events.Batch {
	b := messages(id, n)
	if id%2 == 1 {
		b.Source = events.SourceBackfill
	}
	return b
}

// control returns a control whose body has n bytes and depends on id.
func control(id uint64, n int) events.Batch {
	body := slices.Repeat([]byte{byte(id)}, n)
	return events.Batch{Control: &events.Control{Type: events.ControlSettings, Guild: id, At: 1.7e12, Body: body}}
}

// record is one record of a journal, comparable.
type record struct {
	seq     events.Seq
	source  events.Source
	event   events.Event
	control string
}

// flatten numbers the batches' records from first on.
func flatten(first events.Seq, batches ...events.Batch) (rs []record) {
	for _, b := range batches {
		if c := b.Control; c != nil {
			rs = append(rs, record{seq: first, source: b.Source, control: fmt.Sprintf("%d %d %d %x", c.Type, c.Guild, c.At, c.Body)})
			first++
			continue
		}
		for _, e := range b.Events {
			rs = append(rs, record{seq: first, source: b.Source, event: e})
			first++
		}
	}
	return rs
}

// read returns all durable records from a sequence on.
func read(j *journal.Journal, from events.Seq) (rs []record, err error) {
	r, err := j.NewReader(from)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for {
		b, err := r.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return rs, nil
		}
		if err != nil {
			return rs, err
		}
		rs = append(rs, flatten(b.First, *b)...)
	}
}

func readAll(t fataler, j *journal.Journal) []record {
	t.Helper()
	rs, err := read(j, j.First())
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return rs
}

// Sizes of the format, counted here once more so that the tests do not trust the
// code with them.
const (
	headerBytes = 64
	headBytes   = 32
)

// history is what was appended, group by group, for comparison.
type history struct {
	before  int    // records released
	old     []byte // a segment of theirs
	records []record
	ends    []int // len(records) after each group
	bytes   []int // where each group ends in a log of small segments
}

func (h *history) add(first events.Seq, group ...events.Batch) {
	h.records = append(h.records, flatten(first, group...)...)
	h.ends = append(h.ends, len(h.records))
	at, size := headerBytes, groupBytes(group)
	if n := len(h.bytes); n > 0 {
		at = h.bytes[n-1]
	}
	if segment := at / segmentBytes; at+size > (segment+1)*segmentBytes {
		at = (segment+1)*segmentBytes + headerBytes
	}
	h.bytes = append(h.bytes, at+size)
}

func groupBytes(group []events.Batch) (n int) {
	for _, b := range group {
		n += headBytes + len(b.Events)*events.Size
		if b.Control != nil {
			n += (17 + len(b.Control.Body) + 7) / 8 * 8
		}
	}
	return n
}

// within returns how many records lie in the first n bytes of the log.
func (h *history) within(n int) (records int) {
	for i, end := range h.bytes {
		if end <= n {
			records = h.ends[i]
		}
	}
	return records
}

// checkPrefix fails unless got is a prefix of the history that ends with a whole
// group and holds at least the first acked records.
func (h *history) checkPrefix(t fataler, got []record, acked int) {
	t.Helper()
	switch {
	case len(got) > len(h.records) || !slices.Equal(got, h.records[:len(got)]):
		t.Fatalf("recovered %d records that are no prefix of the %d appended", len(got), len(h.records))
	case len(got) != 0 && !slices.Contains(h.ends, len(got)):
		t.Fatalf("recovered %d records: a group in parts; groups end at %v", len(got), h.ends)
	case len(got) < acked:
		t.Fatalf("recovered %d records, %d were acknowledged", len(got), acked)
	}
}

// sample appends a log of several small segments, group by group, with a sync
// after each but where two share one, and returns its history.
func sample(t testing.TB, m *memFS, groups int) *history {
	t.Helper()
	h := &history{}
	j := open(t, small(m))
	h.appendSample(t, j, groups)
	closeJournal(t, j)
	return h
}

func (h *history) appendSample(t testing.TB, j *journal.Journal, groups int) {
	t.Helper()
	for i := range uint64(groups) {
		group := sampleGroup(i)
		h.add(appendTo(t, j, group...), group...)
		if i%4 != 2 {
			syncJournal(t, j)
		}
	}
}

// recycled is sample in files that held other segments of the journal before, full
// to the end.
func recycled(t testing.TB, m *memFS, groups int) *history {
	t.Helper()
	const frame, segments = headBytes + events.Size, 5
	h := &history{before: segments * (segmentBytes - headerBytes) / frame}
	cfg := small(m)
	cfg.Cursors = []string{"store"}
	j := open(t, cfg)
	for i := range uint64(h.before) {
		appendTo(t, j, apart(2000+i, 1))
	}
	syncJournal(t, j)
	h.old = slices.Clone(m.file(m.paths()[0]))
	release := func() {
		if err := j.Advance("store", events.Seq(h.before)+1); err != nil {
			t.Fatalf("advance: %v", err)
		}
	}
	release() // all but the last, which goes when it is no longer the last
	h.appendSample(t, j, groups)
	release()
	closeJournal(t, j)
	for _, path := range m.paths() {
		if b := m.file(path); b[len(b)-1] == 0 {
			t.Fatalf("%s was not written over an old segment", path)
		}
	}
	return h
}

func sampleGroup(i uint64) []events.Batch {
	switch i % 3 {
	case 0:
		return []events.Batch{messages(i, 1+int(i%4))}
	case 1:
		return []events.Batch{control(i, int(i)%13)}
	}
	backfill := messages(i+1000, 1)
	backfill.Source = events.SourceBackfill
	return []events.Batch{messages(i, 2), control(i, 5), backfill}
}
