package rank

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// turnstile lets one through at a time, and those who write before those who
// read. Nobody stays inside for longer than about one update: what reads more
// comes again for each piece. Under such short stays a lock that readers share
// costs twice the atomic operations and gains nothing.
//
// A writer waits for the reader that is inside and for those that are at the
// door already, but not for those that come after it.
type turnstile struct {
	mu  sync.Mutex
	due atomic.Int32 // writers at the door
}

// write enters to write.
func (t *turnstile) write() {
	if !t.mu.TryLock() {
		t.queue()
	}
}

func (t *turnstile) queue() {
	t.due.Add(1)
	t.mu.Lock()
	t.due.Add(-1)
}

// read enters to read.
func (t *turnstile) read() {
	if t.due.Load() != 0 {
		t.yield()
	}
	t.mu.Lock()
}

func (t *turnstile) yield() {
	for t.due.Load() != 0 {
		runtime.Gosched()
	}
}

// leave ends a stay.
func (t *turnstile) leave() { t.mu.Unlock() }
