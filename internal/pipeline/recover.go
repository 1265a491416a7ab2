package pipeline

import (
	"context"
	"fmt"

	"guildpulse/events"
	"guildpulse/persist"
)

// Recovery tells how the state was found again.
type Recovery struct {
	Snapshot events.Seq // sequence of the snapshot that was read, 0 for none
	Replayed uint64     // records read from the journal after it
	Skipped  []error    // snapshots that could not be used, and why
}

// Recover brings books and memory to the journal's end: the newest snapshot that
// can be read, and the journal from there. Without one it begins with what the
// store knows and the oldest record that the journal holds. Call it once, before
// Run.
func (p *Pipeline) Recover(ctx context.Context) (r Recovery, err error) {
	from, err := p.fromSnapshot(&r)
	if err != nil {
		return r, err
	}
	if r.Snapshot == 0 {
		if from, err = p.fromStore(ctx); err != nil {
			return r, err
		}
	}
	if err := p.cfg.Journal.Advance(CursorSnapshot, p.oldestNeeded(from)); err != nil {
		return r, fmt.Errorf("recover: %w", err)
	}
	if r.Replayed, err = p.replay(ctx, from); err != nil {
		return r, fmt.Errorf("recover: %w", err)
	}
	p.recovered = p.cfg.Journal.Durable()
	p.publish()
	return r, nil
}

// oldestNeeded keeps the journal back to the older of two snapshots.
func (p *Pipeline) oldestNeeded(from events.Seq) events.Seq {
	names, err := p.snaps.files()
	if err != nil || len(names) < snapKept {
		return p.cfg.Journal.First()
	}
	old, err := p.snaps.read(names[len(names)-1])
	if err != nil || old.next > from {
		return from
	}
	return max(old.next, p.cfg.Journal.First())
}

func (p *Pipeline) fromSnapshot(r *Recovery) (events.Seq, error) {
	if p.cfg.SnapshotDir == "" {
		return 0, nil
	}
	names, err := p.snaps.files()
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		s, err := p.snaps.read(name)
		if err == nil {
			err = p.restore(s)
		}
		if err == nil {
			r.Snapshot = s.next
			return s.next, nil
		}
		r.Skipped = append(r.Skipped, fmt.Errorf("%s: %w", name, err))
	}
	return 0, nil
}

func (p *Pipeline) restore(s *snapshot) error {
	j := p.cfg.Journal
	switch {
	case s.journal != p.cfg.JournalID:
		return fmt.Errorf("%w: it belongs to another journal", ErrSnapshot)
	case s.next < j.First() || s.next > j.Durable():
		return fmt.Errorf("%w: it ends at record %d, the journal holds %d to %d",
			ErrSnapshot, s.next, j.First(), j.Durable())
	}
	b := newBooks(&p.cfg)
	if err := b.decode(s.books); err != nil {
		return err
	}
	if err := p.cfg.Memory.Restore(s.memory); err != nil {
		return fmt.Errorf("restore memory: %w", err)
	}
	p.books = b
	return nil
}

// fromStore primes the books with what the store holds of them. Memory restores
// itself from the store's rows when it is given nothing.
func (p *Pipeline) fromStore(ctx context.Context) (events.Seq, error) {
	p.books = newBooks(&p.cfg)
	if err := p.cfg.Memory.Restore(nil); err != nil {
		return 0, fmt.Errorf("recover memory: %w", err)
	}
	if err := p.cfg.Store.View(ctx, func(v persist.View) error { return p.books.prime(ctx, v) }); err != nil {
		return 0, fmt.Errorf("recover from the store: %w", err)
	}
	return p.cfg.Journal.First(), nil
}

// prime takes in what a store knows: choices, dictionaries, spans, voice.
func (b *books) prime(ctx context.Context, v persist.View) error {
	outs, err := v.OptOuts(ctx)
	if err != nil {
		return err
	}
	for _, o := range outs {
		b.optedOut[person{o.Guild, o.Member}] = struct{}{}
	}
	states, err := v.States(ctx)
	if err != nil {
		return err
	}
	for _, s := range states {
		if len(s.Settings) == 0 {
			continue
		}
		c := events.Control{Type: events.ControlSettings, Guild: s.Guild, Body: s.Settings}
		if err := b.follow(&c); err != nil {
			return err
		}
	}
	sessions, err := v.OpenVoice(ctx)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		b.voice.enter(person{s.Guild, s.Member}, voiceSession{s.Channel, s.Opened, s.Proof, s.Flags & stateFlags})
	}
	return b.primeGuilds(ctx, v)
}

func (b *books) primeGuilds(ctx context.Context, v persist.View) error {
	guilds, err := v.Guilds(ctx)
	if err != nil {
		return err
	}
	for _, g := range guilds {
		spans, err := v.Spans(ctx, g)
		if err != nil {
			return err
		}
		for _, s := range spans {
			b.coverage.cover(place{g, s.Channel}, span{s.Lo, s.Hi})
		}
		emoji, err := v.Emoji(ctx, g)
		if err != nil {
			return err
		}
		for _, e := range emoji {
			b.emoji.learn(g, events.Emoji{Number: e.Number, ID: e.ID, Name: e.Name})
		}
	}
	return nil
}

// replay follows one journaled batch.
func (b *books) replay(batch *events.Batch) error {
	if batch.Control != nil {
		return b.follow(batch.Control)
	}
	for i := range batch.Events {
		b.observe(batch.Source, &batch.Events[i])
	}
	return nil
}
