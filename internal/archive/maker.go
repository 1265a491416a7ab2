package archive

import (
	"slices"

	"guildpulse/events"
)

// maker makes chunks of records that come in order: it gives ids their ordinals,
// drops what is there twice, and claims the spans between neighbours.
type maker struct {
	o     *Options
	holes []idRange
	yield func([]events.Event) error
	sum   *Summary

	numbering bool   // whether ids are being made of
	numbered  uint64 // this channel's
	base      uint64 // second, and of
	ordinal   uint32

	begun   bool // whether there is a message before, in
	channel uint64
	last    uint64 // with this id

	open   bool // whether a claim is open, from lo to last
	lo     uint64
	events []events.Event
	count  int // messages among them
}

func (m *maker) add(r *record) error {
	id := m.number(r)
	if m.begun && m.channel != r.channel {
		if err := m.flush(); err != nil {
			return err
		}
		m.begun = false
	}
	switch {
	case r.state&stateBad != 0:
		m.close() // a hole here: what follows begins a claim of its own
		return nil
	case m.begun && id == m.last:
		m.sum.Repeated++
		return nil
	}
	m.claim(r.channel, id)
	if r.state&stateSkipped == 0 {
		m.events = append(m.events, events.Message(
			events.Origin{Seq: r.place}, m.o.Guild, r.channel, id, r.user, events.Flags(r.flags)))
		m.count++
	}
	if m.count < ChunkSize {
		return nil
	}
	return m.split()
}

// number returns the record's id. Bad records use their ordinal up too.
func (m *maker) number(r *record) uint64 {
	if r.state&stateOrdinal == 0 {
		return r.id
	}
	if m.numbering && m.numbered == r.channel && m.base == r.id {
		m.ordinal++
	} else {
		m.numbering, m.numbered, m.base, m.ordinal = true, r.channel, r.id, 0
	}
	return r.id + uint64(m.ordinal)
}

// claim extends the open claim to an id, or begins one when there is a hole.
func (m *maker) claim(channel, id uint64) {
	if m.open && (m.o.Sparse || m.torn(m.last, id)) {
		m.close()
	}
	if !m.open {
		m.open, m.lo = true, id
	}
	m.channel, m.begun, m.last = channel, true, id
}

// torn reports whether a hole touches the ids between a and b.
func (m *maker) torn(a, b uint64) bool {
	i, _ := slices.BinarySearchFunc(m.holes, a, func(h idRange, a uint64) int {
		if h.hi < a {
			return -1
		}
		return 1
	})
	return i < len(m.holes) && m.holes[i].lo <= b
}

// close ends the open claim.
func (m *maker) close() {
	if m.open && m.lo <= m.last {
		m.events = append(m.events, events.Covered(events.Origin{}, m.o.Guild, m.channel, m.lo, m.last))
	}
	m.open = false
}

// split ends a chunk in the middle of a claim; the next one goes on behind it.
func (m *maker) split() error {
	was := m.open
	if err := m.flush(); err != nil {
		return err
	}
	m.open, m.lo = was, m.last+1
	return nil
}

// flush hands on what there is.
func (m *maker) flush() error {
	m.close()
	if len(m.events) == 0 {
		return nil
	}
	chunk := m.events
	m.events, m.count = make([]events.Event, 0, len(chunk)), 0
	return m.yield(chunk)
}
