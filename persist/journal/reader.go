package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"guildpulse/events"
)

// Reader reads durable records in their order, batch by batch, while the journal
// goes on. Batches that were appended apart may come as one: see Append. It is for
// one goroutine; there may be many readers.
//
// A reader holds nothing back: only cursors do. Memory: 128 KiB, or the largest
// frame, and the events of the largest batch.
type Reader struct {
	journal *Journal
	next    events.Seq // of the next record to give
	segment uint64     // that is open
	file    File       // nil: none
	scan    *scanner
	batch   events.Batch
	room    []events.Event
	closed  bool
}

// NewReader returns a reader that begins with record from. Errors: ErrReleased
// below the first record held, ErrAhead past the next one to be appended,
// ErrFailed, ErrClosed. The reader is the caller's to Close.
func (j *Journal) NewReader(from events.Seq) (*Reader, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.readable(); err != nil {
		return nil, err
	}
	if first := j.first(); from < first {
		return nil, released(from, first)
	}
	if from > j.next {
		return nil, fmt.Errorf("%w: record %d is asked for, the next one will be %d", ErrAhead, from, j.next)
	}
	return &Reader{journal: j, next: from}, nil
}

func released(from, first events.Seq) error {
	return fmt.Errorf("%w: record %d is asked for, the first one held is %d", ErrReleased, from, first)
}

// Next returns the next batch, of which the first may be the rest of one that
// begins before the reader's start. The batch and its events are valid until the
// next call; a control's body is the caller's. io.EOF means that nothing more is
// durable yet: see Wait.
//
// Other errors: ErrReleased, *CorruptError, events.ErrKind within one where a newer
// program wrote the event, ErrFailed, ErrClosed, the context's, or what the system
// said, after which Next may be called again.
func (r *Reader) Next(ctx context.Context) (*events.Batch, error) {
	for {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err := r.follow(); err != nil {
			return nil, err
		}
		fr, err := r.scan.scan()
		if err != nil {
			return nil, r.explain(err)
		}
		if fr.next() > r.next {
			return r.decode(&fr)
		}
	}
}

func (r *Reader) decode(fr *frame) (*events.Batch, error) {
	if err := decodeBody(&r.batch, &fr.frameHead, fr.body, r.room); err != nil {
		return nil, r.journal.folder.corrupt(r.segment, fr.off, fr.first, "record", err)
	}
	if r.batch.Events != nil {
		r.room = r.batch.Events
		r.batch.Events = r.batch.Events[r.next-fr.first:]
		r.batch.First = r.next
	}
	r.next = fr.next()
	return &r.batch, nil
}

// explain turns what a scan met among durable bytes into an error for the caller.
func (r *Reader) explain(err error) error {
	d := r.journal.folder
	if _, gone := r.journal.locate(r.next); errors.Is(gone, ErrReleased) {
		return gone // and written over, as like as not
	}
	if damaged(err) {
		return d.corrupt(r.segment, r.scan.off, r.scan.next, "frame", err)
	}
	return fmt.Errorf("segment %s: %w", d.path(r.segment), err)
}

// follow opens the segment that holds the next record, and lets the scanner go as
// far as it is durable.
func (r *Reader) follow() error {
	if r.closed {
		return ErrClosed
	}
	seg, err := r.journal.locate(r.next)
	if err != nil {
		return err
	}
	if r.file == nil || r.segment != seg.id {
		if err := r.open(seg); err != nil {
			return err
		}
	}
	r.scan.win.limit = seg.end
	return nil
}

func (r *Reader) open(seg segment) error {
	if err := r.shut(); err != nil {
		return err
	}
	f, err := r.journal.folder.open(seg.id, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		// Released between locate and here, unless somebody else removed it.
		if _, err := r.journal.locate(r.next); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	h := header{segment: seg.id, journal: r.journal.id, first: seg.first}
	fresh := newScanner(f, &h, seg.end)
	if r.scan != nil {
		fresh.win.buf = r.scan.win.buf[:0]
	}
	r.file, r.segment, r.scan = f, seg.id, fresh
	return nil
}

func (r *Reader) shut() error {
	if r.file == nil {
		return nil
	}
	f := r.file
	r.file = nil
	return f.Close()
}

// Wait waits until there is something for Next. Errors: ErrFailed, ErrClosed, the
// context's.
func (r *Reader) Wait(ctx context.Context) error {
	if r.closed {
		return ErrClosed
	}
	return r.journal.WaitDurable(ctx, r.next)
}

// Seq returns the sequence with which the next batch will begin.
func (r *Reader) Seq() events.Seq { return r.next }

// Close gives the reader's file back. It may be called again.
func (r *Reader) Close() error {
	r.closed = true
	return r.shut()
}

// locate returns the segment that holds durable record seq: ErrReleased, or io.EOF
// when it is not durable yet.
func (j *Journal) locate(seq events.Seq) (segment, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.readable(); err != nil {
		return segment{}, err
	}
	if first := j.first(); seq < first {
		return segment{}, released(seq, first)
	}
	for i := len(j.segments) - 1; seq < j.durable; i-- {
		if s := j.segments[i]; s.first <= seq {
			return s, nil
		}
	}
	return segment{}, io.EOF
}
