package gateway

import (
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
)

// flood is a gateway that greets everybody and then sends messages when told to.
type flood struct {
	http   *httptest.Server
	packed func(kind string) (source, error)
	opened chan *stream
}

func newFlood(packed func(kind string) (source, error)) *flood {
	f := &flood{packed: packed, opened: make(chan *stream, 1)}
	f.http = httptest.NewServer(f)
	return f
}

// close ends the server, after those who read from it.
func (f *flood) close() { f.http.Close() }

// websocket is the address that Discord would tell.
func (f *flood) websocket() string { return "ws" + strings.TrimPrefix(f.http.URL, "http") }

// ServeHTTP tells where the gateway is, and is it.
func (f *flood) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") == "" {
		fmt.Fprintf(w, `{"url":%q,"shards":1}`, f.websocket())
		return
	}
	var from source = newPlain()
	if kind := r.URL.Query().Get("compress"); kind != "" {
		var err error
		if from, err = f.packed(kind); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	defer func() { _ = from.close() }()
	if line, err := upgrade(w, r); err == nil {
		defer line.Close()
		if _, err := line.Write(from.greeting()); err == nil {
			f.opened <- &stream{line: line, from: from}
			_, _ = io.Copy(io.Discard, line) // until the reader leaves
		}
	}
}

// upgrade turns a request into a websocket.
func upgrade(w http.ResponseWriter, r *http.Request) (net.Conn, error) {
	line, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, err = fmt.Fprintf(line, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	if err != nil {
		return nil, errors.Join(err, line.Close())
	}
	return line, nil
}

// stream is the server's end of one connection.
type stream struct {
	line net.Conn
	from source
}

// send writes n messages, as fast as the reader takes them.
func (s *stream) send(n int) error {
	for n > 0 {
		b, frames := s.from.next(n)
		if frames == 0 {
			return errors.New("the stream has ended: it was made for fewer messages")
		}
		if _, err := s.line.Write(b); err != nil {
			return fmt.Errorf("send messages: %w", err)
		}
		n -= frames
	}
	return nil
}

// accept returns the stream of the reader that connects next.
func (f *flood) accept(ctx context.Context) (*stream, error) {
	select {
	case s := <-f.opened:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
