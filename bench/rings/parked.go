package rings

import (
	"context"
	"syscall"
	"time"

	"guildpulse/bench/measure"
	"guildpulse/ringbuf"
)

const (
	pause = 100 * time.Microsecond // between two bursts
	burst = int(rate * pause / time.Second)
)

// parked sends bursts into a ring whose consumer sleeps in between, and takes the
// processor time of the whole process, producer and timers included.
func parked(ctx context.Context, t *measure.Table) error {
	const busy, peer, idle = "parked 500 k/s in bursts of 100 µs, of a core", "channel in the same bursts, of a core", "parked and idle, of a core"
	if !t.Wants(busy) && !t.Wants(peer) && !t.Wants(idle) {
		return nil
	}
	long := t.Options().Round * 12
	r, c := ringbuf.NewMPMC[event](capacity), make(chan event, capacity)
	bursts := func(push func(event)) func() { return func() { sendBursts(ctx, long, push) } }

	consumed := make(chan error, 2)
	go func() {
		dst := make([]event, batch)
		for {
			if _, err := r.PopBatch(ctx, dst); err != nil {
				consumed <- err
				return
			}
		}
	}()
	go func() {
		for range c {
		}
		consumed <- nil
	}()
	ours := share(bursts(func(v event) { must(r.Push(ctx, v)) }))
	theirs := share(bursts(func(v event) { c <- v }))
	still := share(func() { sleep(ctx, long) })
	r.Close()
	close(c)
	for range 2 {
		if err := <-consumed; err != nil && err != ringbuf.ErrClosed {
			return err
		}
	}
	t.AtMost(busy, "%", ours, 30)
	t.Report(peer, "%", theirs)
	t.AtMost(idle, "%", still, 1)
	return ctx.Err()
}

// sendBursts keeps the rate also where sleeping takes longer than asked: a
// late burst is a larger one.
func sendBursts(ctx context.Context, long time.Duration, push func(event)) {
	began := time.Now()
	for sent := 0; time.Since(began) < long && ctx.Err() == nil; time.Sleep(pause) {
		for ; sent < int(time.Since(began)/pause)*burst; sent++ {
			push(event{Seq: uint64(sent)})
		}
	}
}

func sleep(ctx context.Context, long time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(long):
	}
}

// share returns how much of a core the process used during do, in percent.
func share(do func()) float64 {
	began, used := time.Now(), processorTime()
	do()
	return 100 * float64(processorTime()-used) / float64(time.Since(began))
}

func processorTime() time.Duration {
	u := usage()
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// usage is what the process has used of the machine.
func usage() (u syscall.Rusage) {
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return u
}
