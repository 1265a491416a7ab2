package journal

import (
	"errors"
	"fmt"
	"os"

	"guildpulse/events"
)

// finding is what a segment holds, as far as it can be trusted.
type finding struct {
	header
	tally
	end    int64      // after the last whole group of frames
	next   events.Seq // after its last record
	size   int64      // of the file
	commit int64      // where the frames of the last commit begin
	torn   int64      // bytes after end of frames that do not count: a torn tail
}

type tally struct {
	frames   int
	events   uint64
	controls uint64
}

func (t *tally) add(h *frameHead) {
	t.frames++
	if h.kind == frameControl {
		t.controls++
	} else {
		t.events += uint64(h.records())
	}
}

// examine reads a segment whole and changes nothing. until is the sequence with
// which the next segment begins: up to there every frame must hold. The last
// segment has until 0, and may end in a torn tail. Together with a *CorruptError
// the finding tells what lies before the damage.
func (d folder) examine(h header, until events.Seq) (w finding, err error) {
	w = finding{header: h, end: headerSize, next: h.first, commit: headerSize}
	f, err := d.open(h.segment, os.O_RDONLY)
	if err != nil {
		return w, err
	}
	defer closeRead(f, &err)
	if w.size, err = f.Size(); err != nil {
		return w, fmt.Errorf("size of segment %s: %w", d.path(h.segment), err)
	}
	s := newScanner(f, &h, w.size)
	stop := w.read(s, until)
	switch {
	case stop == nil:
		return w, nil
	case !damaged(stop):
		return w, fmt.Errorf("segment %s: %w", d.path(h.segment), stop)
	case until != 0 || !tearable(stop):
		return w, d.corrupt(h.segment, s.off, s.next, "frame", stop)
	}
	return w, d.tail(&w, s, stop)
}

// read scans up to record until, or to the first frame that does not hold.
func (w *finding) read(s *scanner, until events.Seq) error {
	seen := w.tally
	var commit events.Seq
	for until == 0 || w.next < until {
		fr, err := s.scan()
		if err != nil {
			return err
		}
		if until != 0 && fr.next() > until {
			s.off, s.next = fr.off, fr.first
			return fmt.Errorf("%w: it reaches into the next segment, from record %d", errOrder, until)
		}
		seen.add(&fr.frameHead)
		if fr.commit != commit {
			commit, w.commit = fr.commit, fr.off
		}
		if !fr.more() {
			w.tally, w.end, w.next = seen, s.off, s.next
		}
	}
	return nil
}

// tail tells a torn tail from rot.
func (d folder) tail(w *finding, s *scanner, stop error) error {
	r, err := s.rest()
	switch {
	case err != nil:
		return fmt.Errorf("segment %s: %w", d.path(w.segment), err)
	case r.proof != 0:
		return d.corrupt(w.segment, s.off, s.next,
			fmt.Sprintf("frame, which the one at byte %d proves to have been durable", r.proof), stop)
	}
	until := max(s.off, r.end)
	if !errors.Is(stop, errBlank) {
		until = max(until, min(s.off+headSize, w.size))
	}
	w.torn = until - w.end
	return nil
}

func (d folder) corrupt(segment uint64, off int64, seq events.Seq, reason string, cause error) *CorruptError {
	return &CorruptError{
		Path: d.path(segment), Segment: segment, Offset: off, Seq: seq, Reason: reason, Err: cause,
	}
}

// chain checks that segments follow one another.
type chain struct {
	journal [16]byte
	first   events.Seq // of the segment before, which holds at least one record; 0: none
}

func (c *chain) link(d folder, h header) error {
	switch {
	case c.first == 0:
		c.journal = h.journal
	case h.journal != c.journal:
		return d.corrupt(h.segment, 0, h.first, "it is a segment of another journal", nil)
	case h.first <= c.first:
		return d.corrupt(h.segment, 0, h.first, "it does not begin after the one before", nil)
	}
	c.first = h.first
	return nil
}

// follows checks that no segment is missing before the ith.
func (d folder) follows(ids []uint64, i int) error {
	if i == 0 || ids[i] == ids[i-1]+1 {
		return nil
	}
	return d.corrupt(ids[i-1]+1, 0, 0, "segment is missing", nil)
}

// headers reads all headers and checks that nothing is missing between them.
// stub is the last segment where that is a file without a header, else 0.
func (d folder) headers(ids []uint64) (hs []header, stub uint64, err error) {
	var c chain
	for i, id := range ids {
		if err := d.follows(ids, i); err != nil {
			return hs, 0, err
		}
		h, err := d.header(id)
		if errors.Is(err, errStub) {
			return hs, id, d.checkStub(ids, i)
		}
		if err == nil {
			err = c.link(d, h)
		}
		if err != nil {
			return hs, 0, err
		}
		hs = append(hs, h)
	}
	return hs, 0, nil
}

// checkStub accepts a file without a header only where nothing can have followed
// it: at the end, behind a segment or as the first one ever.
func (d folder) checkStub(ids []uint64, i int) error {
	if i == len(ids)-1 && (i > 0 || ids[i] == 1) {
		return nil
	}
	return d.corrupt(ids[i], 0, 0, "file is shorter than a header", nil)
}
