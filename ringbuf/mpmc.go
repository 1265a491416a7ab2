package ringbuf

import (
	"context"
	"sync/atomic"
)

// MPMC is a bounded ring for any number of producers and consumers, after
// Dmitry Vyukov's bounded MPMC queue (1024cores.net, 2010).
//
// Every slot has a turn that says whose ticket it waits for. A producer reads
// the tail, sees that the slot's turn is that ticket, claims it by moving the
// tail with a compare-and-swap, copies its value in and sets the turn to
// ticket+1, which is what the consumer that claims the same position from the
// head waits for; the consumer sets it to the ticket of one lap later. The
// claim is the instant at which the operation takes effect.
//
// The turns are an array of their own. A slot of 64 bytes then is one whole
// cache line, moved by the hardware in one go, and a batch looks at eight turns
// a line before it claims. Tail, head and the two gates lie 128 bytes apart, for
// each is written by other cores than its neighbour.
//
// # A peer that stands still
//
// No operation ever waits for a lock, but between claim and turn a peer may be
// interrupted. Those before and behind it work on; who is next at that very
// slot cannot pass. Vyukov's queue answers "empty" (or "full") then, although
// values pushed completely may lie behind. MPMC looks at the other end to tell
// the two apart, reports empty only if head and tail met, full only if they
// were a lap apart, and otherwise waits, yielding the processor, for the few
// instructions the peer is behind. So the Try forms wait for nothing but a copy
// under way, and what they report is linearizable.
//
// # Who sleeps looks at the ends, not at the turns
//
// A consumer sleeps only while tail and head meet, and a producer only while they
// are a lap apart. The claim has moved one of them, by an instruction that comes
// before the look at the sleepers, as the gate demands. So nobody misses a value
// over its turn, which is stored later: the sleeper is awake then, or is woken
// after, and waits for the turn like everybody else.
//
// All methods may be called from any goroutine. Each costs O(1) for a value.
type MPMC[T any] struct {
	ends
	slots slots[T]
	turns []atomic.Uint64
	_     pad
}

// NewMPMC returns an empty ring for at least capacity values, whose callers wait
// by [Park] unless told otherwise. It panics if capacity is below 1 or beyond
// 2^30.
func NewMPMC[T any](capacity int, waiting ...Waiting) *MPMC[T] {
	return newMPMC[T](capacity, 0, waiting...)
}

// newMPMC gives out tickets from start on, which must be even.
func newMPMC[T any](capacity int, start uint64, waiting ...Waiting) *MPMC[T] {
	capacity = roundCapacity(capacity, maxCapacity)
	r := &MPMC[T]{slots: newSlots[T](capacity), turns: make([]atomic.Uint64, capacity)}
	r.open(capacity, start, waiting)
	for ticket := start; ticket != start+r.span; ticket += step {
		r.turn(ticket).Store(ticket)
	}
	return r
}

// turn returns the turn of the slot that ticket falls on.
func (r *MPMC[T]) turn(ticket uint64) *atomic.Uint64 { return &r.turns[r.slots.index(ticket)] }

// TryPush pushes v and reports whether it did. It refuses only if the ring was
// full at some instant of the call, or is closed.
func (r *MPMC[T]) TryPush(v T) bool { return r.push(&v) }

// push pushes *v; the pointer spares a large value a copy.
func (r *MPMC[T]) push(v *T) bool {
	for round := 0; ; round++ {
		tail := r.tail.Load()
		switch {
		case tail&closedBit != 0:
			return false
		case r.turn(tail).Load() == tail:
			if r.tail.CompareAndSwap(tail, tail+step) {
				*r.slots.at(tail) = *v
				storeRelease(r.turn(tail), tail+1)
				r.notEmpty.wake()
				return true
			}
		case r.head.Load()+r.span == tail:
			return false
		default: // the tail is old, or a consumer is still copying
			relax(round)
		}
	}
}

// TryPop pops the oldest value and reports whether there was one. It refuses
// only if the ring was empty at some instant of the call.
func (r *MPMC[T]) TryPop() (v T, ok bool) {
	ok = r.pop(&v)
	return v, ok
}

// pop pops a value into *v.
func (r *MPMC[T]) pop(v *T) bool {
	for round := 0; ; round++ {
		head := r.head.Load()
		switch {
		case r.turn(head).Load() == head+1:
			if r.head.CompareAndSwap(head, head+step) {
				r.slots.move(v, head)
				storeRelease(r.turn(head), head+r.span)
				r.notFull.wake()
				return true
			}
		case r.tail.Load()&^closedBit == head:
			return false
		default: // the head is old, or a producer is still copying
			relax(round)
		}
	}
}

// Push pushes v, waiting while the ring is full. It returns [ErrClosed], or the
// error of the context that ended while it waited; v is pushed if and only if
// the error is nil.
func (r *MPMC[T]) Push(ctx context.Context, v T) error {
	if r.push(&v) {
		return nil
	}
	_, err := r.pushWaiting(ctx, r.pushable, func() int { return one(r.push(&v)) })
	return err
}

// Pop pops the oldest value, waiting while the ring is empty. The error is
// [ErrClosed] once the ring is closed and drained, or that of the context that
// ended while it waited.
func (r *MPMC[T]) Pop(ctx context.Context) (v T, err error) {
	if r.pop(&v) {
		return v, nil
	}
	_, err = r.popWaiting(ctx, r.poppable, func() int { return one(r.pop(&v)) })
	return v, err
}
