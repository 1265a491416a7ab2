package ringbuf

import (
	"runtime"
	"time"
)

const (
	relaxLoops     = 64 // empty loops of the first round: some tens of nanoseconds
	relaxDoublings = 5
	yieldEvery     = 8 // rounds between two offers of the processor to others

	relaxRounds = 64 // rounds after which the peer must have lost its processor
	relaxSleep  = 50 * time.Microsecond
)

// relax lets a moment pass after a claim met a peer in the middle of its own,
// ever longer from round to round. Mostly the peer needs a few nanoseconds. If
// it was interrupted, it may be waiting for this very processor: for the
// goroutine's, which is offered now and then, or for the thread's, which on a
// crowded machine the operating system gives it only when this one sleeps. (A
// goroutine's first sleep allocates its timer, the only allocation there is.)
func relax(round int) {
	switch {
	case round >= relaxRounds:
		time.Sleep(relaxSleep)
	case round%yieldEvery == yieldEvery-1:
		runtime.Gosched()
	default:
		busy(relaxLoops << min(round, relaxDoublings))
	}
}

// busy keeps the processor for about as many cycles, away from memory.
func busy(loops int) {
	for range loops {
	}
}
