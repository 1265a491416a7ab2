//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const probeEvery = 10 * time.Millisecond // how often a starting server is asked

// server is one run of the postgres process.
type server struct {
	process *os.Process
	gone    chan struct{} // closed when the process has ended
	log     int64         // where its part of the log begins
}

// launch starts the postgres process itself, so that its id is known and ours.
func (c *Cluster) launch() (*server, error) {
	args := []string{
		"-D", c.data(),
		"-c", "listen_addresses=", "-c", "unix_socket_directories=" + c.dir,
		"-c", "cluster_name=" + ClusterName,
		"-c", "fsync=on", "-c", "shared_buffers=32MB", "-c", "max_wal_senders=0",
	}
	for _, setting := range c.settings {
		args = append(args, "-c", setting)
	}
	out, err := os.OpenFile(c.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("server's log: %w", err)
	}
	defer func() { _ = out.Close() }() // the server has its own descriptor
	earlier, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("server's log: %w", err)
	}
	cmd := exec.Command(filepath.Join(c.bin, "postgres"), args...) //nolint:noctx // it outlives its start
	cmd.Dir, cmd.SysProcAttr = c.dir, c.account.attributes()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	s := &server{process: cmd.Process, gone: make(chan struct{}), log: earlier}
	go func() {
		defer close(s.gone)
		_ = cmd.Wait() // how it ended is in its log
	}()
	if err := c.watcher.mind(cmd.Process.Pid); err != nil {
		return nil, errors.Join(err, cmd.Process.Kill())
	}
	return s, nil
}

// await waits until s takes connections.
func (c *Cluster) await(ctx context.Context, s *server) error {
	probe := time.NewTicker(probeEvery)
	defer probe.Stop()
	for {
		select {
		case <-s.gone:
			return fmt.Errorf("postgres ended while it started; it says\n%s", c.logFrom(s.log))
		case <-ctx.Done():
			kill := s.process.Kill()
			<-s.gone
			return errors.Join(fmt.Errorf("postgres does not answer: %w; it says\n%s", ctx.Err(), c.logFrom(s.log)), kill)
		case <-probe.C:
			if conn, err := pgx.Connect(ctx, c.URL()); err == nil {
				return conn.Close(ctx)
			}
		}
	}
}

// end shuts the server down immediately, if it runs, and waits until it is gone.
func (c *Cluster) end() error {
	if c.server == nil {
		return nil
	}
	if err := c.server.process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop postgres: %w", err)
	}
	<-c.server.gone
	c.server = nil
	return c.watcher.mind(0)
}

func (c *Cluster) logFile() string { return filepath.Join(c.dir, "log") }

// Log returns what the server has logged so far, over all its starts.
func (c *Cluster) Log() string { return c.logFrom(0) }

func (c *Cluster) logFrom(offset int64) string {
	log, err := os.ReadFile(c.logFile())
	if err != nil {
		return err.Error()
	}
	return string(log[min(offset, int64(len(log))):])
}
