package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"guildpulse/persist"
)

// Config says how to reach the database. Zero fields take the defaults.
type Config struct {
	// URL is a connection as PostgreSQL writes it: postgres://user:password@host/db.
	URL string
	// MaxConns bounds the connections, the writer's included; 8 by default, 2 at least.
	MaxConns int
	// StatementTimeout bounds each statement, on the server; 30 s by default.
	StatementTimeout time.Duration
	// ConnectTimeout bounds the making of a connection; 5 s by default.
	ConnectTimeout time.Duration
}

const (
	defaultMaxConns         = 8
	defaultStatementTimeout = 30 * time.Second
	defaultConnectTimeout   = 5 * time.Second
)

func (c Config) withDefaults() (Config, error) {
	if c.URL == "" {
		return c, errors.New("the database has no URL")
	}
	if c.MaxConns == 0 {
		c.MaxConns = defaultMaxConns
	}
	if c.MaxConns < 2 {
		return c, fmt.Errorf("at most %d connections are too few: one writes, another reads", c.MaxConns)
	}
	if c.StatementTimeout == 0 {
		c.StatementTimeout = defaultStatementTimeout
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = defaultConnectTimeout
	}
	return c, nil
}

// Store is a persist.Store in PostgreSQL. Its methods may be called from several
// goroutines; Apply and Take wait for each other.
type Store struct {
	writer  *pgxpool.Pool // of one connection
	readers *pgxpool.Pool // everything but Apply and Take
	tracer  *tracer
	months  *partitions
}

var _ persist.Store = (*Store)(nil)

// Open connects to a database and brings its schema up to date. It fails with
// persist.ErrNewer when the schema is newer than this program, and with
// persist.ErrUnavailable when the server cannot be reached.
func Open(ctx context.Context, config Config) (*Store, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	if err := migrate(ctx, config); err != nil {
		return nil, fmt.Errorf("open postgres: %w", failure(ctx, err))
	}
	s, err := connect(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", failure(ctx, err))
	}
	return s, nil
}

// connect opens both pools and reads which partitions are there.
func connect(ctx context.Context, config Config) (*Store, error) {
	s := &Store{tracer: new(tracer), months: newPartitions()}
	var err error
	if s.writer, err = writerPool(ctx, config, s.tracer); err != nil {
		return nil, err
	}
	if s.readers, err = readerPool(ctx, config, s.tracer); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.loadPartitions(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) loadPartitions(ctx context.Context) error {
	rows, err := s.readers.Query(ctx, sqlPartitions)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	s.months.add(names)
	return nil
}

// Stats counts what was sent to the server since Open, after its migrations.
func (s *Store) Stats() persist.Stats { return s.tracer.stats() }

// Close waits for what is under way and closes every connection.
func (s *Store) Close() error {
	for _, pool := range []*pgxpool.Pool{s.writer, s.readers} {
		if pool != nil {
			pool.Close()
		}
	}
	return nil
}
