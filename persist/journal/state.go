package journal

import (
	"fmt"

	"guildpulse/events"
)

func (j *Journal) setStalled(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stalled = err
}

// fail ends the journal for everybody. The first reason stays.
func (j *Journal) fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return
	}
	j.failed = err
	close(j.failing)
	j.dismiss(j.failure())
	j.room.ring()
	j.nudge()
}

// dismiss tells everybody who waits for a record that it will not be durable.
func (j *Journal) dismiss(err error) {
	j.writing.settle(err)
	j.filling.settle(err)
	j.advanced.ring()
}

// end is the committer's last act. The folder is unlocked when nobody touches it
// any more.
func (j *Journal) end() {
	j.groomer.leave()
	_ = j.active.file.Close() // what was acknowledged is durable
	j.mu.Lock()
	j.stopped = true
	j.dismiss(ErrClosed)
	j.room.ring()
	j.mu.Unlock()
	j.releasing.Lock()
	defer j.releasing.Unlock()
	for _, s := range j.spares {
		_ = j.cfg.FS.Remove(s.name) // or else the next start does
	}
	_ = j.lock.Close()
	close(j.done)
}

// writable says why nothing can be appended. Callers hold mu.
func (j *Journal) writable() error {
	if err := j.readable(); err != nil {
		return err
	}
	if j.closing {
		return ErrClosed
	}
	return nil
}

// readable says why nothing can be read or released. Callers hold mu.
func (j *Journal) readable() error {
	switch {
	case j.failed != nil:
		return j.failure()
	case j.stopped:
		return ErrClosed
	}
	return nil
}

func (j *Journal) failure() error { return fmt.Errorf("%w: %w", ErrFailed, j.failed) }

func (j *Journal) first() events.Seq {
	for i := range j.segments {
		if !j.segments[i].retired {
			return j.segments[i].first
		}
	}
	return j.next
}
