package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"guildpulse/persist"
)

//go:embed migrations/*.sql
var migrations embed.FS

// A process that waits for another one's migrations looks once a second, for
// five minutes.
const (
	lockPeriodSeconds = 1
	lockAttempts      = 300
)

// migrate brings the schema up to date under a session's advisory lock. It has a
// connection of its own, without a statement timeout.
func migrate(ctx context.Context, c Config) (err error) {
	config, err := c.connection()
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*config.ConnConfig)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.PingContext(ctx); err != nil {
		return err
	}
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockPeriodSeconds, lockAttempts))
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, folder,
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	return upgrade(ctx, provider)
}

// upgrade takes the lock only where there is something to do. It looks again
// after it, for the process that it waited for may be a newer one.
func upgrade(ctx context.Context, provider *goose.Provider) error {
	done, err := upToDate(ctx, provider)
	if done || errors.Is(err, persist.ErrNewer) {
		return err
	}
	// Looking makes goose's own table where it is missing, and of two processes
	// that try to one fails: that error says nothing.
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	_, err = upToDate(ctx, provider)
	return err
}

func upToDate(ctx context.Context, provider *goose.Provider) (bool, error) {
	version, known, err := provider.GetVersions(ctx)
	if err != nil {
		return false, fmt.Errorf("read the schema's version: %w", err)
	}
	if version > known {
		return false, fmt.Errorf("%w: it is of version %d, the program knows %d", persist.ErrNewer, version, known)
	}
	return version == known, nil
}
