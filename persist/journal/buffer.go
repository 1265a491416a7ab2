package journal

import (
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
	block  int // what pieces are laid out in: blockSize, or 1 where nothing is written directly
	limit  int // capacity to go back to after a larger append
	data   []byte
	pieces []piece
	size   int64      // bytes of frames
	first  events.Seq // of the first record
	since  time.Time  // when that was appended
}

// piece is the part of a buffer that goes to one segment.
type piece struct {
	segment uint64
	start   int        // in data, of the first frame
	end     int        // in data, after the last one
	lead    int        // bytes from a block's border to start
	first   events.Seq // of its first record
	next    events.Seq // after its last one
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

// draw returns the ticket of the piece that holds record seq, or nil.
func (b *buffer) draw(seq events.Seq) *ticket {
	if b == nil {
		return nil
	}
	for i := range b.pieces {
		p := &b.pieces[i]
		if seq >= p.next || seq < p.first {
			continue
		}
		if p.ticket == nil {
			p.ticket = &ticket{done: make(chan struct{})}
		}
		return p.ticket
	}
	return nil
}

// settle tells those who wait for a piece what became of it.
func (p *piece) settle(err error) {
	if t := p.ticket; t != nil {
		p.ticket, t.err = nil, err
		close(t.done)
	}
}

// settle does so for all pieces.
func (b *buffer) settle(err error) {
	if b == nil {
		return
	}
	for i := range b.pieces {
		b.pieces[i].settle(err)
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

// into returns the last piece if it goes to that segment, else a new one, which
// will stand at off there. There is room for n bytes of frames and the zeros.
func (b *buffer) into(segment uint64, off int64, first events.Seq, n int) *piece {
	last := len(b.pieces) - 1
	if last >= 0 && b.pieces[last].segment == segment {
		b.reserve(n + b.block + headSize)
		return &b.pieces[last]
	}
	b.seal()
	lead := int(off % int64(b.block))
	b.reserve(lead + n + b.block + headSize)
	start := len(b.data) + lead
	b.data = b.data[:start]
	b.pieces = append(b.pieces, piece{segment: segment, start: start, end: start, lead: lead, first: first, next: first})
	return &b.pieces[last+1]
}

// seal puts zeros behind the last piece: a frame's head, and on to a block's
// border. There is room for them.
func (b *buffer) seal() {
	n := len(b.data)
	if n == 0 {
		return
	}
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
