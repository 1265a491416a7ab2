package discord

import (
	"context"
	"time"
)

// pulse keeps the time of one connection: heartbeats, zombies, patience; and when
// ctx ends it closes the connection so that the session survives. It returns when
// the connection is gone.
func (s *shard) pulse(ctx context.Context, c *conn, gone <-chan struct{}) {
	t := time.NewTimer(0)
	defer t.Stop()
	for {
		t.Reset(time.Until(s.deadline()))
		select {
		case <-gone:
			return
		case <-ctx.Done():
			s.pulsed(ctx, c, s.step(func(m *session, out []action) []action { return m.stop(out) }, nil))
			return
		case <-s.wake:
		case <-t.C:
			s.pulsed(ctx, c, s.step(func(m *session, out []action) []action {
				return m.tick(time.Now(), out)
			}, nil))
		}
	}
}

// pulsed does what the passing of time wants: nothing that waits for the sink.
func (s *shard) pulsed(ctx context.Context, c *conn, acts []action) {
	_, _ = s.perform(ctx, c, nil, acts)
}

// step lets the machine take one step, and collects what it counted.
func (s *shard) step(f func(m *session, out []action) []action, out []action) []action {
	s.mu.Lock()
	before := s.m.deadline()
	out = f(s.m, out)
	moved := !s.m.deadline().Equal(before)
	n := s.m.count
	s.m.count = sessionCounts{}
	s.mu.Unlock()
	if n != (sessionCounts{}) {
		s.n.count.session(n)
	}
	if moved {
		s.rouse()
	}
	return out
}

// with lets f look at the machine, or tell it something that wants nothing done.
func (s *shard) with(f func(m *session)) {
	s.step(func(m *session, out []action) []action {
		f(m)
		return out
	}, nil)
}

// rouse makes pulse look at the deadline again.
func (s *shard) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *shard) idle() []action {
	pos := s.position()
	return s.step(func(m *session, out []action) []action {
		return m.idle(time.Now(), pos, out)
	}, nil)
}

// never stands for a deadline that there is none of.
const never = 24 * time.Hour

func (s *shard) deadline() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.m.deadline(); !t.IsZero() {
		return t
	}
	return time.Now().Add(never)
}

func (s *shard) position() position {
	session, seq, ok := s.n.sink.Position(s.id)
	return position{session: session, seq: seq, ok: ok && session.ID != ""}
}

func (s *shard) stats() ShardStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ShardStats{
		Shard: int(s.id), State: s.m.phase.String(), Sequence: s.m.last, Latency: s.m.heart.latency,
	}
}
