package stores

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"guildpulse/internal/pgtest"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
)

// settings are what a server of this size would be given.
var settings = []string{
	"shared_buffers=256MB", "wal_buffers=16MB", "max_wal_size=4GB", "checkpoint_timeout=30min",
	"work_mem=64MB", "autovacuum=off",
}

// server is a PostgreSQL with two databases of the same schema and rows: one for us,
// one for those whom we are compared with.
type server struct {
	cluster *pgtest.Cluster
	store   *postgres.Store
	ours    *flusher
	peers   *pgx.Conn
}

func startServer(ctx context.Context) (*server, error) {
	cluster, err := pgtest.Start(ctx, "", settings...)
	if err != nil {
		return nil, err
	}
	s := &server{cluster: cluster}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *server) open(ctx context.Context) error {
	url, err := s.cluster.CreateDatabase(ctx, "ours")
	if err != nil {
		return err
	}
	if s.store, s.ours, err = openPostgres(ctx, url); err != nil {
		return err
	}
	if url, err = s.cluster.CreateDatabase(ctx, "peers"); err != nil {
		return err
	}
	same, _, err := openPostgres(ctx, url)
	if err != nil {
		return err
	}
	if err := same.Close(); err != nil {
		return err
	}
	s.peers, err = pgx.Connect(ctx, url)
	return err
}

// openPostgres makes the schema and a row for everybody.
func openPostgres(ctx context.Context, url string) (*postgres.Store, *flusher, error) {
	store, err := postgres.Open(ctx, postgres.Config{URL: url})
	if err != nil {
		return nil, nil, err
	}
	f, err := take(ctx, store)
	if err == nil {
		b := persist.Batch{Rows: everybody()}
		rollUp(&b)
		err = f.flush(ctx, b)
	}
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, f, nil
}

func (s *server) close() (err error) {
	if s.peers != nil {
		err = s.peers.Close(context.Background())
	}
	if s.store != nil {
		err = errors.Join(err, s.store.Close())
	}
	return errors.Join(err, s.cluster.Stop())
}
