package sqlite

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"guildpulse/persist"
)

// failure marks errors after which trying later makes sense as
// persist.ErrUnavailable, and what came of the caller's context as the context's.
func failure(ctx context.Context, err error) error {
	switch {
	case err == nil || errors.Is(err, persist.ErrUnavailable):
		return err
	case ctx.Err() != nil && !errors.Is(err, ctx.Err()):
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	case ctx.Err() == nil && passing(err):
		return fmt.Errorf("%w: %w", persist.ErrUnavailable, err)
	}
	return err
}

func passing(err error) bool {
	told, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	switch told.Code() & 0xff { // the primary code
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL,
		sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CANTOPEN:
		return true
	}
	return false
}
