package stores

import (
	"context"

	"github.com/jackc/pgx/v5"

	"guildpulse/bench/measure"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
)

// createStage is the staging table of a flush.
const createStage = `CREATE TEMPORARY TABLE stage (
    guild_id   bigint   NOT NULL,
    channel_id bigint   NOT NULL,
    member_id  bigint   NOT NULL,
    count      bigint   NOT NULL,
    amount     bigint   NOT NULL,
    period     integer  NOT NULL,
    kind       smallint NOT NULL,
    mask       smallint NOT NULL,
    grain      smallint NOT NULL
) ON COMMIT DELETE ROWS`

var stageColumns = []string{"guild_id", "channel_id", "member_id", "count", "amount", "period", "kind", "mask", "grain"}

// copies compares our COPY with pgx's, into the same table over the same connection.
func copies(ctx context.Context, t *measure.Table, s *server) error {
	if _, err := s.peers.Exec(ctx, createStage); err != nil {
		return err
	}
	const rounds = 10
	b := persist.Batch{Rows: spread(flushRows)}
	ours := func(ctx context.Context) error {
		_, err := s.peers.PgConn().CopyFrom(ctx, postgres.NewCopy(&b), "COPY stage FROM STDIN (FORMAT binary)")
		return err
	}
	peer := func(ctx context.Context) error {
		_, err := s.peers.CopyFrom(ctx, pgx.Identifier{"stage"}, stageColumns, &source{rows: b.Rows})
		return err
	}
	c := contest{
		name: copied, goal: 1.2,
		ours: work{n: rounds, each: flushRows, run: ours},
		peer: work{name: "pgx CopyFrom", n: rounds, each: flushRows, run: peer},
		note: "the server's part, which is the same for both, is most of it",
	}
	return c.run(ctx, t)
}

// source gives rows to pgx with as few allocations as it allows.
type source struct {
	rows   []persist.Row
	next   int
	values [9]any
}

func (s *source) Next() bool {
	s.next++
	return s.next <= len(s.rows)
}

func (s *source) Values() ([]any, error) {
	r := &s.rows[s.next-1]
	s.values = [...]any{
		int64(r.Guild), int64(r.Channel), int64(r.Member), r.Count, r.Amount, r.Quarter, // small ids
		int16(r.Kind), int16(r.Mask), int16(persist.GrainQuarter), // the same bits
	}
	return s.values[:], nil
}

func (s *source) Err() error { return nil }
