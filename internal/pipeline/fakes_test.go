package pipeline_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"guildpulse/events"
	"guildpulse/internal/pipeline"
	"guildpulse/persist"
)

// memJournal is a journal in memory that can lose what is not durable.
type memJournal struct {
	mu       sync.Mutex
	batches  []events.Batch
	next     events.Seq
	durable  events.Seq
	failSync error
	gate     chan struct{} // when set, syncs wait for it
	more     chan struct{}
	cursors  map[string]events.Seq
}

func newJournal() *memJournal {
	return &memJournal{next: 1, durable: 1, more: make(chan struct{}), cursors: map[string]events.Seq{}}
}

func (j *memJournal) Commit(ctx context.Context, bs ...events.Batch) (events.Seq, error) {
	first := j.append(bs)
	return first, j.sync(ctx)
}

func (j *memJournal) append(bs []events.Batch) events.Seq {
	j.mu.Lock()
	defer j.mu.Unlock()
	first := j.next
	for _, b := range bs {
		b.First, b.Events = j.next, slices.Clone(b.Events)
		if b.Control != nil {
			c := *b.Control
			b.Control = &c
		}
		j.batches = append(j.batches, b)
		j.next = b.Next()
	}
	return first
}

func (j *memJournal) sync(ctx context.Context) error {
	if j.gate != nil {
		select {
		case <-j.gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failSync != nil {
		return j.failSync
	}
	j.durable = j.next
	close(j.more)
	j.more = make(chan struct{})
	return nil
}

func (j *memJournal) First() events.Seq { return 1 }

func (j *memJournal) Durable() events.Seq {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.durable
}

func (j *memJournal) Advance(cursor string, next events.Seq) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if next < j.cursors[cursor] {
		return errors.New("cursor goes back")
	}
	j.cursors[cursor] = next
	return nil
}

// crash forgets what is not durable, as a power cut does.
func (j *memJournal) crash() *memJournal {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := newJournal()
	for _, b := range j.batches {
		if b.Next() <= j.durable {
			out.batches = append(out.batches, b)
			out.next, out.durable = b.Next(), b.Next()
		}
	}
	return out
}

// events returns every durable event of the given kinds; none means all.
func (j *memJournal) events(kinds ...events.Kind) []events.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []events.Event
	for _, b := range j.batches {
		for _, e := range b.Events {
			if len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
				out = append(out, e)
			}
		}
	}
	return out
}

func (j *memJournal) open(from events.Seq) (pipeline.Reader, error) {
	return &memReader{j: j, next: from}, nil
}

type memReader struct {
	j    *memJournal
	next events.Seq
}

func (r *memReader) Next(context.Context) (*events.Batch, error) {
	r.j.mu.Lock()
	defer r.j.mu.Unlock()
	for _, b := range r.j.batches {
		if b.Next() <= r.next || b.Next() > r.j.durable {
			continue
		}
		if skip := int(r.next) - int(b.First); skip > 0 {
			b.Events = b.Events[skip:]
			b.First = r.next
		}
		r.next = b.Next()
		return &b, nil
	}
	return nil, io.EOF
}

