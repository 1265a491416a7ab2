package fakediscord

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// playLen is how many messages are dispatched under one hold of the lock.
const playLen = 128

// Playback is a stream of messages to dispatch at speed.
type Playback struct {
	Guild uint64
	Lines iter.Seq[Line]
	Rate  float64 // messages a second; 0 is as fast as the clients take them

	// Forget keeps the messages out of the channels' histories. The bot can
	// still RESUME, but not read them back.
	Forget bool
}

// Play dispatches MESSAGE_CREATE for every line, in order, and returns how many
// there were. It flows at the pace of the slowest client: when Config.Backlog
// dispatches wait for a session it waits too, also while that session's
// connection is down, so that nothing is lost to a RESUME that comes in time.
// Sessions that are over, or that a newer one of their shard has replaced, are
// not waited for. A message costs 24 bytes a session in the replay buffer, 14 in
// the history, and no allocation.
//
// Play returns when the last message is dispatched, not when it is sent: see
// [Server.Drain].
func (s *Server) Play(ctx context.Context, p Playback) (int, error) {
	s.mu.Lock()
	g, err := s.world.guild(p.Guild)
	s.mu.Unlock()
	if err != nil {
		return 0, err
	}
	pl := &player{
		srv: s, guild: g, forget: p.Forget, pace: newPace(p.Rate),
		ev:    &event{name: "MESSAGE_CREATE", guild: g.ID, need: intentOf("MESSAGE_CREATE"), play: g},
		lines: make([]Line, 0, playLen), logged: make([]logged, 0, playLen),
	}
	for l := range p.Lines {
		pl.lines = append(pl.lines, l)
		if len(pl.lines) == pl.pace.burst() {
			if err := pl.flush(ctx); err != nil {
				return pl.played, err
			}
		}
	}
	return pl.played, pl.flush(ctx)
}

// player is one Play under way.
type player struct {
	srv     *Server
	guild   *guild
	ev      *event
	forget  bool
	pace    pace
	lines   []Line
	logged  []logged
	seen    map[uint64]bool // channels the bot may view
	version uint64          // of the world, when seen was made
	played  int
}

// flush dispatches what is gathered, when clients and pace allow.
func (pl *player) flush(ctx context.Context) error {
	if len(pl.lines) == 0 {
		return nil
	}
	if err := pl.srv.room(ctx, pl.guild.ID); err != nil {
		return err
	}
	if err := pl.pace.wait(ctx, len(pl.lines)); err != nil {
		return err
	}
	s := pl.srv
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := pl.convert(); err != nil {
		return err
	}
	if !pl.guild.out {
		for _, ses := range s.sessions {
			if ses.wants(pl.ev) {
				ses.appendLines(pl.ev, pl.logged)
			}
		}
	}
	pl.played += len(pl.lines)
	pl.lines = pl.lines[:0]
	return nil
}

// convert turns lines into what the replay logs hold, leaving out channels the
// bot cannot view, and into history.
func (pl *player) convert() error {
	s := pl.srv
	if pl.seen == nil || pl.version != s.world.version {
		pl.seen, pl.version = make(map[uint64]bool), s.world.version
	}
	pl.logged = pl.logged[:0]
	for _, l := range pl.lines {
		c, ok := pl.guild.channels[l.Channel]
		if !ok {
			return fmt.Errorf("play: %w %d", ErrUnknownChannel, l.Channel)
		}
		sees, known := pl.seen[c.ID]
		if !known {
			sees = s.botSees(c)
			pl.seen[c.ID] = sees
		}
		r := s.rowOf(c, l)
		c.posted(r.id)
		if !pl.forget {
			c.log.add(r)
		}
		if sees {
			pl.logged = append(pl.logged, logged{id: r.id, channel: c.ID, author: r.author, typ: r.typ, marks: r.marks})
		}
	}
	return nil
}

// room waits until no session of a guild has a full backlog.
func (s *Server) room(ctx context.Context, guild uint64) error {
	return s.untilUnsent(ctx, s.cfg.Backlog, func(ses *session) bool { return ses.covers(guild) })
}

// Drain waits until everything dispatched so far, and since, has been handed to
// the clients' connections. Sessions that nobody may come back for do not count.
func (s *Server) Drain(ctx context.Context) error {
	return s.untilUnsent(ctx, 1, func(*session) bool { return true })
}

// untilUnsent waits until each session concerned has fewer than limit dispatches
// unsent.
func (s *Server) untilUnsent(ctx context.Context, limit int, concerns func(*session) bool) error {
	for _, ses := range s.liveSessions() {
		if !concerns(ses) {
			continue
		}
		for {
			heard := ses.moved.heard()
			if n, awaited := ses.unsent(); n < limit || !awaited {
				break
			}
			select {
			case <-heard:
			case <-ctx.Done():
				return fmt.Errorf("wait for clients: %w", context.Cause(ctx))
			case <-s.done:
				return ErrClosed
			}
		}
	}
	return nil
}

// pace spreads messages over time.
type pace struct {
	rate  float64
	start time.Time
	given int
}

func newPace(rate float64) pace { return pace{rate: rate, start: time.Now()} }

// burst returns how many messages to gather at a time: about a millisecond's.
func (p *pace) burst() int {
	if p.rate <= 0 {
		return playLen
	}
	return min(max(int(p.rate/1000), 1), playLen)
}

// wait waits until n more messages are due.
func (p *pace) wait(ctx context.Context, n int) error {
	p.given += n
	if p.rate <= 0 {
		return context.Cause(ctx)
	}
	due := p.start.Add(time.Duration(float64(p.given) / p.rate * float64(time.Second)))
	wait := time.Until(due)
	if wait <= 0 {
		return context.Cause(ctx)
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
