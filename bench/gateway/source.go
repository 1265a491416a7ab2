package gateway

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// source makes what a stream sends, websocket frames and all.
type source interface {
	greeting() []byte
	// next returns the next frames, n at most, and how many they are. They are the
	// source's and hold until it is asked again.
	next(n int) ([]byte, int)
	close() error
}

// block is how many messages are written at once, and how many of a plain source
// differ.
const block = 64

// plain sends the same messages again and again under new sequences, as text.
type plain struct {
	block []byte
	ends  []int // of the frames in block
	seqs  []int // where their sequences stand
	seq   uint64
}

func newPlain() *plain {
	p := &plain{seq: firstSeq}
	for i := range block {
		text := message(firstSeq, i)
		p.block = appendFrame(p.block, textFrame, []byte(text))
		p.ends = append(p.ends, len(p.block))
		p.seqs = append(p.seqs, len(p.block)-len(text)+len(messageHead))
	}
	return p
}

func (p *plain) greeting() []byte {
	b := appendFrame(nil, textFrame, []byte(hello))
	return appendFrame(b, textFrame, fmt.Appendf(nil, ready, firstSeq))
}

func (p *plain) close() error { return nil }

func (p *plain) next(n int) ([]byte, int) {
	n = min(n, len(p.ends))
	for _, at := range p.seqs[:n] {
		p.seq++
		strconv.AppendUint(p.block[:at], p.seq, 10) // as long as what stands there
	}
	return p.block[:p.ends[n-1]], n
}

// packed sends messages through one compressed stream, made beforehand, for each
// depends on those before it. It ends after as many as it was made of. They wait in a
// file: what is measured has the memory to itself.
type packed struct {
	hail   []byte
	frames *os.File
	ends   []int64
	begin  int64 // of what next sends
	buffer []byte
}

// flusher is a compressor that can end a message within its stream.
type flusher interface {
	io.Writer
	Flush() error
}

// newPacked makes n messages, each of which frame returns as a payload.
func newPacked(kind string, n int, frame func(seq uint64, i int) string) (p *packed, err error) {
	p = &packed{ends: make([]int64, 0, n)}
	if p.frames, err = os.CreateTemp("", "guildpulse-bench-"); err != nil {
		return nil, err
	}
	if err := errors.Join(os.Remove(p.frames.Name()), p.pack(kind, n, frame)); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *packed) pack(kind string, n int, frame func(seq uint64, i int) string) error {
	var out bytes.Buffer
	z, err := compressor(kind, &out)
	if err != nil {
		return err
	}
	add := func(b []byte, text string) []byte {
		out.Reset()
		_, writeErr := io.WriteString(z, text)
		if flushErr := z.Flush(); writeErr == nil {
			writeErr = flushErr
		}
		if err == nil {
			err = writeErr
		}
		return appendFrame(b, binaryFrame, out.Bytes())
	}
	p.hail = add(nil, hello)
	p.hail = add(p.hail, fmt.Sprintf(ready, firstSeq))
	file := bufio.NewWriterSize(p.frames, 1<<20)
	end, b := int64(0), []byte(nil)
	for i := range n {
		b = add(b[:0], frame(firstSeq+1+uint64(i), i)) // not negative
		if _, err := file.Write(b); err != nil {
			return err
		}
		end += int64(len(b))
		p.ends = append(p.ends, end)
	}
	return errors.Join(err, file.Flush())
}

func compressor(kind string, w io.Writer) (flusher, error) {
	switch kind {
	case "zlib-stream":
		return zlib.NewWriter(w), nil
	case "zstd-stream":
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	}
	return nil, fmt.Errorf("compression %q is none of Discord's", kind)
}

func (p *packed) greeting() []byte { return p.hail }

func (p *packed) next(n int) ([]byte, int) {
	n = min(n, block, len(p.ends))
	if n == 0 {
		return nil, 0
	}
	end := p.ends[n-1]
	p.buffer = slices.Grow(p.buffer[:0], int(end-p.begin))[:end-p.begin]
	if _, err := p.frames.ReadAt(p.buffer, p.begin); err != nil {
		return nil, 0
	}
	p.begin, p.ends = end, p.ends[n:]
	return p.buffer, n
}

func (p *packed) close() error { return p.frames.Close() }
