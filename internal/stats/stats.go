package stats

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/persist"
	"guildpulse/sketch"
)

// Store is what stats reads of the database.
type Store interface {
	View(ctx context.Context, f func(persist.View) error) error
}

// Names are how people see servers, channels and members. guild.Directory has
// them. Nothing that counts depends on them.
type Names interface {
	GuildName(guild uint64) string
	ChannelName(guild, channel uint64) string
	MemberName(guild, member uint64) string
	Unnamed(guild, member uint64) bool // MemberName has no name to tell
}

// Config is what Stats is made of.
type Config struct {
	Store Store
	Names Names
	Zones *guild.Zones
	Key   sketch.Key // of the distinct counts
	Log   *slog.Logger
	Now   func() time.Time
	// Learn asks for the names of members that an answer is about to show, so that
	// Names knows them, and does not wait for long; nil: what is known must do.
	Learn func(ctx context.Context, guild uint64, members []uint64)
	// Flush brings the store at least to a sequence, before a server is rebuilt.
	Flush func(ctx context.Context, to events.Seq) error
}

// Stats is the memory of all servers. Apply, Restore and AppendSnapshot are called
// from one goroutine; everything else is safe from any.
type Stats struct {
	cfg   Config
	since time.Time

	mu      sync.RWMutex
	servers map[uint64]*server

	status  func(*report.Status) // set before anybody asks
	applied events.Seq           // one past the last record; the applying goroutine's
	flushed events.Seq           // the store's cursor as far as Flushed told; under mu
	busy    []*server            // those with tails; under mu
	stale   chan struct{}        // a token when a server becomes stale
	scratch []persist.Row
}

// New returns an empty memory.
func New(c Config) *Stats {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Zones == nil {
		c.Zones = &guild.Zones{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Stats{
		cfg: c, since: c.Now(), servers: make(map[uint64]*server), stale: make(chan struct{}, 1),
	}
}

// Describe sets what adds to the status what others know. Call it before the first
// question.
func (t *Stats) Describe(status func(*report.Status)) { t.status = status }

// server returns a server's state, making it if need be.
func (t *Stats) server(id uint64) *server {
	if s := t.lookup(id); s != nil {
		return s
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.servers[id]
	if s == nil {
		s = newServer(id, t.cfg.Key, defaultRules(id, t.cfg.Zones))
		t.servers[id] = s
	}
	return s
}

func (t *Stats) lookup(id uint64) *server {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.servers[id]
}

func (t *Stats) all() []*server {
	t.mu.RLock()
	defer t.mu.RUnlock()
	out := make([]*server, 0, len(t.servers))
	for _, s := range t.servers {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *server) int {
		if a.id < b.id {
			return -1
		}
		return 1
	})
	return out
}

// Apply follows one batch of the journal. O(events), a lock a run of events of one
// server.
func (t *Stats) Apply(b *events.Batch) error {
	t.applied = b.Next()
	if b.Control != nil {
		return t.follow(b)
	}
	for i := 0; i < len(b.Events); {
		j := i + 1
		for j < len(b.Events) && b.Events[j].Guild == b.Events[i].Guild {
			j++
		}
		t.run(b, i, j)
		i = j
	}
	return nil
}

// run applies the events [i, j) of a batch, which are of one server.
func (t *Stats) run(b *events.Batch, i, j int) {
	var s *server
	for ; i < j; i++ {
		t.scratch = persist.AppendRows(t.scratch[:0], &b.Events[i])
		if len(t.scratch) == 0 {
			continue
		}
		if s == nil {
			s = t.server(b.Events[i].Guild)
			s.mu.Lock()
			t.list(s)
		}
		seq := b.First + events.Seq(i)
		for k := range t.scratch {
			s.take(seq, &t.scratch[k])
		}
	}
	if s != nil {
		s.mu.Unlock()
	}
}

// list puts a server, which is locked, among those whose tails are to be trimmed.
func (t *Stats) list(s *server) {
	if s.busy {
		return
	}
	s.busy = true
	t.mu.Lock()
	t.busy = append(t.busy, s)
	t.mu.Unlock()
}

// wake tells Run that a server may need to be rebuilt.
func (t *Stats) wake() {
	select {
	case t.stale <- struct{}{}:
	default:
	}
}

// spoil marks a server, which is locked, as stale since now.
func (t *Stats) spoil(s *server) {
	s.stale = t.applied
	t.wake()
}

// follow applies a control.
func (t *Stats) follow(b *events.Batch) error {
	c := b.Control
	switch c.Type {
	case events.ControlSettings, events.ControlVisibility, events.ControlOptOut, events.ControlOptIn,
		events.ControlImported:
	default:
		return nil
	}
	s := t.server(c.Guild)
	s.mu.Lock()
	defer s.mu.Unlock()
	changed, err := s.follow(c, t.cfg.Zones)
	if err != nil {
		// A control that cannot be read was refused by ingest, or is of a newer
		// program: it changes nothing here.
		t.cfg.Log.Error("control not applied", "guild", c.Guild, "type", c.Type, "error", err)
		return nil
	}
	if changed {
		t.spoil(s)
	}
	return nil
}

// Flushed says that the store holds everything before next: tails shrink. O(servers
// that had events since).
func (t *Stats) Flushed(next events.Seq) {
	t.mu.Lock()
	t.flushed = next
	busy := t.busy
	t.busy = nil
	t.mu.Unlock()
	busy = slices.DeleteFunc(busy, func(s *server) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.tail.trim(next)
		s.busy = !s.tail.idle()
		return !s.busy
	})
	t.mu.Lock()
	t.busy = append(busy, t.busy...)
	t.mu.Unlock()
}

// Guilds lists the servers that something is known of, in ascending order.
func (t *Stats) Guilds() []uint64 {
	var out []uint64
	for _, s := range t.all() {
		out = append(out, s.id)
	}
	return out
}
