package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"guildpulse/persist"
)

// Config says where the database is. Zero fields take the defaults.
type Config struct {
	// Path is the database's file; it is made, for its owner alone, where it is
	// missing. Its folder must be there.
	Path string
	// Readers bounds the connections that read at once; 4 by default.
	Readers int
	// BusyTimeout is how long a writer waits for another one; 5 s by default.
	BusyTimeout time.Duration
}

const (
	defaultReaders     = 4
	defaultBusyTimeout = 5 * time.Second
)

func (c Config) withDefaults() (Config, error) {
	if c.Path == "" {
		return c, errors.New("the database has no path")
	}
	if c.Readers == 0 {
		c.Readers = defaultReaders
	}
	if c.Readers < 1 {
		return c, fmt.Errorf("%d connections cannot read", c.Readers)
	}
	if c.BusyTimeout == 0 {
		c.BusyTimeout = defaultBusyTimeout
	}
	return c, nil
}

// Store is a persist.Store in a file. Its methods may be called from several
// goroutines; those that write wait for each other.
type Store struct {
	writer  *sql.DB // one connection: Apply, Take, SaveDirectory
	readers *sql.DB // snapshots
	stats   counters
}

var _ persist.Store = (*Store)(nil)

// counters is persist.Stats under way.
type counters struct {
	transactions, statements, rows, batches atomic.Uint64
}

// Open opens the database and brings its schema up to date. It fails with
// persist.ErrNewer when the schema is newer than this program.
func Open(ctx context.Context, config Config) (*Store, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	if err := createFile(config.Path); err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	s := new(Store)
	if s.writer, err = openWriter(config); err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	if s.readers, err = openReaders(config); err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite: %w", err), s.writer.Close())
	}
	if err := migrate(ctx, s.writer); err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite %s: %w", config.Path, failure(ctx, err)), s.Close())
	}
	return s, nil
}

// Stats counts since Open, after its migrations.
func (s *Store) Stats() persist.Stats {
	return persist.Stats{
		Transactions: s.stats.transactions.Load(),
		Statements:   s.stats.statements.Load(),
		Rows:         s.stats.rows.Load(),
		Batches:      s.stats.batches.Load(),
	}
}

// Close waits for what is under way and closes the file. The writer goes last: it
// moves the write-ahead log into the database.
func (s *Store) Close() error {
	return errors.Join(s.readers.Close(), s.writer.Close())
}
