package journal

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// commitAll is the committer: it runs until the journal is closed or fails.
func (j *Journal) commitAll() {
	defer j.end()
	for b := j.take(); b != nil; b = j.take() {
		if err := j.commit(b); err != nil {
			if !errors.Is(err, errGivenUp) {
				j.fail(err)
			}
			return
		}
	}
}

const forever = time.Duration(math.MaxInt64)

// take waits until a commit is due and returns what it is to write, or nil when
// there will be none.
func (j *Journal) take() *buffer {
	for {
		b, linger, ended := j.due(time.Now())
		if b != nil || ended {
			return b
		}
		pause := time.NewTimer(linger)
		select {
		case <-j.wake:
		case <-pause.C:
		}
		pause.Stop()
	}
}

func (j *Journal) due(now time.Time) (b *buffer, linger time.Duration, ended bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.failed != nil:
		return nil, 0, true
	case j.filling.empty():
		return nil, forever, j.closing
	}
	if linger = j.lingers(now); linger > 0 {
		return nil, linger, false
	}
	b, j.filling, j.spare = j.filling, j.spare, nil
	j.room.ring()
	return b, 0, false
}

// lingers returns how much longer the buffer may wait for company.
func (j *Journal) lingers(now time.Time) time.Duration {
	full := len(j.filling.data) >= j.cfg.BatchBytes
	if full || j.closing || j.hurry > j.filling.first {
		return 0
	}
	return j.cfg.Linger - now.Sub(j.filling.since)
}

// commit makes a buffer durable, piece by piece: a segment is durable to its end
// before the next one is made.
func (j *Journal) commit(b *buffer) error {
	for i, p := range b.pieces {
		data := b.bytes(i)
		if err := j.insist(func() error { return j.write(p, data) }); err != nil {
			return err
		}
		if err := syncFile(j.active.file); err != nil {
			return fmt.Errorf("segment %s: %w", j.folder.path(p.segment), err)
		}
		if err := j.publish(p, int64(len(data))); err != nil {
			return err
		}
	}
	b.reset()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.spare = b
	return nil
}

func (j *Journal) write(p piece, data []byte) error {
	if p.segment != j.active.segment {
		if err := j.rotate(p); err != nil {
			return err
		}
	}
	if err := j.active.write(data); err != nil {
		return fmt.Errorf("segment %s: %w", j.folder.path(p.segment), err)
	}
	return nil
}

// rotate begins the segment of p. That it exists seals the one before.
func (j *Journal) rotate(p piece) error {
	h := header{segment: p.segment, journal: j.id, first: p.first}
	f, err := j.folder.create(h, j.cfg.SegmentBytes)
	if err != nil {
		return err
	}
	_ = j.active.file.Close() // all of it is durable
	j.active = &active{
		file: f, segment: p.segment, end: headerSize, bytes: j.cfg.SegmentBytes, allocated: true,
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.segments = append(j.segments, segment{
		id: p.segment, first: p.first, next: p.first, end: headerSize, bytes: j.cfg.SegmentBytes,
	})
	return nil
}

// publish tells everybody that a piece is durable, unless the journal has failed
// in the meantime.
func (j *Journal) publish(p piece, bytes int64) error {
	j.active.end += bytes
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	last := &j.segments[len(j.segments)-1]
	last.next, last.end = p.next, j.active.end
	j.durable = p.next
	j.count.bytes += bytes
	j.count.syncs++
	j.advanced.ring()
	return nil
}

// errGivenUp: Close waits no longer.
var errGivenUp = errors.New("given up")

// insist tries until it succeeds or meets an error that waiting cannot mend. A
// release, which makes room, ends a pause early.
func (j *Journal) insist(try func() error) error {
	for pause := j.cfg.Retry; ; pause = min(2*pause, retryDoublings*j.cfg.Retry) {
		err := try()
		if err != nil && !transient(err) {
			return err
		}
		j.setStalled(err)
		if err == nil {
			return nil
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-j.freed:
		case <-j.failing:
			return errGivenUp
		case <-j.quit:
			return errGivenUp
		}
		timer.Stop()
	}
}
