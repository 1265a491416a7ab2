package journal

import (
	"context"
	"fmt"
	"time"

	"guildpulse/events"
)

// Append numbers the batches' records, in order, and buffers them for the next
// commit; it returns the sequence of the first. The batches' own First is ignored.
// Everything is copied. After a crash the batches of one call are recovered
// together or not at all. Events that follow one another from one source, call
// after call, may be read as one batch.
//
// Append waits while the buffer is full or the journal is at its cap; nothing was
// appended when it returns an error. Errors: ErrBatch, ErrTooLarge, ErrFailed,
// ErrClosed, the context's. It does not wait for the disk: see WaitDurable and Sync.
// While a large append waits for room, smaller ones may pass it.
// Time: O(bytes). No allocation but for an append larger than the buffer.
func (j *Journal) Append(ctx context.Context, batches ...events.Batch) (events.Seq, error) {
	first, _, err := j.enroll(ctx, batches)
	if err != nil {
		return 0, err
	}
	j.mu.Unlock()
	return first, nil
}

// enroll is Append, and leaves the mutex to its caller unless it fails. next is the
// sequence after the batches.
func (j *Journal) enroll(ctx context.Context, batches []events.Batch) (first, next events.Seq, err error) {
	size, records, err := measure(batches)
	if err != nil {
		return 0, 0, fmt.Errorf("append to journal: %w", err)
	}
	if room := j.cfg.SegmentBytes - headerSize; size > room {
		return 0, 0, fmt.Errorf("append to journal: %w: %d bytes, a segment holds %d", ErrTooLarge, size, room)
	}
	j.enter()
	if first, err = j.number(ctx, batches, size, records); err != nil {
		j.mu.Unlock()
		return 0, 0, fmt.Errorf("append to journal: %w", err)
	}
	return first, first + records, nil
}

func (j *Journal) number(ctx context.Context, batches []events.Batch, size int64, records events.Seq) (events.Seq, error) {
	if err := j.waitForRoom(ctx, size); err != nil {
		return 0, err
	}
	first := j.next
	if first > maxSeq-records {
		return 0, fmt.Errorf("%w: no sequence is left after %d", ErrTooLarge, first)
	}
	return first, j.fill(batches, size, records)
}

func (j *Journal) waitForRoom(ctx context.Context, size int64) error {
	for {
		if err := j.writable(); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if j.bufferHolds(size) && j.capAllows(size) {
			return nil
		}
		// Room comes of a commit, and of a release, which needs one before.
		j.hurry = j.next
		j.nudge()
		if err := j.wait(ctx, &j.room); err != nil {
			return err
		}
	}
}

func (j *Journal) bufferHolds(size int64) bool {
	return j.filling.empty() || j.filling.size+size <= int64(j.cfg.bufferBytes())
}

// capAllows also lets a journal of one full segment go on, whatever the cap, for
// that segment can be released only after the next one has begun.
func (j *Journal) capAllows(size int64) bool {
	return j.fits(size) || j.held+j.cfg.SegmentBytes <= j.cfg.MaxBytes || j.plan.segment == j.segments[0].id
}

func (j *Journal) fits(size int64) bool { return j.plan.end+size <= j.cfg.SegmentBytes }

// fill puts the batches into the buffer: into the open frame, or as one group of
// frames, within one segment.
func (j *Journal) fill(batches []events.Batch, size int64, records events.Seq) (err error) {
	b := j.filling
	wasEmpty := b.empty()
	if wasEmpty {
		b.first, b.since = j.next, time.Now()
	}
	if len(batches) == 1 && j.fits(size) && b.joins(&batches[0]) {
		size -= headSize
		err = j.join(&batches[0], size)
	} else {
		err = j.group(batches, size)
	}
	if err != nil {
		return err
	}
	b.size += size
	j.plan.end += size
	j.next += records
	j.batches += uint64(len(batches))
	if wasEmpty || b.size >= int64(j.cfg.BatchBytes) {
		j.nudge()
	}
	return nil
}

func (j *Journal) join(batch *events.Batch, size int64) error {
	j.filling.extend(int(size))
	return j.filling.join(batch)
}

func (j *Journal) group(batches []events.Batch, size int64) error {
	if !j.fits(size) {
		j.plan.roll()
		j.held += j.cfg.SegmentBytes
	}
	b := j.filling
	b.into(j.plan.segment, j.plan.end, j.next, int(size))
	start, seq := len(b.data), j.next
	for i := range batches {
		h := frameHead{first: seq, commit: b.first}
		if i+1 < len(batches) {
			h.flags = flagMore
		}
		if err := b.begin(&batches[i], h, j.plan.seed); err != nil {
			b.data, b.open = b.data[:start], openFrame{}
			return err
		}
		seq += events.Seq(batches[i].Len())
	}
	return nil
}
