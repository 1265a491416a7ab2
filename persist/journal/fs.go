package journal

import (
	"io"
	"io/fs"
)

// FS is the little of a file system that a journal needs. Errors wrap what the
// system said (fs.ErrNotExist, syscall.ENOSPC). An implementation must not repeat
// a sync that failed.
type FS interface {
	// MakeDir makes the folder with mode 0700 if it is not there, durably.
	MakeDir(dir string) error
	// OpenFile opens with the flags of package os.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	// OpenDirect opens a file that is there for writes past the system's cache: of
	// whole blocks of 4096 bytes, in the file and in memory, each durable when
	// WriteAt returns nil. errors.ErrUnsupported: there is no such thing here.
	OpenDirect(name string) (File, error)
	// ReadDir returns the names in the folder, in any order.
	ReadDir(dir string) ([]string, error)
	// Rename moves a file over whatever has the new name.
	Rename(from, to string) error
	// Remove deletes a file. Whoever has it open goes on reading it.
	Remove(name string) error
	// SyncDir makes what was created, renamed and removed in the folder durable.
	SyncDir(dir string) error
	// Lock takes the named file for this process until the closer is closed or the
	// process ends, or returns a *LockedError.
	Lock(name string) (io.Closer, error)
}

// File is an open file. ReadAt may run beside WriteAt to other bytes.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	// Size returns the file's length in bytes.
	Size() (int64, error)
	// Truncate cuts the file, or lengthens it with zeros.
	Truncate(size int64) error
	// Allocate reserves space and lengthens the file with zeros to at least size.
	Allocate(size int64) error
	// Sync makes the file's data and length durable.
	Sync() error
}

// Modes of what a journal makes: its owner's alone.
const (
	dirMode  fs.FileMode = 0o700
	fileMode fs.FileMode = 0o600
)
