package stats

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/persist"
	"guildpulse/rank"
)

// standings are the rankings of fixed periods that somebody has asked for. Each is
// read from the store once, then kept up to date row by row, and read anew when its
// days are over: the first question of a day costs a query, all others a look into
// memory.
//
// They belong to what is public, so that whatever makes that wrong (rules, hidden
// channels, people who opt out) forgets them too.
type standings map[standingKey]*standing

type standingKey struct {
	subject report.Subject
	metric  report.Metric
	period  report.Period
}

func keyOf(q *report.TopQuery) standingKey { return standingKey{q.Subject, q.Metric, q.Period} }

// standing is one ranking: sums over its days, voice in milliseconds.
type standing struct {
	span  days
	board *rank.Board
	sum   float64
	used  atomic.Int64 // Unix seconds of the last question
}

// idleStanding is how long a ranking is kept that nobody asks for.
const idleStanding = 24 * time.Hour

// maxStandings bounds what all rankings of all servers hold, in members and
// channels: some 100 MB. The least recently used goes first.
const maxStandings = 2_000_000

// add counts a row where it belongs. Each costs one update of a board.
func (all standings) add(r *persist.Row, day guild.Day) error {
	var errs []error
	for k, w := range all {
		if day < w.span.from || day > w.span.to {
			continue
		}
		if id, v := k.worth(r); v != 0 {
			errs = append(errs, w.add(id, v))
		}
	}
	return errors.Join(errs...)
}

// add credits somebody, or takes credit back: the board drops who has nothing left.
func (w *standing) add(id uint64, v float64) error {
	w.sum += v
	return w.board.Add(id, 0, v)
}

// worth tells what a row adds to whom.
func (k *standingKey) worth(r *persist.Row) (id uint64, v float64) {
	t, v := totalOf(r)
	if k.subject == report.Members {
		id = r.Member
	} else {
		id = r.Channel
		switch r.Kind {
		case events.KindReaction: // of channels: those given in them
			t, v = totalReactions, float64(r.Count)
		case events.KindReceived:
			return 0, 0
		}
	}
	if t == none || t != totalBy(k.metric) {
		return 0, 0
	}
	return id, v
}

// remove takes a member off.
func (all standings) remove(member uint64) {
	for k, w := range all {
		if k.subject == report.Members {
			v, _ := w.board.Score(member, 0)
			w.sum -= v
			w.board.Remove(member)
		}
	}
}

// topOfWindow ranks the sums of a window.
func (t *Stats) topOfWindow(ctx context.Context, s *server, q report.TopQuery, zone *guild.Zone) (report.Top, error) {
	out := report.Top{Query: q, Window: t.window(ctx, q.Period, zone)}
	d := span(q.Period, t.cfg.Now(), zone)
	for {
		if s.read(&out, d, t.cfg.Now()) {
			t.name(ctx, q.Guild, q.Subject, out.Places)
			return out, nil
		}
		if err := t.loadStanding(ctx, s, keyOf(&q), d); err != nil {
			return report.Top{}, err
		}
	}
}

// read fills a page in from memory, if that has it.
func (s *server) read(out *report.Top, d days, now time.Time) bool {
	q := &out.Query
	s.mu.RLock()
	defer s.mu.RUnlock()
	w := s.public.standings[keyOf(q)]
	if w == nil || w.span != d {
		return false
	}
	w.used.Store(now.Unix())
	out.Total, out.Sum = w.board.Len(), w.sum
	if q.Metric == report.Voice {
		out.Sum /= minuteMs
	}
	for _, e := range entries(w.board, q.Offset, q.Limit, 0) {
		out.Places = append(out.Places, place(q.Metric, e))
	}
	return true
}

