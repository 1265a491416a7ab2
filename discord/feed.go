package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"guildpulse/events"
)

// feed is the way of one shard's dispatches into the sink, the same for every
// reader. Its methods are for one goroutine, but for marks, which runs beside.
type feed struct {
	shard uint16
	sink  Sink
	count *counters
	log   *slog.Logger
	now   func() time.Time
	every time.Duration // between marks

	heard  atomic.Int64 // when Discord was last heard on a session, Unix milliseconds
	before atomic.Int64 // and when at the end of the connection before this one
	live   atomic.Bool  // the session is caught up: whatever is heard proves that nothing was lost
	owed   atomic.Bool  // Discord was heard since something was last pushed

	mu     sync.Mutex // one frame at a time goes to the sink
	dec    *decoder
	evs    []events.Event
	newest uint64 // sequence of the frame taken in last
	high   uint64 // of the session's, the highest
	busy   bool   // something was pushed since marks looked last
}

func newFeed(cfg *Config, shard uint16, shards int, sink Sink, dir Directory, count *counters) *feed {
	dec := newDecoder(shard, shards, sink, dir, count)
	if cfg.Interactions != nil {
		dec.interactions = cfg.Interactions
	}
	return &feed{
		shard: shard, sink: sink, count: count, now: cfg.Now, every: cfg.MarkEvery,
		log: cfg.Log.With("shard", shard), dec: dec,
	}
}

// listen notes that Discord was heard, if only to answer a heartbeat. What is
// replayed proves nothing: more of the same time may be to come.
func (f *feed) listen() { f.hear(f.now()) }

func (f *feed) hear(at time.Time) {
	if f.live.Load() {
		f.heard.Store(at.UnixMilli())
		f.owed.Store(true)
	}
}

// caughtUp notes that all is heard until now.
func (f *feed) caughtUp(now time.Time) {
	f.live.Store(true)
	f.heard.Store(now.UnixMilli())
}

// ended notes that a connection is gone.
func (f *feed) ended() {
	f.live.Store(false)
	f.before.Store(f.heard.Load())
}

// frame takes in one dispatch, in order. One that holds something unexpected is
// counted and reported; errGarbled says that it was no JSON and has not been taken
// in; other errors are the sink's.
func (f *feed) frame(ctx context.Context, fr *frame) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.now()
	evs, err := f.dec.decode(ctx, fr, at, fr.seq <= f.high, f.evs[:0])
	if fr.rash && errors.Is(err, ErrMalformed) {
		evs, err = f.again(ctx, fr, at)
	}
	f.evs = evs
	switch {
	case errors.Is(err, errGarbled):
		f.malformed(err)
		return err
	case errors.Is(err, ErrMalformed):
		f.malformed(err)
	case err != nil:
		return err
	}
	f.reached(fr.seq)
	f.hear(at)
	return f.push(ctx, evs)
}

// errGarbled is the cause of a frame that is no JSON.
var errGarbled = fmt.Errorf("%w: no JSON", ErrMalformed)

// again decodes a frame that was skimmed only, now that there was an error.
func (f *feed) again(ctx context.Context, skimmed *frame, at time.Time) ([]events.Event, error) {
	var s scanner
	fr, err := parseFrame(&s, skimmed.text)
	if err != nil {
		return f.evs[:0], errGarbled
	}
	return f.dec.decode(ctx, &fr, at, fr.seq <= f.high, f.evs[:0])
}

func (f *feed) reached(seq uint64) { f.newest, f.high = seq, max(f.high, seq) }

// push hands on the events of one frame.
func (f *feed) push(ctx context.Context, evs []events.Event) error {
	if len(evs) == 0 {
		return nil
	}
	evs[len(evs)-1].Flags |= events.FlagLastOfFrame
	if err := f.sink.Push(ctx, evs); err != nil {
		return fmt.Errorf("hand %d events on: %w", len(evs), err)
	}
	f.count.pushed(evs)
	f.busy = true
	f.owed.Store(false)
	return nil
}

// opened begins a new session with the READY fr. The gap behind an earlier one
// goes first: a crash between the controls must not lose it.
func (f *feed) opened(ctx context.Context, fr *frame, s events.Session, gap bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.now()
	if gap {
		if err := f.gap(ctx, f.proof(), at); err != nil {
			return err
		}
	}
	if err := f.control(ctx, events.ControlSession, at, s); err != nil {
		return err
	}
	f.high = 0
	f.reached(fr.seq)
	f.caughtUp(at)
	evs, err := f.dec.ready(fr, at.UnixMilli(), f.evs[:0])
	if err != nil {
		f.malformed(err)
	}
	f.evs = append(evs, events.Ready(f.origin(), at.UnixMilli(), false))
	return f.push(ctx, f.evs)
}

// resumed ends a replay: from here on frames are new.
func (f *feed) resumed(ctx context.Context, seq uint64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.now()
	f.reached(seq)
	f.caughtUp(at)
	f.evs = append(f.evs[:0], events.Ready(f.origin(), at.UnixMilli(), true))
	return f.push(ctx, f.evs)
}

func (f *feed) origin() events.Origin { return events.Origin{Shard: f.shard, Seq: f.newest} }

// malformed counts and reports a frame that cannot be read; of many only the
// first, second, fourth, eighth, … is reported.
func (f *feed) malformed(err error) {
	if n := f.count.malformed.Add(1); bits.OnesCount64(n) == 1 {
		f.log.Warn("unreadable gateway frame", "error", err, "count", n)
	}
}
