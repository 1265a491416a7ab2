package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"guildpulse/events"
	"guildpulse/ringbuf"
)

// Push puts the events of whole gateway frames on the ring, in order, and waits
// while it is full. It never drops any; ErrStopped means that none or a part was
// taken, and Discord will offer them again.
func (p *Pipeline) Push(ctx context.Context, evs []events.Event) error {
	if len(evs) == 0 {
		return nil
	}
	if err := p.torn.mend(ctx, p.ring, evs[0].Shard); err != nil {
		return stopped(err)
	}
	n, err := p.ring.PushBatch(ctx, evs)
	p.count.pushed.Add(uint64(n))
	if err != nil {
		if n > 0 {
			p.torn.tear(evs[0].Shard)
		}
		return stopped(err)
	}
	return nil
}

// torn remembers shards of which a push ended midway: the ring may hold half a
// frame, which must not be joined to the frame that comes again.
type torn struct {
	any    atomic.Bool
	mu     sync.Mutex
	shards map[uint16]struct{}
}

func (t *torn) tear(shard uint16) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shards == nil {
		t.shards = make(map[uint16]struct{})
	}
	t.shards[shard] = struct{}{}
	t.any.Store(true)
}

// mend tells ingest to forget the half frame: a control without a ticket.
func (t *torn) mend(ctx context.Context, ring *ringbuf.MPMC[events.Event], shard uint16) error {
	if !t.any.Load() {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, is := t.shards[shard]; !is {
		return nil
	}
	if err := ring.Push(ctx, events.Event{Kind: events.KindControl, Shard: shard}); err != nil {
		return err
	}
	delete(t.shards, shard)
	t.any.Store(len(t.shards) > 0)
	return nil
}

func stopped(err error) error {
	if errors.Is(err, ringbuf.ErrClosed) {
		return ErrStopped
	}
	return fmt.Errorf("push to the ring: %w", err)
}

// Control puts c behind everything that the caller has pushed. done, unless nil,
// is called exactly once: with nil when c is durable, else with what prevented it.
// When Control itself returns an error, done is not called.
func (p *Pipeline) Control(ctx context.Context, c events.Control, done func(error)) error {
	return p.send(ctx, &parcel{control: &c, done: done})
}

// Settle is Control that waits until c is durable.
func (p *Pipeline) Settle(ctx context.Context, c events.Control) error {
	return p.await(ctx, &parcel{control: &c})
}

func (p *Pipeline) send(ctx context.Context, parcel *parcel) error {
	ticket := p.mail.put(parcel)
	err := p.ring.Push(ctx, events.Event{Kind: events.KindControl, Target: ticket})
	if err != nil {
		p.mail.take(ticket)
		return stopped(err)
	}
	return nil
}

func (p *Pipeline) await(ctx context.Context, parcel *parcel) error {
	answer := make(chan error, 1)
	parcel.done = func(err error) { answer <- err }
	if err := p.send(ctx, parcel); err != nil {
		return err
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return fmt.Errorf("wait until it is durable: %w", ctx.Err())
	}
}

func (p *parcel) settle(err error) {
	if p.done != nil {
		p.done(err)
	}
}

// Emoji returns the number of an emoji in a server's dictionary. A new one is
// journaled ahead of what the caller pushes next. Number 0 stands for all emoji
// beyond the dictionary's limit.
func (p *Pipeline) Emoji(ctx context.Context, guild, id uint64, name string) (uint32, error) {
	n, fresh := p.books.emoji.number(guild, id, name)
	if !fresh {
		return n, nil
	}
	c, err := events.NewControl(events.ControlEmoji, guild, p.cfg.Now().UnixMilli(),
		events.Emoji{Number: n, ID: id, Name: name})
	if err != nil {
		return 0, fmt.Errorf("emoji: %w", err)
	}
	return n, p.Control(ctx, c, nil)
}

// Position tells from where a shard may RESUME: its session and the newest
// sequence up to which all is durable.
func (p *Pipeline) Position(shard uint16) (s events.Session, seq uint64, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.positions[shard]
	return at.session, at.seq, ok && at.session.ID != ""
}

// Proof tells until when a shard is known to have listened, in Unix milliseconds;
// 0 if it never has.
func (p *Pipeline) Proof(shard uint16) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.positions[shard].at
}

// publish makes the books' positions and holes known as durable.
func (p *Pipeline) publish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.Copy(p.positions, p.books.positions)
	if !p.books.coverage.torn {
		return
	}
	p.books.coverage.torn = false
	p.holes = p.books.coverage.holes()
	select {
	case p.holed <- struct{}{}:
	default:
	}
}

// ChunkResult tells what became of the messages of a chunk.
type ChunkResult struct {
	Counted int // new
	Covered int // counted before
	Refused int // of people or channels that are not counted
}

// Add sums results up.
func (r *ChunkResult) Add(o ChunkResult) {
	r.Counted += o.Counted
	r.Covered += o.Covered
	r.Refused += o.Refused
}

// Chunk takes in what happened before anybody listened, and waits until it is
// durable. A chunk is durable whole or not at all. Live events go on between
// chunks.
//
// Messages come as a run of one channel in ascending order of ids, with the
// KindCovered events that claim what the run covers: one that is covered already is
// not counted again. Other kinds come in order of time and count as they are, so
// the caller must send them once. Voice comes as KindVoiceState; a session that is
// open at the chunk's end ends there.
func (p *Pipeline) Chunk(ctx context.Context, src events.Source, evs []events.Event) (ChunkResult, error) {
	c := &chunk{source: src, events: evs}
	err := p.await(ctx, &parcel{chunk: c})
	if err != nil {
		return ChunkResult{}, err
	}
	return c.result, nil
}
