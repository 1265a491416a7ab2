package journal

import (
	"context"
	"fmt"

	"guildpulse/events"
)

// WaitDurable waits until record seq is durable, without hurrying the commit. A
// record that is not appended yet is waited for too. Errors: ErrFailed, ErrClosed,
// the context's. An error does not mean that the record is lost.
func (j *Journal) WaitDurable(ctx context.Context, seq events.Seq) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.await(ctx, seq)
}

// Sync commits what was appended before the call, without lingering, and waits
// until it is durable: one sync of the disk, shared with everybody who waits.
// Errors as of WaitDurable.
func (j *Journal) Sync(ctx context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.hurry = max(j.hurry, j.next)
	j.nudge()
	return j.await(ctx, j.next-1)
}

func (j *Journal) await(ctx context.Context, seq events.Seq) error {
	for {
		switch {
		case j.failed != nil:
			return j.failure()
		case j.durable > seq:
			return nil
		case j.stopped:
			return ErrClosed
		}
		if err := j.wait(ctx, &j.advanced); err != nil {
			return fmt.Errorf("wait for record %d: %w", seq, err)
		}
	}
}

// Failed is closed when the journal has failed: a write for good, or any sync.
// The process must then stop; what was acknowledged is found again by the next.
func (j *Journal) Failed() <-chan struct{} { return j.failing }

// Stalled returns what keeps the committer from writing at the moment, a full disk
// mostly, or nil. Nothing is lost meanwhile, and nothing becomes durable.
func (j *Journal) Stalled() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.stalled
}
