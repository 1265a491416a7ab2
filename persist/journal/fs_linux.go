package journal

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Sync leaves out times and the like, which fsync would write too. It does not
// repeat a call that a signal cut short: whoever calls treats that as a failure.
func (f osFile) Sync() error { return f.control("fdatasync", unix.Fdatasync) }

// Allocate may be repeated after a signal, for it has no effect twice.
func (f osFile) Allocate(size int64) error {
	err := f.control("fallocate", func(fd int) error {
		for {
			if err := unix.Fallocate(fd, 0, 0, size); !errors.Is(err, unix.EINTR) {
				return err
			}
		}
	})
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) {
		return f.lengthen(size)
	}
	return err
}

// OpenDirect is refused by some file systems when the file is opened, and by others
// at the first write, with EINVAL too.
func (osFS) OpenDirect(name string) (File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|unix.O_DIRECT|unix.O_DSYNC, fileMode)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EOPNOTSUPP) {
		return nil, fmt.Errorf("%w: %w", errors.ErrUnsupported, err)
	}
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func syncDir(d *os.File) error { return osFile{d}.control("fsync", unix.Fsync) }
