package gateway

import (
	"context"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/guild"
)

// ours opens our reader with a compression.
func ours(compress string) func(context.Context, *flood, *tally) (func() error, error) {
	return func(_ context.Context, f *flood, t *tally) (func() error, error) {
		cfg := discord.Config{Token: discord.NewSecret("none"), BaseURL: f.http.URL, Compress: compress}
		r, err := discord.New(discord.Native, cfg, sink{t}, guild.NewDirectory(guild.DirectoryConfig{}))
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- r.Run(ctx) }()
		return func() error {
			cancel()
			return <-ended
		}, nil
	}
}

// sink counts the messages that come to it.
type sink struct{ tally *tally }

func (s sink) Push(_ context.Context, evs []events.Event) error {
	for i := range evs {
		if evs[i].Kind == events.KindMessage {
			s.tally.message()
		}
	}
	return nil
}

func (s sink) Control(_ context.Context, _ events.Control, done func(error)) error {
	if done != nil {
		done(nil)
	}
	return nil
}

func (s sink) Emoji(context.Context, uint64, uint64, string) (uint32, error) { return 1, nil }

func (s sink) Position(uint16) (events.Session, uint64, bool) { return events.Session{}, 0, false }
