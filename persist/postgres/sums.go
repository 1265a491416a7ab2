package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"guildpulse/events"
	"guildpulse/persist"
)

// Sums implements persist.View.
func (v *view) Sums(ctx context.Context, q persist.SumQuery) ([]persist.Sum, error) {
	sql, err := sumsQuery(q.Grain, q.By)
	if err != nil {
		return nil, fmt.Errorf("read sums: %w", err)
	}
	only, args := filters(&q)
	rows, err := v.tx.Query(ctx, strings.Replace(sql, "{only}", only, 1), args...)
	if err != nil {
		return nil, fmt.Errorf("read sums: %w", failure(ctx, err))
	}
	sums, err := scanSums(rows)
	if err != nil {
		return nil, fmt.Errorf("read sums: %w", failure(ctx, err))
	}
	persist.SortSums(sums, q.By)
	return sums, nil
}

// filters returns the conditions that a question has beyond its range, and all of its
// arguments. A condition costs time for each row, so that there is none without need.
func filters(q *persist.SumQuery) (string, []any) {
	args := []any{signed(q.Guild), q.From, q.To}
	var only strings.Builder
	and := func(condition string, arg any) {
		args = append(args, arg)
		only.WriteString("\n  AND " + strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1))
	}
	if len(q.Kinds) > 0 {
		kinds := make([]int16, len(q.Kinds))
		for i, kind := range q.Kinds {
			kinds[i] = int16(kind)
		}
		and("kind = ANY (?::smallint[])", kinds)
	}
	if len(q.Exclude) > 0 {
		exclude := make([]int64, len(q.Exclude))
		for i, channel := range q.Exclude {
			exclude[i] = signed(channel)
		}
		and("channel_id <> ALL (?::bigint[])", exclude)
	}
	if q.Member != nil {
		and("member_id = ?", signed(*q.Member))
	}
	if q.Channel != nil {
		and("channel_id = ?", signed(*q.Channel))
	}
	return only.String(), args
}

// scanSums reads sums, of which there may be some hundred thousand, without memory
// for each. It leaves out those of nothing: whether a row that came to nothing is
// still stored does not show.
func scanSums(rows pgx.Rows) ([]persist.Sum, error) {
	var sums []persist.Sum
	var key, count, amount int64
	var kind int16
	_, err := pgx.ForEachRow(rows, []any{&key, &kind, &count, &amount}, func() error {
		if count != 0 || amount != 0 {
			sums = append(sums, persist.Sum{
				Key: unsigned(key), Kind: events.Kind(kind), Count: count, Amount: amount, // as it was written
			})
		}
		return nil
	})
	return sums, err
}
