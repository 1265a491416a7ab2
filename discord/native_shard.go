package discord

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// shard drives the session machine of one shard: it does what the machine wants,
// and tells it what came of that. Two goroutines share a connection: one reads and
// hands frames on, and waits as long as the sink makes it wait; the other keeps
// the time, so that heartbeats go on meanwhile.
type shard struct {
	n     *native
	id    uint16
	count int
	feed  *feed
	log   *slog.Logger

	scan scanner   // of the reading goroutine
	came time.Time // the frame that it has at hand

	mu   sync.Mutex // guards m
	m    *session
	wake chan struct{} // the machine's deadline may have moved
}

func newShard(n *native, id uint16, count int, gateway string) *shard {
	return &shard{
		n: n, id: id, count: count,
		feed: newFeed(&n.cfg, id, count, n.sink, n.dir, &n.count),
		log:  n.cfg.Log.With("shard", id),
		wake: make(chan struct{}, 1),
		m: newSession(sessionConfig{
			shard: id, shards: count, gateway: gateway, address: n.address.gateway, random: n.cfg.Random,
			backoffMin: n.cfg.BackoffMin, backoffMax: n.cfg.BackoffMax,
			degradable: n.cfg.intents()&privileged != 0,
		}),
	}
}

// run keeps the shard connected until ctx ends or there is no way on.
func (s *shard) run(ctx context.Context) error {
	defer s.leave()
	for ctx.Err() == nil {
		acts := s.idle()
		if len(acts) == 0 {
			if err := sleep(ctx, time.Until(s.deadline())); err != nil {
				return err
			}
		}
		for _, a := range acts {
			if err := s.prepare(ctx, a); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// leave gives back what a shard that ends may still hold.
func (s *shard) leave() {
	for _, a := range s.step(func(m *session, out []action) []action { return m.stop(out) }, nil) {
		if a.kind == actRelease {
			s.n.turns.release(s.id)
		}
	}
}

// prepare does what a session wants that has no connection.
func (s *shard) prepare(ctx context.Context, a action) error {
	switch a.kind {
	case actTurn:
		if err := s.n.turns.acquire(ctx, s.id); err != nil {
			return err
		}
		s.with(func(m *session) { m.granted() })
	case actRelease:
		s.n.turns.release(s.id)
	case actDial:
		return s.connect(ctx, a.url)
	}
	return nil
}

// connect dials and serves the connection to its end.
func (s *shard) connect(ctx context.Context, url string) error {
	c, err := dialGateway(ctx, &s.n.cfg, url)
	if err != nil {
		s.n.count.failures.Add(1)
		s.log.Warn("no connection", "error", err)
		return s.lost(ctx, nil, 0)
	}
	s.n.count.connects.Add(1)
	s.with(func(m *session) { m.connected(time.Now()) })
	gone := make(chan struct{})
	pulse := make(chan struct{})
	go func() {
		defer close(pulse)
		s.pulse(ctx, c, gone)
	}()
	err = s.listen(ctx, c)
	close(gone)
	<-pulse
	c.release()
	s.feed.ended()
	return err
}

// listen reads the connection until it ends.
func (s *shard) listen(ctx context.Context, c *conn) error {
	var acts []action
	for {
		text, err := c.read()
		if err != nil {
			return s.ended(ctx, c, err)
		}
		s.came = time.Now()
		s.n.count.frame(text)
		f, err := skimFrame(&s.scan, text)
		if err != nil || !f.ordinary() {
			s.feed.listen() // of the others the feed hears when it takes them in
		}
		if err != nil {
			s.feed.malformed(err)
			continue
		}
		acts = s.step(func(m *session, out []action) []action {
			return m.frame(s.came, &f, out)
		}, acts[:0])
		left, err := s.perform(ctx, c, &f, acts)
		if err != nil || left {
			c.close(closeKeep)
			return err
		}
	}
}

// ended tells the machine that a connection is gone.
func (s *shard) ended(ctx context.Context, c *conn, err error) error {
	code := closeCode(err)
	s.log.Info("connection ended", "code", code, "error", err)
	c.close(closeKeep)
	return s.lost(ctx, c, code)
}

func (s *shard) lost(ctx context.Context, c *conn, code int) error {
	acts := s.step(func(m *session, out []action) []action {
		return m.lost(time.Now(), code, out)
	}, nil)
	_, err := s.perform(ctx, c, nil, acts)
	return err
}

// perform does what the machine wants, in order. It reports whether the connection
// was left.
func (s *shard) perform(ctx context.Context, c *conn, f *frame, acts []action) (left bool, err error) {
	for i := range acts {
		switch a := &acts[i]; a.kind {
		case actDeliver, actOpened, actResumed, actMissed:
			err = s.deliver(ctx, f, a)
		case actIdentify, actResume, actHeartbeat:
			s.send(c, a)
		case actRelease:
			s.n.turns.release(s.id)
		case actDegrade:
			degrade(&s.n.granted, s.log)
		case actClose:
			c.close(a.code)
			left = true
		case actStop:
			err = a.err
		}
		if err != nil {
			return left, err
		}
	}
	return left, nil
}

// deliver hands a frame on, however long that takes, and tells the machine when it
// is done.
func (s *shard) deliver(ctx context.Context, f *frame, a *action) (err error) {
	switch a.kind {
	case actDeliver:
		if err = s.feed.frame(ctx, f); errors.Is(err, errGarbled) {
			err = nil
			s.with(func(m *session) { m.unread(a.seq) })
		}
	case actOpened:
		s.log.Info("new session", "sequence", a.seq)
		err = s.feed.opened(ctx, f, a.session, a.gap)
	case actResumed:
		s.n.count.resumed.Add(1)
		s.log.Info("session resumed", "sequence", a.seq)
		err = s.feed.resumed(ctx, a.seq)
	case actMissed:
		return s.feed.missed(ctx)
	}
	end := time.Now()
	s.n.count.waited.Add(int64(end.Sub(s.came)))
	s.with(func(m *session) { m.delivered(end) })
	return err
}
