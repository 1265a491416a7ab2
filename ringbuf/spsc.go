package ringbuf

import "context"

// SPSC is a bounded ring between one producer and one consumer, after Lamport
// (1983), with each side keeping the last it saw of the other's index, after
// FastForward and MCRingBuffer (Lee et al., 2010).
//
// The producer owns the tail, the consumer the head, and a value is published
// by moving them. A side reads the other's index, which means fetching a line
// that the other core has just written, only when its copy leaves it without
// room or values: once a lap at best, instead of once a value. The tail is
// moved by a compare-and-swap, so that Close may come from anywhere; on amd64
// that costs what an atomic store does.
//
// Push, PushBatch, Reserve, Commit and their Try forms are the producer's and
// must not overlap each other; Pop, PopBatch, Peek, Discard and theirs are the
// consumer's and must not either.
// Everything else may be called from any goroutine. A role may move to
// another goroutine if the move itself synchronises the two. No operation waits
// for the other side, save the waiting forms on a full or empty ring; each
// costs O(1) for a value.
type SPSC[T any] struct {
	ends
	producer side[T]
	_        pad
	consumer side[T]
	_        pad
}

// side is what one side alone reads and writes: never another core's line.
type side[T any] struct {
	slots slots[T]
	next  uint64 // ticket of this side's next operation
	peer  uint64 // the other side's index when last looked at
}

// NewSPSC returns an empty ring for at least capacity values, whose callers wait
// by [Park] unless told otherwise. It panics if capacity is below 1 or beyond
// 2^30.
func NewSPSC[T any](capacity int, waiting ...Waiting) *SPSC[T] {
	return newSPSC[T](capacity, 0, waiting...)
}

// newSPSC gives out tickets from start on, which must be even.
func newSPSC[T any](capacity int, start uint64, waiting ...Waiting) *SPSC[T] {
	capacity = roundCapacity(capacity, maxCapacity)
	shared := side[T]{slots: newSlots[T](capacity), next: start, peer: start}
	r := &SPSC[T]{producer: shared, consumer: shared}
	r.open(capacity, start, waiting)
	return r
}

// TryPush pushes v and reports whether it did. It refuses only if the ring was
// full at some instant of the call, or is closed.
func (r *SPSC[T]) TryPush(v T) bool { return r.push(&v) }

// push pushes *v; the pointer spares a large value a copy.
func (r *SPSC[T]) push(v *T) bool {
	if r.room(1) == 0 {
		return false
	}
	*r.producer.slots.at(r.producer.next) = *v
	return r.publish(1)
}

// TryPop pops the oldest value and reports whether there was one. It refuses
// only if the ring was empty at some instant of the call.
func (r *SPSC[T]) TryPop() (v T, ok bool) {
	ok = r.pop(&v)
	return v, ok
}

// pop pops a value into *v.
func (r *SPSC[T]) pop(v *T) bool {
	if r.held(1) == 0 {
		return false
	}
	r.consumer.slots.move(v, r.consumer.next)
	r.release(1)
	return true
}

// TryPushBatch pushes as many of vs as there is room for, from the first on,
// all in one instant, and returns how many. A count n below len(vs) says that
// at some instant of the call there was room for exactly n, or, if 0, that the
// ring is closed.
func (r *SPSC[T]) TryPushBatch(vs []T) int {
	n := min(len(vs), r.room(len(vs)))
	if n == 0 {
		return 0
	}
	r.producer.slots.put(r.producer.next, vs[:n])
	if !r.publish(n) {
		return 0
	}
	return n
}

// TryPopBatch pops the oldest values into dst, as many as there are and fit,
// and returns how many. A count n below len(dst) says that at some instant of
// the call the ring held exactly n.
func (r *SPSC[T]) TryPopBatch(dst []T) int {
	n := min(len(dst), r.held(len(dst)))
	if n == 0 {
		return 0
	}
	r.consumer.slots.get(r.consumer.next, dst[:n])
	r.release(n)
	return n
}

// Push pushes v, waiting while the ring is full. It returns [ErrClosed], or the
// error of the context that ended while it waited; v is pushed if and only if
// the error is nil.
func (r *SPSC[T]) Push(ctx context.Context, v T) error {
	if r.push(&v) {
		return nil
	}
	_, err := r.pushWaiting(ctx, r.pushable, func() int { return one(r.push(&v)) })
	return err
}

// Pop pops the oldest value, waiting while the ring is empty. The error is
// [ErrClosed] once the ring is closed and drained, or that of the context that
// ended while it waited.
func (r *SPSC[T]) Pop(ctx context.Context) (v T, err error) {
	if r.pop(&v) {
		return v, nil
	}
	_, err = r.popWaiting(ctx, r.poppable, func() int { return one(r.pop(&v)) })
	return v, err
}

// PushBatch pushes all of vs in their order, waiting for room as often as need
// be. It returns how many were pushed: len(vs) and nil, or fewer and
// [ErrClosed] or the context's error. The first n are in the ring then, the
// others are not.
func (r *SPSC[T]) PushBatch(ctx context.Context, vs []T) (n int, err error) {
	for n < len(vs) && err == nil {
		var pushed int
		pushed, err = r.pushWaiting(ctx, r.pushable, func() int { return r.TryPushBatch(vs[n:]) })
		n += pushed
	}
	return n, err
}

// PopBatch pops the oldest values into dst, waiting until there is at least
// one, and returns how many: fewer than len(dst) only if the ring held no more.
// With an empty dst it returns at once. The error is [ErrClosed] once the ring is
// closed and drained, or the context's; n is 0 then.
func (r *SPSC[T]) PopBatch(ctx context.Context, dst []T) (n int, err error) {
	if len(dst) == 0 {
		return 0, nil
	}
	return r.popWaiting(ctx, r.poppable, func() int { return r.TryPopBatch(dst) })
}
