//go:build unix

package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Env names the environment variable that holds the URL of a superuser's
// connection to the server that tests use.
const Env = "GUILDPULSE_TEST_POSTGRES"

// Database makes an empty database for the test and returns its URL, the
// superuser's. It is dropped after the test, as NewDatabase says.
func Database(t testing.TB) string {
	t.Helper()
	url, drop, err := NewDatabase(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return url
}

// NewDatabase makes an empty database on the server that Env names. drop drops
// it, though not from a cluster that Start made, which is thrown away whole.
func NewDatabase(ctx context.Context) (url string, drop func(context.Context) error, err error) {
	admin := os.Getenv(Env)
	if admin == "" {
		return "", nil, errors.New("no PostgreSQL to test on: have TestMain call pgtest.Main, or set " + Env)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if url, err = createDatabase(ctx, admin, name); err != nil {
		return "", nil, err
	}
	return url, func(ctx context.Context) error { return dropDatabase(ctx, admin, name) }, nil
}

// createDatabase copies template0, which nobody is connected to, so that nothing
// but PostgreSQL's own is in the new database whatever stands in template1.
func createDatabase(ctx context.Context, admin, name string) (string, error) {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", fmt.Errorf("create database: %w", err)
	}
	create := "CREATE DATABASE " + pgx.Identifier{name}.Sanitize() +
		" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
	if _, err = conn.Exec(ctx, create); err != nil {
		err = fmt.Errorf("create database %s: %w", name, err)
	}
	if err = errors.Join(err, conn.Close(ctx)); err != nil {
		return "", err
	}
	return withDatabase(admin, name)
}

// dropDatabase drops a database of a server that lives on. Dropping waits for a
// checkpoint, some 0.3 s, which a cluster that is thrown away is spared.
func dropDatabase(ctx context.Context, admin, name string) (err error) {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return fmt.Errorf("drop database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	var cluster string
	if err := conn.QueryRow(ctx, "SHOW cluster_name").Scan(&cluster); err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	if cluster == ClusterName {
		return nil
	}
	drop := "DROP DATABASE " + pgx.Identifier{name}.Sanitize() + " WITH (FORCE)"
	if _, err := conn.Exec(ctx, drop); err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}
