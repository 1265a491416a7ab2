package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/pipeline"
	"guildpulse/internal/stats"
	"guildpulse/persist"
	"guildpulse/persist/journal"
	"guildpulse/persist/postgres"
	"guildpulse/persist/sqlite"
	"guildpulse/sketch"
)

// engine is everything that counts, from the journal up: what serve, import,
// export and demo have in common. It opens upwards and closes downwards.
type engine struct {
	cfg     *Config
	log     *slog.Logger
	key     sketch.Key
	journal *journal.Journal
	store   persist.Store
	zones   *guild.Zones
	names   *guild.Directory
	stats   *stats.Stats
	pipe    *pipeline.Pipeline
	learn   atomic.Pointer[learner] // who asks Discord for names; nil without Discord

	running chan error // what the pipeline ended with
	halt    context.CancelFunc
}

// openEngine opens the data folder and the database, and recovers memory.
func openEngine(ctx context.Context, cfg *Config, log *slog.Logger) (*engine, error) {
	e := &engine{cfg: cfg, log: log, zones: &guild.Zones{}, names: guild.NewDirectory(guild.DirectoryConfig{})}
	if err := e.open(ctx); err != nil {
		return nil, errors.Join(err, e.release(context.WithoutCancel(ctx)))
	}
	return e, nil
}

func (e *engine) open(ctx context.Context) (err error) {
	if err := os.MkdirAll(e.cfg.Data.Dir, 0o700); err != nil {
		return hint(err, "data.dir must name a folder that this user can write to")
	}
	if err := e.openJournal(); err != nil {
		return err
	}
	if e.key, err = loadKey(filepath.Join(e.cfg.Data.Dir, "secret.key")); err != nil {
		return err
	}
	if e.store, err = openStore(ctx, e.cfg); err != nil {
		return err
	}
	return e.start(ctx)
}

func (e *engine) openJournal() (err error) {
	e.journal, err = journal.Open(journal.Config{
		Dir:          filepath.Join(e.cfg.Data.Dir, "journal"),
		SegmentBytes: e.cfg.Journal.SegmentBytes,
		MaxBytes:     e.cfg.Journal.MaxBytes,
		Linger:       e.cfg.Journal.Linger,
		Direct:       e.cfg.Journal.Direct,
		BatchBytes:   journalBatch,
		Cursors:      []string{pipeline.CursorStore, pipeline.CursorSnapshot},
	})
	if err != nil {
		e.journal = nil
	}
	if errors.Is(err, journal.ErrLocked) {
		return hint(err, fmt.Sprintf("another bot runs on the data folder %s: stop it, or set data.dir", e.cfg.Data.Dir))
	}
	return err
}

// journalBatch bytes are committed without waiting for more.
const journalBatch = 128 << 10

// openStore opens PostgreSQL when a URL is set, else SQLite in the data folder.
func openStore(ctx context.Context, cfg *Config) (persist.Store, error) {
	if cfg.Database.URL.Empty() {
		s, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(cfg.Data.Dir, "guildpulse.db")})
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	s, err := postgres.Open(ctx, postgres.Config{
		URL: cfg.Database.URL.Reveal(), MaxConns: cfg.Database.MaxConnections,
	})
	if errors.Is(err, persist.ErrUnavailable) {
		return nil, hint(err, "start PostgreSQL, or check database.url")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// loadKey reads the key of all sketches, and makes one when there is none.
func loadKey(name string) (key sketch.Key, err error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		_, _ = rand.Read(key[:])
		return key, os.WriteFile(name, key[:], 0o600)
	}
	if err != nil {
		return key, fmt.Errorf("key of the sketches: %w", err)
	}
	if len(b) != len(key) {
		return key, hint(fmt.Errorf("%s: %d bytes, want %d", name, len(b), len(key)),
			"restore it from a backup, or remove it: distinct counts are then computed anew")
	}
	copy(key[:], b)
	return key, nil
}

