package fakediscord

import (
	"encoding/json"
	"strconv"
	"time"
)

// heartbeat answers op 1 with op 11.
func (c *conn) heartbeat(d json.RawMessage) {
	now := time.Now()
	c.beat.Reset(c.srv.cfg.HeartbeatGrace)
	c.srv.record.heartbeat(now.Sub(c.lastBeat))
	c.lastBeat = now
	if ses := c.ses.Load(); ses != nil && c.srv.cfg.TrimOnHeartbeat {
		if seq, err := strconv.ParseUint(string(d), 10, 64); err == nil {
			ses.acknowledge(seq)
		}
	}
	c.strike(AtHeartbeat)
	c.order(func(c *conn) error { return c.ack() })
}

// ack sends op 11: now, later, or never.
func (c *conn) ack() error {
	ack := []byte(`{"t":null,"s":null,"op":11,"d":null}`)
	if c.missACK.Load() {
		return nil
	}
	if wait := time.Duration(c.lateACK.Load()); wait > 0 {
		time.AfterFunc(wait, func() { c.say(ack) })
		return nil
	}
	return c.send(ack)
}

// flooded notes a frame and reports whether it is one too many.
func (c *conn) flooded() bool {
	now := time.Now()
	cfg := &c.srv.cfg
	if len(c.sends) == cfg.SendLimit {
		if now.Sub(c.sends[0]) < cfg.SendWindow {
			return true
		}
		c.sends = c.sends[1:]
	}
	c.sends = append(c.sends, now)
	return false
}
