package journal

import "guildpulse/events"

// openFrame is the last frame in a buffer, as long as it has no head: events that
// come before anything else does, and before a commit takes the buffer, join it.
// So records that are appended one by one share a head and its two checksums, and
// every byte is summed once, while it is still in the processor's cache.
//
// What shares a frame is recovered together or not at all. That binds nobody who
// was not bound before: it is of one commit, of which nothing is promised until
// all of it is durable.
type openFrame struct {
	frameHead        // without its body's checksum; kind 0: there is none
	at        int    // in the buffer's data
	seed      uint32 // of its segment
}

// joinedBytes is the longest body that comes of joining. A head is a five-hundredth
// of it, and what is summed at last still stands in the first cache.
const joinedBytes = 16 << 10

// joins reports whether the batch may stand in the open frame.
func (b *buffer) joins(batch *events.Batch) bool {
	f := &b.open
	return f.kind == frameEvents && batch.Control == nil && batch.Source == f.source &&
		int(f.length)+len(batch.Events)*events.Size <= joinedBytes
}

// join appends the batch to the open frame. There is room for it.
func (b *buffer) join(batch *events.Batch) error {
	data, err := appendBody(b.data, batch)
	if err != nil {
		return err
	}
	b.open.length += uint32(len(data) - len(b.data)) //nolint:gosec // bounded by joinedBytes
	b.data = data
	return nil
}

// begin appends the batch as a frame, which is the open one from then on. h says
// where it stands: first, commit and flags.
func (b *buffer) begin(batch *events.Batch, h frameHead, seed uint32) error {
	b.finish()
	at := len(b.data)
	data, length, err := appendFrame(b.data, batch)
	if err != nil {
		return err
	}
	h.length = uint32(length) //nolint:gosec // bounded by check
	h.kind, h.source = frameEvents, batch.Source
	if batch.Control != nil {
		h.kind = frameControl
	}
	b.data, b.open = data, openFrame{frameHead: h, at: at, seed: seed}
	return nil
}

// finish gives the open frame its head. Nothing joins it any more.
func (b *buffer) finish() {
	f := &b.open
	if f.kind == 0 {
		return
	}
	f.body = castagnoli(0, b.data[f.at+headSize:])
	f.encode(b.data[f.at:], f.seed)
	f.kind = 0
}
