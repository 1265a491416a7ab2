package fakediscord

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// corkLimit is how much a corked wire holds back before it writes on its own:
// half of what loopback takes in one call without waiting.
const corkLimit = 64 << 10

// wire is the TCP side of a connection, below HTTP and websocket. It can hold
// writes back and let them go as one (the websocket library flushes every
// frame), cut the line as a broken network does, and put bytes on it that no
// websocket library would.
type wire struct {
	net.Conn
	mu     sync.Mutex // orders writes: frames of the writer, pongs of the reader
	corked bool
	silent bool // writes go nowhere
	held   []byte
}

// Write sends p, or keeps it while the wire is corked.
func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.silent:
		return len(p), nil
	case !w.corked:
		return w.Conn.Write(p)
	}
	w.held = append(w.held, p...)
	if len(w.held) < corkLimit {
		return len(p), nil
	}
	return len(p), w.release()
}

// cork keeps what is written from now on, up to corkLimit.
func (w *wire) cork() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.corked = true
}

// uncork sends what was kept.
func (w *wire) uncork() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.corked = false
	return w.release()
}

// silence sends what was kept and then nothing ever again.
func (w *wire) silence() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.silent = true
	return w.release()
}

// release writes what is held; the caller has the lock.
func (w *wire) release() error {
	if len(w.held) == 0 {
		return nil
	}
	_, err := w.Conn.Write(w.held)
	w.held = w.held[:0]
	return err
}

// cut ends the connection without a goodbye: a reset where it is TCP. It does
// not wait for a write that hangs, but ends it.
func (w *wire) cut() {
	if tcp, ok := w.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // so that the peer sees a reset, not an end
	}
	_ = w.Conn.Close()
}

// gate is the listener: it turns connections into wires, and away while the
// server refuses.
type gate struct {
	net.Listener
	refuseUntil atomic.Int64 // Unix nanoseconds
}

// Accept waits for the next connection that is not refused.
func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		w := &wire{Conn: c}
		if !g.refusing() {
			return w, nil
		}
		w.cut()
	}
}

// refusing reports whether connections are turned away now.
func (g *gate) refusing() bool { return time.Now().UnixNano() < g.refuseUntil.Load() }