// loadStanding reads a ranking at the store's cursor, and takes it from there with
// the tail. Events go on being applied meanwhile. If what is public has changed by
// then, nothing is kept, and the caller asks again.
func (t *Stats) loadStanding(ctx context.Context, s *server, k standingKey, d days) error {
	s.mu.Lock()
	if err := s.ready(); err != nil {
		s.mu.Unlock()
		return err
	}
	p, hidden := s.public, s.hiddenList()
	s.tail.hold()
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.tail.release()
		s.mu.Unlock()
	}()
	w, cursor, err := t.readStanding(ctx, s.id, k, d, hidden)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.public != p || s.stale != 0 {
		return s.ready()
	}
	one := standings{k: w}
	for _, r := range s.tail.from(cursor) {
		if s.counts(k.subject, r) {
			if err := one.add(r, p.rules.Zone().DayOfQuarter(r.Quarter)); err != nil {
				return fmt.Errorf("ranking of server %d: %w", s.id, err)
			}
		}
	}
	for who := range s.optedOut {
		one.remove(who)
	}
	one.remove(events.Anonymous)
	w.used.Store(t.cfg.Now().Unix())
	p.standings[k] = w
	return nil
}

// counts reports whether a row counts in a ranking: who opted out stands in none,
// but what they did before remains in a channel's sum.
func (s *server) counts(subject report.Subject, r *persist.Row) bool {
	if _, hidden := s.hidden[r.Channel]; hidden {
		return false
	}
	return subject == report.Channels || s.shows(r)
}

// readStanding adds up the store's rows of a window.
func (t *Stats) readStanding(ctx context.Context, id uint64, k standingKey, d days, hidden []uint64) (*standing, events.Seq, error) {
	by := persist.ByMember
	if k.subject == report.Channels {
		by = persist.ByChannel
	}
	q := question{kinds: kinds(k.metric, k.subject), by: by, span: d}
	worth := make(map[uint64]int64)
	var cursor events.Seq
	err := t.cfg.Store.View(ctx, func(v persist.View) error {
		cursor = v.Cursor().Next
		return q.read(ctx, v, id, hidden, func(x *persist.Sum) {
			if k.metric == report.Voice {
				worth[x.Key] += x.Amount
			} else {
				worth[x.Key] += x.Count
			}
		})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", report.ErrUnavailable, err)
	}
	w := &standing{span: d, board: rank.New(rank.Config{Seed: id})}
	for _, p := range inOrder(worth) {
		if err := w.add(p.who, float64(p.n)); err != nil {
			return nil, 0, fmt.Errorf("ranking of server %d: %w", id, err)
		}
	}
	return w, cursor, nil
}

// credit is what somebody is ranked by.
type credit struct {
	who uint64
	n   int64
}

// inOrder returns who has any credit in the order of their places, in which a board
// takes them in at its end, several times as fast as anywhere.
func inOrder(worth map[uint64]int64) []credit {
	places := make([]credit, 0, len(worth))
	for who, n := range worth {
		if n > 0 {
			places = append(places, credit{who, n})
		}
	}
	slices.SortFunc(places, func(a, b credit) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.who, b.who))
	})
	return places
}

// tendStandings reads those anew whose days are over and which are in use, forgets
// those that nobody asks for, and the least recently used beyond the limit.
func (t *Stats) tendStandings(ctx context.Context) {
	now := t.cfg.Now()
	var kept []held
	for _, s := range t.all() {
		over := s.expireStandings(now)
		for k, d := range over {
			if err := t.loadStanding(ctx, s, k, d); err != nil && ctx.Err() == nil {
				t.cfg.Log.Warn("ranking not read, it will be when asked for", "guild", s.id, "error", err)
			}
		}
		kept = append(kept, s.heldStandings()...)
	}
	for _, h := range excess(kept, maxStandings) {
		h.server.mu.Lock()
		delete(h.server.public.standings, h.key)
		h.server.mu.Unlock()
	}
}

// expireStandings forgets what is idle, and returns what is to be read anew with
// its new days.
func (s *server) expireStandings(now time.Time) map[standingKey]days {
	s.mu.Lock()
	defer s.mu.Unlock()
	over := make(map[standingKey]days)
	for k, w := range s.public.standings {
		d := span(k.period, now, s.public.rules.Zone())
		switch {
		case now.Sub(time.Unix(w.used.Load(), 0)) > idleStanding:
			delete(s.public.standings, k)
		case d != w.span:
			over[k] = d
		}
	}
	return over
}
