package journal

import (
	"context"
	"time"
	"unsafe"

	"guildpulse/events"
)

// buffer collects frames for one commit, in the order in which they will stand in
// the files.
//
// Each piece is laid out as in its file: it begins as far behind a block's border
// as there, so that it can be written in whole blocks where that is called for,
// and zeros follow it, which mark the end of the log until the next commit writes
// over them:
//
//	│ block          │ block          │ block          │
//	├──────┬─────────┴───────────┬────┴────┬───────────┤
//	│ lead │ frames of a piece   │ zeros   │ next lead…│
//	└──────┴─────────────────────┴─────────┴───────────┘
//
// What the file holds in the lead is the committer's to fill in.
type buffer struct {
	data   []byte
	size   int64 // bytes of frames
	open   openFrame
	block  int // what pieces are laid out in: blockSize, or 1 where nothing is written directly
	limit  int // capacity to go back to after a larger append
	pieces []piece
	first  events.Seq // of the first record
	next   events.Seq // after the last one: of a buffer that is being written
	since  time.Time  // when that was appended
}

// piece is the part of a buffer that goes to one segment.
type piece struct {
	segment uint64
	start   int        // in data, of the first frame
	end     int        // in data, after the last one: of the last piece known when it is sealed
	lead    int        // bytes from a block's border to start
	first   events.Seq // of its first record
	next    events.Seq // after its last one: likewise
	ticket  *ticket    // nil: nobody waits for it. Guarded by the journal's mutex
}

// blockSize is what direct writes are aligned to: in the file, in memory and in
// length. It is a page of memory and a multiple of every disk's sector.
const blockSize = 4096

func alignUp[T int | int64](n, block T) T { return (n + block - 1) &^ (block - 1) }

func newBuffer(limit, block int) *buffer {
	limit += 2 * (2*block + headSize) // leads and ends of two pieces
	return &buffer{block: block, limit: limit, data: aligned(limit, block)[:0]}
}

// aligned returns n bytes that begin at a block's border.
func aligned(n, block int) []byte {
	b := make([]byte, n+block)
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) & (block - 1) //nolint:gosec // the address alone
	return b[skip : skip+n : skip+n]
}

// ticket is what those wait with who wait for one piece.
type ticket struct {
	done chan struct{} // closed when the piece is durable, or never will be
	err  error         // then: why it is not
}

// draw returns the ticket of the piece that holds record seq. One does.
func (b *buffer) draw(seq events.Seq) *ticket {
	p := &b.pieces[len(b.pieces)-1]
	for i := 0; seq < p.first; i++ {
		if seq < b.pieces[i].next {
			p = &b.pieces[i]
		}
	}
	if p.ticket == nil {
		p.ticket = &ticket{done: make(chan struct{})}
	}
	return p.ticket
}

// wait waits for t.err to be known, or for ctx. A select costs twice what a mere
// receive does, and more where a crowd shares ctx: hence the way around it.
func (t *ticket) wait(ctx context.Context) error {
	ended := ctx.Done()
	if ended == nil {
		<-t.done
		return nil
	}
	select {
	case <-t.done:
		return nil
	case <-ended:
		return context.Cause(ctx)
	}
}

// settle tells those who wait with a ticket, if any, what became of their piece.
func (t *ticket) settle(err error) {
	if t != nil {
		t.err = err
		close(t.done)
	}
}

// collect returns the ticket of a piece and leaves none.
func (p *piece) collect() (t *ticket) {
	t, p.ticket = p.ticket, nil
	return t
}

// settle settles all pieces.
func (b *buffer) settle(err error) {
	if b == nil {
		return
	}
	for i := range b.pieces {
		b.pieces[i].collect().settle(err)
	}
}

func (b *buffer) empty() bool { return b.size == 0 }

func (b *buffer) reset() {
	if cap(b.data) > b.limit {
		b.data = aligned(b.limit, b.block)
	}
	*b = buffer{block: b.block, limit: b.limit, data: b.data[:0], pieces: b.pieces[:0]}
}

// reserve makes room for n more bytes without moving what leaves it unaligned.
func (b *buffer) reserve(n int) {
	if len(b.data)+n > cap(b.data) {
		larger := aligned(max(2*cap(b.data), len(b.data)+n), b.block)
		b.data = larger[:copy(larger, b.data)]
	}
}

// extend makes room for n more bytes of frames in the last piece, and the zeros.
func (b *buffer) extend(n int) { b.reserve(n + b.block + headSize) }

// into begins a piece that will stand at off in that segment, unless the last one
// goes there, and makes room for n bytes of frames.
func (b *buffer) into(segment uint64, off int64, first events.Seq, n int) {
	if last := len(b.pieces) - 1; last >= 0 && b.pieces[last].segment == segment {
		b.extend(n)
		return
	}
	b.seal(first)
	lead := int(off % int64(b.block))
	b.extend(lead + n)
	start := len(b.data) + lead
	b.data = b.data[:start]
	b.pieces = append(b.pieces, piece{segment: segment, start: start, lead: lead, first: first})
}

// seal finishes the last piece, before record next, and puts zeros behind it: a
// frame's head, and on to a block's border. There is room for them.
func (b *buffer) seal(next events.Seq) {
	n := len(b.data)
	if n == 0 {
		return
	}
	b.finish()
	p := &b.pieces[len(b.pieces)-1]
	p.end, p.next = n, next
	b.data = b.data[:alignUp(n+headSize, b.block)]
	clear(b.data[n:])
}

// bytes returns the frames of a piece.
func (b *buffer) bytes(p *piece) []byte { return b.data[p.start:p.end] }

// marked returns the frames of a piece with the zeros of a head behind them.
func (b *buffer) marked(p *piece) []byte { return b.data[p.start : p.end+headSize] }

// blocks returns the whole blocks that a piece stands in, with its lead, and with
// the zeros behind it.
func (b *buffer) blocks(p *piece) []byte {
	return b.data[p.start-p.lead : alignUp(p.end+headSize, b.block)]
}

// plan is where the next frame will stand, which may be in a segment that has no
// file yet: checksums bind the segment, so it must be known when a frame is encoded.
type plan struct {
	end     int64
	segment uint64
	seed    uint32
	journal [16]byte
}

func newPlan(h header, end int64) plan {
	return plan{journal: h.journal, segment: h.segment, seed: h.seed(), end: end}
}

func (p *plan) roll() {
	*p = newPlan(header{segment: p.segment + 1, journal: p.journal}, headerSize)
}
