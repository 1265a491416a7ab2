package boards

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"guildpulse/bench/measure"
	"guildpulse/internal/pgtest"
	"guildpulse/rank"
)

const top10 = "SELECT member, score FROM scores ORDER BY score DESC, member LIMIT 10"

// database compares the top ten of 100,000 members with PostgreSQL's, over one
// connection with a prepared statement, everything in its cache.
func database(ctx context.Context, t *measure.Table) (err error) {
	if !t.Wants("PostgreSQL") {
		return nil
	}
	cluster, err := pgtest.Start(ctx, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	conn, err := pgx.Connect(ctx, cluster.URL())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	c := newCrowd(100_000)
	b := &bed{Table: t, crowd: c, board: c.board()}
	if err := b.copyTo(ctx, conn); err != nil {
		return err
	}
	var failed error
	peer := side("ORDER BY LIMIT 10", func() { failed = errors.Join(failed, b.query(ctx, conn)) })
	t.Faster("top-10 vs PostgreSQL without an index", 100_000, b.ours(b.top), peer)
	if _, err := conn.Exec(ctx, "CREATE INDEX ON scores (score DESC, member)"); err != nil {
		return err
	}
	t.Faster("top-10 vs PostgreSQL with an index", 3_000, b.ours(b.top), peer,
		"PostgreSQL's part is a round trip of 50 to 130 µs; 3,000 times less are 17 to 40 ns. Ours is the copy of 240 bytes, 10 to 13 ns on cores of its own.")
	return failed
}

// copyTo puts the board into a table.
func (b *bed) copyTo(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "CREATE TABLE scores (member bigint PRIMARY KEY, score double precision NOT NULL)"); err != nil {
		return err
	}
	all := b.board.Top(b.board.Len(), start, nil)
	rows := pgx.CopyFromSlice(len(all), func(i int) ([]any, error) {
		return []any{int64(all[i].Member), all[i].Score}, nil
	})
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"scores"}, []string{"member", "score"}, rows); err != nil {
		return fmt.Errorf("copy the board: %w", err)
	}
	_, err := conn.Exec(ctx, "VACUUM ANALYZE scores")
	return err
}

// query reads PostgreSQL's top ten.
func (b *bed) query(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, top10)
	if err != nil {
		return err
	}
	b.out = b.out[:0]
	var id int64
	var score float64
	_, err = pgx.ForEachRow(rows, []any{&id, &score}, func() error {
		b.out = append(b.out, rank.Entry{Member: uint64(id), Score: score, Rank: len(b.out) + 1})
		return nil
	})
	return err
}
