package ringbuf

import "context"

// A window is a stretch of slots, filled or read where they lie. It ends at the
// latest at the last slot of the ring, so that it is one slice: who asks for n
// gets fewer there, though there may be more behind.

// TryReserve returns a window of up to n free slots for the producer to fill
// and Commit. It is empty only if the ring was full at some instant of the call
// or is closed, or n is 0. The slots hold what an earlier lap left there, unless T has
// pointers. To reserve again without a commit returns the same slots.
func (r *SPSC[T]) TryReserve(n int) []T {
	if r.Closed() {
		return nil
	}
	return r.producer.window(min(n, r.room(n)))
}

// Reserve is TryReserve that waits for room. The error is [ErrClosed], or that
// of the context that ended while it waited.
func (r *SPSC[T]) Reserve(ctx context.Context, n int) (slots []T, err error) {
	if n <= 0 {
		return nil, nil
	}
	if slots = r.TryReserve(n); len(slots) > 0 {
		return slots, nil
	}
	_, err = r.pushWaiting(ctx, r.pushable, func() int {
		slots = r.TryReserve(n)
		return len(slots)
	})
	return slots, err
}

// Commit pushes the first n slots of the window reserved last, in one instant,
// and reports whether it did: not if the ring is closed.
func (r *SPSC[T]) Commit(n int) bool { return r.publish(n) }

// TryPeek returns a window of up to n of the oldest values for the consumer to
// read and Discard. It is empty only if the ring was empty at some instant of
// the call, or n is 0. To peek again without a discard returns the same values.
func (r *SPSC[T]) TryPeek(n int) []T {
	return r.consumer.window(min(n, r.held(n)))
}

// Peek is TryPeek that waits for a value. The error is [ErrClosed] once the
// ring is closed and drained, or that of the context that ended while it waited.
func (r *SPSC[T]) Peek(ctx context.Context, n int) (values []T, err error) {
	if n <= 0 {
		return nil, nil
	}
	if values = r.TryPeek(n); len(values) > 0 {
		return values, nil
	}
	_, err = r.popWaiting(ctx, r.poppable, func() int {
		values = r.TryPeek(n)
		return len(values)
	})
	return values, err
}

// Discard pops the first n values of the window peeked at last, which must not
// be touched any more.
func (r *SPSC[T]) Discard(n int) {
	c := &r.consumer
	if c.slots.wipe {
		clear(c.window(n))
	}
	r.release(n)
}

// window returns the next n slots of a side, or as many as lie in a row.
func (s *side[T]) window(n int) []T {
	rest := s.slots.values[s.slots.index(s.next):]
	return rest[:min(n, len(rest))]
}
