package journal

import "context"

// bell wakes everybody who waits for something to change. The journal's mutex
// guards it.
type bell struct{ c chan struct{} } // nil: nobody listens

// ring wakes all who listened before now.
func (b *bell) ring() {
	if b.c != nil {
		close(b.c)
		b.c = nil
	}
}

// wait gives up the mutex until the bell rings or ctx ends.
func (j *Journal) wait(ctx context.Context, b *bell) error {
	if b.c == nil {
		b.c = make(chan struct{})
	}
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
