package journal_test

import (
	"slices"
	"testing"

	"guildpulse/events"
	"guildpulse/persist/journal"

	"pgregory.net/rapid"
)

// model is a journal beside the slice of records that it stands for.
type model struct {
	fs      *memFS
	cfg     journal.Config
	j       *journal.Journal
	history history
	acked   int // records that are durable for certain
	first   int // records that were released for certain not
	id      uint64
	old     []*journal.Journal
}

// Any sequence of appends, syncs, reads, releases, restarts, kills and losses of
// power gives what a slice gives.
func TestJournalIsASlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fs := newMemFS()
		fs.sector = 64
		m := &model{fs: fs}
		m.cfg = small(fs)
		m.cfg.Cursors = []string{"a", "b"}
		m.j = open(t, m.cfg)
		t.Repeat(map[string]func(*rapid.T){
			"append":  m.append,
			"sync":    m.sync,
			"read":    m.read,
			"release": m.release,
			"restart": m.restart,
			"kill":    m.kill,
			"crash":   m.crash,
			"":        m.check,
		})
		closeJournal(t, m.j)
		for _, j := range m.old {
			closeJournal(t, j)
		}
	})
}

func (m *model) append(t *rapid.T) {
	var group []events.Batch
	for range rapid.IntRange(1, 3).Draw(t, "batches") {
		m.id++
		if rapid.Bool().Draw(t, "control") {
			group = append(group, control(m.id, rapid.IntRange(0, 100).Draw(t, "bytes")))
			continue
		}
		group = append(group, messages(m.id, rapid.IntRange(1, 4).Draw(t, "events")))
	}
	m.history.add(appendTo(t, m.j, group...), group...)
}

func (m *model) sync(t *rapid.T) {
	syncJournal(t, m.j)
	m.acked = len(m.history.records)
}

func (m *model) read(t *rapid.T) {
	durable := int(m.j.Durable()) - 1
	from := rapid.IntRange(int(m.j.First()), durable+1).Draw(t, "from")
	got, err := read(m.j, events.Seq(from))
	if err != nil {
		t.Fatalf("read from %d: %v", from, err)
	}
	if !slices.Equal(got, m.history.records[from-1:durable]) {
		t.Fatalf("read %d records from %d, want %d", len(got), from, durable-from+1)
	}
}

func (m *model) release(t *rapid.T) {
	cursor := rapid.SampledFrom(m.cfg.Cursors).Draw(t, "cursor")
	to := rapid.IntRange(1, int(m.j.Durable())).Draw(t, "to")
	if err := m.j.Advance(cursor, events.Seq(to)); err != nil {
		t.Fatalf("advance: %v", err)
	}
	s := m.j.Stats()
	if least := min(s.Cursors["a"], s.Cursors["b"]); m.j.First() > least {
		t.Fatalf("released up to %d, the slowest cursor is %d", m.j.First(), least)
	}
	m.first = int(m.j.First()) - 1
}

func (m *model) restart(t *rapid.T) {
	closeJournal(t, m.j)
	m.acked = len(m.history.records)
	m.reopen(t, m.fs)
}

func (m *model) kill(t *rapid.T) { m.replace(t, m.fs.killed()) }

func (m *model) crash(t *rapid.T) {
	keep := rapid.Uint64().Draw(t, "keep")
	m.replace(t, m.fs.crashed(func(i int) bool { return keep>>(i%64)&1 == 1 }))
}

// replace goes on with what another process finds; the old one ends unseen.
func (m *model) replace(t *rapid.T, next *memFS) {
	m.old = append(m.old, m.j)
	m.reopen(t, next)
}

func (m *model) reopen(t *rapid.T, next *memFS) {
	next.sector = m.fs.sector
	m.fs, m.cfg.FS = next, next
	m.j = open(t, m.cfg)
	if first := int(m.j.First()) - 1; first != m.first {
		t.Fatalf("begins with record %d, want %d", first+1, m.first+1)
	}
	got := append(slices.Clone(m.history.records[:m.first]), readAll(t, m.j)...)
	m.history.checkPrefix(t, got, m.acked)
	m.history.cutTo(len(got))
	m.acked = len(got)
}

// cutTo forgets what a crash lost.
func (h *history) cutTo(n int) {
	h.records = h.records[:n]
	for len(h.ends) > 0 && h.ends[len(h.ends)-1] > n {
		h.ends = h.ends[:len(h.ends)-1]
	}
}

func (m *model) check(t *rapid.T) {
	if next := int(m.j.Next()) - 1; next != len(m.history.records) {
		t.Fatalf("next is %d after %d records", next+1, len(m.history.records))
	}
	if durable := int(m.j.Durable()) - 1; durable < m.acked {
		t.Fatalf("durable is %d, %d records are acknowledged", durable+1, m.acked)
	}
}
