package pipeline

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/persist"
)

// flusher is the state of the loop that brings the store up to date. The store's
// cursor, not our memory, says where we are: it is read at the start and after
// every error.
type flusher struct {
	*Pipeline
	reader  Reader
	rows    *coalesced
	from    events.Seq // the store's cursor
	next    events.Seq // one past what is coalesced
	pending int        // events that are coalesced
	since   time.Time  // when the first of them came
	zones   map[uint64]*guild.Zone
	utc     *guild.Zone

	kick   chan struct{}
	wanted atomic.Uint64 // flush up to here at once
	ended  atomic.Bool   // nothing will be journaled any more
	at     atomic.Uint64 // the store's cursor, for others to see

	mu    sync.Mutex
	moved chan struct{} // closed and made anew when the cursor moves
}

// idleFlush is how many intervals an empty batch may wait: it only moves the
// cursor, so that the journal can be released.
const idleFlush = 20

// Backoff of a store that is away.
const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 5 * time.Second
)

func (f *flusher) init(p *Pipeline) {
	f.Pipeline = p
	f.rows = newCoalesced()
	f.zones, f.utc = make(map[uint64]*guild.Zone), guild.UTC()
	f.kick = make(chan struct{}, 1)
	f.moved = make(chan struct{})
}

// open reads the store's cursor and settings and begins to read there.
func (f *flusher) open(ctx context.Context) error {
	return f.retry(ctx, func() error {
		f.rows, f.pending = newCoalesced(), 0
		f.close()
		return f.begin(ctx)
	})
}

func (f *flusher) begin(ctx context.Context) error {
	err := f.cfg.Store.View(ctx, func(v persist.View) error {
		f.from = v.Cursor().Next
		states, err := v.States(ctx)
		if err != nil {
			return err
		}
		for _, s := range states {
			if err := f.rezone(s.Guild, s.Settings); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the store's cursor: %w", err)
	}
	f.next = f.from
	f.arrived()
	f.reader, err = f.cfg.OpenJournal(f.from)
	if err != nil {
		return fmt.Errorf("read the journal from the store's cursor: %w", err)
	}
	return f.cfg.Journal.Advance(CursorStore, f.from)
}

func (f *flusher) close() {
	if f.reader != nil {
		_ = f.reader.Close()
		f.reader = nil
	}
}

// rezone notes how a server's days are cut.
func (f *flusher) rezone(id uint64, settings []byte) error {
	if len(settings) == 0 {
		return nil
	}
	s, err := guild.DecodeSettings(settings)
	if err != nil {
		return fmt.Errorf("settings of server %d: %w", id, err)
	}
	f.zones[id], err = f.cfg.Zones.Load(s.Zone)
	if err != nil {
		return fmt.Errorf("zone of server %d: %w", id, err)
	}
	return nil
}

func (f *flusher) zone(id uint64) *guild.Zone {
	if z := f.zones[id]; z != nil {
		return z
	}
	return f.utc
}

// take coalesces a batch of the journal, and commits when there is enough.
func (f *flusher) take(ctx context.Context, b *events.Batch) error {
	if b.First != f.next {
		return fmt.Errorf("%w: record %d follows %d", ErrLost, b.First, f.next)
	}
	if b.Control != nil {
		return f.control(ctx, b)
	}
	for i := range b.Events {
		f.rows.add(b.Source, &b.Events[i])
	}
	f.took(b)
	if f.pending >= f.cfg.FlushEvents {
		return f.commit(ctx)
	}
	return nil
}

func (f *flusher) took(b *events.Batch) {
	if f.pending == 0 {
		f.since = f.cfg.Now()
	}
	f.pending += b.Len()
	f.next = b.Next()
}

// control coalesces a control. A change of zone begins a batch of its own: what
// comes before it is cut in the old zone, and then everything in the new one.
func (f *flusher) control(ctx context.Context, b *events.Batch) error {
	if b.Control.Type == events.ControlSettings {
		if err := f.commit(ctx); err != nil {
			return err
		}
	}
	s, err := f.rows.follow(b.Control)
	if err != nil {
		f.cfg.Log.Error("control not stored", "type", b.Control.Type, "error", err)
	}
	f.took(b)
	if s == nil {
		return nil
	}
	old := f.zone(b.Control.Guild)
	if err := f.rezone(b.Control.Guild, b.Control.Body); err != nil {
		f.cfg.Log.Error("zone not changed", "guild", b.Control.Guild, "error", err)
		return nil
	}
	if z := f.zone(b.Control.Guild); z != old {
		f.rows.rezone = append(f.rows.rezone, persist.Rezone{
			Guild: b.Control.Guild,
			Cut:   func(q int32) (day, month int32) { d := z.DayOfQuarter(q); return int32(d), int32(d.Month()) },
		})
	}
	return nil
}

// due reports whether what is coalesced should be committed now.
func (f *flusher) due() bool {
	return f.pending > 0 && f.left() <= 0
}

// left is how long what is coalesced may still wait.
func (f *flusher) left() time.Duration {
	if f.wanted.Load() > uint64(f.from) {
		return 0
	}
	wait := f.cfg.FlushInterval
	if f.rows.empty() {
		wait *= idleFlush
	}
	if f.pending == 0 {
		return wait
	}
	return wait - f.cfg.Now().Sub(f.since)
}

// wait waits for more of the journal, for the interval's end, or for somebody who
// wants a flush.
func (f *flusher) wait(ctx context.Context) error {
	waiting, stop := context.WithTimeout(ctx, max(f.left(), time.Millisecond))
	defer stop()
	go func() {
		select {
		case <-f.kick:
			stop()
		case <-waiting.Done():
		}
	}()
	err := f.reader.Wait(waiting)
	if err != nil && ctx.Err() == nil && waiting.Err() != nil {
		return nil
	}
	return err
}

// commit writes what is coalesced, with the cursor, in one transaction.
func (f *flusher) commit(ctx context.Context) error {
	if f.pending == 0 {
		return nil
	}
	b := f.rows.batch(f.from, f.next, f.cfg.Epoch, f.zone)
	err := f.retry(ctx, func() error { return f.apply(ctx, b) })
	if err != nil {
		return err
	}
	f.count.flushed.Add(uint64(f.pending))
	f.from, f.pending, f.rows = f.next, 0, newCoalesced()
	f.arrived()
	f.cfg.Memory.Flushed(f.from)
	return f.cfg.Journal.Advance(CursorStore, f.from)
}

// arrived tells everybody who waits that the cursor has moved.
func (f *flusher) arrived() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at.Store(uint64(f.from))
	close(f.moved)
	f.moved = make(chan struct{})
}

func (f *flusher) move() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.moved
}

