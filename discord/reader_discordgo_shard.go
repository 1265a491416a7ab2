package discord

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"guildpulse/events"
)

// dgShard is one discordgo session after the other.
type dgShard struct {
	r       *dgReader
	id      uint16
	count   int
	feed    *feed
	had     bool               // an earlier session is known
	session *discordgo.Session // nil when the next one is new
	lost    chan struct{}      // the connection is gone
	fail    chan error         // the sink has failed
	raw     atomic.Pointer[net.Conn]
}

func newDGShard(r *dgReader, id, count int) *dgShard {
	_, _, had := r.sink.Position(uint16(id))
	return &dgShard{
		r: r, id: uint16(id), count: count, had: had,
		feed: newFeed(&r.cfg, uint16(id), count, r.sink, r.dir, &r.count),
		lost: make(chan struct{}, 1), fail: make(chan error, 1),
	}
}

// run opens the session, and opens it again whenever its connection is lost:
// discordgo's own loop knows neither an end nor close codes.
func (s *dgShard) run(ctx context.Context) error {
	for wait := time.Duration(0); ; wait = min(max(2*wait, s.r.cfg.BackoffMin), s.r.cfg.BackoffMax) {
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		err := s.open(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			if err := s.refused(err); err != nil {
				return err
			}
			continue
		}
		wait = 0
		if err := s.wait(ctx); err != nil {
			return err
		}
	}
}

// open waits until a session is open. discordgo knows no context: when ctx ends,
// what it waits for is taken away.
func (s *dgShard) open(ctx context.Context) error {
	if s.session == nil {
		if err := s.r.turns.acquire(ctx, s.id); err != nil {
			return err
		}
		s.r.count.identifies.Add(1)
		defer s.r.turns.sent(s.id)
		s.session = s.create(ctx)
	} else {
		s.r.count.resumes.Add(1)
	}
	opened := make(chan error, 1)
	session := s.session
	go func() { opened <- session.Open() }()
	select {
	case err := <-opened:
		return s.opening(err)
	case <-ctx.Done():
	}
	s.cut()
	select {
	case err := <-opened:
		if err == nil {
			_ = session.CloseWithCode(closeKeep)
		}
	case <-time.After(closeGrace): // deadlocked
	}
	return ctx.Err()
}

// opening counts what came of an attempt.
func (s *dgShard) opening(err error) error {
	if err != nil && !errors.Is(err, discordgo.ErrWSAlreadyOpen) {
		s.r.count.failures.Add(1)
		return err
	}
	s.r.count.connects.Add(1)
	return nil
}

// refused looks at the close code that an attempt ended with, if any: it returns
// an error where there is no way on, and else prepares the next attempt.
func (s *dgShard) refused(err error) error {
	s.feed.log.Warn("no session", "error", err)
	var closed *websocket.CloseError
	if !errors.As(err, &closed) {
		return nil
	}
	switch verdictOn(closed.Code) {
	case verdictNew:
		s.session = nil
	case verdictFatal:
		if closed.Code != closeDisallowedIntents || s.r.Intents()&privileged == 0 {
			return refused(closed.Code)
		}
		s.session = nil
		degrade(&s.r.granted, s.feed.log)
	}
	return nil
}

// wait waits until the connection is lost (nil), the sink has failed, or ctx ends.
func (s *dgShard) wait(ctx context.Context) (err error) {
	select {
	case <-s.lost:
		return nil
	case err = <-s.fail:
	case <-ctx.Done():
		err = ctx.Err()
	}
	_ = s.session.CloseWithCode(closeKeep)
	return err
}

// cut ends the connection from below.
func (s *dgShard) cut() {
	if raw := s.raw.Load(); raw != nil {
		_ = (*raw).Close()
	}
}

// event takes in one dispatch.
func (s *dgShard) event(ctx context.Context, e *discordgo.Event) error {
	if e.Sequence <= 0 {
		return nil
	}
	f := frame{seq: uint64(e.Sequence), kind: []byte(e.Type), data: e.RawData}
	s.r.count.frame(e.RawData)
	s.feed.listen()
	switch e.Type {
	case typeReady:
		return s.opened(ctx, &f)
	case typeResumed:
		s.r.count.resumed.Add(1)
		return s.feed.resumed(ctx, f.seq)
	}
	return s.feed.frame(ctx, &f)
}

func (s *dgShard) opened(ctx context.Context, f *frame) error {
	ready, err := parseReady(f.data)
	if err != nil {
		s.feed.malformed(err)
		return nil
	}
	gap := s.had
	s.had = true
	return s.feed.opened(ctx, f, events.Session{
		Shard: s.id, ID: ready.session, ResumeURL: noteShards(ready.resumeURL, s.count),
	}, gap)
}
