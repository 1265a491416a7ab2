package discord

import (
	"sync"
	"time"
)

// invalidWindow is the time over which Discord counts invalid requests.
const (
	invalidWindow = 10 * time.Minute
	invalidSlots  = 20
	invalidSlot   = invalidWindow / invalidSlots
)

// invalidCounter counts over a window that moves in slots of half a minute. A
// count leaves it after between 10 and 10½ minutes, never earlier. The limit is
// set before use.
type invalidCounter struct {
	limit int

	mu    sync.Mutex
	slots [invalidSlots + 1]int
	slot  int64 // number of the newest slot
	sum   int
	full  bool // was said
}

// add counts one, and reports whether the limit is reached and nobody was told.
func (c *invalidCounter) add(now time.Time) (say bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.move(now)
	c.slots[c.slot%int64(len(c.slots))]++
	c.sum++
	say = c.sum >= c.limit && !c.full
	c.full = c.full || say
	return say
}

// allows reports whether there is room below the limit.
func (c *invalidCounter) allows(now time.Time) bool { return c.now(now) < c.limit }

// now returns the count of the window that ends now.
func (c *invalidCounter) now(now time.Time) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.move(now)
	return c.sum
}

// move lets slots that are past go. The caller holds the lock.
func (c *invalidCounter) move(now time.Time) {
	slot := now.UnixNano() / int64(invalidSlot)
	n := int64(len(c.slots))
	for past := max(c.slot, slot-n); past < slot; {
		past++
		c.sum -= c.slots[past%n]
		c.slots[past%n] = 0
	}
	c.slot = max(c.slot, slot)
	c.full = c.full && c.sum >= c.limit
}
