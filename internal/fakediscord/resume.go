package fakediscord

import (
	"encoding/json"
	"time"
)

// resumeRequest is the payload of op 6.
type resumeRequest struct {
	Token   string `json:"token"`
	Session string `json:"session_id"`
	Seq     uint64 `json:"seq"`
}

// resume serves op 6: what follows the given sequence, then RESUMED, which is a
// dispatch with a number like any other and so part of later replays.
func (c *conn) resume(d json.RawMessage) {
	var req resumeRequest
	if json.Unmarshal(d, &req) != nil {
		c.close(closeDecode, "Error while decoding payload.")
		return
	}
	rec := Resume{At: time.Now(), Session: req.Session, Seq: req.Seq, Path: c.path}
	c.srv.settle(req.Session)
	ses := c.srv.session(req.Session)
	switch {
	case c.ses.Load() != nil:
		rec.Code = closeAlready
	case bareToken(req.Token) != c.srv.cfg.Token:
		rec.Code = closeAuthentication
	case ses != nil && req.Seq > ses.last():
		rec.Code = closeInvalidSeq
	}
	if rec.Code != 0 {
		c.srv.record.resume(rec)
		c.close(rec.Code, "Resume refused.")
		return
	}
	if ses == nil || !ses.resumable(req.Seq) {
		rec.Invalid = true
		c.srv.record.resume(rec)
		c.order(func(c *conn) error { return c.invalidate(false) })
		return
	}
	rec.Shard = ses.shard
	c.strikeResume(ses, rec)
}

// settleTime is how long a RESUME waits for the connection before it to end.
const settleTime = 50 * time.Millisecond

// settle waits a moment while a session still has a connection. A client that
// closes one and comes straight back on another can be faster than the reader of
// the first, which decides whether there is anything left to resume; a connection
// that hangs is not waited for.
func (s *Server) settle(id string) {
	ses := s.session(id)
	if ses == nil {
		return
	}
	before := ses.carrier()
	if before == nil {
		return
	}
	t := time.NewTimer(settleTime)
	defer t.Stop()
	select {
	case <-before.over:
	case <-t.C:
	}
}

// strikeResume goes on with a session, unless a fault has it otherwise. It is on
// record before the client can see what came of it.
func (c *conn) strikeResume(ses *session, rec Resume) {
	var due []Fault
	twice := false
	for {
		f, ok := c.srv.faults.take(AtResume, ses.shard, 0)
		if !ok {
			break
		}
		if f.kind == faultReplayTwice {
			c.srv.record.fault(f, c)
			twice = true
			continue
		}
		due = append(due, f)
		rec.Struck = rec.Struck || f.instead()
		if f.kind == faultInvalid && !f.resumable || f.kind == faultClose && fatal(f.code) {
			c.srv.end(ses)
		}
	}
	c.srv.record.resume(rec)
	for _, f := range due {
		c.order(func(c *conn) error { return c.suffer(f) })
	}
	if !rec.Struck {
		c.srv.goOn(c, ses, rec.Seq, twice)
	}
}

// fatal reports whether a close code of ours ends the session.
func fatal(code int) bool { return code == closeInvalidSeq || code == closeTimedOut }

// goOn attaches a session to a new connection and ends the one it had.
func (s *Server) goOn(c *conn, ses *session, seq uint64, twice bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := ses.attach(c, seq, twice)
	ses.append(newEvent("RESUMED", 0, []byte(`{"_trace":["[\"gateway-fake-1\",{\"micros\":0.0}]"]}`)))
	c.ses.Store(ses)
	c.wake()
	if before != nil {
		before.close(closeUnknown, "Resumed elsewhere.")
	}
}

// session returns a live session by id, or nil.
func (s *Server) session(id string) *session {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, ses := range s.sessions {
		if ses.id == id {
			return ses
		}
	}
	return nil
}
