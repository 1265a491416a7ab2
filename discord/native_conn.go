package discord

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

const (
	dialTimeout  = 15 * time.Second
	writeTimeout = 10 * time.Second
	closeGrace   = 2 * time.Second // for the other side to say goodbye
)

// conn is one websocket connection to the gateway: frames out and payloads in,
// nothing of the protocol. read is for one goroutine; write and close are safe
// beside it.
type conn struct {
	ws      *websocket.Conn
	raw     net.Conn // below TLS and HTTP
	buf     []byte
	kind    string // of compression
	inflate *inflater
	once    sync.Once
}

// dialGateway connects. Its connection has a transport of its own, for the sake of
// raw: a websocket's read with a context that can end costs allocations at every
// frame, so reads have none and are ended from below.
func dialGateway(ctx context.Context, cfg *Config, url string) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	c := &conn{kind: cfg.Compress}
	transport := cfg.transport()
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		raw, err := cfg.Dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		c.raw = raw
		return ahead{raw, bufio.NewReaderSize(raw, readAhead)}, nil
	}
	ws, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: transport, CheckRedirect: noRedirect},
		HTTPHeader: http.Header{"User-Agent": {userAgent}},
	})
	if err != nil {
		if resp != nil && resp.Body != nil {
			_ = resp.Body.Close()
		}
		return nil, fmt.Errorf("connect to the gateway: %w", err)
	}
	ws.SetReadLimit(MaxFrame)
	c.ws = ws
	return c, nil
}

// readAhead is how much is taken from the system at once: dozens of messages, when
// many wait. The websocket's own buffer holds 4 KiB.
const readAhead = 32 << 10

// ahead is a connection that is read through a buffer.
type ahead struct {
	net.Conn
	buf *bufio.Reader
}

// Read implements net.Conn.
func (a ahead) Read(p []byte) (int, error) { return a.buf.Read(p) }

// noRedirect keeps the token on the host that was checked.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// read returns the next payload, valid until the following call.
func (c *conn) read() ([]byte, error) {
	for {
		kind, r, err := c.ws.Reader(context.Background())
		if err != nil {
			return nil, err
		}
		c.buf, err = readInto(reuse(c.buf), r)
		if err != nil {
			return nil, err
		}
		if kind == websocket.MessageText {
			return c.buf, nil
		}
		if payload, err := c.unpack(c.buf); payload != nil || err != nil {
			return payload, err
		}
	}
}

func (c *conn) unpack(b []byte) ([]byte, error) {
	if c.kind == CompressNone {
		return nil, errors.New("a compressed frame that nobody asked for")
	}
	if c.inflate == nil {
		c.inflate = newInflater(c.kind, MaxFrame)
	}
	return c.inflate.message(b)
}

// readInto appends all of r to b.
func readInto(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// write sends one payload.
func (c *conn) write(b []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	return c.ws.Write(ctx, websocket.MessageText, b)
}

// close says goodbye with a code and ends the connection, at the latest after
// closeGrace. A read that is under way ends with an error.
func (c *conn) close(code int) {
	c.once.Do(func() {
		t := time.AfterFunc(closeGrace, func() { _ = c.raw.Close() })
		defer t.Stop()
		_ = c.ws.Close(websocket.StatusCode(code), "")
		_ = c.raw.Close()
	})
}

// release frees what the reading goroutine holds, after its last read.
func (c *conn) release() {
	_ = c.ws.CloseNow()
	if c.inflate != nil {
		c.inflate.close()
	}
}

// closeCode returns the code that the other side closed with, 0 when it did not.
func closeCode(err error) int { return max(int(websocket.CloseStatus(err)), 0) }
