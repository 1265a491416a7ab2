package journal

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// groomer writes zeros where no records stand: over what released segments held,
// in spares and behind the end of the active segment, and into files that are
// merely allocated. Two things come of it. What was released does not live on in
// files that wait. And a sync is cheaper into blocks that have been written: of
// others a file system must note that they hold something now.
//
// The committer grooms when nothing is to be committed, a step at a time and with
// pauses, so a commit waits for one step at most. A file is filled from its back to
// its front: what is filled stays so when the file becomes a segment before its
// time, and grooming goes on behind the log's end.
//
//	│ header, frames │ 0 │ of an earlier use │ zeros      │
//	                end  blank               clean        full size
//
// The committer's alone.
type groomer struct {
	next  time.Time // when the next step may be
	zeros []byte    // of a step, aligned; nil before the first
	spare *spare    // that is being filled; nil: none
	file  File      // its file
	tried uint64    // the last segment for which a spare was made ahead, or could not be
}

// spare is a file that waits to become a segment.
type spare struct {
	name  string
	clean int64 // zeros have been written from there to its end. The committer's
}

// groomStep is how many bytes are filled at a time: they take as long as a few
// small commits.
const groomStep = 256 << 10

// chore is what there is to groom, the most urgent first.
type chore int

const (
	noChore     chore = iota
	choreActive       // the segment that is written to
	choreSpare        // a spare
	choreAhead        // there is no spare, and soon one will be wanted
)

// chore is called with mu held.
func (j *Journal) chore() chore {
	a := j.active
	switch {
	case j.cfg.Groom < 0 || j.closing:
		return noChore
	case a.allocated && a.clean > a.blank():
		return choreActive
	case j.soiled() != nil:
		return choreSpare
	case len(j.spares) == 0 && a.end >= a.bytes/2 && j.groomer.tried <= a.segment &&
		j.held+j.cfg.SegmentBytes <= j.cfg.MaxBytes:
		return choreAhead
	}
	return noChore
}

func (j *Journal) soiled() *spare {
	for _, s := range j.spares {
		if s.clean > 0 {
			return s
		}
	}
	return nil
}

// groom carries out one step. Its errors are the active segment's, or of a sync: a
// spare that makes other trouble is removed, and missed by nobody.
func (j *Journal) groom(c chore) (err error) {
	pause := j.cfg.Groom
	switch c {
	case choreActive:
		err = j.groomActive()
	case choreSpare:
		err = j.groomSpare()
	case choreAhead:
		j.ahead()
	}
	if transient(err) {
		pause, err = j.cfg.Retry, nil
	}
	j.groomer.next = time.Now().Add(pause)
	return err
}

func (j *Journal) groomActive() error {
	a := j.active
	if err := j.fill0(a.file, a.direct, &a.clean, a.blank()); err != nil {
		return fmt.Errorf("segment %s: %w", j.folder.path(a.segment), err)
	}
	return nil
}

// groomRest fills all that is left of an earlier use in a segment that is full:
// less than one append takes, mostly.
func (j *Journal) groomRest() error {
	for a := j.active; a.soiled && j.cfg.Groom >= 0 && a.clean > a.blank(); {
		if err := j.groomActive(); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) groomSpare() error {
	j.mu.Lock()
	s := j.soiled()
	j.mu.Unlock()
	g := &j.groomer
	err := g.open(&j.folder, s)
	if err == nil {
		err = j.fill0(g.file, j.folder.direct, &s.clean, 0)
	}
	switch {
	case errors.Is(err, errSync):
		return fmt.Errorf("spare %s: %w", s.name, err)
	case err != nil:
		j.discard(s)
	case s.clean == 0:
		g.leave()
	}
	return nil
}

// ahead makes a spare. On a full disk there will be none: that is met again when
// the segment itself is wanted.
func (j *Journal) ahead() {
	j.groomer.tried = j.active.segment + 1
	s := &spare{name: j.folder.path(j.groomer.tried) + aheadExt, clean: j.cfg.SegmentBytes}
	f, err := j.folder.fs.OpenFile(s.name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return
	}
	err = f.Allocate(j.cfg.SegmentBytes)
	_ = f.Close() // nothing in it counts
	j.mu.Lock()
	j.spares = append(j.spares, s)
	j.mu.Unlock()
	if err != nil {
		j.discard(s)
	}
}

// fill0 writes a step of zeros before *clean, but not before low, durably.
func (j *Journal) fill0(f File, direct bool, clean *int64, low int64) error {
	g := &j.groomer
	if g.zeros == nil {
		g.zeros = aligned(groomStep, blockSize)
	}
	from := max(low, *clean-groomStep)
	err := writeAll(f, g.zeros[:*clean-from], from)
	if err == nil && !direct {
		err = syncFile(f)
	}
	if err != nil {
		return fmt.Errorf("fill with zeros: %w", err)
	}
	j.mu.Lock()
	j.count.groomed += *clean - from
	j.mu.Unlock()
	*clean = from
	return nil
}

// open opens the file of a spare, unless that is the one at hand.
func (g *groomer) open(d *folder, s *spare) (err error) {
	if g.spare == s {
		return nil
	}
	g.leave()
	if d.direct {
		g.file, err = d.fs.OpenDirect(s.name)
	} else {
		g.file, err = d.fs.OpenFile(s.name, os.O_RDWR, fileMode)
	}
	if err == nil {
		g.spare = s
	}
	return err
}

// leave puts the spare at hand away.
func (g *groomer) leave() {
	if g.spare != nil {
		_ = g.file.Close() // every step was durable
	}
	g.spare, g.file = nil, nil
}
