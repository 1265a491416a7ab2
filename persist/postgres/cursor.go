package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"guildpulse/events"
	"guildpulse/persist"
)

// querier is a pool, a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Take implements persist.Store.
func (s *Store) Take(ctx context.Context, journal [16]byte, first events.Seq) (persist.Cursor, error) {
	if journal == [16]byte{} {
		return persist.Cursor{}, errors.New("take the store: the journal has no id")
	}
	cursor, err := scanCursor(s.writer.QueryRow(ctx, sqlTake, journal[:], signed(first)))
	if errors.Is(err, pgx.ErrNoRows) {
		err = fmt.Errorf("%w: not to %x", persist.ErrForeign, journal)
	}
	if err != nil {
		return persist.Cursor{}, fmt.Errorf("take the store: %w", failure(ctx, err))
	}
	return cursor, nil
}

// Cursor implements persist.Store.
func (s *Store) Cursor(ctx context.Context) (persist.Cursor, error) {
	cursor, err := readCursor(ctx, s.readers)
	if err != nil {
		return persist.Cursor{}, failure(ctx, err)
	}
	return cursor, nil
}

func readCursor(ctx context.Context, q querier) (persist.Cursor, error) {
	cursor, err := scanCursor(q.QueryRow(ctx, sqlCursor))
	if err != nil {
		return persist.Cursor{}, fmt.Errorf("read the cursor: %w", err)
	}
	return cursor, nil
}

func scanCursor(row pgx.Row) (persist.Cursor, error) {
	var next, epoch int64
	var journal []byte
	if err := row.Scan(&next, &epoch, &journal); err != nil {
		return persist.Cursor{}, err
	}
	c := persist.Cursor{Next: events.Seq(next), Epoch: uint64(epoch)} // the same bits
	copy(c.Journal[:], journal)
	return c, nil
}

// signed returns the bigint of the same bits.
func signed[T ~uint64](id T) int64 { return int64(id) } // the same bits

// unsigned is the inverse of signed.
func unsigned(n int64) uint64 { return uint64(n) } // the same bits
