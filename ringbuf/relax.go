package ringbuf

import (
	"runtime"
	"time"
)

const (
	napLoops = 4096 // empty loops of a nap: about a microsecond

	relaxRounds = 64 // naps after which the peer must have lost its processor
	relaxSleep  = 50 * time.Microsecond
)

// nap keeps the processor for about a microsecond, away from memory. Whoever has
// caught up with the other side takes one before he looks again: a line fetched
// while the other core writes it for every value would slow both sides down to
// one value a fetch. In a nap values gather, or room.
func nap() {
	for range napLoops {
	}
}

// relax naps after a claim met a peer in the middle of its own, being on its
// heels. Mostly the peer needs a few nanoseconds more. If it was interrupted, it
// may be waiting for this very processor: for the goroutine's, which is offered
// after every other nap, or for the thread's, which on a crowded machine the
// operating system gives it only when this one sleeps. (A goroutine's first
// sleep allocates its timer, the only allocation there is.)
func relax(round int) {
	nap()
	switch {
	case round >= relaxRounds:
		time.Sleep(relaxSleep)
	case round%2 == 1:
		runtime.Gosched()
	}
}
