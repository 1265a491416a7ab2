package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"guildpulse/events"
	"guildpulse/persist"
)

// Take implements persist.Store.
func (s *Store) Take(ctx context.Context, journal [16]byte, first events.Seq) (persist.Cursor, error) {
	if journal == [16]byte{} {
		return persist.Cursor{}, errors.New("take the store: the journal has no id")
	}
	var cursor persist.Cursor
	err := s.write(ctx, func(tx *transaction) error {
		taken, err := collect(ctx, tx, "the cursor", sqlTake, scanCursor, journal[:], signed(first))
		if err != nil {
			return err
		}
		if len(taken) == 0 {
			return fmt.Errorf("%w: not to %x", persist.ErrForeign, journal)
		}
		cursor = taken[0]
		return nil
	})
	if err != nil {
		return persist.Cursor{}, fmt.Errorf("take the store: %w", failure(ctx, err))
	}
	return cursor, nil
}

// Cursor implements persist.Store.
func (s *Store) Cursor(ctx context.Context) (cursor persist.Cursor, err error) {
	err = s.read(ctx, func(tx *transaction) error {
		cursor, err = readCursor(ctx, tx)
		return err
	})
	if err != nil {
		return persist.Cursor{}, failure(ctx, err)
	}
	return cursor, nil
}

func readCursor(ctx context.Context, tx *transaction) (persist.Cursor, error) {
	cursors, err := collect(ctx, tx, "the cursor", sqlCursor, scanCursor)
	if err != nil {
		return persist.Cursor{}, err
	}
	if len(cursors) != 1 {
		return persist.Cursor{}, fmt.Errorf("the store has %d cursors", len(cursors))
	}
	return cursors[0], nil
}

func scanCursor(rows *sql.Rows, c *persist.Cursor) error {
	var next, epoch int64
	var journal sql.RawBytes
	err := rows.Scan(&next, &epoch, &journal)
	c.Next, c.Epoch = events.Seq(next), unsigned(epoch) // the same bits
	copy(c.Journal[:], journal)
	return err
}

// signed returns the integer of the same bits.
func signed[T ~uint64](id T) int64 { return int64(id) } // the same bits

// unsigned is the inverse of signed.
func unsigned(n int64) uint64 { return uint64(n) } // the same bits
