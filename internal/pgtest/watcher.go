//go:build unix

package pgtest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// A watcher outlives the program by a moment: it reads the server's process id,
// one a line, an empty one for "none", and when the pipe ends because the program
// has, it stops the newest one and removes the folder.
type watcher struct {
	pipe io.WriteCloser
	cmd  *exec.Cmd
}

const watch = `
trap '' HUP INT TERM
last=
while read -r pid; do last=$pid; done
if [ -n "$last" ]; then
	kill -QUIT "$last" 2>/dev/null
	left=100
	while [ $left -gt 0 ] && kill -0 "$last" 2>/dev/null; do sleep 0.05; left=$((left - 1)); done
fi
rm -rf -- "$1"
`

// startWatcher has dir removed when the program ends.
func startWatcher(dir string) (*watcher, error) {
	cmd := exec.Command("/bin/sh", "-c", watch, "pgtest-watcher", dir) //nolint:noctx // it outlives us
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Dir = os.TempDir()
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("watcher: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the watcher: %w", err)
	}
	return &watcher{pipe, cmd}, nil
}

// mind has the watcher stop the process pid, and no other; 0 for none.
func (w *watcher) mind(pid int) error {
	line := "\n"
	if pid != 0 {
		line = fmt.Sprintln(pid)
	}
	if _, err := io.WriteString(w.pipe, line); err != nil {
		return fmt.Errorf("tell the watcher: %w", err)
	}
	return nil
}

// close ends the program's part: what is still there goes now.
func (w *watcher) close() error {
	if err := w.pipe.Close(); err != nil {
		return fmt.Errorf("end the watcher: %w", err)
	}
	if err := w.cmd.Wait(); err != nil {
		return fmt.Errorf("watcher: %w", err)
	}
	return nil
}
