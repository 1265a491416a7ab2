package discord

import (
	"context"
	"fmt"
)

// Reader reads the gateway until it is told to stop.
type Reader interface {
	// Run reads into the sink until ctx ends, which is no error, until Discord
	// refuses the bot for good (ErrRefused), or until the sink fails. It closes so
	// that the session survives where the reader can, and returns when no
	// goroutine of it is left. It is called once.
	Run(ctx context.Context) error
	// Stats tells what was done so far. Safe for concurrent use.
	Stats() ReaderStats
	// Intents tells what was granted: less than asked for, once Discord has
	// refused what is privileged. Safe for concurrent use.
	Intents() Intents
}

// The kinds of readers.
const (
	Native    = "native"
	DiscordGo = "discordgo"
)

// New makes a reader of a kind. Nothing is connected before Run.
func New(kind string, cfg Config, sink Sink, dir Directory) (Reader, error) {
	cfg.defaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	switch kind {
	case Native:
		return newNative(cfg, sink, dir), nil
	case DiscordGo:
		return newDiscordGo(cfg, sink, dir), nil
	}
	return nil, fmt.Errorf("%w: reader %q, choose %s or %s", ErrConfig, kind, Native, DiscordGo)
}
