package ringbuf

import (
	"context"
	"runtime"
	"sync/atomic"
)

// spinRounds is how often a waiting call naps and looks before it parks: for
// about five microseconds in all, which is what it costs to park and to be woken.
// Longer only takes the processor from those who are waited for.
const spinRounds = 4

// Waiting says how those wait who find a ring full or empty.
type Waiting uint8

const (
	// Park looks a few times, five microseconds in all, and then sleeps: a ring
	// at rest costs nothing, being woken some tens of microseconds. It is the
	// default.
	Park Waiting = iota
	// Spin looks every microsecond until the time has come, and offers the
	// processor to other goroutines in between. Whoever waits wants a core of
	// its own, and keeps it busy.
	Spin
)

// gate is where one side of a ring waits until the other side made it ready: a
// count of sleepers and a channel that holds at most one token to wake one.
//
// No wake-up is lost. A sleeper adds itself to sleepers and then looks again
// whether the ring is ready; a waker moves its end of the ring and then looks
// whether there are sleepers. Go's atomics have one order that all agree on, so
// the two cannot both look before the other has written (Dekker's argument):
// the sleeper sees the ring ready and does not sleep, or the waker sees it.
//
// One token is enough for many sleepers. As long as the ring is ready and
// somebody sleeps, a token lies in the channel or somebody who received one has
// yet to act on it: a waker that finds the channel full relies on the token in
// it, which is received after the waker's move; who received one tries the
// ring and, where that succeeds, passes the token on if the ring is still ready
// and others sleep (passOn); where it fails, the ring was not ready after all,
// and the next to make it so looks at sleepers again. A token that finds nobody
// is left for the next sleeper, who looks once in vain.
//
// So a peer that has nobody to wake pays for one load of a line that nobody
// writes, and never for a system call.
type gate struct {
	sleepers atomic.Int64
	token    chan struct{}
	rounds   int // looks before parking
	spins    bool
	waits    atomic.Uint64 // calls that found the ring not ready
	parks    atomic.Uint64 // times that one of them went to sleep
}

func (g *gate) open(waiting []Waiting) {
	g.token = make(chan struct{}, 1)
	g.rounds = spinRounds
	g.spins = len(waiting) > 0 && waiting[len(waiting)-1] == Spin
}

// wake lets one sleeper look again, if there is any. The caller has moved its
// end of the ring before.
func (g *gate) wake() {
	if g.sleepers.Load() != 0 {
		g.signal()
	}
}

// signal leaves a token, unless one lies there. It never blocks.
func (g *gate) signal() {
	select {
	case g.token <- struct{}{}:
	default:
	}
}

// passOn is owed by everybody whose try succeeded after a wait, or who learnt
// then that the ring has ended.
func (g *gate) passOn(ready func() bool) {
	if g.sleepers.Load() != 0 && ready() {
		g.signal()
	}
}

// wait returns nil when the ring is worth another try, or the context's error.
func (g *gate) wait(ctx context.Context, closed <-chan struct{}, ready func() bool) error {
	g.waits.Add(1)
	for !g.spin(ready) {
		if !g.spins {
			return g.park(ctx, closed, ready)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// park sleeps on channels only: a sleeper costs nothing, and testing/synctest
// sees that it is blocked.
func (g *gate) park(ctx context.Context, closed <-chan struct{}, ready func() bool) error {
	g.sleepers.Add(1)
	defer g.sleepers.Add(-1)
	if ready() {
		return nil
	}
	g.parks.Add(1)
	select {
	case <-g.token:
		return nil
	case <-closed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// spin looks a few times whether the ring becomes ready, with a nap before each.
func (g *gate) spin(ready func() bool) bool {
	for range g.rounds {
		nap()
		if ready() {
			return true
		}
		runtime.Gosched()
	}
	return false
}
