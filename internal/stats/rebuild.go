package stats

import (
	"context"
	"fmt"
	"math"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/persist"
	"guildpulse/rank"
)

// Pace of rebuilding: how often Run looks, and how often a server is rebuilt only
// because rows came late.
const (
	lookEvery = 10 * time.Second
	lateEvery = 10 * time.Minute
)

// Run rebuilds servers that need it until ctx ends. A store that is away makes it
// try again later.
func (t *Stats) Run(ctx context.Context) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		for _, s := range t.all() {
			if !s.needsRebuild(t.cfg.Now()) {
				continue
			}
			if err := t.rebuild(ctx, s); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				t.cfg.Log.Warn("server not rebuilt, trying again", "guild", s.id, "error", err)
			}
		}
		t.tendStandings(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-t.stale:
		case <-look.C:
		}
	}
}

func (s *server) needsRebuild(now time.Time) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.stale != 0 || s.late && now.Sub(s.rebuilt) >= lateEvery
}

// rebuild computes what is public of a server anew: from the store's rows at its
// cursor, in one read transaction, and the tail from there. Events go on being
// applied meanwhile.
func (t *Stats) rebuild(ctx context.Context, s *server) error {
	began := t.cfg.Now()
	s.mu.Lock()
	asOf, set := s.stale, s.settings.Clone()
	s.tail.hold()
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.tail.release()
		s.mu.Unlock()
	}()
	rules, err := rulesOf(set, t.cfg.Zones)
	if err != nil {
		return fmt.Errorf("rebuild server %d: %w", s.id, err)
	}
	if err := t.flush(ctx, asOf); err != nil {
		return fmt.Errorf("rebuild server %d: %w", s.id, err)
	}
	fresh, cursor, err := t.read(ctx, s, rules)
	if err != nil {
		return fmt.Errorf("rebuild server %d: %w", s.id, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stale != asOf {
		t.wake()
		return nil // changed again meanwhile
	}
	s.replace(fresh, cursor)
	s.rebuilt = began
	t.cfg.Log.Info("server rebuilt", "guild", s.id, "took_ms", t.cfg.Now().Sub(began).Milliseconds())
	return nil
}

// flush waits until the store has come to a sequence.
func (t *Stats) flush(ctx context.Context, to events.Seq) error {
	t.mu.RLock()
	there := t.flushed >= to
	t.mu.RUnlock()
	if there || t.cfg.Flush == nil {
		return nil
	}
	return t.cfg.Flush(ctx, to)
}

// replace puts a fresh state, which holds all rows before cursor, in place of the
// old one, and adds the tail.
func (s *server) replace(fresh *public, cursor events.Seq) {
	s.public, s.stale, s.late, s.skip = fresh, 0, false, cursor
	for _, row := range s.tail.from(cursor) {
		s.show(fresh, row)
	}
	for who := range s.optedOut {
		fresh.remove(who)
	}
}

// read adds up all rows of a server that may be seen.
func (t *Stats) read(ctx context.Context, s *server, rules *guild.Rules) (*public, events.Seq, error) {
	p := newPublic(t.cfg.Key, rules)
	var cursor events.Seq
	err := t.cfg.Store.View(ctx, func(v persist.View) error {
		cursor = v.Cursor().Next
		newest, err := newestQuarter(ctx, v, s.id)
		if err != nil || newest == math.MinInt32 {
			return err
		}
		p.quarter, p.newest = newest, rules.Zone().DayOfQuarter(newest)
		return s.readRows(ctx, v, p)
	})
	return p, cursor, err
}

func (s *server) readRows(ctx context.Context, v persist.View, p *public) error {
	var rows []persist.Row
	var buf []guild.Row
	load := func() (err error) {
		if len(rows) > 0 {
			buf, err = p.load(rows[0].Member, rows, p.newest, buf)
		}
		rows = rows[:0]
		return err
	}
	err := v.Rows(ctx, s.id, math.MinInt32, math.MaxInt32, func(r *persist.Row) error {
		if len(rows) > 0 && rows[0].Member != r.Member {
			if err := load(); err != nil {
				return err
			}
		}
		if s.mayShow(r) {
			rows = append(rows, *r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return load()
}

func (s *server) mayShow(r *persist.Row) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.shows(r)
}

// newestQuarter finds the latest quarter in which the server has rows.
func newestQuarter(ctx context.Context, v persist.View, id uint64) (int32, error) {
	days, err := v.Sums(ctx, persist.SumQuery{
		Guild: id, Grain: persist.GrainDay, From: math.MinInt32, To: math.MaxInt32, By: persist.ByPeriod,
	})
	if err != nil || len(days) == 0 {
		return math.MinInt32, err
	}
	last := int32(math.MinInt32)
	for _, d := range days {
		last = max(last, int32(uint32(d.Key)))
	}
	// A local day touches at most three days of UTC.
	from := (last - 1) * 96
	quarters, err := v.Sums(ctx, persist.SumQuery{
		Guild: id, Grain: persist.GrainQuarter, From: from, To: math.MaxInt32, By: persist.ByPeriod,
	})
	newest := from
	for _, q := range quarters {
		newest = max(newest, int32(uint32(q.Key)))
	}
	return newest, err
}

// entries is a board's page as of at: the n places behind the first offset.
func entries(b *rank.Board, offset, n int, at int64) []rank.Entry {
	return b.Range(offset+1, n, at, make([]rank.Entry, 0, n))
}
