package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"guildpulse/events"
	"guildpulse/persist"
)

// View implements persist.Store: one snapshot, which Apply neither waits for nor
// disturbs. A view's methods are called one at a time; only Rows or MemberRows may
// be in the middle of its work meanwhile.
func (s *Store) View(ctx context.Context, f func(persist.View) error) error {
	var own error // the caller's, which is passed on as it is
	err := s.read(ctx, func(tx *transaction) error {
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

type view struct {
	tx     *transaction
	cursor persist.Cursor
}

var _ persist.View = (*view)(nil)

// Cursor implements persist.View.
func (v *view) Cursor() persist.Cursor { return v.cursor }

// Rows implements persist.View. yield may call the view's other methods.
func (v *view) Rows(ctx context.Context, guild uint64, from, to int32, yield func(*persist.Row) error) error {
	return v.stream(ctx, guild, yield, sqlRows, signed(guild), int64(from), int64(to))
}

// MemberRows implements persist.View, as Rows does. It costs what it returns.
func (v *view) MemberRows(ctx context.Context, guild, member uint64, from, to int32, yield func(*persist.Row) error) error {
	return v.stream(ctx, guild, yield, sqlRowsOfMember, signed(guild), signed(member), int64(from), int64(to))
}

// stream hands over rows to yield, whose error it passes on as it is.
func (v *view) stream(ctx context.Context, guild uint64, yield func(*persist.Row) error, query string, args ...any) error {
	var own error
	err := v.tx.stream(ctx, query, func(rows *sql.Rows) error {
		row := persist.Row{Guild: guild}
		if err := scanRow(rows, &row); err != nil {
			return err
		}
		own = yield(&row)
		return own
	}, args...)
	if own != nil || err == nil {
		return own
	}
	return fmt.Errorf("read rows: %w", failure(ctx, err))
}

func scanRow(rows *sql.Rows, r *persist.Row) error {
	var channel, member int64
	err := rows.Scan(&r.Quarter, &channel, &member, &r.Kind, &r.Count, &r.Amount, &r.Mask)
	r.Channel, r.Member = unsigned(channel), unsigned(member)
	return err
}

func scanQuarter(rows *sql.Rows, quarter *int32) error { return rows.Scan(quarter) }

// Spans implements persist.View.
func (v *view) Spans(ctx context.Context, guild uint64) ([]persist.Span, error) {
	return collect(ctx, v.tx, "spans", sqlSpans, scanSpan, signed(guild))
}

func scanSpan(rows *sql.Rows, s *persist.Span) error {
	var guild, channel, lo, hi int64
	var source uint8
	err := rows.Scan(&guild, &channel, &lo, &hi, &source)
	s.Guild, s.Channel, s.Lo, s.Hi = unsigned(guild), unsigned(channel), unsigned(lo), unsigned(hi)
	s.Source = events.Source(source)
	return err
}

// Guilds implements persist.View.
func (v *view) Guilds(ctx context.Context) ([]uint64, error) {
	return collect(ctx, v.tx, "servers", sqlGuilds, func(rows *sql.Rows, id *uint64) error {
		var n int64
		err := rows.Scan(&n)
		*id = unsigned(n)
		return err
	})
}
