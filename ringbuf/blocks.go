package ringbuf

import (
	"context"
	"reflect"
	"sync/atomic"
)

// BlockLen is how many values a [Block] holds at most. At 64 values of a cache
// line each, the three lines that a block costs besides its values (tail, head,
// turn) are a twentieth of all that crosses from core to core, and the hardware
// fetches the values ahead, being in a row.
const BlockLen = 64

// Blocks is a bounded ring of blocks of values for any number of producers and
// consumers: Vyukov's queue, see [MPMC], whose slot is a block of up to 64
// values that is filled and read where it lies. A value then is never copied in
// or out, and one claim, one turn and one look at the sleepers are paid for by 64.
//
//	claim    Claim, TryClaim    the next block is this producer's alone
//	publish  Publish            its first n values are there to be taken
//	take     Take, TryTake      the oldest block is this consumer's alone
//	release  Release            it is free for the claim of one lap later
//
// What moves at the speed of memory costs, for values of 64 bytes, about
// 141 ns for a line to cross ÷ 16 lines under way ≈ 9 ns each; see bench.
//
// # Order and refusals
//
// Blocks come out in the order in which they were claimed, so the values of one
// producer come out in its order. Between claim and publish lies the caller's
// own work, for which nobody waits unasked: TryTake refuses if at some instant
// of the call the oldest block was not published, though later ones may be, and
// TryClaim refuses if at some instant of the call the next block, the one
// claimed a lap ago, was not released, though later ones may be. A race that is
// lost is run again and never a reason to refuse.
//
// # Duties
//
// Every block claimed must be published and every block taken released, once, by
// whoever holds it then, soon: a block kept back keeps back all behind it. Who
// runs out of values publishes those there are, and who claimed in vain publishes
// none, which consumers never see. Values must not be touched after.
//
// All methods may be called from any goroutine. Each costs O(1).
type Blocks[T any] struct {
	ends
	blocks []Block[T]
	wipe   bool // values hold pointers: a released block must not keep them alive
	_      pad
}

// Block is a run of values within a [Blocks], held by one producer or consumer.
type Block[T any] struct {
	turn atomic.Uint64 // the ticket that may claim it; +1 once published
	used int           // values published
	_    [64 - 16]byte // its first value begins a line
	all  [BlockLen]T
}

// Slots returns the values for the producer to fill, from the first on. They
// hold what an earlier lap left in them, unless T has pointers.
func (b *Block[T]) Slots() []T { return b.all[:] }

// Values returns the values that were published, between 1 and BlockLen.
func (b *Block[T]) Values() []T { return b.all[:b.used] }

// NewBlocks returns an empty ring of at least as many blocks, rounded up to a
// power of two from 2 on, whose callers wait by [Park] unless told otherwise.
// Cap, Len and Stats count blocks; one that is being filled is within Len, one
// that is being read is not. It panics if blocks is below 1 or beyond 2^24.
func NewBlocks[T any](blocks int, waiting ...Waiting) *Blocks[T] {
	return newBlocks[T](blocks, 0, waiting...)
}

// newBlocks gives out tickets from start on, which must be even.
func newBlocks[T any](blocks int, start uint64, waiting ...Waiting) *Blocks[T] {
	blocks = roundCapacity(blocks, maxCapacity/BlockLen)
	r := &Blocks[T]{blocks: make([]Block[T], blocks), wipe: hasPointers(reflect.TypeFor[T]())}
	r.open(blocks, start, waiting)
	for ticket := start; ticket != start+r.span; ticket += step {
		r.block(ticket).turn.Store(ticket)
	}
	return r
}

// block returns the block that ticket falls on.
func (r *Blocks[T]) block(ticket uint64) *Block[T] {
	return &r.blocks[ticket/step&uint64(len(r.blocks)-1)]
}

// TryClaim returns the next block for the caller to fill and publish. It returns
// nil only if at some instant of the call that block was not yet released, or
// if the ring is closed.
func (r *Blocks[T]) TryClaim() *Block[T] {
	for {
		tail := r.tail.Load()
		if tail&closedBit != 0 {
			return nil
		}
		b := r.block(tail)
		free := b.turn.Load() == tail
		switch {
		case free && r.tail.CompareAndSwap(tail, tail+step):
			return b
		case !free && r.tail.Load() == tail: // so it was at the load of the turn
			return nil
		}
	}
}

// Publish hands the first n values of a claimed block to whoever takes it. The
// block is out of the caller's hands then. It is accepted also if the ring was
// closed since the claim. It panics if n is not in 0…BlockLen.
func (r *Blocks[T]) Publish(b *Block[T], n int) {
	b.used = len(b.all[:n])
	b.turn.Add(1)
	r.notEmpty.wake()
}

// TryTake returns the oldest block for the caller to read and release. It returns
// nil only if at some instant of the call that block was not yet published.
func (r *Blocks[T]) TryTake() *Block[T] {
	for {
		head := r.head.Load()
		b := r.block(head)
		published := b.turn.Load() == head+1
		switch {
		case published && r.head.CompareAndSwap(head, head+step):
			if b.used > 0 {
				return b
			}
			r.Release(b)
		case !published && r.head.Load() == head:
			return nil
		}
	}
}

// Release gives a block that was taken back to the producers. The block is out
// of the caller's hands then.
func (r *Blocks[T]) Release(b *Block[T]) {
	if r.wipe {
		clear(b.all[:])
	}
	b.turn.Add(r.span - 1)
	r.notFull.wake()
}

// Claim is TryClaim that waits for the next block to be released. The error is
// [ErrClosed], or that of the context that ended while it waited; the block is
// nil then.
func (r *Blocks[T]) Claim(ctx context.Context) (b *Block[T], err error) {
	if b = r.TryClaim(); b != nil {
		return b, nil
	}
	_, err = r.pushWaiting(ctx, r.claimable, func() int {
		b = r.TryClaim()
		return one(b != nil)
	})
	return b, err
}

// Take is TryTake that waits for the oldest block to be published. The error is
// [ErrClosed] once the ring is closed and every block that was claimed before
// has been taken, or that of the context that ended while it waited; the block
// is nil then.
func (r *Blocks[T]) Take(ctx context.Context) (b *Block[T], err error) {
	if b = r.TryTake(); b != nil {
		return b, nil
	}
	_, err = r.popWaiting(ctx, r.takeable, func() int {
		b = r.TryTake()
		return one(b != nil)
	})
	return b, err
}

// claimable reports whether a claim is worth a try.
func (r *Blocks[T]) claimable() bool {
	tail := r.tail.Load()
	return tail&closedBit != 0 || r.block(tail).turn.Load() == tail
}

// takeable reports whether to take is worth a try.
func (r *Blocks[T]) takeable() bool {
	head := r.head.Load()
	return r.block(head).turn.Load() == head+1 || r.drained()
}
