package fakediscord

import (
	"context"

	"github.com/coder/websocket"
)

// batchLen is how many dispatches are encoded under one hold of the world's lock.
const batchLen = 64

// packOver is the size from which payloads are compressed on their own where
// IDENTIFY asked for it.
const packOver = 8 << 10

// write is the writer: orders first, then dispatches in batches, corked so that
// many frames leave in one call; when there is nothing left, all goes out.
func (c *conn) write() {
	defer c.cancel()
	batch := make([]outgoing, 0, batchLen)
	for {
		for _, do := range c.takeOrders() {
			if do(c) != nil {
				return
			}
		}
		if ses := c.ses.Load(); ses != nil {
			batch = ses.take(c, batch)
			if len(batch) > 0 {
				if c.sendBatch(batch, ses.intents) != nil {
					return
				}
				continue
			}
		}
		if c.wire.uncork() != nil {
			return
		}
		select {
		case <-c.awake:
		case <-c.ctx.Done():
			return
		}
	}
}

// sendBatch encodes dispatches under the world's lock and sends them without it.
func (c *conn) sendBatch(batch []outgoing, intents Intents) error {
	c.wire.cork()
	var ends [batchLen]int
	c.srv.mu.RLock()
	buf := c.frame[:0]
	for i, out := range batch {
		buf = c.srv.world.appendDispatch(buf, out, intents, c.srv.cfg.Application)
		ends[i] = len(buf)
	}
	c.srv.mu.RUnlock()
	c.frame = buf
	start := 0
	for i := range batch {
		if err := c.sendDispatch(buf[start:ends[i]]); err != nil {
			return err
		}
		start = ends[i]
	}
	return nil
}

// sendDispatch sends one dispatch, unless a fault has it otherwise.
func (c *conn) sendDispatch(frame []byte) error {
	times := 1
	for c.srv.faults.live.Load() > 0 {
		f, ok := c.srv.faults.take(AtDispatch, c.shard(), c.dispatched)
		if !ok {
			break
		}
		switch f.kind {
		case faultWithhold:
			c.srv.record.fault(f, c)
			times = 0
		case faultDuplicate:
			c.srv.record.fault(f, c)
			times = 2
		default:
			if err := c.suffer(f); err != nil {
				return err
			}
		}
	}
	c.dispatched++
	c.srv.dispatched.Add(1)
	for range times {
		if err := c.send(frame); err != nil {
			return err
		}
	}
	return nil
}

// send sends one payload as one message. The writer's alone.
func (c *conn) send(payload []byte) error {
	kind := websocket.MessageText
	switch {
	case c.stream != nil:
		packed, err := c.stream.pack(payload)
		if err != nil {
			return err
		}
		kind, payload = websocket.MessageBinary, packed
	case len(payload) > packOver && c.pack.Load():
		kind, payload = websocket.MessageBinary, packOne(payload)
	}
	return c.ws.Write(context.Background(), kind, payload)
}

// sendClose performs the closing handshake, then ends the writer. What the code
// means for the session is settled before the client can come back.
func (c *conn) sendClose(code int, reason string) error {
	if ses := c.ses.Load(); ses != nil {
		if fatal(code) {
			c.srv.end(ses)
		}
		c.srv.detach(c, ses)
	}
	c.srv.record.closed(c, code, true)
	_ = c.wire.uncork()
	_ = c.ws.Close(websocket.StatusCode(code), reason)
	return errOver
}
