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
// together or not at all.
//
// Append waits while the buffer is full or the journal is at its cap; nothing was
// appended when it returns an error. Errors: ErrBatch, ErrTooLarge, ErrFailed,
// ErrClosed, the context's. It does not wait for the disk: see WaitDurable and Sync.
// While a large append waits for room, smaller ones may pass it.
// Time: O(bytes). No allocation but for an append larger than the buffer.
func (j *Journal) Append(ctx context.Context, batches ...events.Batch) (events.Seq, error) {
	size, records, err := measure(batches)
	if err != nil {
		return 0, fmt.Errorf("append to journal: %w", err)
	}
	if room := j.cfg.SegmentBytes - headerSize; size > room {
		return 0, fmt.Errorf("append to journal: %w: %d bytes, a segment holds %d", ErrTooLarge, size, room)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.waitForRoom(ctx, size); err != nil {
		return 0, fmt.Errorf("append to journal: %w", err)
	}
	first := j.next
	if first > maxSeq-records {
		return 0, fmt.Errorf("append to journal: %w: no sequence is left after %d", ErrTooLarge, first)
	}
	if err := j.fill(batches, size, records); err != nil {
		return 0, fmt.Errorf("append to journal: %w", err)
	}
	return first, nil
}

func (j *Journal) waitForRoom(ctx context.Context, size int64) error {
	for {
		if err := j.writable(); err != nil {
			return err
		}
		if err := context.Cause(ctx); err != nil {
			return err
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

// fill encodes the batches as one group of frames, within one segment.
func (j *Journal) fill(batches []events.Batch, size int64, records events.Seq) error {
	b := j.filling
	wasEmpty := b.empty()
	if wasEmpty {
		b.first, b.since = j.next, time.Now()
	}
	if err := j.encode(batches, size); err != nil {
		return err
	}
	j.next += records
	j.count.records += uint64(records)
	j.count.batches += uint64(len(batches))
	if wasEmpty || b.size >= int64(j.cfg.BatchBytes) {
		j.nudge()
	}
	return nil
}

func (j *Journal) encode(batches []events.Batch, size int64) (err error) {
	if !j.fits(size) {
		j.plan.roll()
		j.held += j.cfg.SegmentBytes
	}
	b := j.filling
	p := b.into(j.plan.segment, j.plan.end, j.next, int(size))
	data, seq := b.data, j.next
	for i := range batches {
		h := frameHead{first: seq, commit: b.first}
		if i+1 < len(batches) {
			h.flags = flagMore
		}
		if data, err = appendFrame(data, &batches[i], h, j.plan.seed); err != nil {
			return err
		}
		seq += events.Seq(batches[i].Len())
	}
	b.data, p.end, p.next = data, len(data), seq
	b.size += size
	j.plan.end += size
	return nil
}
