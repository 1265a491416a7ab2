package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// folder is where a journal's files are:
//
//	LOCK                      held by the process that writes; its pid
//	00000000000000a7.seg      a segment, named by its id in hexadecimal
//	00000000000000a8.seg.new  one that is being made
//	0000000000000093.seg.old  a released one, kept to be written over
//	00000000000000a9.seg.zero a file filled with zeros, of which a segment will be made
type folder struct {
	fs     FS
	dir    string
	direct bool // segments are to be written directly, as far as is known
}

const (
	lockName   = "LOCK"
	segmentExt = ".seg"
	unnamedExt = ".new" // after segmentExt, until the header is durable
	spareExt   = ".old" // after segmentExt
	aheadExt   = ".zero"
)

func (d folder) path(segment uint64) string {
	return filepath.Join(d.dir, fmt.Sprintf("%016x%s", segment, segmentExt))
}

// list returns the ids of the segments, ascending, and the names of leftovers:
// spares, and segments whose making was interrupted. Other files are not ours.
func (d folder) list() (ids []uint64, leftovers []string, err error) {
	names, err := d.fs.ReadDir(d.dir)
	if err != nil {
		return nil, nil, fmt.Errorf("list the journal's folder: %w", err)
	}
	for _, name := range names {
		base := name
		for _, ext := range []string{unnamedExt, spareExt, aheadExt} {
			base = strings.TrimSuffix(base, ext)
		}
		id, ok := segmentID(base)
		switch {
		case ok && base != name:
			leftovers = append(leftovers, filepath.Join(d.dir, name))
		case ok:
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, leftovers, nil
}

func segmentID(name string) (uint64, bool) {
	digits, ok := strings.CutSuffix(name, segmentExt)
	if !ok || len(digits) != 16 {
		return 0, false
	}
	id, err := strconv.ParseUint(digits, 16, 64)
	return id, err == nil
}

func (d folder) open(segment uint64, flag int) (File, error) {
	f, err := d.fs.OpenFile(d.path(segment), flag, fileMode)
	if err != nil {
		return nil, fmt.Errorf("open segment %s: %w", d.path(segment), err)
	}
	return f, nil
}

// errStub: the file is shorter than a header, so it never held a record.
var errStub = errors.New("segment without a header")

// header reads a segment's header: errStub, a *CorruptError, ErrVersion, or what
// the system said.
func (d folder) header(segment uint64) (h header, err error) {
	f, err := d.open(segment, os.O_RDONLY)
	if err != nil {
		return h, err
	}
	defer closeRead(f, &err)
	b := make([]byte, headerSize)
	if n, err := f.ReadAt(b, 0); n < headerSize {
		if err == nil || errors.Is(err, io.EOF) {
			return h, errStub
		}
		return h, fmt.Errorf("read the header of segment %s: %w", d.path(segment), err)
	}
	err = h.decode(b)
	switch {
	case errors.Is(err, ErrVersion):
		return h, fmt.Errorf("segment %s: %w", d.path(segment), err)
	case err != nil:
		return h, d.corrupt(segment, 0, 0, "header", err)
	case h.segment != segment:
		return h, d.corrupt(segment, 0, h.first, fmt.Sprintf("the file holds segment %d", h.segment), nil)
	}
	return h, nil
}

func closeRead(f File, err *error) { *err = errors.Join(*err, f.Close()) }

func (d folder) sync() error {
	if err := d.fs.SyncDir(d.dir); err != nil {
		return fmt.Errorf("%w: folder %s: %w", errSync, d.dir, err)
	}
	return nil
}

// errSync marks failures after which nobody knows what is on the disk.
var errSync = errors.New("sync failed")

func syncFile(f File) error {
	if err := f.Sync(); err != nil {
		return fmt.Errorf("%w: %w", errSync, err)
	}
	return nil
}

func writeAll(f File, b []byte, off int64) error {
	n, err := f.WriteAt(b, off)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return err
}
