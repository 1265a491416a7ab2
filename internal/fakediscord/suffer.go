package fakediscord

import (
	"bytes"
	"net/http"
	"time"
)

// suffer lets a fault happen. It runs on the writer; an error ends it.
func (c *conn) suffer(f Fault) error {
	if f.kind == faultMute { // on record once it is true
		c.muted.Store(true)
		err := c.wire.silence()
		c.srv.record.fault(f, c)
		return err
	}
	c.srv.record.fault(f, c)
	switch f.kind {
	case faultDrop, faultReset:
		c.hangUp(f.kind == faultReset)
		return errOver
	case faultClose:
		return c.sendClose(f.code, "scripted")
	case faultReconnect:
		return c.send([]byte(`{"t":null,"s":null,"op":7,"d":null}`))
	case faultInvalid:
		return c.invalidate(f.resumable)
	case faultBeat:
		return c.send([]byte(`{"t":null,"s":null,"op":1,"d":null}`))
	case faultMissACK:
		c.missACK.Store(true)
	case faultLateACK:
		c.lateACK.Store(int64(f.wait))
	case faultGarbage:
		return c.send([]byte(`{"t":"MESSAGE_CREATE","s":0,"op":0,"d":{"id":"12`))
	case faultGarbageWire:
		_, err := c.wire.Write(bytes.Repeat([]byte{0xff, 0x07, 0xfe, 0x81}, 16))
		return err
	case faultOversize:
		return c.send(oversized(f.size))
	}
	return nil
}

// instead reports whether a fault takes the place of the answer it precedes.
func (f Fault) instead() bool {
	switch f.kind {
	case faultDrop, faultReset, faultClose, faultReconnect, faultInvalid, faultMute, faultGarbageWire:
		return true
	}
	return false
}

// oversized is a dispatch nobody can want.
func oversized(size int) []byte {
	b := []byte(`{"t":"GUILD_TRANSCRIPT","s":null,"op":0,"d":{"padding":"`)
	b = append(b, bytes.Repeat([]byte{'x'}, size)...)
	return append(b, `"}}`...)
}

// invalidate sends op 9. The session leaves the connection either way, and a
// session that is not resumable is over.
func (c *conn) invalidate(resumable bool) error {
	if ses := c.ses.Swap(nil); ses != nil {
		if !resumable {
			c.srv.end(ses)
		}
		c.srv.detach(c, ses)
	}
	d := []byte(`{"t":null,"s":null,"op":9,"d":false}`)
	if resumable {
		d = []byte(`{"t":null,"s":null,"op":9,"d":true}`)
	}
	return c.send(d)
}

// strike lets the faults due at a moment happen and reports whether one of them
// takes the place of what would come next. The reader's.
func (c *conn) strike(m Moment) (instead bool) {
	for {
		f, ok := c.srv.faults.take(m, c.shard(), 0)
		if !ok {
			return instead
		}
		c.order(func(c *conn) error { return c.suffer(f) })
		instead = instead || f.instead()
	}
}

// strikeDial lets a fault happen before there is a websocket, and reports
// whether the request is done with.
func (s *Server) strikeDial(w http.ResponseWriter, r *http.Request) bool {
	if time.Now().UnixNano() < s.refuseGateway.Load() {
		cutRequest(r)
		return true
	}
	f, ok := s.faults.take(AtDial, -1, 0)
	if !ok {
		return false
	}
	s.record.fault(f, nil)
	switch f.kind {
	case faultUnavailable:
		http.Error(w, http.StatusText(f.code), f.code)
	case faultMute:
		select {
		case <-r.Context().Done():
		case <-s.done:
		}
	case faultRefuse:
		s.refuseGateway.Store(time.Now().Add(f.wait).UnixNano())
		cutRequest(r)
	default:
		cutRequest(r)
	}
	return true
}

// cutRequest resets the connection a request came on.
func cutRequest(r *http.Request) {
	if w, ok := r.Context().Value(wireKey{}).(*wire); ok {
		w.cut()
	}
}
