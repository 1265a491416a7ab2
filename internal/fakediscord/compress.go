package fakediscord

import (
	"bytes"
	"fmt"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// deflater is one of the transport compressions: one stream over the whole
// connection, flushed after each payload.
type deflater interface {
	Write(p []byte) (int, error)
	Flush() error
	Close() error
}

// stream compresses payloads into binary messages.
type stream struct {
	out bytes.Buffer
	z   deflater
}

// newStream returns the transport compression a client asked for in its URL, or
// nil for none.
func newStream(name string) (*stream, error) {
	st := new(stream)
	switch name {
	case "":
		return nil, nil
	case "zlib-stream":
		st.z = zlib.NewWriter(&st.out)
		return st, nil
	case "zstd-stream":
		z, err := zstd.NewWriter(&st.out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<17))
		st.z = z
		return st, err
	}
	return nil, fmt.Errorf("unknown transport compression %q", name)
}

// pack returns the message for one payload, valid until the next call.
func (st *stream) pack(payload []byte) ([]byte, error) {
	st.out.Reset()
	if _, err := st.z.Write(payload); err != nil {
		return nil, err
	}
	if err := st.z.Flush(); err != nil {
		return nil, err
	}
	return st.out.Bytes(), nil
}

// packOne compresses a single payload on its own, as IDENTIFY's compress asks
// for large ones.
func packOne(payload []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	_, _ = z.Write(payload) // into memory: cannot fail
	_ = z.Close()
	return out.Bytes()
}
