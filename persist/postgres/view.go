package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"guildpulse/events"
	"guildpulse/persist"
)

// View implements persist.Store: one REPEATABLE READ transaction, which Apply
// neither waits for nor disturbs. A view's methods are called one at a time; only
// Rows or MemberRows may be in the middle of its work meanwhile.
func (s *Store) View(ctx context.Context, f func(persist.View) error) error {
	var own error // the caller's, which is passed on as it is
	err := s.read(ctx, func(tx pgx.Tx) error {
		cursor, err := readCursor(ctx, tx)
		if err != nil {
			return err
		}
		own = f(&view{tx, cursor})
		return own
	})
	if own != nil || err == nil {
		return own
	}
	return fmt.Errorf("view: %w", failure(ctx, err))
}

func (s *Store) read(ctx context.Context, f func(pgx.Tx) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, s.readers, options, f)
}

type view struct {
	tx     pgx.Tx
	cursor persist.Cursor
}

var _ persist.View = (*view)(nil)

// Cursor implements persist.View.
func (v *view) Cursor() persist.Cursor { return v.cursor }

// collect reads a query's whole answer.
func collect[T any](ctx context.Context, q querier, what string, scan pgx.RowToFunc[T], sql string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, failure(ctx, err))
	}
	items, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, failure(ctx, err))
	}
	return items, nil
}

// Rows implements persist.View. yield may call the view's other methods. The rows
// come some thousand at a time, so that the time that yield takes is no
// statement's.
func (v *view) Rows(ctx context.Context, guild uint64, from, to int32, yield func(*persist.Row) error) error {
	return v.stream(ctx, guild, yield, sqlRows, signed(guild), from, to)
}

// MemberRows implements persist.View, as Rows does. It costs what it returns.
func (v *view) MemberRows(ctx context.Context, guild, member uint64, from, to int32, yield func(*persist.Row) error) error {
	return v.stream(ctx, guild, yield, sqlRowsOfMember, signed(guild), signed(member), from, to)
}

// rowsRun is how many rows fetch_rows fetches.
const rowsRun = 4096

// stream opens a cursor and hands over what it yields.
func (v *view) stream(ctx context.Context, guild uint64, yield func(*persist.Row) error, sql string, args ...any) error {
	if _, err := v.tx.Exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("read rows: %w", failure(ctx, err))
	}
	for {
		rows, err := collect(ctx, v.tx, "rows", scanRow, sqlFetchRows)
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].Guild = guild
			if err := yield(&rows[i]); err != nil {
				return v.abandonRows(ctx, err)
			}
		}
		if len(rows) < rowsRun {
			return v.closeRows(ctx)
		}
	}
}

func (v *view) closeRows(ctx context.Context) error {
	if _, err := v.tx.Exec(ctx, sqlCloseRows); err != nil {
		return fmt.Errorf("read rows: %w", failure(ctx, err))
	}
	return nil
}

// abandonRows closes the cursor after yield's error, which goes on as it is.
func (v *view) abandonRows(ctx context.Context, err error) error {
	if closing := v.closeRows(ctx); closing != nil {
		return errors.Join(err, closing)
	}
	return err
}

func scanRow(row pgx.CollectableRow) (persist.Row, error) {
	var r persist.Row
	var channel, member int64
	var kind, mask int16
	err := row.Scan(&r.Quarter, &channel, &member, &kind, &r.Count, &r.Amount, &mask)
	r.Channel, r.Member = unsigned(channel), unsigned(member)
	r.Kind, r.Mask = events.Kind(kind), uint16(mask) // as it was written
	return r, err
}

// Spans implements persist.View.
func (v *view) Spans(ctx context.Context, guild uint64) ([]persist.Span, error) {
	return collect(ctx, v.tx, "spans", scanSpan, sqlSpans, signed(guild))
}

// Guilds implements persist.View.
func (v *view) Guilds(ctx context.Context) ([]uint64, error) {
	return collect(ctx, v.tx, "servers", scanID, sqlGuilds)
}

func scanID(row pgx.CollectableRow) (uint64, error) {
	var id int64
	err := row.Scan(&id)
	return unsigned(id), err
}
