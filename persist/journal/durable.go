package journal

import (
	"context"
	"fmt"

	"guildpulse/events"
)

// Commit appends the batches and waits until they are durable, in one: see Append
// and WaitDurable. When only the waiting failed it returns the sequence too.
func (j *Journal) Commit(ctx context.Context, batches ...events.Batch) (events.Seq, error) {
	first, next, err := j.enroll(ctx, batches)
	if err != nil {
		return 0, err
	}
	return first, j.await(ctx, next-1)
}

// WaitDurable waits until record seq is durable; the commit does not linger for a
// record that somebody waits for. One that is not appended yet is waited for too.
// Errors: ErrFailed, ErrClosed, the context's. An error does not mean that the
// record is lost.
func (j *Journal) WaitDurable(ctx context.Context, seq events.Seq) error {
	j.enter()
	return j.await(ctx, seq)
}

// Sync commits what was appended before the call and waits until it is durable: one
// sync of the disk, shared with everybody who waits. Errors as of WaitDurable.
func (j *Journal) Sync(ctx context.Context) error {
	j.enter()
	return j.await(ctx, j.next-1)
}

// await is called with the mutex held, and returns without it: of a crowd that a
// commit wakes, nobody needs it to go on.
func (j *Journal) await(ctx context.Context, seq events.Seq) error {
	for {
		if known, err := j.settled(seq); known {
			j.mu.Unlock()
			return err
		}
		t := j.draw(seq)
		if t == nil { // not appended yet
			if err := j.wait(ctx, &j.advanced); err != nil {
				j.mu.Unlock()
				return fmt.Errorf("wait for record %d: %w", seq, err)
			}
			continue
		}
		j.mu.Unlock()
		if err := t.wait(ctx); err != nil {
			return fmt.Errorf("wait for record %d: %w", seq, err)
		}
		return t.err
	}
}

// settled says whether it is known what becomes of a record, and what.
func (j *Journal) settled(seq events.Seq) (known bool, err error) {
	switch {
	case j.failed != nil:
		return true, j.failure()
	case j.durable > seq:
		return true, nil
	case j.stopped:
		return true, ErrClosed
	}
	return false, nil
}

// draw returns a ticket for a record that is appended and not durable, and sees
// to it that it is committed; nil for one that is not appended.
func (j *Journal) draw(seq events.Seq) *ticket {
	if seq >= j.next {
		return nil
	}
	if j.writing != nil && seq < j.writing.next {
		return j.writing.draw(seq)
	}
	t := j.filling.draw(seq)
	j.waiting++
	if seq >= j.hurry {
		j.hurry = seq + 1
		j.nudge()
	}
	return t
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
