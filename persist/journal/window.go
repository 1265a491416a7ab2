package journal

import (
	"errors"
	"fmt"
	"io"
)

// readAhead is how much of a file is read at once.
const readAhead = 128 << 10

// window reads a file forward through one buffer, which is as large as readAhead
// or the longest piece asked for. Bytes at limit and beyond are never read.
type window struct {
	file  io.ReaderAt
	limit int64
	at    int64 // where in the file the buffer's first byte stands
	buf   []byte
}

// bytes returns n bytes at off, valid until the next call: io.ErrUnexpectedEOF
// when the limit or the file ends before.
func (w *window) bytes(off int64, n int) ([]byte, error) {
	if off+int64(n) > w.limit {
		return nil, io.ErrUnexpectedEOF
	}
	if off < w.at || off+int64(n) > w.at+int64(len(w.buf)) {
		if err := w.fill(off, n); err != nil {
			return nil, err
		}
	}
	return w.buf[off-w.at:][:n], nil
}

func (w *window) fill(off int64, n int) error {
	want := int(min(int64(max(n, readAhead)), w.limit-off))
	if cap(w.buf) < want {
		w.buf = make([]byte, want)
	}
	w.at, w.buf = off, w.buf[:want]
	got, err := w.file.ReadAt(w.buf, off)
	w.buf = w.buf[:got]
	switch {
	case got >= n:
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return fmt.Errorf("read %d bytes at %d: %w", want, off, err)
}
