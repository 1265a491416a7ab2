package journal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"guildpulse/events"
)

func (d folder) lockPath() string { return filepath.Join(d.dir, lockName) }

// recover reads everything before it changes anything, then brings the folder into
// order and the journal to where it ended.
func (j *Journal) recover() error {
	ids, leftovers, err := j.folder.list()
	if err != nil {
		return err
	}
	hs, stub, err := j.folder.headers(ids)
	if err != nil {
		return err
	}
	last, err := j.examineAll(hs)
	if err != nil {
		return err
	}
	if err := j.tidy(leftovers, stub); err != nil {
		return err
	}
	if len(hs) == 0 {
		return j.begin()
	}
	return j.resume(last)
}

// examineAll enters every segment into the list and returns what is in the last.
func (j *Journal) examineAll(hs []header) (last finding, err error) {
	for i, h := range hs {
		var until events.Seq
		if i+1 < len(hs) {
			until = hs[i+1].first
		}
		if last, err = j.folder.examine(h, until); err != nil {
			return last, err
		}
		j.adopt(last)
	}
	return last, nil
}

// tidy removes spares, and what an interrupted making of a segment left behind.
func (j *Journal) tidy(leftovers []string, stub uint64) error {
	for _, name := range leftovers {
		if err := j.cfg.FS.Remove(name); err != nil {
			return fmt.Errorf("remove %s: %w", name, err)
		}
	}
	if stub != 0 {
		return j.folder.remove(stub)
	}
	return nil
}

// begin makes the first segment of a new journal.
func (j *Journal) begin() error {
	j.id = j.cfg.ID
	if j.id == [16]byte{} {
		_, _ = rand.Read(j.id[:]) // never fails
	}
	h := header{segment: 1, journal: j.id, first: j.cfg.FirstSeq}
	a, err := j.folder.create(h, j.cfg.SegmentBytes, nil)
	if err != nil {
		return err
	}
	j.active = a
	j.adopt(finding{header: h, end: headerSize, next: h.first, size: j.cfg.SegmentBytes})
	j.start(Recovery{Created: true})
	return nil
}

// adopt enters a segment into the list. The last one will grow to full size.
func (j *Journal) adopt(w finding) {
	j.segments = append(j.segments, segment{
		id: w.segment, first: w.first, next: w.next, end: w.end, bytes: w.size,
	})
	j.held += w.size
}

// resume opens the last segment to go on behind what was found in it.
func (j *Journal) resume(last finding) error {
	j.id = last.journal
	f, err := j.folder.open(last.segment, os.O_RDWR)
	if err != nil {
		return err
	}
	if err := j.settle(f, last); err != nil {
		return errors.Join(fmt.Errorf("recover segment %s: %w", j.folder.path(last.segment), err), f.Close())
	}
	size := max(last.size, j.cfg.SegmentBytes)
	j.held += size - last.size
	j.segments[len(j.segments)-1].bytes = size
	j.active = &active{
		file: f, segment: last.segment, end: last.end, bytes: j.cfg.SegmentBytes,
		clean: j.cfg.SegmentBytes, soiled: true, // as far as anybody knows
		allocated: last.torn == 0 && last.size >= j.cfg.SegmentBytes,
	}
	if err := j.folder.bypass(j.active); err != nil {
		return err
	}
	j.start(Recovery{TruncatedBytes: last.torn})
	return nil
}

// settle makes durable what recovery accepted. A process that was killed before
// its sync left it in the system's cache alone; one whose sync failed left it
// there marked as clean, so that a sync now would skip it. Hence the last commit,
// the only one that can be so, is written once more.
func (j *Journal) settle(f File, last finding) error {
	if last.torn > 0 {
		if err := f.Truncate(last.end); err != nil {
			return fmt.Errorf("cut the torn tail off: %w", err)
		}
	}
	if err := rewrite(f, last.commit, last.end); err != nil {
		return fmt.Errorf("rewrite the last commit: %w", err)
	}
	if err := syncFile(f); err != nil {
		return err
	}
	return j.folder.sync()
}

func rewrite(f File, from, end int64) error {
	b := make([]byte, min(readAhead, max(end-from, 0)))
	for ; from < end; from += int64(len(b)) {
		b = b[:min(int64(len(b)), end-from)]
		if n, err := f.ReadAt(b, from); n < len(b) {
			return errors.Join(io.ErrUnexpectedEOF, err)
		}
		if err := writeAll(f, b, from); err != nil {
			return err
		}
	}
	return nil
}

// start sets everything to go on behind the last segment.
func (j *Journal) start(r Recovery) {
	last := j.segments[len(j.segments)-1]
	j.next, j.durable = last.next, last.next
	j.plan = newPlan(header{segment: last.id, journal: j.id, first: last.first}, last.end)
	for _, name := range j.cfg.Cursors {
		j.cursors[name] = j.segments[0].first
	}
	r.First, r.Next, r.Segments = j.first(), j.next, len(j.segments)
	j.recovery = r
}
