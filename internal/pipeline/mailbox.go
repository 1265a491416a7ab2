package pipeline

import (
	"sync"

	"guildpulse/events"
)

// A ring moves numbers only. What has text, or many events that belong together,
// waits in the mailbox while an event of KindControl with its ticket takes its turn
// on the ring: so everything is in one order.
type mailbox struct {
	mu     sync.Mutex
	ticket uint64
	parcel map[uint64]*parcel
}

// parcel is one thing that waits: a control, or a chunk of an import.
type parcel struct {
	control *events.Control
	chunk   *chunk
	done    func(error) // called once durable, or when it will never be
}

// chunk is a piece of the past, from a file or from Discord's history.
type chunk struct {
	source events.Source
	events []events.Event
	result ChunkResult
}

func newMailbox() *mailbox { return &mailbox{parcel: make(map[uint64]*parcel)} }

func (m *mailbox) put(p *parcel) (ticket uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ticket++
	m.parcel[m.ticket] = p
	return m.ticket
}

func (m *mailbox) take(ticket uint64) *parcel {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.parcel[ticket]
	delete(m.parcel, ticket)
	return p
}

// empty takes all that still waits.
func (m *mailbox) empty() []*parcel {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]*parcel, 0, len(m.parcel))
	for t, p := range m.parcel {
		out = append(out, p)
		delete(m.parcel, t)
	}
	return out
}
