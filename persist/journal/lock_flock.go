//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// Lock takes an advisory lock, which the system drops when the process ends, and
// writes the pid into the file. The file stays: removing it would let a third
// process lock a new one.
func (osFS) Lock(name string) (io.Closer, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, err
	}
	if err := flock(f); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, lockedBy(name)
		}
		return nil, err
	}
	writePID(f)
	return f, nil
}

func flock(f *os.File) error {
	return osFile{f}.control("flock", func(fd int) error {
		for {
			if err := syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB); !errors.Is(err, syscall.EINTR) {
				return err
			}
		}
	})
}

// writePID does what it can: the lock holds without it, and a full disk must not
// keep a journal from opening, for that is how it gets empty.
func writePID(f *os.File) {
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	}
}
