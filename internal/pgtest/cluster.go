//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// ClusterName is the cluster_name of every cluster that Start made.
const ClusterName = "guildpulse-throwaway"

const (
	superuser    = "postgres"
	startTimeout = time.Minute // a start, recovery after a kill included
	socketLimit  = 100         // bytes of a socket's path that every system takes
)

// Cluster is a PostgreSQL server of the program's own. Its methods may be called
// from several goroutines.
type Cluster struct {
	dir      string // data, log and socket
	bin      string
	account  *account
	settings []string
	watcher  *watcher

	mu     sync.Mutex
	server *server // nil while it is down
	closed bool
}

// Start makes a new cluster in dir, which must be empty and is made where it is
// missing, and starts it; without a dir in a new temporary one. Each of settings is a
// server's parameter as name=value. The caller stops it with Stop, which removes
// what Start made.
//
// ErrMissing tells that PostgreSQL is not installed.
func Start(ctx context.Context, dir string, settings ...string) (*Cluster, error) {
	bin, err := programs(packaged)
	if err != nil {
		return nil, err
	}
	owner, err := serverAccount()
	if err != nil {
		return nil, err
	}
	home, err := makeHome(dir, owner)
	if err != nil {
		return nil, fmt.Errorf("make a PostgreSQL cluster: %w", err)
	}
	w, err := startWatcher(home)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(home))
	}
	c := &Cluster{dir: home, bin: bin, account: owner, settings: settings, watcher: w}
	if err := c.initialise(ctx); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	if err := c.Restart(ctx); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// makeHome makes the cluster's folder. Its path is short, for a socket is in it.
func makeHome(dir string, owner *account) (home string, err error) {
	if dir == "" {
		home, err = os.MkdirTemp("", "pgtest-")
	} else if home, err = filepath.Abs(filepath.Join(dir, "cluster")); err == nil {
		if err = os.MkdirAll(dir, 0o755); err == nil { // the server's user passes through it
			err = os.Mkdir(home, 0o700)
		}
	}
	if err != nil {
		return "", err
	}
	if len(home) > socketLimit-len("/.s.PGSQL.5432") {
		err = fmt.Errorf("the path %s is too long for a socket", home)
	} else {
		err = owner.own(home)
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(home))
	}
	return home, nil
}

// initialise makes the data folder. It need not be synced: a machine that fails
// now takes the cluster with it.
func (c *Cluster) initialise(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, "initdb"), "--pgdata", c.data(), // found by programs
		"--username", superuser, "--auth", "trust", "--no-locale", "--encoding", "UTF8", "--no-sync")
	cmd.Dir, cmd.SysProcAttr = c.dir, c.account.attributes()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// URL returns the superuser's connection to the database postgres.
func (c *Cluster) URL() string { return c.databaseURL("postgres") }

func (c *Cluster) databaseURL(name string) string {
	query := url.Values{"host": {c.dir}, "user": {superuser}}
	return "postgres:///" + name + "?" + query.Encode()
}

// CreateDatabase makes an empty database and returns its URL.
func (c *Cluster) CreateDatabase(ctx context.Context, name string) (string, error) {
	return createDatabase(ctx, c.URL(), name)
}

// PID returns the server's process id, 0 while it is down.
func (c *Cluster) PID() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil {
		return 0
	}
	return c.server.process.Pid
}

// Kill ends the server as a crash does: every process of it exits where it stands,
// transactions are neither ended nor rolled back, nothing is written. What was
// committed is there after Restart, from the write-ahead log. (It is PostgreSQL's
// immediate shutdown. SIGKILL would end the postmaster alone, and leave its
// backends at work for a while.)
func (c *Cluster) Kill() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end()
}

// Restart starts a server that is down, and returns when it takes connections;
// a server that runs it leaves alone.
func (c *Cluster) Restart(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errors.New("the PostgreSQL cluster was stopped")
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if c.server != nil {
		return nil
	}
	s, err := c.launch()
	if err != nil {
		return err
	}
	if err := c.await(ctx, s); err != nil {
		return errors.Join(err, c.watcher.mind(0))
	}
	c.server = s
	return nil
}

// Stop ends the server at once and removes the cluster. Stopping it again does
// nothing.
func (c *Cluster) Stop() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	return errors.Join(c.end(), c.watcher.close())
}
