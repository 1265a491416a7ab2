package stores

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"guildpulse/bench/measure"
	"guildpulse/persist"
	"guildpulse/persist/sqlite"
)

// inSQLite measures the store that needs no server, in two files of the same schema
// and rows.
func inSQLite(ctx context.Context, t *measure.Table) (err error) {
	dir, err := os.MkdirTemp("", "stores-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	store, ours, err := openSQLite(ctx, filepath.Join(dir, "ours.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	path := filepath.Join(dir, "peers.db")
	same, _, err := openSQLite(ctx, path)
	if err != nil {
		return err
	}
	if err := same.Close(); err != nil {
		return err
	}
	peers, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, peers.Close()) }()
	peers.SetMaxOpenConns(1)
	return contestSQLite(ctx, t, ours, peers)
}

func openSQLite(ctx context.Context, path string) (*sqlite.Store, *flusher, error) {
	store, err := sqlite.Open(ctx, sqlite.Config{Path: path})
	if err != nil {
		return nil, nil, err
	}
	f, err := take(ctx, store)
	if err == nil {
		err = f.flush(ctx, persist.Batch{Rows: everybody()})
	}
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, f, nil
}

func contestSQLite(ctx context.Context, t *measure.Table, ours *flusher, peers *sql.DB) error {
	rows := spread(flushRows)
	single, err := peers.PrepareContext(ctx, upsertQuarter)
	if err != nil {
		return err
	}
	defer single.Close()
	i := 0
	one := work{name: "single upsert", n: singles, run: func(ctx context.Context) error {
		_, err := single.ExecContext(ctx, rowArgs(&rows[i%len(rows)])...)
		i++
		return err
	}}
	evs := zipf(zipfEvents)
	for _, c := range []contest{
		{
			name: sqliteUpdated,
			ours: work{n: 1, each: flushRows, run: func(ctx context.Context) error {
				return ours.flush(ctx, persist.Batch{Rows: rows})
			}},
			peer: one,
		},
		{
			name: sqliteMillion,
			ours: work{n: 1, each: zipfEvents, run: func(ctx context.Context) error { return ours.flush(ctx, coalesce(evs)) }},
			peer: one,
		},
	} {
		if err := c.run(ctx, t); err != nil {
			return err
		}
	}
	return nil
}
