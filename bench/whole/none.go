package whole

import (
	"context"
	"io"

	"guildpulse/events"
	"guildpulse/internal/pipeline"
	"guildpulse/internal/stats"
	"guildpulse/persist"
)

// none is a store that holds nothing and is never written to.
type none struct{ persist.View }

func (none) Apply(context.Context, *persist.Batch) error { return nil }

// Cursor of the view; that of the store is the same.
func (none) Cursor() persist.Cursor { return persist.Cursor{Next: 1, Epoch: 1} }

func (none) States(context.Context) ([]persist.GuildState, error)      { return nil, nil }
func (none) OptOuts(context.Context) ([]persist.OptOut, error)         { return nil, nil }
func (none) OpenVoice(context.Context) ([]persist.VoiceSession, error) { return nil, nil }

// Gaps are asked for by every answer that covers a time.
func (none) Gaps(context.Context, int64, int64) ([]persist.Gap, error) { return nil, nil }

func (none) Guilds(context.Context) ([]uint64, error) { return nil, nil }

type noStore struct{}

func (noStore) Cursor(context.Context) (persist.Cursor, error) { return none{}.Cursor(), nil }

func (noStore) Apply(context.Context, *persist.Batch) error { return nil }

func (noStore) View(_ context.Context, f func(persist.View) error) error { return f(none{}) }

// silent is a reader of the journal that never finds anything: the flusher's part is
// measured elsewhere.
type silent struct{}

func (silent) Next(context.Context) (*events.Batch, error) { return nil, io.EOF }

func (silent) Wait(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

func (silent) Close() error { return nil }

func openSilent(events.Seq) (pipeline.Reader, error) { return silent{}, nil }

// memory is stats that takes everything for flushed now and then, as beside a store
// that keeps up.
type memory struct {
	*stats.Stats
	turns int
}

func (m *memory) Apply(b *events.Batch) error {
	if m.turns++; m.turns%16 == 0 {
		m.Flushed(b.First)
	}
	return m.Stats.Apply(b)
}
