package stores

import (
	"context"

	"github.com/jackc/pgx/v5"

	"guildpulse/persist"
)

// The upserts of one row, as a store without flushes would make them.
const (
	upsertQuarter = `INSERT INTO quarters AS q (guild_id, quarter, channel_id, member_id, kind, count, amount, mask)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (guild_id, quarter, channel_id, member_id, kind) DO UPDATE
SET count = q.count + excluded.count, amount = q.amount + excluded.amount, mask = q.mask | excluded.mask`
	upsertQuarters = `INSERT INTO quarters AS q (guild_id, quarter, channel_id, member_id, kind, count, amount, mask)
SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bigint[], $5::smallint[], $6::bigint[], $7::bigint[], $8::smallint[])
ON CONFLICT (guild_id, quarter, channel_id, member_id, kind) DO UPDATE
SET count = q.count + excluded.count, amount = q.amount + excluded.amount, mask = q.mask | excluded.mask`
	upsertDay = `INSERT INTO days AS p (guild_id, day, channel_id, member_id, kind, count, amount)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (guild_id, day, channel_id, member_id, kind) DO UPDATE
SET count = p.count + excluded.count, amount = p.amount + excluded.amount`
	upsertMonth = `INSERT INTO months AS p (guild_id, month, channel_id, member_id, kind, count, amount)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (guild_id, month, channel_id, member_id, kind) DO UPDATE
SET count = p.count + excluded.count, amount = p.amount + excluded.amount`
)

func rowArgs(r *persist.Row) []any {
	return []any{
		int64(r.Guild), r.Quarter, int64(r.Channel), int64(r.Member), int16(r.Kind), // small ids
		r.Count, r.Amount, int16(r.Mask), // the same bits
	}
}

func rollUpArgs(r *persist.RollUp) []any {
	return []any{
		int64(r.Guild), r.Period, int64(r.Channel), int64(r.Member), int16(r.Kind), r.Count, r.Amount, // small ids
	}
}

// single upserts the rows one by one, each of which commits.
func (s *server) single(rows []persist.Row) func(context.Context) error {
	i := 0
	return func(ctx context.Context) error {
		_, err := s.peers.Exec(ctx, upsertQuarter, rowArgs(&rows[i%len(rows)])...)
		i++
		return err
	}
}

// singleRolledUp upserts a row and its roll-ups in one pipelined transaction.
func (s *server) singleRolledUp(b *persist.Batch) func(context.Context) error {
	i := 0
	return func(ctx context.Context) error {
		n := i % len(b.Rows)
		i++
		var batch pgx.Batch
		batch.Queue(upsertQuarter, rowArgs(&b.Rows[n])...)
		batch.Queue(upsertDay, rollUpArgs(&b.Days[n])...)
		batch.Queue(upsertMonth, rollUpArgs(&b.Months[n])...)
		return s.peers.SendBatch(ctx, &batch).Close()
	}
}

// batched upserts all rows in one pipelined transaction.
func (s *server) batched(rows []persist.Row) func(context.Context) error {
	return func(ctx context.Context) error {
		var batch pgx.Batch
		for i := range rows {
			batch.Queue(upsertQuarter, rowArgs(&rows[i])...)
		}
		return s.peers.SendBatch(ctx, &batch).Close()
	}
}

// unnested upserts all rows in one statement whose arguments are arrays, a column each.
func (s *server) unnested(rows []persist.Row) func(context.Context) error {
	return func(ctx context.Context) error {
		guilds, channels, members := make([]int64, len(rows)), make([]int64, len(rows)), make([]int64, len(rows))
		quarters, kinds, masks := make([]int32, len(rows)), make([]int16, len(rows)), make([]int16, len(rows))
		counts, amounts := make([]int64, len(rows)), make([]int64, len(rows))
		for i := range rows {
			r := &rows[i]
			guilds[i], channels[i], members[i] = int64(r.Guild), int64(r.Channel), int64(r.Member) // small ids
			quarters[i], kinds[i], masks[i] = r.Quarter, int16(r.Kind), int16(r.Mask)              // the same bits
			counts[i], amounts[i] = r.Count, r.Amount
		}
		_, err := s.peers.Exec(ctx, upsertQuarters, guilds, quarters, channels, members, kinds, counts, amounts, masks)
		return err
	}
}
