package discord

import (
	"context"

	"guildpulse/events"
)

// Sink is where readers put what they read. All methods are safe for concurrent
// use; each shard calls them from one goroutine at a time.
type Sink interface {
	// Push hands over the events of one or several whole gateway frames in
	// order; the last event of each frame bears FlagLastOfFrame. It waits while
	// the ring is full and never drops. evs is the caller's again afterwards.
	Push(ctx context.Context, evs []events.Event) error
	// Control puts c in order behind what this goroutine pushed before; done
	// (may be nil) is called once it is durable or has failed.
	Control(ctx context.Context, c events.Control, done func(error)) error
	// Emoji returns the number of an emoji in the guild's durable dictionary,
	// adding it (its control goes ahead of what is pushed next). id is 0 for a
	// Unicode emoji.
	Emoji(ctx context.Context, guild, id uint64, name string) (uint32, error)
	// Position tells from where to RESUME: the session and the last durable,
	// contiguous, flagged sequence of the shard. It is false while there is none.
	Position(shard uint16) (events.Session, uint64, bool)
}

// Prover is a Sink that knows until when it is proven that a shard was listening,
// in Unix milliseconds (0 = never). A gap is recorded from there on; without it,
// from the last frame that this process heard.
type Prover interface {
	Proof(shard uint16) int64
}
