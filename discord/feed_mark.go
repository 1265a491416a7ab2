package discord

import (
	"context"
	"time"

	"guildpulse/events"
)

// marks pushes a mark whenever nothing else was pushed for a while though Discord
// was heard, until ctx ends: so the durable sequence follows frames that count
// nobody, and the durable time of proof follows heartbeats.
func (f *feed) marks(ctx context.Context) error {
	t := time.NewTicker(f.every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			if err := f.mark(ctx); err != nil {
				return err
			}
		}
	}
}

func (f *feed) mark(ctx context.Context) error {
	if !f.mu.TryLock() {
		return nil // a frame is on its way
	}
	defer f.mu.Unlock()
	busy := f.busy
	f.busy = false
	if busy || !f.owed.Load() {
		return nil
	}
	f.evs = append(f.evs[:0], events.Mark(f.origin(), f.heard.Load()))
	err := f.push(ctx, f.evs)
	f.busy = false // a mark is no reason to wait longer with the next
	return err
}
