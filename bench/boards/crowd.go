package boards

import (
	"math/rand"
	"strconv"
	"time"

	"guildpulse/rank"
)

const (
	exponent = 1.07 // of the Zipf distribution of events over members
	draws    = 1 << 20
	page     = 50

	halfLife = 7 * 24 * time.Hour
	start    = 1_700_000_000_000 // Unix ms
)

// crowd is a number of members and the events that they cause in turn. Peers see
// the same members, first scores and events.
type crowd struct {
	first  []event // everybody's first score
	events []event
	next   int
}

// event is one update.
type event struct {
	id     uint64
	name   string // the id in digits, for sets of strings
	weight float64
}

func newCrowd(n int) *crowd {
	r := rand.New(rand.NewSource(7))
	c := &crowd{first: make([]event, n), events: make([]event, draws)}
	for i := range c.first {
		id := r.Uint64()
		c.first[i] = event{id, strconv.FormatUint(id, 10), r.Float64() * float64(i%50+1)}
	}
	zipf := rand.NewZipf(r, exponent, 1, uint64(n-1))
	for i := range c.events {
		c.events[i] = c.first[zipf.Uint64()]
		c.events[i].weight = 1 + float64(i&7)/8
	}
	return c
}

// event returns the next event. They are read one after the other, for the
// driver not to wait for memory.
func (c *crowd) event() *event {
	e := &c.events[c.next%draws]
	c.next++
	return e
}

func (c *crowd) half() int { return len(c.first) / 2 }

// fill gives everybody a first score and lets some events happen.
func (c *crowd) fill(add func(*event)) {
	for i := range c.first {
		add(&c.first[i])
	}
	c.next = 0
	for range min(len(c.first), 300_000) {
		add(c.event())
	}
}

// board returns ours, which decays.
func (c *crowd) board() *rank.Board {
	b := rank.New(rank.Config{HalfLife: halfLife, Seed: 1})
	c.fill(func(e *event) { _ = b.Add(e.id, start, e.weight) })
	return b
}
