package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"guildpulse/persist"
	"guildpulse/persist/sqlite"
	"guildpulse/persist/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Database {
		path := filepath.Join(t.TempDir(), "store.db")
		return storetest.Database{
			Open: func(ctx context.Context) (persist.Store, error) {
				store, err := sqlite.Open(ctx, sqlite.Config{Path: path})
				if err != nil {
					return nil, err
				}
				return store, nil
			},
			Outdate: func(ctx context.Context) error {
				return execute(ctx, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)")
			},
		}
	})
}

// execute runs statements over a connection of its own.
func execute(ctx context.Context, path, query string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, query)
	return errors.Join(err, db.Close())
}
