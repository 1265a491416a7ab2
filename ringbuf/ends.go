package ringbuf

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"sync/atomic"
)

// ErrClosed is returned to producers from Close on, and to consumers once they
// have drained a closed ring.
var ErrClosed = errors.New("ringbuf: closed")

const (
	step      = 2 // from one position's ticket to the next
	closedBit = 1 // in the tail: no ticket is given out any more

	minCapacity = 2
	maxCapacity = 1 << 30
)

// pad keeps two words that different cores write out of each other's way. A
// write takes the whole 64-byte line from every other core, and x86 fetches
// lines in pairs (arm64 has lines of 128 bytes): hence 128.
type pad [128]byte

// ends is what both rings have in common: where the next push and the next pop
// will be, who sleeps at either end, and how it all ends.
type ends struct {
	span   uint64 // capacity, in tickets
	start  uint64 // ticket of the first push
	closed chan struct{}
	_      pad

	tail atomic.Uint64 // ticket of the next push, and closedBit; producers write it
	_    pad
	head atomic.Uint64 // ticket of the next pop; consumers write it
	_    pad

	notFull  gate // producers sleep here
	_        pad
	notEmpty gate // consumers sleep here
	_        pad
}

// open makes e the ends of an empty ring whose first ticket is start.
func (e *ends) open(capacity int, start uint64, waiting []Waiting) {
	e.span, e.start = step*uint64(capacity), start
	e.tail.Store(start)
	e.head.Store(start)
	e.closed = make(chan struct{})
	e.notFull.open(waiting)
	e.notEmpty.open(waiting)
}

// Cap returns how many values the ring holds at most: the capacity asked for,
// rounded up to a power of two, at least 2.
func (e *ends) Cap() int { return int(e.span / step) }

// Len returns how many values are in the ring, those included that are being
// copied in. Under way it is an estimate between 0 and Cap; it is exact while
// nobody pushes or pops.
func (e *ends) Len() int {
	head := e.head.Load() // first: the head never passes the tail
	held := (e.tail.Load() - head) / step
	return int(min(held, e.span/step))
}

// Close ends the ring for producers: from now on the Try forms push nothing and
// the waiting ones return [ErrClosed], those already waiting included.
// Consumers go on until the ring is drained and then get ErrClosed. A push that
// races with Close is either accepted, and will be popped, or refused; no third
// thing happens. Close may be called by anybody, at any time, and again.
func (e *ends) Close() {
	if e.tail.Or(closedBit)&closedBit == 0 {
		close(e.closed)
	}
}

// Closed reports whether Close was called. Values may still be there to pop.
func (e *ends) Closed() bool { return e.tail.Load()&closedBit != 0 }

// pushable reports whether a push is worth a try: there is room, or the ring is
// closed. False says that the ring was full at the load of the head: the tail
// is at most head+span and never falls, so it stood where it was read before.
func (e *ends) pushable() bool {
	tail := e.tail.Load()
	return e.head.Load()+e.span != tail
}

// poppable reports whether a pop is worth a try: there is a value, or the ring
// is closed. False says that the ring was empty at the load of the tail, by the
// same argument.
func (e *ends) poppable() bool {
	head := e.head.Load()
	return e.tail.Load() != head
}

// drained reports whether the ring is closed and will be empty for ever.
func (e *ends) drained() bool {
	head := e.head.Load()
	return e.tail.Load() == head|closedBit
}

// pushWaiting calls try, which returns how many values it pushed, until that is
// at least one, and waits in between until ready says that a try is worth it.
func (e *ends) pushWaiting(ctx context.Context, ready func() bool, try func() int) (int, error) {
	for waited := false; ; waited = true {
		if n := try(); n > 0 {
			if waited {
				e.notFull.passOn(ready)
			}
			return n, nil
		}
		if e.Closed() {
			return 0, ErrClosed
		}
		if err := e.notFull.wait(ctx, e.closed, ready); err != nil {
			return 0, fmt.Errorf("ringbuf: wait for room: %w", err)
		}
	}
}

// popWaiting is pushWaiting for the other end. On a ring that is closed but not
// drained, for somebody has yet to publish what he claimed, Close has no news
// any more: the sleepers are woken by the publisher, and after the last value by
// one another.
func (e *ends) popWaiting(ctx context.Context, ready func() bool, try func() int) (int, error) {
	for waited := false; ; waited = true {
		n := try()
		if n > 0 || e.drained() {
			if waited {
				e.notEmpty.passOn(ready)
			}
			return n, endIf(n == 0)
		}
		closed := e.closed
		if e.Closed() {
			closed = nil
		}
		if err := e.notEmpty.wait(ctx, closed, ready); err != nil {
			return 0, fmt.Errorf("ringbuf: wait for a value: %w", err)
		}
	}
}

func endIf(ended bool) error {
	if ended {
		return ErrClosed
	}
	return nil
}

// one counts a single value that was moved, or was not.
func one(moved bool) int {
	if moved {
		return 1
	}
	return 0
}

// roundCapacity returns the power of two that a ring of at least n values has
// slots. It panics where the ring cannot be meant.
func roundCapacity(n, most int) int {
	if n < 1 || n > most {
		panic(fmt.Sprintf("ringbuf: capacity %d is not in 1…%d", n, most))
	}
	return max(minCapacity, 1<<bits.Len(uint(n-1)))
}
