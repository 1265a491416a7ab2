package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// create makes a segment that holds nothing yet, durably: only a file whose header
// and name survive a crash ever gets a frame. With a spare that file becomes the
// segment, whatever it holds: its blocks are there already, and
// nothing in it bears the checksums of this segment.
func (d *folder) create(h header, size int64, s *spare) (*active, error) {
	from, flag := d.path(h.segment)+unnamedExt, os.O_RDWR|os.O_CREATE|os.O_TRUNC
	a := &active{segment: h.segment, end: headerSize, bytes: size, clean: size}
	if s != nil {
		from, flag = s.name, os.O_RDWR
		a.allocated, a.clean, a.soiled = true, s.clean, true
	}
	if err := d.make(a, h, from, flag); err != nil {
		_ = d.fs.Remove(from) // it may hold the space that is wanting
		return nil, fmt.Errorf("make segment %s: %w", from, err)
	}
	return a, d.bypass(a)
}

func (d folder) make(a *active, h header, from string, flag int) (err error) {
	if a.file, err = d.fs.OpenFile(from, flag, fileMode); err != nil {
		return err
	}
	if err := d.name(a, h, from); err != nil {
		return errors.Join(err, a.file.Close())
	}
	return nil
}

func (d folder) name(a *active, h header, from string) error {
	if err := a.allocate(); err != nil {
		return err
	}
	// The zeros of a frame's head behind it: here ends the log.
	if err := writeAll(a.file, append(h.encode(), make([]byte, headSize)...), 0); err != nil {
		return fmt.Errorf("write the header: %w", err)
	}
	if err := syncFile(a.file); err != nil {
		return err
	}
	if err := d.fs.Rename(from, d.path(h.segment)); err != nil {
		return fmt.Errorf("rename: %w", err)
	}
	return d.sync()
}

// remove deletes a segment durably. One after the other, so that a crash never
// leaves a gap between segments.
func (d folder) remove(segment uint64) error {
	if err := d.fs.Remove(d.path(segment)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove segment %s: %w", d.path(segment), err)
	}
	return d.sync()
}

// spare takes a segment's name from it durably, and returns the name under which
// the file waits for its next use. Until the folder is synced, a crash may bring
// the segment back, so nothing is written to it before.
func (d folder) spare(segment uint64) (name string, err error) {
	name = d.path(segment) + spareExt
	if err := d.fs.Rename(d.path(segment), name); err != nil {
		return "", fmt.Errorf("set segment %s aside: %w", strings.TrimSuffix(name, spareExt), err)
	}
	return name, d.sync()
}
