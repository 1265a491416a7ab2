package journal

import (
	"errors"
	"fmt"

	"guildpulse/events"
)

// Report is what Verify found in all.
type Report struct {
	ID       [16]byte
	First    events.Seq
	Next     events.Seq // after the last record that holds
	Segments int
	Frames   int
	Events   uint64
	Controls uint64
	Bytes    int64 // of frames and headers that hold
	Torn     int64 // bytes of a torn tail, which the next Open cuts off
	Damaged  int   // segments
}

// SegmentReport is what Verify found in one segment.
type SegmentReport struct {
	Segment  uint64
	Path     string
	First    events.Seq
	Next     events.Seq
	Frames   int
	Events   uint64
	Controls uint64
	Bytes    int64 // that hold, the header included
	Size     int64 // of the file
	Torn     int64 // bytes of a torn tail that begins at byte Bytes
	Err      error // why the rest does not hold: mostly a *CorruptError
}

// String is the report as a line for an operator.
func (r SegmentReport) String() string {
	state := "ok"
	switch {
	case r.Err != nil:
		state = r.Err.Error()
	case r.Torn > 0:
		state = fmt.Sprintf("ok, torn tail of %d bytes from byte %d", r.Torn, r.Bytes)
	}
	return fmt.Sprintf("segment %d: records %d to %d, %d frames, %d events, %d controls, %d of %d bytes: %s",
		r.Segment, r.First, max(r.First, r.Next)-1, r.Frames, r.Events, r.Controls, r.Bytes, r.Size, state)
}

// Verify reads every segment in the folder and changes nothing. It takes no lock:
// while a journal writes there, the last segment may look torn. fsys may be nil.
// each is called for every segment, oldest first, damaged ones included.
//
// The error joins what is wrong with the segments; errors.Is finds ErrCorrupt.
func Verify(dir string, fsys FS, each func(SegmentReport)) (Report, error) {
	if fsys == nil {
		fsys = OS()
	}
	v := verifier{folder: folder{fs: fsys, dir: dir}, each: each}
	ids, _, err := v.folder.list()
	if err != nil {
		return Report{}, err
	}
	for i := range ids {
		v.segment(ids, i)
	}
	return v.total, errors.Join(v.errs...)
}

type verifier struct {
	folder folder
	chain  chain
	each   func(SegmentReport)
	total  Report
	errs   []error
}

// segment examines the ith segment, and complains of its place among the others:
// what is in it counts in any case.
func (v *verifier) segment(ids []uint64, i int) {
	r := SegmentReport{Segment: ids[i], Path: v.folder.path(ids[i]), First: v.total.Next, Next: v.total.Next}
	h, err := v.folder.header(ids[i])
	switch {
	case errors.Is(err, errStub):
		err = v.folder.checkStub(ids, i)
	case err == nil:
		err = errors.Join(v.chain.link(v.folder, h), v.frames(&r, h, ids[i+1:]))
	}
	r.Err = errors.Join(v.folder.follows(ids, i), err)
	v.add(r)
}

func (v *verifier) frames(r *SegmentReport, h header, later []uint64) error {
	w, err := v.folder.examine(h, v.until(h, later))
	r.First, r.Next, r.Bytes, r.Size, r.Torn = w.first, w.next, w.end, w.size, w.torn
	r.Frames, r.Events, r.Controls = w.frames, w.events, w.controls
	return err
}

// until returns the first record of the next segment. It is 0 where there is none,
// or none to believe: its own report tells.
func (v *verifier) until(h header, later []uint64) events.Seq {
	if len(later) == 0 || later[0] != h.segment+1 {
		return 0
	}
	next, err := v.folder.header(later[0])
	if err != nil {
		return 0
	}
	return next.first
}

func (v *verifier) add(r SegmentReport) {
	t := &v.total
	if t.First == 0 {
		t.First = r.First
	}
	t.Segments++
	t.Next = max(t.Next, r.Next)
	t.ID = v.chain.journal
	t.Frames += r.Frames
	t.Events += r.Events
	t.Controls += r.Controls
	t.Bytes += r.Bytes
	t.Torn += r.Torn
	if r.Err != nil {
		t.Damaged++
		v.errs = append(v.errs, r.Err)
	}
	if v.each != nil {
		v.each(r)
	}
}
