package fakediscord

import "sync"

// bell wakes everyone who waits for a change, without knowing who or how many.
// Take the channel before looking at the state, look, then wait: a change in
// between has closed the channel already. Ringing costs nothing when nobody
// listens. The zero value is ready.
type bell struct {
	mu sync.Mutex
	ch chan struct{}
}

// heard returns a channel that the next ring closes.
func (b *bell) heard() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

// ring wakes everyone who listens now.
func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}