func (r *memReader) Wait(ctx context.Context) error {
	r.j.mu.Lock()
	more, there := r.j.more, r.j.durable > r.next
	r.j.mu.Unlock()
	if there {
		return nil
	}
	select {
	case <-more:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *memReader) Close() error { return nil }

// memStore applies batches to maps, and can be away or lie about a commit.
type memStore struct {
	mu      sync.Mutex
	cursor  persist.Cursor
	rows    map[persist.Row]persist.Row // key → sums
	days    map[persist.RollUp]persist.RollUp
	spans   []persist.Span
	voice   map[[3]uint64]persist.VoiceSession
	states  []persist.GuildState
	commits int
	away    int // so many calls fail
	lost    int // so many commits happen without an answer
}

func newStore() *memStore {
	return &memStore{
		cursor: persist.Cursor{Next: 1, Epoch: 1},
		rows:   map[persist.Row]persist.Row{}, days: map[persist.RollUp]persist.RollUp{},
		voice: map[[3]uint64]persist.VoiceSession{},
	}
}

func (s *memStore) Cursor(context.Context) (persist.Cursor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away > 0 {
		s.away--
		return persist.Cursor{}, persist.ErrUnavailable
	}
	return s.cursor, nil
}

func (s *memStore) Apply(_ context.Context, b *persist.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.away > 0:
		s.away--
		return persist.ErrUnavailable
	case b.Epoch != s.cursor.Epoch:
		return persist.ErrFenced
	case b.From != s.cursor.Next:
		return persist.ErrCursor
	}
	for _, r := range b.Rows {
		k := persist.Row{Guild: r.Guild, Quarter: r.Quarter, Channel: r.Channel, Member: r.Member, Kind: r.Kind}
		sum := s.rows[k]
		sum.Count, sum.Amount, sum.Mask = sum.Count+r.Count, sum.Amount+r.Amount, sum.Mask|r.Mask
		s.rows[k] = sum
	}
	for _, r := range b.Days {
		k := persist.RollUp{Guild: r.Guild, Period: r.Period, Channel: r.Channel, Member: r.Member, Kind: r.Kind}
		sum := s.days[k]
		sum.Count, sum.Amount = sum.Count+r.Count, sum.Amount+r.Amount
		s.days[k] = sum
	}
	s.spans = append(s.spans, b.Spans...)
	for _, v := range b.Voice {
		s.voice[[3]uint64{v.Guild, v.Member, uint64(v.Opened)}] = v
	}
	s.states = append(s.states, b.States...)
	s.cursor.Next = b.To
	s.commits++
	if s.lost > 0 {
		s.lost--
		return persist.ErrUnavailable
	}
	return nil
}

// count sums rows of a kind up.
func (s *memStore) count(kind events.Kind) (count, amount int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, r := range s.rows {
		if k.Kind == kind {
			count, amount = count+r.Count, amount+r.Amount
		}
	}
	return count, amount
}

func (s *memStore) View(_ context.Context, f func(persist.View) error) error {
	s.mu.Lock()
	if s.away > 0 {
		s.away--
		s.mu.Unlock()
		return persist.ErrUnavailable
	}
	v := memView{cursor: s.cursor, states: slices.Clone(s.states)}
	s.mu.Unlock()
	return f(v)
}

// memView answers the questions that the pipeline asks.
type memView struct {
	persist.View // panics on what the pipeline does not ask

	cursor persist.Cursor
	states []persist.GuildState
}

func (v memView) Cursor() persist.Cursor { return v.cursor }

func (v memView) States(context.Context) ([]persist.GuildState, error) { return v.states, nil }

func (memView) OptOuts(context.Context) ([]persist.OptOut, error) { return nil, nil }

func (memView) OpenVoice(context.Context) ([]persist.VoiceSession, error) { return nil, nil }

func (memView) Guilds(context.Context) ([]uint64, error) { return nil, nil }

// memMemory counts what is applied.
type memMemory struct {
	mu    sync.Mutex
	count map[events.Kind]int
	seqs  []events.Seq
}

func newMemory() *memMemory { return &memMemory{count: map[events.Kind]int{}} }

func (m *memMemory) Apply(b *events.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seqs = append(m.seqs, b.First)
	for i := range b.Events {
		m.count[b.Events[i].Kind]++
	}
	return nil
}

func (m *memMemory) of(k events.Kind) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.count[k]
}

func (m *memMemory) AppendSnapshot(b []byte) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, n := range m.count {
		b = append(b, byte(k), byte(n), byte(n>>8), byte(n>>16))
	}
	return b, nil
}

func (m *memMemory) Restore(b []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count = map[events.Kind]int{}
	for ; len(b) >= 4; b = b[4:] {
		m.count[events.Kind(b[0])] = int(b[1]) | int(b[2])<<8 | int(b[3])<<16
	}
	return nil
}

func (m *memMemory) Flushed(events.Seq) {}
