package journal

import (
	"time"

	"guildpulse/events"
)

// buffer collects frames for one commit, in the order in which they will stand in
// the files.
type buffer struct {
	limit  int // capacity to go back to after a larger append
	data   []byte
	pieces []piece
	first  events.Seq // of the first record
	since  time.Time  // when that was appended
}

// piece is the part of a buffer that goes to one segment.
type piece struct {
	segment uint64
	start   int        // in data
	first   events.Seq // of its first record
	next    events.Seq // after its last one
}

func newBuffer(limit int) *buffer {
	return &buffer{limit: limit, data: make([]byte, 0, limit)}
}

func (b *buffer) empty() bool { return len(b.data) == 0 }

func (b *buffer) reset() {
	if cap(b.data) > b.limit {
		b.data = make([]byte, 0, b.limit)
	}
	*b = buffer{limit: b.limit, data: b.data[:0], pieces: b.pieces[:0]}
}

// bytes returns the frames of piece i.
func (b *buffer) bytes(i int) []byte {
	if i+1 < len(b.pieces) {
		return b.data[b.pieces[i].start:b.pieces[i+1].start]
	}
	return b.data[b.pieces[i].start:]
}

// into returns the last piece if it goes to that segment, else a new one.
func (b *buffer) into(segment uint64, first events.Seq) *piece {
	if n := len(b.pieces); n == 0 || b.pieces[n-1].segment != segment {
		b.pieces = append(b.pieces, piece{segment: segment, start: len(b.data), first: first, next: first})
	}
	return &b.pieces[len(b.pieces)-1]
}

// plan is where the next frame will stand, which may be in a segment that has no
// file yet: checksums bind the segment, so it must be known when a frame is encoded.
type plan struct {
	journal [16]byte
	segment uint64
	seed    uint32
	end     int64
}

func newPlan(h header, end int64) plan {
	return plan{journal: h.journal, segment: h.segment, seed: h.seed(), end: end}
}

func (p *plan) roll() {
	*p = newPlan(header{segment: p.segment + 1, journal: p.journal}, headerSize)
}
