package ringbuf

import (
	"context"
	"reflect"
	"unsafe"
)

// NewMPMCAt, NewSPSCAt and NewBlocksAt return rings whose first ticket is start,
// which must be even, so that tests see counters wrap.
func NewMPMCAt[T any](capacity int, start uint64) *MPMC[T]   { return newMPMC[T](capacity, start) }
func NewSPSCAt[T any](capacity int, start uint64) *SPSC[T]   { return newSPSC[T](capacity, start) }
func NewBlocksAt[T any](blocks int, start uint64) *Blocks[T] { return newBlocks[T](blocks, start) }

// ParkAtOnce makes waiting calls sleep without spinning first.
func (e *ends) ParkAtOnce() { e.notFull.rounds, e.notEmpty.rounds = 0, 0 }

// AwaitValue waits as a consumer does, without spinning, and calls after when it
// has looked for the last time before it sleeps.
func (e *ends) AwaitValue(ctx context.Context, after func()) error {
	e.ParkAtOnce()
	return e.notEmpty.wait(ctx, e.closed, lastLook(e.poppable, after))
}

// AwaitRoom is AwaitValue for a producer.
func (e *ends) AwaitRoom(ctx context.Context, after func()) error {
	e.ParkAtOnce()
	return e.notFull.wait(ctx, e.closed, lastLook(e.pushable, after))
}

func lastLook(ready func() bool, after func()) func() bool {
	return func() bool {
		defer after()
		return ready()
	}
}

// StalledPush is TryPushBatch interrupted between claim and hand-over.
func (r *MPMC[T]) StalledPush(vs []T, stall func()) int {
	ticket, n := r.claimPush(len(vs), len(vs))
	stall()
	r.fill(ticket, vs[:n])
	return n
}

// StalledPop is TryPopBatch interrupted between claim and hand-over.
func (r *MPMC[T]) StalledPop(dst []T, stall func()) int {
	ticket, n := r.claimPop(len(dst), len(dst))
	stall()
	r.take(ticket, dst[:n])
	return n
}

// StalledPush is TryPushBatch interrupted before the values are published.
func (r *SPSC[T]) StalledPush(vs []T, stall func()) int {
	n := min(len(vs), r.room(len(vs)))
	r.producer.slots.put(r.producer.next, vs[:n])
	stall()
	if n == 0 || !r.publish(n) {
		return 0
	}
	return n
}

// StalledPop is TryPopBatch interrupted before the slots are released.
func (r *SPSC[T]) StalledPop(dst []T, stall func()) int {
	n := min(len(dst), r.held(len(dst)))
	r.consumer.slots.get(r.consumer.next, dst[:n])
	stall()
	r.release(n)
	return n
}

// Index tells which of the ring's blocks b is, from that of the first ticket on.
func (r *Blocks[T]) Index(b *Block[T]) int {
	first := uintptr(unsafe.Pointer(r.block(r.start)))
	n := (uintptr(unsafe.Pointer(b)) - first) / unsafe.Sizeof(*b)
	return int(n & uintptr(len(r.blocks)-1))
}

// HasPointers is what decides whether popped slots are cleared.
func HasPointers[T any]() bool { return hasPointers(reflect.TypeFor[T]()) }

// FalseSharing is the distance that words written by different cores must keep.
const FalseSharing = unsafe.Sizeof(pad{})

// HotWords returns the offsets of the words that different cores write, in
// order, and the size of the whole.
func (r *MPMC[T]) HotWords() []uintptr {
	return append(r.hotEnds(), unsafe.Sizeof(*r))
}

// HotWords is the same for an SPSC.
func (r *SPSC[T]) HotWords() []uintptr {
	return append(r.hotEnds(),
		unsafe.Offsetof(r.producer)+unsafe.Offsetof(r.producer.next),
		unsafe.Offsetof(r.consumer)+unsafe.Offsetof(r.consumer.next),
		unsafe.Sizeof(*r))
}

// HotWords is the same for Blocks.
func (r *Blocks[T]) HotWords() []uintptr {
	return append(r.hotEnds(), unsafe.Sizeof(*r))
}

// BlockLines returns where a block's values begin, and its size.
func BlockLines[T any]() (values, size uintptr) {
	var b Block[T]
	return unsafe.Offsetof(b.all), unsafe.Sizeof(b)
}

func (e *ends) hotEnds() []uintptr {
	return []uintptr{
		unsafe.Offsetof(e.closed),
		unsafe.Offsetof(e.tail),
		unsafe.Offsetof(e.head),
		unsafe.Offsetof(e.notFull),
		unsafe.Offsetof(e.notEmpty),
	}
}
