package fakediscord

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"
)

// overrun is how many dispatches beyond its buffer a connected client may fall
// behind.
const overrun = 1 << 16

// session is what IDENTIFY makes and RESUME goes on with: a shard's numbered
// stream of dispatches, whether a connection carries it now or not.
//
// Lock order: the server's, then the session's. Events are appended under both,
// in the order of the world; the connection's writer takes them under the
// session's alone.
type session struct {
	id            string
	shard, shards int
	intents       Intents
	limit         int // dispatches kept
	maxBytes      int // payload kept

	mu         sync.Mutex
	log        replayLog
	cursor     uint64 // next sequence to send
	again      uint64 // once the cursor is at againAt it goes back to again
	againAt    uint64
	conn       *conn // that carries it; nil when detached
	superseded bool  // a newer session of the shard exists and this one is detached
	dead       bool
	expiry     *time.Timer
	moved      bell // the cursor moved, or the session's fate changed
}

// newSession returns a session without a connection.
func newSession(cfg *Config, shard, shards int, intents Intents) *session {
	var id [16]byte
	_, _ = rand.Read(id[:])
	return &session{
		id: hex.EncodeToString(id[:]), shard: shard, shards: shards, intents: intents,
		limit: cfg.ReplayBuffer, maxBytes: cfg.ReplayBytes, log: newReplayLog(), cursor: 1,
	}
}

// append adds a dispatch and wakes the writer. A connected client that has
// fallen too far behind is thrown out, as Discord does.
func (ses *session) append(ev *event) { ses.appendLines(ev, []logged{{}}) }

// appendLines adds one dispatch a line, all of one event.
func (ses *session) appendLines(ev *event, lines []logged) {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	for _, line := range lines {
		ses.log.append(ev, line)
	}
	keep := ses.log.next
	if ses.conn != nil {
		keep = ses.cursor
		if ses.log.next-ses.cursor > uint64(ses.limit+overrun) {
			ses.conn.close(closeUnknown, "too slow")
			keep = ses.log.next
		} else {
			ses.conn.wake()
		}
	}
	ses.log.trim(ses.limit, ses.maxBytes, keep)
	ses.cursor = max(ses.cursor, ses.log.first)
}

// outgoing is a dispatch about to be sent.
type outgoing struct {
	seq  uint64
	ev   *event
	line logged
}

// take moves up to cap(dst) dispatches into dst, for the connection that
// carries the session.
func (ses *session) take(c *conn, dst []outgoing) []outgoing {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	dst = dst[:0]
	if ses.conn != c {
		return dst
	}
	for len(dst) < cap(dst) {
		if ses.againAt != 0 && ses.cursor == ses.againAt {
			ses.cursor, ses.againAt = ses.again, 0
		}
		if ses.cursor >= ses.log.next {
			break
		}
		ev, line := ses.log.at(ses.cursor)
		dst = append(dst, outgoing{seq: ses.cursor, ev: ev, line: line})
		ses.cursor++
	}
	if len(dst) > 0 {
		ses.moved.ring()
	}
	return dst
}

// resumable reports whether the stream can go on after sequence seq.
func (ses *session) resumable(seq uint64) bool {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	ses.log.trim(ses.limit, ses.maxBytes, ses.log.next) // what was unsent until now counts as well
	ses.cursor = max(ses.cursor, ses.log.first)
	return !ses.dead && seq+1 >= ses.log.first
}

// last returns the newest sequence given out.
func (ses *session) last() uint64 {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	return ses.log.next - 1
}

// attach lets c carry the session from the sequence after seq on, and returns
// the connection that carried it until now.
func (ses *session) attach(c *conn, seq uint64, twice bool) (before *conn) {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	if ses.expiry != nil {
		ses.expiry.Stop()
	}
	before, ses.conn = ses.conn, c
	ses.superseded = false
	ses.cursor = seq + 1
	ses.again, ses.againAt = 0, 0
	if twice && seq+1 < ses.log.next {
		ses.again, ses.againAt = seq+1, ses.log.next
	}
	ses.moved.ring()
	return before
}

// detach leaves the session without a connection, for the given time, unless
// another one has taken over.
func (ses *session) detach(c *conn, window time.Duration, expire func()) {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	if ses.conn != c {
		return
	}
	ses.conn = nil
	if !ses.dead {
		ses.expiry = time.AfterFunc(window, expire)
	}
	ses.moved.ring()
}

// kill ends the session for good.
func (ses *session) kill() {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	ses.dead = true
	if ses.expiry != nil {
		ses.expiry.Stop()
	}
	ses.moved.ring()
}

// acknowledge forgets what the client says it has.
func (ses *session) acknowledge(seq uint64) {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	ses.log.forget(min(seq+1, ses.cursor))
}

// unsent returns how many dispatches wait, and whether anybody may still come
// for them: a session that a newer one of its shard has replaced waits in vain.
func (ses *session) unsent() (n int, awaited bool) {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	return int(ses.log.next - ses.cursor), !ses.dead && (ses.conn != nil || !ses.superseded)
}

// carrier returns the connection that carries the session, nil for none.
func (ses *session) carrier() *conn {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	return ses.conn
}

// detached reports whether no connection carries the session.
func (ses *session) detached() bool { return ses.carrier() == nil }
