//go:build !linux

package journal

import (
	"errors"
	"os"
	"runtime"
)

// Sync is the full fsync: fdatasync is not everywhere.
func (f osFile) Sync() error { return f.File.Sync() }

// Allocate reserves nothing.
func (f osFile) Allocate(size int64) error { return f.lengthen(size) }

// OpenDirect is not everywhere.
func (osFS) OpenDirect(string) (File, error) { return nil, errors.ErrUnsupported }

// syncDir does nothing on Windows, which syncs no folders and logs renames itself.
func syncDir(d *os.File) error {
	err := d.Sync()
	if runtime.GOOS == "windows" && errors.Is(err, os.ErrPermission) {
		return nil
	}
	return err
}
