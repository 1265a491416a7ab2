package journal

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// active is the segment that is written to. The committer's alone.
//
// It is written to in one of two ways. Through the system's cache, then each
// commit is a write and a sync; or directly, where whole blocks go to the disk and
// are durable when the write returns. The block in which the log ends is then
// written again by the next commit: tail is what it holds.
type active struct {
	file      File
	segment   uint64
	end       int64  // after the last durable byte
	bytes     int64  // full size
	direct    bool   // file came of FS.OpenDirect
	tail      []byte // direct: bytes from the last block's border to end
	allocated bool   // there is room from end to full size
	partial   bool   // a write failed on its way: what lies behind end is unknown
	clean     int64  // zeros have been written from there to full size
	soiled    bool   // before clean an earlier use may have left something
}

// blank is the first byte behind end that no commit has to do with.
func (a *active) blank() int64 {
	if a.direct {
		return min(alignUp(a.end+headSize, blockSize), a.bytes)
	}
	return min(a.end+headSize, a.bytes)
}

// write makes a piece of b durable behind the end, but does not move it. After a
// transient error the file is as before, or will be once write is called again.
func (a *active) write(b *buffer, p *piece) error {
	if err := a.rewind(); err != nil {
		return err
	}
	if err := a.allocate(); err != nil {
		return err
	}
	err := a.put(b, p)
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

func (a *active) put(b *buffer, p *piece) error {
	data, off := b.marked(p), a.end
	if a.direct {
		data, off = b.blocks(p), a.end-int64(p.lead)
		copy(data, a.tail)
	}
	return writeAll(a.file, data[:min(int64(len(data)), a.bytes-off)], off)
}

func (a *active) sync() error {
	if a.direct {
		return nil
	}
	return syncFile(a.file)
}

// move puts the end behind a piece that is durable.
func (a *active) move(b *buffer, p *piece) {
	frames := b.bytes(p)
	a.end += int64(len(frames))
	if n := int(a.end % blockSize); a.direct {
		a.tail = append(a.tail[:0], b.data[p.end-n:p.end]...)
	}
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
	a.clean, a.soiled = a.bytes, false
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
// left no doubt about what is on the disk. That goes for direct writes too, which
// sync at once: whichever half failed, what is tried again is the write, of all bytes
// that are not vouched for and from our own memory. Only a sync alone must never be
// tried again, for nobody has kept what it should have written.
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