// start binds the store to the journal, recovers memory and sets the loops going.
func (e *engine) start(ctx context.Context) error {
	cursor, err := e.take(ctx)
	if err != nil {
		return err
	}
	if err := e.loadNames(ctx); err != nil {
		return err
	}
	e.stats = stats.New(stats.Config{
		Store: e.store, Names: e.names, Zones: e.zones, Key: e.key, Log: e.log, Learn: e.learnNames,
		Flush: func(ctx context.Context, to events.Seq) error { return e.pipe.FlushTo(ctx, to) },
	})
	snapshots := filepath.Join(e.cfg.Data.Dir, "snapshots")
	if err := os.MkdirAll(snapshots, 0o700); err != nil {
		return fmt.Errorf("folder of snapshots: %w", err)
	}
	e.pipe = pipeline.New(pipeline.Config{
		Journal: e.journal, OpenJournal: e.openReader, Store: e.store, Epoch: cursor.Epoch,
		Memory: e.stats, SnapshotDir: snapshots, JournalID: e.journal.ID(), Log: e.log,
		Hash: e.hash, Zones: e.zones, FlushEvents: e.cfg.Flush.Events,
		FlushInterval: e.cfg.Flush.Interval, Snapshot: e.cfg.Snapshot.Interval,
	})
	began := time.Now()
	r, err := e.pipe.Recover(ctx)
	if err != nil {
		return err
	}
	for _, skipped := range r.Skipped {
		e.log.Warn("snapshot skipped", "error", skipped)
	}
	e.log.Info("memory recovered", "snapshot_seq", r.Snapshot, "replayed", r.Replayed,
		"took_ms", time.Since(began).Milliseconds())
	e.run()
	return nil
}

// take makes the store ours. The store's cursor is the witness of what the journal
// once held.
func (e *engine) take(ctx context.Context) (persist.Cursor, error) {
	cursor, err := e.store.Take(ctx, e.journal.ID(), e.journal.First())
	switch {
	case errors.Is(err, persist.ErrForeign):
		return cursor, hint(err, "use the data folder that goes with this database, or an empty database")
	case err != nil:
		return cursor, err
	case cursor.Next > e.journal.Next():
		return cursor, hint(fmt.Errorf("the database holds records up to %d, the journal in %s ends at %d",
			cursor.Next-1, e.cfg.Data.Dir, e.journal.Next()-1),
			"the journal has lost its end: restore the data folder, or use an empty one with an empty database")
	}
	return cursor, nil
}

func (e *engine) openReader(from events.Seq) (pipeline.Reader, error) {
	return e.journal.NewReader(from)
}

// hash is keyed: what it hashes cannot be found out without the key.
func (e *engine) hash(words ...uint64) (h uint64) {
	for _, w := range words {
		h = e.key.Hash(h ^ w)
	}
	return h
}

// run starts the loops. They outlive ctx: close stops them in order.
func (e *engine) run() {
	ctx, halt := context.WithCancel(context.Background())
	e.halt = halt
	e.running = make(chan error, 1)
	go func() { e.running <- e.pipe.Run(ctx) }()
}

// Failed delivers what ended the pipeline before its time: a failed disk, another
// owner of the database. The process must end then.
func (e *engine) Failed() <-chan error { return e.running }

// close drains and releases the engine.
func (e *engine) close(ctx context.Context) error {
	return errors.Join(e.drain(ctx), e.release(ctx))
}

// drain brings what is in memory down to the database, within ctx.
func (e *engine) drain(ctx context.Context) error {
	var errs []error
	if e.running != nil {
		errs = append(errs, e.pipe.Stop(ctx))
		if errs[0] != nil {
			e.halt()
		}
		errs = append(errs, <-e.running)
		e.halt()
		errs = append(errs, e.saveNames(ctx))
	}
	return errors.Join(errs...)
}

// release gives the data folder and the database back.
func (e *engine) release(ctx context.Context) error {
	var errs []error
	if e.store != nil {
		errs = append(errs, e.store.Close())
	}
	if e.journal != nil {
		errs = append(errs, e.journal.Close(ctx))
	}
	return errors.Join(errs...)
}
