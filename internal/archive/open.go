package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// Limits guard the machine against files that are made to harm it.
type Limits struct {
	Bytes   int64 // inflated, default 64 GiB
	Ratio   int64 // inflated to compressed, default 200
	Line    int   // a line, default 1 MiB
	Message int64 // a message of a JSON file, default 16 MiB
}

func (l *Limits) defaults() {
	def := func(p *int64, v int64) {
		if *p == 0 {
			*p = v
		}
	}
	def(&l.Bytes, 64<<30)
	def(&l.Ratio, 200)
	def(&l.Message, 16<<20)
	if l.Line == 0 {
		l.Line = 1 << 20
	}
}

// input is an opened archive, inflated if need be.
type input struct {
	*bufio.Reader

	file *os.File
	gz   *gzip.Reader
	read counter // compressed bytes, for progress
}

// counter counts what is read through it.
type counter struct {
	r io.Reader
	n int64
	f func(n int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.f != nil {
		c.f(c.n)
	}
	return n, err
}

func open(name string, limits Limits, progress func(int64)) (*input, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	in := &input{file: f, read: counter{r: f, f: progress}}
	in.Reader = bufio.NewReaderSize(&in.read, 64<<10)
	magic, err := in.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, f.Close())
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return in, nil
	}
	in.gz, err = gzip.NewReader(in.Reader)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
	}
	in.Reader = bufio.NewReaderSize(&guard{in: in, limits: limits}, 256<<10)
	return in, nil
}

func (in *input) Close() error { return in.file.Close() }

// guard stops inflating a file that grows beyond reason.
type guard struct {
	in     *input
	limits Limits
	n      int64
}

// ratioFrom is the size from which the ratio is watched: small files may well
// consist of one letter.
const ratioFrom = 16 << 20

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.in.gz.Read(p)
	g.n += int64(n)
	switch {
	case g.n > g.limits.Bytes:
		return n, fmt.Errorf("%w: more than %d bytes inflated", ErrLimit, g.limits.Bytes)
	case g.n > ratioFrom && g.n/max(g.in.read.n, 1) > g.limits.Ratio:
		return n, fmt.Errorf("%w: inflates to more than %d times its size", ErrLimit, g.limits.Ratio)
	}
	return n, err
}
