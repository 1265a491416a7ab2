package gateway

import (
	"bytes"
	"fmt"
	"io"
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

func (p *plain) next(n int) ([]byte, int) {
	n = min(n, len(p.ends))
	for _, at := range p.seqs[:n] {
		p.seq++
		strconv.AppendUint(p.block[:at], p.seq, 10) // as long as what stands there
	}
	return p.block[:p.ends[n-1]], n
}

// packed sends messages through one compressed stream, made beforehand, for each
// depends on those before it. It ends after as many as it was made of.
type packed struct {
	hail   []byte
	frames []byte
	ends   []int
	begin  int // of what next sends
}

// flusher is a compressor that can end a message within its stream.
type flusher interface {
	io.Writer
	Flush() error
}

func newPacked(kind string, n int) (*packed, error) {
	var out bytes.Buffer
	z, err := compressor(kind, &out)
	if err != nil {
		return nil, err
	}
	add := func(b []byte, text []byte) []byte {
		out.Reset()
		_, writeErr := z.Write(text)
		if flushErr := z.Flush(); writeErr == nil {
			writeErr = flushErr
		}
		if err == nil {
			err = writeErr
		}
		return appendFrame(b, binaryFrame, out.Bytes())
	}
	p := &packed{hail: add(nil, []byte(hello))}
	p.hail = add(p.hail, fmt.Appendf(nil, ready, firstSeq))
	for i := range n {
		p.frames = add(p.frames, []byte(message(firstSeq+1+uint64(i), i))) // not negative
		p.ends = append(p.ends, len(p.frames))
	}
	return p, err
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
	b := p.frames[p.begin:end]
	p.begin, p.ends = end, p.ends[n:]
	return b, n
}
