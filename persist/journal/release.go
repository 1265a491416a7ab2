package journal

import (
	"errors"
	"fmt"
	"math"

	"guildpulse/events"
)

// Advance says that the named cursor needs no record below seq any more, and
// releases the segments that no cursor needs: a few of their files are kept to be
// written over, the others are removed. A cursor never goes back: a lower seq
// changes nothing. The journal keeps cursors in memory only, from the first record
// held; their owners store them.
//
// Errors: ErrCursor, ErrAhead when seq is past what is durable, ErrFailed,
// ErrClosed, or what kept a segment from being released, which the next Advance
// tries again.
func (j *Journal) Advance(cursor string, seq events.Seq) error {
	if err := j.move(cursor, seq); err != nil {
		return fmt.Errorf("advance cursor %q to %d: %w", cursor, seq, err)
	}
	if err := j.release(); err != nil {
		return fmt.Errorf("release segments: %w", err)
	}
	return nil
}

func (j *Journal) move(cursor string, seq events.Seq) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	at, known := j.cursors[cursor]
	switch {
	case !known:
		return ErrCursor
	case seq > j.durable:
		return fmt.Errorf("%w, whose durable records end before %d", ErrAhead, j.durable)
	}
	j.cursors[cursor] = max(at, seq)
	return j.readable()
}

// release lets go what can be, the oldest first, each before the next: so a crash
// never leaves a gap between segments.
func (j *Journal) release() error {
	j.releasing.Lock()
	defer j.releasing.Unlock()
	for {
		id, found := j.retire()
		if !found {
			return nil
		}
		spare, err := j.vacate(id)
		if errors.Is(err, errSync) {
			j.fail(err)
			return fmt.Errorf("%w: %w", ErrFailed, err)
		}
		if err != nil {
			return err
		}
		j.forget(spare)
	}
}

// vacate takes a segment's file away, or sets it aside as a spare.
func (j *Journal) vacate(id uint64) (spare string, err error) {
	j.mu.Lock()
	enough := len(j.spares) >= maxSpares || j.segments[0].bytes != j.cfg.SegmentBytes
	j.mu.Unlock()
	if enough {
		return "", j.folder.remove(id)
	}
	return j.folder.spare(id)
}

// retire takes the oldest segment from readers if no cursor needs it. The one that
// is written to, the last, always stays.
func (j *Journal) retire() (id uint64, found bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	oldest := &j.segments[0]
	if j.readable() != nil || len(j.segments) == 1 || j.slowest() < oldest.next {
		return 0, false
	}
	oldest.retired = true
	return oldest.id, true
}

// slowest is the least of all cursors; 0, where nothing is released, without any.
func (j *Journal) slowest() events.Seq {
	if len(j.cursors) == 0 {
		return 0
	}
	least := events.Seq(math.MaxUint64)
	for _, seq := range j.cursors {
		least = min(least, seq)
	}
	return least
}

// forget drops the oldest segment, whose file is gone or a spare now.
func (j *Journal) forget(name string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if name != "" {
		j.spares = append(j.spares, &spare{name: name, clean: j.segments[0].bytes})
		j.nudge()
	}
	j.held -= j.segments[0].bytes
	j.segments = append(j.segments[:0], j.segments[1:]...)
	j.room.ring()
	select {
	case j.freed <- struct{}{}:
	default:
	}
}
