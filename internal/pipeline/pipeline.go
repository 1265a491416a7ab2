package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"guildpulse/events"
	"guildpulse/ringbuf"
)

// Pipeline is the way of every event. Readers put events on its ring (see Push);
// three loops do the rest, each in a goroutine of its own:
//
//	ring ─▶ ingest ─▶ journal ─▶ apply      memory
//	                     └─────▶ flusher    store
//
// They stand below in that order. What they decide is in books.go and what a flush
// writes in coalesce.go.
type Pipeline struct {
	cfg   Config
	ring  *ringbuf.MPMC[events.Event]
	due   *ringbuf.SPSC[*turn] // durable, to be applied
	spare chan *turn
	mail  *mailbox
	torn  torn
	books *books // ingest's alone once Run has begun
	snaps snapshots

	recovered events.Seq // the journal's end when Recover was done

	mu        sync.Mutex
	positions map[uint16]position // durable copies, for Position
	holes     []Hole              // likewise, for Holes
	holed     chan struct{}       // a token when they have changed

	flush   flusher
	stopped chan struct{}
	count   counters
}

// turn is one batch on its way from ingest to apply. Its buffers are used again.
type turn struct {
	draft    draft
	batches  []events.Batch
	next     events.Seq
	settled  []func(error) // to be told once durable
	snapshot []byte        // the books at next, when a snapshot is due
}

// turns is how many batches may be between ingest and apply.
const turns = 4

// New makes a pipeline that has read nothing yet; call Recover, then Run.
func New(cfg Config) *Pipeline {
	cfg.defaults()
	p := &Pipeline{
		cfg:       cfg,
		ring:      ringbuf.NewMPMC[events.Event](cfg.Ring),
		due:       ringbuf.NewSPSC[*turn](turns),
		spare:     make(chan *turn, turns+1),
		mail:      newMailbox(),
		books:     newBooks(&cfg),
		snaps:     snapshots{dir: cfg.SnapshotDir},
		positions: make(map[uint16]position),
		holed:     make(chan struct{}, 1),
		stopped:   make(chan struct{}),
	}
	for range cap(p.spare) {
		p.spare <- &turn{}
	}
	p.flush.init(p)
	return p
}

// Run carries events until Stop is called or something fails that must stop the
// process: a failed sync, a foreign store. Cancelling ctx abandons what is not
// durable yet.
func (p *Pipeline) Run(ctx context.Context) error {
	defer close(p.stopped)
	all, ctx := errgroup.WithContext(ctx)
	ticking, stop := context.WithCancel(ctx)
	defer stop()
	all.Go(func() error { p.tick(ticking); return nil })
	all.Go(func() error { defer stop(); return p.ingest(ctx) })
	all.Go(func() error { return p.apply(ctx) })
	all.Go(func() error { return p.flusher(ctx) })
	err := all.Wait()
	for _, parcel := range p.mail.empty() {
		parcel.settle(ErrStopped)
	}
	if err != nil {
		return fmt.Errorf("pipeline: %w", err)
	}
	return p.lastSnapshot()
}

// Stop closes the ring, and waits until what was on it is journaled, applied and
// flushed, or ctx ends.
func (p *Pipeline) Stop(ctx context.Context) error {
	p.ring.Close()
	select {
	case <-p.stopped:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop the pipeline: %w", ctx.Err())
	}
}

// ── ingest ──────────────────────────────────────────────────────────────────

// ingest turns what comes over the ring into journaled batches: it drops what is
// counted already, turns voice states into sessions, and hands on what is durable.
func (p *Pipeline) ingest(ctx context.Context) error {
	defer p.due.Close()
	in := newIntake(p)
	buf := make([]events.Event, p.cfg.Batch)
	for {
		n, err := p.ring.PopBatch(ctx, buf)
		if errors.Is(err, ringbuf.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("ingest: %w", err)
		}
		t, err := p.nextTurn(ctx)
		if err != nil {
			return err
		}
		in.take(buf[:n], t)
		if err := p.journal(ctx, t); err != nil {
			return fmt.Errorf("ingest: %w", err)
		}
		if err := p.due.Push(ctx, t); err != nil {
			return fmt.Errorf("ingest: %w", err)
		}
	}
}

func (p *Pipeline) nextTurn(ctx context.Context) (*turn, error) {
	select {
	case t := <-p.spare:
		t.draft.reset()
		t.batches, t.settled, t.snapshot = nil, t.settled[:0], nil
		return t, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("ingest: %w", ctx.Err())
	}
}

// journal makes a turn durable and tells everybody who waits for that.
func (p *Pipeline) journal(ctx context.Context, t *turn) (err error) {
	defer func() {
		for _, done := range t.settled {
			done(err)
		}
	}()
	t.batches = t.draft.finish()
	if len(t.batches) == 0 {
		return nil
	}
	t.next, err = p.cfg.Journal.Commit(ctx, t.batches...)
	if err != nil {
		return fmt.Errorf("commit to the journal: %w", err)
	}
	for i := range t.batches {
		t.batches[i].First = t.next
		t.next = t.batches[i].Next()
	}
	p.publish()
	return nil
}

// ── apply ───────────────────────────────────────────────────────────────────

// apply brings memory up to date while ingest syncs the next batch.
func (p *Pipeline) apply(ctx context.Context) error {
	defer p.flush.finish()
	one := make([]*turn, 1)
	for {
		_, err := p.due.PopBatch(ctx, one)
		if errors.Is(err, ringbuf.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("apply: %w", err)
		}
		t := one[0]
		for i := range t.batches {
			if err := p.cfg.Memory.Apply(&t.batches[i]); err != nil {
				return fmt.Errorf("apply record %d: %w", t.batches[i].First, err)
			}
			p.count.applied.Add(uint64(t.batches[i].Len()))
		}
		if t.snapshot != nil {
			if err := p.snapshot(t); err != nil {
				p.cfg.Log.Error("snapshot failed, the journal is kept instead", "error", err)
			}
		}
		p.spare <- t
	}
}

// ── flusher ─────────────────────────────────────────────────────────────────

// flusher brings the store up to date from the journal: it coalesces events into
// few rows and commits them together with the cursor. A store that is away is only
// lag.
func (p *Pipeline) flusher(ctx context.Context) error {
	f := &p.flush
	if err := f.open(ctx); err != nil {
		return fmt.Errorf("flusher: %w", err)
	}
	defer f.close()
	for {
		last := f.finished() // asked first: what ends later is read later
		batch, err := f.reader.Next(ctx)
		switch {
		case err == nil:
			err = f.take(ctx, batch)
		case !errors.Is(err, io.EOF):
		case f.due() || last:
			if err = f.commit(ctx); err == nil && last {
				return nil
			}
		default:
			err = f.wait(ctx)
		}
		if err != nil {
			return fmt.Errorf("flusher: %w", err)
		}
	}
}

// ── the clock ───────────────────────────────────────────────────────────────

// tickShard is the shard of the events by which time passes on the ring.
const tickShard = 1<<16 - 1

// tick sends the time down the ring every second: ingest has no clock of its own
// and no second thing to wait for.
func (p *Pipeline) tick(ctx context.Context) {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			p.ring.TryPush(events.Mark(events.Origin{Shard: tickShard}, p.cfg.Now().UnixMilli()))
		}
	}
}
