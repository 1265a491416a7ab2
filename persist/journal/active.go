package journal

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// active is the segment that is written to. The committer's alone.
type active struct {
	file      File
	segment   uint64
	end       int64 // after the last durable byte
	bytes     int64 // full size
	allocated bool  // there is room, and nothing but zeros, from end to full size
	partial   bool  // a write failed on its way: what lies behind end is unknown
}

// write puts b behind the end and does not sync. After a transient error the file
// is as before, or will be once write is called again.
func (a *active) write(b []byte) error {
	if err := a.rewind(); err != nil {
		return err
	}
	if err := a.allocate(); err != nil {
		return err
	}
	err := writeAll(a.file, b, a.end)
	if err == nil {
		return nil
	}
	a.partial = true
	if !transient(err) {
		return fmt.Errorf("write: %w", err)
	}
	if undo := a.rewind(); undo != nil && !transient(undo) {
		return errors.Join(undo, fmt.Errorf("after write: %v", err)) //nolint:errorlint // must not look transient
	}
	return fmt.Errorf("write: %w", err)
}

// rewind cuts off what a failed write left, so that neither readers of the file
// nor the next start meet half a frame.
func (a *active) rewind() error {
	if !a.partial {
		return nil
	}
	if err := a.file.Truncate(a.end); err != nil {
		return fmt.Errorf("cut a partial frame off: %w", err)
	}
	a.partial, a.allocated = false, false
	return nil
}

func (a *active) allocate() error {
	if a.allocated {
		return nil
	}
	if err := a.file.Allocate(a.bytes); err != nil {
		return fmt.Errorf("allocate: %w", err)
	}
	a.allocated = true
	return nil
}

// transient reports whether err may go away by itself or by somebody's help, and
// left no doubt about what is on the disk.
func transient(err error) bool {
	if errors.Is(err, errSync) {
		return false
	}
	for _, mendable := range []error{
		syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE,
		syscall.EINTR, syscall.EAGAIN, io.ErrShortWrite,
	} {
		if errors.Is(err, mendable) {
			return true
		}
	}
	return false
}
