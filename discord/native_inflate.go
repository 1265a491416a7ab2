package discord

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// zlibFlush ends every payload of a zlib-stream.
var zlibFlush = []byte{0x00, 0x00, 0xff, 0xff}

// zstdWindow is the largest window that a zstd-stream may ask memory for.
const zstdWindow = 8 << 20

// inflater undoes the transport compression, in which one compressed stream runs
// over all messages of a connection and is flushed behind each. The decompressor
// is a coroutine that pulls bytes: when it asks for more than the message at hand
// has, all that the message holds has come out.
//
// It is for one goroutine, and close must be called.
type inflater struct {
	kind  string
	in    []byte // what is left of the message at hand
	out   []byte
	whole bool   // out is a payload that was returned
	tail  []byte // the newest bytes of the stream
	limit int

	yield func(struct{}) bool
	next  func() (struct{}, bool)
	close func()
	err   error
}

func newInflater(kind string, limit int) *inflater {
	z := &inflater{kind: kind, limit: limit, whole: true}
	z.next, z.close = iter.Pull(func(yield func(struct{}) bool) {
		z.yield = yield
		z.err = z.run()
	})
	return z
}

// message takes in a message and returns the payload that it ends, valid until the
// next call, or nil when the payload goes on in another message.
func (z *inflater) message(b []byte) ([]byte, error) {
	if z.whole {
		z.out = reuse(z.out)
	}
	z.in = b
	if _, running := z.next(); !running {
		return nil, fmt.Errorf("inflate %s: %w", z.kind, z.failure())
	}
	z.whole = z.kind != CompressZlib || z.flushed(b)
	if !z.whole {
		return nil, nil
	}
	return z.out, nil
}

// flushed reports whether the stream, b being its newest part, ends with a flush.
func (z *inflater) flushed(b []byte) bool {
	z.tail = append(z.tail, b[max(0, len(b)-len(zlibFlush)):]...)
	z.tail = append(z.tail[:0], z.tail[max(0, len(z.tail)-len(zlibFlush)):]...)
	return bytes.Equal(z.tail, zlibFlush)
}

func (z *inflater) failure() error {
	if z.err == nil {
		return io.ErrUnexpectedEOF // the stream has ended before the connection
	}
	return z.err
}

// run decompresses until the stream ends or is broken.
func (z *inflater) run() error {
	if z.kind == CompressZlib {
		return z.runZlib(bufio.NewReaderSize(z, readAhead)) // byte by byte it is slow
	}
	r, err := zstd.NewReader(z, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(zstdWindow))
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = r.WriteTo(writeOnly{z})
	return err
}

// runZlib inflates what stands between a zlib stream's header and its checksum
// (RFC 1950). The checksum comes when the stream ends, which it does not while the
// connection lasts: to sum up all that is inflated would be for nothing.
func (z *inflater) runZlib(in *bufio.Reader) error {
	var header [2]byte
	if _, err := io.ReadFull(in, header[:]); err != nil {
		return err
	}
	if !zlibHeader(header) {
		return errNoZlib
	}
	_, err := io.Copy(writeOnly{z}, flate.NewReader(in))
	return err
}

// zlibHeader reports whether a stream begins as zlib does: DEFLATE, a window of
// 32 KiB at most, no dictionary, and a multiple of 31 in all.
func zlibHeader(h [2]byte) bool {
	const deflate, largest, dictionary = 8, 7, 0x20
	return h[0]&0x0f == deflate && h[0]>>4 <= largest && h[1]&dictionary == 0 &&
		(uint16(h[0])<<8|uint16(h[1]))%31 == 0
}

// writeOnly hides the reading side from io.Copy.
type writeOnly struct{ io.Writer }

// Read hands the compressed bytes on, and goes back to message when there are none.
func (z *inflater) Read(p []byte) (int, error) {
	for len(z.in) == 0 {
		if !z.yield(struct{}{}) {
			return 0, errClosed
		}
	}
	n := copy(p, z.in)
	z.in = z.in[n:]
	return n, nil
}

// Write takes what was inflated.
func (z *inflater) Write(p []byte) (int, error) {
	if len(z.out)+len(p) > z.limit {
		return 0, errTooLong
	}
	z.out = append(z.out, p...)
	return len(p), nil
}

var (
	errClosed  = errors.New("the connection was left")
	errTooLong = errors.New("the frame is too long")
	errNoZlib  = errors.New("no zlib stream")
)

// keepBuffer is the largest buffer that waits for the next frame; the frame of a
// large server must not stay in memory for good.
const keepBuffer = 256 << 10

// reuse empties a buffer, or makes a new one when it is none or has grown too
// large.
func reuse(b []byte) []byte {
	if cap(b) == 0 || cap(b) > keepBuffer {
		return make([]byte, 0, 4<<10)
	}
	return b[:0]
}
