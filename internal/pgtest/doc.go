//go:build unix

// Package pgtest runs a real PostgreSQL for tests, benchmarks and demonstrations:
// a cluster of its own, made by initdb in a temporary folder, reached over a unix
// socket, and gone when its program ends, however it ends.
//
// # For tests
//
// A test package starts one cluster and takes a fresh database per test:
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
//	func TestStore(t *testing.T) {
//		url := pgtest.Database(t)
//		…
//	}
//
// When the environment variable GUILDPULSE_TEST_POSTGRES holds the URL of a
// superuser's connection, that server is used and none is started, so that several
// test binaries can share one. Main sets the variable for what the test binary
// starts itself. Where no PostgreSQL is installed the tests fail, and say what to
// install: they are never skipped.
//
// testscript.Main takes a [M] in the place of its *testing.M.
//
// # For faults
//
// [Start] returns a [Cluster] that can be killed and started again. A [Proxy]
// stands between a client and a server and sees every protocol message; it can
// break the connection at any of them.
//
// # What a cluster is like
//
// It is as durable as in production (fsync, full_page_writes and
// synchronous_commit are on), with small buffers. PostgreSQL refuses to run as
// root: a program that is root runs it as the user postgres, or nobody where
// there is none, and gives the cluster's folder to that user. A watcher, a shell
// that holds the other end of a pipe, stops the cluster and removes its folder
// when the program is gone without having done so itself, be it by a panic or by
// SIGKILL.
package pgtest
