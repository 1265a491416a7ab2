package fakediscord

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// errOver ends a connection's writer in good order.
var errOver = errors.New("connection is over")

// conn is a gateway connection. Its reader is the HTTP handler's goroutine; its
// writer sends everything that is ever sent, so that frames, faults and the
// close frame keep their order.
type conn struct {
	srv    *Server
	ws     *websocket.Conn
	wire   *wire
	ctx    context.Context //nolint:containedctx // it is the connection's life: reading ends with it, no write ever sees it
	cancel context.CancelFunc
	path   string
	stream *stream // transport compression; nil for none
	awake  chan struct{}
	over   chan struct{} // closed once its end has had its effect on the session
	ses    atomic.Pointer[session]

	mu      sync.Mutex
	orders  []func(*conn) error // for the writer, ahead of dispatches
	closing bool                // a close was ordered by us

	pack       atomic.Bool // IDENTIFY asked for payload compression
	muted      atomic.Bool // what comes is forgotten
	missACK    atomic.Bool
	lateACK    atomic.Int64 // nanoseconds
	dispatched int          // the writer's
	frame      []byte       // the writer's
	beat       *time.Timer  // fires when the client has been silent too long
	lastBeat   time.Time    // the reader's
	sends      []time.Time  // the reader's: when the last SendLimit frames came
}

// shard returns the connection's shard, -1 before it is known.
func (c *conn) shard() int {
	if ses := c.ses.Load(); ses != nil {
		return ses.shard
	}
	return -1
}

// wake tells the writer that there is something to do.
func (c *conn) wake() {
	select {
	case c.awake <- struct{}{}:
	default:
	}
}

// order has the writer do something as soon as it can.
func (c *conn) order(do func(*conn) error) {
	c.mu.Lock()
	c.orders = append(c.orders, do)
	c.mu.Unlock()
	c.wake()
}

// say has the writer send a payload.
func (c *conn) say(payload []byte) {
	c.order(func(c *conn) error { return c.send(payload) })
}

// close has the writer close the connection with a code, once.
func (c *conn) close(code int, reason string) {
	c.mu.Lock()
	again := c.closing
	c.closing = true
	c.mu.Unlock()
	if !again {
		c.order(func(c *conn) error { return c.sendClose(code, reason) })
	}
}

// closedByUs reports whether a close was ordered here.
func (c *conn) closedByUs() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing
}

// hangUp ends the line without a goodbye; a reset loses what is under way.
func (c *conn) hangUp(reset bool) {
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	if reset {
		c.wire.cut()
		return
	}
	_ = c.wire.uncork()
	_ = c.wire.Close()
}

// takeOrders returns what the writer was told to do.
func (c *conn) takeOrders() []func(*conn) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.orders
	c.orders = nil
	return list
}
