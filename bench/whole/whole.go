package whole

import (
	"context"
	"fmt"
	"time"

	"guildpulse/bench/measure"
)

// Goals of the whole way.
const (
	goalDurable = 1e6              // events/s
	goalReplay  = 10 * time.Second // of ten million events
	goalFlat    = 2                // cost at the largest over cost at the smallest
	goalHeap    = 150              // MB of a server of a million members
	goalTop     = 1e6              // ns of a period's first ten places
)

// Run measures everything.
func Run(ctx context.Context, t *measure.Table) error {
	brief := t.Options().Rounds == 1
	for _, part := range []struct {
		name string
		run  func(context.Context, *measure.Table, bool) error
	}{
		{"durable", durable}, {"replay", replay}, {"latency", latency}, {"stored", stored},
		{"members", members}, {"servers", servers}, {"questions", questions},
	} {
		if !t.Part(part.name) {
			continue
		}
		if err := part.run(ctx, t, brief); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

func size(brief bool, short, full int) int {
	if brief {
		return short
	}
	return full
}
