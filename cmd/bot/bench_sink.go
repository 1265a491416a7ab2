package main

import (
	"context"
	"sync"

	"guildpulse/events"
)

// counter is a discord.Sink that counts messages and keeps nothing.
type counter struct {
	mu       sync.Mutex
	messages int
	grew     chan struct{}
}

// Push implements discord.Sink.
func (c *counter) Push(_ context.Context, evs []events.Event) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range evs {
		if evs[i].Kind == events.KindMessage {
			c.messages++
		}
	}
	if c.grew != nil {
		close(c.grew)
		c.grew = nil
	}
	return nil
}

// Control implements discord.Sink: everything is durable at once.
func (c *counter) Control(_ context.Context, _ events.Control, done func(error)) error {
	if done != nil {
		done(nil)
	}
	return nil
}

// Emoji implements discord.Sink.
func (c *counter) Emoji(context.Context, uint64, uint64, string) (uint32, error) { return 0, nil }

// Position implements discord.Sink: there is nothing to resume.
func (c *counter) Position(uint16) (events.Session, uint64, bool) { return events.Session{}, 0, false }

// wait waits until n messages have come.
func (c *counter) wait(ctx context.Context, n int) error {
	for {
		c.mu.Lock()
		if c.messages >= n {
			c.mu.Unlock()
			return nil
		}
		if c.grew == nil {
			c.grew = make(chan struct{})
		}
		grew := c.grew
		c.mu.Unlock()
		select {
		case <-grew:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