// apply commits b unless an earlier try did, though its answer was lost.
func (f *flusher) apply(ctx context.Context, b *persist.Batch) error {
	cursor, err := f.cfg.Store.Cursor(ctx)
	if err != nil {
		return fmt.Errorf("read the store's cursor: %w", err)
	}
	switch {
	case cursor.Epoch != b.Epoch:
		return persist.ErrFenced
	case cursor.Next == b.To:
		return nil
	}
	if err := f.cfg.Store.Apply(ctx, b); err != nil {
		return fmt.Errorf("commit records %d to %d: %w", b.From, b.To, err)
	}
	return nil
}

// retry calls try until it succeeds or fails for good. A store that is away may
// stay so for long: the journal holds what it lacks.
func (f *flusher) retry(ctx context.Context, try func() error) error {
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		err := try()
		if !errors.Is(err, persist.ErrUnavailable) {
			return err
		}
		f.count.retries.Add(1)
		f.cfg.Log.Warn("the database is away; events are kept in the journal", "error", err, "retry_ms", wait.Milliseconds())
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("%w (last: %w)", ctx.Err(), err)
		}
	}
}

// finish tells the flusher that nothing will be journaled any more.
func (f *flusher) finish() {
	f.ended.Store(true)
	f.nudge()
}

func (f *flusher) finished() bool { return f.ended.Load() }

func (f *flusher) nudge() {
	select {
	case f.kick <- struct{}{}:
	default:
	}
}

// Flush asks for everything that is durable now to be committed at once, and waits
// until it is.
func (p *Pipeline) Flush(ctx context.Context) error { return p.FlushTo(ctx, p.cfg.Journal.Durable()) }

// FlushTo is Flush up to a sequence.
func (p *Pipeline) FlushTo(ctx context.Context, to events.Seq) error {
	f := &p.flush
	f.want(to)
	for {
		moved := f.move()
		if f.at.Load() >= uint64(to) {
			return nil
		}
		select {
		case <-moved:
		case <-p.stopped:
			if f.at.Load() < uint64(to) {
				return ErrStopped
			}
		case <-ctx.Done():
			return fmt.Errorf("flush: %w", ctx.Err())
		}
	}
}

// want raises the sequence up to which a flush is wanted at once.
func (f *flusher) want(to events.Seq) {
	for was := f.wanted.Load(); was < uint64(to); was = f.wanted.Load() {
		if f.wanted.CompareAndSwap(was, uint64(to)) {
			break
		}
	}
	f.nudge()
}
