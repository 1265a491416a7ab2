package ringbuf

import "context"

// TryPushBatch pushes as many of vs as there is room for, from the first on, by
// a single claim, and returns how many. A count n below len(vs) says that at
// some instant of the call there was room for exactly n, or, if 0, that the
// ring is closed.
func (r *MPMC[T]) TryPushBatch(vs []T) int { return r.pushRun(vs, len(vs)) }

// TryPopBatch pops the oldest values into dst, as many as there are and fit, by
// a single claim, and returns how many. A count n below len(dst) says that at
// some instant of the call the ring held exactly n.
func (r *MPMC[T]) TryPopBatch(dst []T) int { return r.popRun(dst, len(dst)) }

// PushBatch pushes all of vs in their order, waiting for room as often as need
// be; values of other producers may come between. It returns how many were
// pushed: len(vs) and nil, or fewer and [ErrClosed] or the context's error. The
// first n are in the ring then, the others are not.
func (r *MPMC[T]) PushBatch(ctx context.Context, vs []T) (n int, err error) {
	for n < len(vs) && err == nil {
		var pushed int
		pushed, err = r.pushWaiting(ctx, r.pushable, func() int { return r.pushRun(vs[n:], 1) })
		n += pushed
	}
	return n, err
}

// PopBatch pops the oldest values into dst, waiting until there is at least
// one, and returns how many. It takes what is ready and waits for no more, so n
// says nothing about what else the ring holds; with an empty dst it returns at
// once. The error is [ErrClosed] once the ring is closed and drained, or the
// context's; n is 0 then.
func (r *MPMC[T]) PopBatch(ctx context.Context, dst []T) (n int, err error) {
	if len(dst) == 0 {
		return 0, nil
	}
	return r.popWaiting(ctx, r.poppable, func() int { return r.popRun(dst, 1) })
}

// pushRun pushes up to len(vs) values by one claim. A count below least is
// exact, see claimPush.
func (r *MPMC[T]) pushRun(vs []T, least int) int {
	ticket, n := r.claimPush(len(vs), least)
	if n > 0 {
		r.fill(ticket, vs[:n])
	}
	return n
}

// popRun pops up to len(dst) values by one claim. A count below least is exact,
// see claimPop.
func (r *MPMC[T]) popRun(dst []T, least int) int {
	ticket, n := r.claimPop(len(dst), least)
	if n > 0 {
		r.take(ticket, dst[:n])
	}
	return n
}

// claimPush claims up to want free slots in a row and returns the first ticket;
// the caller must fill them. A run may end at a slot that a consumer is still
// copying out of. If it is shorter than least, claimPush waits for that one,
// so that a count below least is all the room there was: at the load of the
// head, the tail being where it was read, or else the claim fails.
func (r *MPMC[T]) claimPush(want, least int) (ticket uint64, n int) {
	for round := 0; ; round++ {
		tail := r.tail.Load()
		if tail&closedBit != 0 {
			return 0, 0
		}
		n := r.run(tail, want)
		if n < least && r.head.Load()+r.span != tail+step*uint64(n) {
			relax(round)
			continue
		}
		if n == 0 || r.tail.CompareAndSwap(tail, tail+step*uint64(n)) {
			return tail, n
		}
	}
}

// claimPop is claimPush for the other end: up to want filled slots in a row,
// which the caller must take.
func (r *MPMC[T]) claimPop(want, least int) (ticket uint64, n int) {
	for round := 0; ; round++ {
		head := r.head.Load()
		n := r.run(head+1, want)
		if n < least && r.tail.Load()&^closedBit != head+step*uint64(n) {
			relax(round)
			continue
		}
		if n == 0 || r.head.CompareAndSwap(head, head+step*uint64(n)) {
			return head, n
		}
	}
}

// run counts the slots from ticket on whose turn has come, up to want: even
// tickets ask for free slots, odd ones for filled. A lap later the turns no
// longer fit, so it never exceeds the capacity.
func (r *MPMC[T]) run(ticket uint64, want int) (n int) {
	for n < want && r.turn(ticket).Load() == ticket {
		ticket += step
		n++
	}
	return n
}

// fill copies vs into slots claimed from ticket on, and hands them to consumers.
func (r *MPMC[T]) fill(ticket uint64, vs []T) {
	r.slots.put(ticket, vs)
	for range vs {
		storeRelease(r.turn(ticket), ticket+1)
		ticket += step
	}
	r.notEmpty.wake()
}

// take copies slots claimed from ticket on into dst, and hands them back to
// producers.
func (r *MPMC[T]) take(ticket uint64, dst []T) {
	r.slots.get(ticket, dst)
	for range dst {
		storeRelease(r.turn(ticket), ticket+r.span)
		ticket += step
	}
	r.notFull.wake()
}
