//go:build unix

package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"testing"
)

// Main runs the tests of a package on a PostgreSQL: the one that Env names, else
// a cluster started for them. It is all that a TestMain has to do.
func Main(m *testing.M) { os.Exit(M{m}.Run()) }

// M runs tests as Main does, for what takes something to Run, as testscript.Main
// does.
type M struct {
	Tests interface{ Run() int }
}

// Run starts a cluster if Env names no server, runs the tests and stops it. The
// exit code is 1 when there is no PostgreSQL.
func (m M) Run() int {
	if os.Getenv(Env) != "" {
		return m.Tests.Run()
	}
	cluster, err := Start(context.Background(), "")
	if err != nil {
		return complain(err)
	}
	if err := os.Setenv(Env, cluster.URL()); err != nil {
		return max(complain(err), stop(cluster))
	}
	return max(m.Tests.Run(), stop(cluster))
}

func stop(cluster *Cluster) int {
	if err := cluster.Stop(); err != nil {
		return complain(err)
	}
	return 0
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "pgtest:", err)
	return 1
}

// withDatabase returns a connection's URL with another database in it.
func withDatabase(connection, database string) (string, error) {
	u, err := url.Parse(connection)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "", fmt.Errorf("%s is not a URL that begins with postgres://", Env)
	}
	u.Path = "/" + database
	return u.String(), nil
}
