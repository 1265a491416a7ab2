package journal

import "context"

// bell wakes everybody who waits for something to change. The journal's mutex
// guards it.
type bell struct{ c chan struct{} }

func newBell() bell { return bell{make(chan struct{})} }

// ring wakes all who heard the bell's channel before now.
func (b *bell) ring() {
	close(b.c)
	b.c = make(chan struct{})
}

// wait gives up the mutex until the bell rings or ctx ends.
func (j *Journal) wait(ctx context.Context, b *bell) error {
	rung := b.c
	j.mu.Unlock()
	defer j.mu.Lock()
	select {
	case <-rung:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
