package fakediscord

import (
	"sync"
	"sync/atomic"
	"time"
)

// faults are those that have not struck yet.
type faults struct {
	mu      sync.Mutex
	pending []Fault
	live    atomic.Int32 // how many wait for a dispatch: spares the writers the lock
}

// add queues faults.
func (q *faults) add(list []Fault) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending = append(q.pending, list...)
	q.count()
}

// count keeps live right; the caller has the lock.
func (q *faults) count() {
	n := int32(0)
	for _, f := range q.pending {
		if f.when == AtDispatch {
			n++
		}
	}
	q.live.Store(n)
}

// take removes and returns the first fault due at a moment for a shard (-1
// before it is known) with so many dispatches sent.
func (q *faults) take(m Moment, shard, dispatched int) (Fault, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range q.pending {
		f := &q.pending[i]
		if f.when != m || f.shard >= 0 && f.shard != shard {
			continue
		}
		if m == AtDispatch && dispatched < f.after {
			continue
		}
		if m != AtDispatch && f.after > 0 {
			f.after--
			return Fault{}, false
		}
		hit := *f
		q.pending = append(q.pending[:i], q.pending[i+1:]...)
		q.count()
		return hit, true
	}
	return Fault{}, false
}

// left returns how many have not struck.
func (q *faults) left() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.pending)
}

// Inject scripts faults. Each strikes once: the first connection that comes to
// its moment. Faults of one moment strike in the order they were given.
func (s *Server) Inject(list ...Fault) { s.faults.add(list) }

// Pending returns how many injected faults have not struck yet.
func (s *Server) Pending() int { return s.faults.left() }

// Strike lets faults happen at once on every live connection (of their shard).
// Duplicate, Withhold, ReplayTwice, Refuse and Unavailable have no such meaning and do
// nothing.
func (s *Server) Strike(list ...Fault) {
	for _, c := range s.liveConns() {
		for _, f := range list {
			if f.shard < 0 || f.shard == c.shard() {
				f.when = atOnce
				c.order(func(c *conn) error { return c.suffer(f) })
			}
		}
	}
}

// RefuseAll resets every new connection and every REST call for a while: a
// Discord that is gone. Gateway connections that are open stay; Strike them.
func (s *Server) RefuseAll(d time.Duration) {
	s.gate.refuseUntil.Store(time.Now().Add(d).UnixNano())
}
