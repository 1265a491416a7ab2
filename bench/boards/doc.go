// Package boards measures rank.Board beside sorted sets, balanced trees and
// PostgreSQL, on members drawn from a Zipf distribution.
package boards

import (
	"context"

	"guildpulse/bench/measure"
)

// Run measures leaderboards of 10 k, 100 k and 1 M members, then what they take
// of memory and of the collector's time, what readers cost the writer, and
// PostgreSQL's top ten.
func Run(ctx context.Context, t *measure.Table) error {
	for _, steps := range []func(*measure.Table){memory, sizes, concurrency} {
		steps(t)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return database(ctx, t)
}
