package rings

import (
	"context"
	"runtime"
	"slices"
	"time"

	"guildpulse/bench/measure"
	"guildpulse/ringbuf"
)

const (
	rate   = 500_000 // events a second
	window = 5_000   // events whose P99 is taken
)

// spinning paces events evenly into a ring whose ends never sleep, and takes the
// time from when each was due to when it was popped: what holds up the producer
// counts too.
func spinning(ctx context.Context, t *measure.Table) error {
	const (
		p99      = "spinning 500 k/s, P99 of windows of 5,000"
		quietest = "spinning 500 k/s, P99 of the quietest tenth"
		p999     = "spinning 500 k/s, P999 of all"
		driven   = "spinning 500 k/s, times driven off a core"
	)
	if !t.Wants(p99) && !t.Wants(quietest) && !t.Wants(p999) && !t.Wants(driven) {
		return nil
	}
	r := ringbuf.NewMPMC[event](capacity, ringbuf.Spin)
	before := usage().Nivcsw
	took, err := paced(ctx, count(t), r.Push, r.Pop)
	if err != nil {
		return err
	}
	switches := usage().Nivcsw - before
	var windows []float64
	for w := range slices.Chunk(took, window) {
		windows = append(windows, measure.Quantile(slices.Clone(w), 0.99))
	}
	t.AtMost(p99, "µs", measure.Median(windows), 10,
		"Both ends want a core to themselves, and others ran on this machine's two: see how often they were driven off.")
	t.Report(quietest, "µs", measure.Quantile(windows, 0.1))
	t.Report(p999, "µs", measure.Quantile(took, 0.999))
	t.Report(driven, "", float64(switches))
	return nil
}

// count is a million events, two seconds, or fewer in a short run.
func count(t *measure.Table) int {
	if t.Options().Rounds == 1 {
		return 10 * window
	}
	return 1_000_000
}

// paced returns the microseconds that each of n events took.
func paced(ctx context.Context, n int, push func(context.Context, event) error, pop func(context.Context) (event, error)) ([]float64, error) {
	runtime.GC()
	took := make([]float64, n)
	began := time.Now()
	pushed := make(chan error, 1)
	go func() {
		for i := range n {
			due := time.Duration(i) * time.Second / rate
			for time.Since(began) < due {
			}
			if err := push(ctx, event{Seq: uint64(due)}); err != nil {
				pushed <- err
				return
			}
		}
		pushed <- nil
	}()
	for i := range took {
		v, err := pop(ctx)
		if err != nil {
			return nil, err
		}
		took[i] = float64(time.Since(began)-time.Duration(v.Seq)) / 1e3
	}
	return took, <-pushed
}
