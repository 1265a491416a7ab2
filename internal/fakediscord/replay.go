package fakediscord

// chunkLen is how many dispatches a chunk of a replay log holds.
const chunkLen = 1024

// logged is one dispatch in a replay log: 24 bytes without a pointer. Of played
// messages it is all that is kept, the frame being encoded again when it is
// sent; of others it only names the event.
type logged struct {
	id, channel uint64
	author      uint32 // number in people
	event       uint16 // place in the chunk's events
	typ         uint8
	marks       Marks
}

// chunk holds the dispatches of chunkLen successive sequence numbers. The
// pointers stand first, so that the collector does not walk the lines.
type chunk struct {
	events []*event // each once, in order of appearance
	bytes  int      // of their payloads
	lines  [chunkLen]logged
}

// replayLog keeps a session's dispatches under their sequence numbers, so that
// RESUME can send them again: both what was sent already and what waits to be
// sent. It is a queue of chunks with the sequence number as index:
//
//	base      first          next
//	 │▒▒▒▒▒▒▒▒│██████████████│
//	 └ chunk ┴ chunk ┴ chunk ┘
//
// Appending and reading are O(1).
type replayLog struct {
	chunks []*chunk
	base   uint64 // sequence of the first line of the first chunk
	first  uint64 // oldest sequence that can still be sent
	next   uint64 // sequence of the next dispatch
	bytes  int
}

// newReplayLog returns an empty log, whose first dispatch will be number 1.
func newReplayLog() replayLog { return replayLog{base: 1, first: 1, next: 1} }

// append adds a dispatch and returns its sequence number.
func (l *replayLog) append(ev *event, line logged) uint64 {
	if int(l.next-l.base) == len(l.chunks)*chunkLen {
		l.chunks = append(l.chunks, new(chunk))
	}
	c := l.chunks[len(l.chunks)-1]
	if n := len(c.events); n == 0 || c.events[n-1] != ev {
		c.events = append(c.events, ev)
		c.bytes += len(ev.body)
		l.bytes += len(ev.body)
	}
	line.event = uint16(len(c.events) - 1)
	c.lines[(l.next-l.base)%chunkLen] = line
	l.next++
	return l.next - 1
}

// at returns the dispatch with a sequence number in [first, next).
func (l *replayLog) at(seq uint64) (*event, logged) {
	c := l.chunks[(seq-l.base)/chunkLen]
	line := c.lines[(seq-l.base)%chunkLen]
	return c.events[line.event], line
}

// trim forgets the oldest dispatches while there are more than limit, or more
// payload than maxBytes, but none from sequence keep on.
func (l *replayLog) trim(limit, maxBytes int, keep uint64) {
	if n := l.next - l.first; n > uint64(limit) {
		l.forget(min(l.next-uint64(limit), keep))
	}
	for l.bytes > maxBytes && len(l.chunks) > 1 && l.base+chunkLen <= keep {
		l.forget(l.base + chunkLen)
	}
}

// forget drops everything before a sequence number.
func (l *replayLog) forget(before uint64) {
	l.first = max(l.first, before)
	for len(l.chunks) > 0 && l.base+chunkLen <= l.first {
		l.bytes -= l.chunks[0].bytes
		l.chunks[0] = nil
		l.chunks = l.chunks[1:]
		l.base += chunkLen
	}
}
