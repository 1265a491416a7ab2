package rings

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/puzpuzpuz/xsync/v4"

	"guildpulse/bench/measure"
	"guildpulse/ringbuf"
)

// refusals counts the operations that are told full though a slot is free for this
// very push, or empty though a value is there for this very pop: nobody pushes or
// pops here without a credit for it.
func refusals(t *measure.Table) {
	const ours, peer = "2P2C MPMC, false refusals in a million", "2P2C xsync MPMC, false refusals in a million"
	const few = 64
	if t.Wants(ours) {
		r := ringbuf.NewMPMC[event](few)
		t.AtMost(ours, "", refused(t, few, r.TryPush, r.TryPop), 0)
	}
	if t.Wants(peer) {
		q := xsync.NewMPMCQueue[event](few)
		t.Report(peer, "", refused(t, few, q.TryEnqueue, q.TryDequeue))
	}
}

func refused(t *measure.Table, capacity int, push func(event) bool, pop func() (event, bool)) float64 {
	each := 250_000
	if t.Options().Rounds == 1 {
		each = 1_000
	}
	var refusals atomic.Int64
	room, held := make(chan struct{}, capacity), make(chan struct{}, capacity)
	for range capacity {
		room <- struct{}{}
	}
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for i := range each {
				<-room
				once(&refusals, func() bool { return push(event{Seq: uint64(i)}) })
				held <- struct{}{}
			}
		})
		all.Go(func() {
			for range each {
				<-held
				once(&refusals, func() bool { _, ok := pop(); return ok })
				room <- struct{}{}
			}
		})
	}
	all.Wait()
	return float64(refusals.Load()) * 1e6 / float64(4*each)
}

// once tries until it succeeds and counts one refusal if there was any.
func once(refusals *atomic.Int64, try func() bool) {
	if try() {
		return
	}
	refusals.Add(1)
	for !try() {
		runtime.Gosched()
	}
}
