package journal

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"time"
)

// commitAll is the committer: it runs until the journal is closed or fails.
func (j *Journal) commitAll() {
	defer j.end()
	for {
		b, err := j.take()
		if b != nil {
			err = j.commit(b)
		}
		if err != nil && !errors.Is(err, errGivenUp) {
			j.fail(err)
		}
		if b == nil || err != nil {
			return
		}
	}
}

const forever = time.Duration(math.MaxInt64)

// take waits until a commit is due and returns what it is to write, or nil when
// there will be none.
func (j *Journal) take() (*buffer, error) {
	for {
		linger, chore, ended := j.due(time.Now())
		if ended {
			return nil, nil
		}
		if linger <= 0 {
			j.gather()
			return j.swap(), nil
		}
		if chore != noChore {
			groom := time.Until(j.groomer.next)
			if groom <= 0 {
				if err := j.groom(chore); err != nil {
					return nil, err
				}
				continue
			}
			linger = min(linger, groom)
		}
		pause := time.NewTimer(linger)
		select {
		case <-j.wake:
		case <-pause.C:
		}
		pause.Stop()
	}
}

// due says how long the next commit may linger, and what may be groomed meanwhile.
func (j *Journal) due(now time.Time) (linger time.Duration, c chore, ended bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.failed != nil:
		return 0, noChore, true
	case j.filling.empty():
		return forever, j.chore(), j.closing
	}
	return j.lingers(now), j.chore(), false
}

// gather makes commits as large as the load allows. Whoever was woken by the last
// commit is likely to be back with more, but has to run first: without a pause the
// first to come would have a sync alone, and all others would wait for two. It
// takes a quarter of the time of that commit at most, and a lone writer is never
// waited for.
func (j *Journal) gather() {
	for until := time.Now().Add(j.took / 4); j.expecting() && time.Now().Before(until); {
		runtime.Gosched()
	}
}

func (j *Journal) expecting() bool {
	if !j.mu.TryLock() {
		return true // somebody is coming
	}
	defer j.mu.Unlock()
	return j.waiting < j.crowd && j.filling.size < int64(j.cfg.BatchBytes) && j.failed == nil
}

// swap takes the filled buffer and leaves an empty one.
func (j *Journal) swap() (b *buffer) {
	j.enter()
	b, j.filling, j.spare = j.filling, j.spare, nil
	j.writing, j.crowd, j.waiting = b, j.waiting, 0
	j.room.ring()
	b.next = j.next
	j.mu.Unlock()
	b.seal(b.next)
	return b
}

// lingers returns how much longer the buffer may wait for company.
func (j *Journal) lingers(now time.Time) time.Duration {
	full := j.filling.size >= int64(j.cfg.BatchBytes)
	if full || j.closing || j.hurry > j.filling.first {
		return 0
	}
	return j.cfg.Linger - now.Sub(j.filling.since)
}

// commit makes a buffer durable, piece by piece: a segment is durable to its end
// before the next one is made.
func (j *Journal) commit(b *buffer) error {
	began := time.Now()
	for i := range b.pieces {
		p := &b.pieces[i]
		if err := j.insist(func() error { return j.write(b, p) }); err != nil {
			return err
		}
		if err := j.active.sync(); err != nil {
			return fmt.Errorf("segment %s: %w", j.folder.path(p.segment), err)
		}
		j.active.move(b, p)
		if i == len(b.pieces)-1 {
			j.took = time.Since(began)
		}
		if err := j.publish(p); err != nil {
			return err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	b.reset()
	j.writing, j.spare = nil, b
	return nil
}

func (j *Journal) write(b *buffer, p *piece) error {
	if p.segment != j.active.segment {
		if err := j.rotate(p); err != nil {
			return err
		}
	}
	if err := j.active.write(b, p); err != nil {
		return fmt.Errorf("segment %s: %w", j.folder.path(p.segment), err)
	}
	return nil
}

// rotate begins the segment of p, over a spare file if there is one. That it exists
// seals the one before.
func (j *Journal) rotate(p *piece) error {
	if err := j.groomRest(); err != nil {
		return err
	}
	h := header{segment: p.segment, journal: j.id, first: p.first}
	a, err := j.folder.create(h, j.cfg.SegmentBytes, j.takeSpare())
	if err != nil {
		return err
	}
	_ = j.active.file.Close() // all of it is durable
	j.active = a
	j.mu.Lock()
	defer j.mu.Unlock()
	j.segments = append(j.segments, segment{
		id: p.segment, first: p.first, next: p.first, end: headerSize, bytes: j.cfg.SegmentBytes,
	})
	return nil
}

// publish tells everybody that a piece is durable, unless the journal has failed
// in the meantime. Whoever is woken wants mu first thing, so it is free by then.
func (j *Journal) publish(p *piece) error {
	waited, err := j.advance(p)
	waited.settle(nil)
	return err
}

func (j *Journal) advance(p *piece) (waited *ticket, err error) {
	j.enter()
	defer j.mu.Unlock()
	if j.failed != nil {
		return nil, j.failed
	}
	last := &j.segments[len(j.segments)-1]
	last.next, last.end = p.next, j.active.end
	j.durable = p.next
	j.count.bytes += int64(p.end - p.start)
	j.count.syncs++
	j.crowd += j.waiting
	j.advanced.ring()
	return p.collect(), nil
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
