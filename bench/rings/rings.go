// Package rings measures ringbuf beside a Go channel, a channel of recycled
// slices, xsync's queues and Workiva's ring, on events of 64 bytes.
package rings

import (
	"context"

	"guildpulse/bench/measure"
	"guildpulse/events"
	"guildpulse/ringbuf"
)

const (
	capacity = 4096 // events in a queue
	batch    = 64   // events a batch, and a block
)

// event is what the rings were built for: one cache line without pointers.
type event = events.Event

const (
	sameCore = "Where other processes take one of the two cores, producers and consumers run in turns on the other. " +
		"Nothing crosses then, no lock is contended, and both ways cost their two locked instructions an end."
	crossing = "Bound by the lines that cross the cores, about 9 ns an event."
)

// Run adds the figures.
func Run(ctx context.Context, t *measure.Table) error {
	blocks(t)
	spsc(t)
	mpmc(t)
	allocations(t)
	refusals(t)
	if err := spinning(ctx, t); err != nil {
		return err
	}
	return parked(ctx, t)
}

func blocks(t *measure.Table) {
	t.Faster("2P2C blocks of 64 vs channel", 7, inBlocks().side(2, 2), throughChannel().side(2, 2), crossing)
	t.Faster("2P2C blocks of 64 vs xsync MPMC", 3.5, inBlocks().side(2, 2), throughXsync().side(2, 2), crossing)
	t.Faster("2P2C blocks of 64 vs recycled slices", 0, inBlocks().side(2, 2), throughSlices().side(2, 2))
	t.Faster("2P2C blocks of 64 vs workiva", 0, inBlocks().side(2, 2), throughWorkiva().side(2, 2))
	t.Faster("2P1C blocks of 64 vs channel", 0, inBlocks().side(2, 1), throughChannel().side(2, 1))
	t.Faster("1P1C blocks of 64 vs channel", 0, inBlocks().side(1, 1), throughChannel().side(1, 1))
	t.Faster("1P1C blocks of 64 vs recycled slices", 0, inBlocks().side(1, 1), throughSlices().side(1, 1))
}

func spsc(t *measure.Table) {
	t.Faster("SPSC batches of 64 vs channel", 5, spscBatches().side(1, 1), throughChannel().side(1, 1), crossing)
	t.Faster("SPSC windows of 64 vs channel", 5, spscWindows().side(1, 1), throughChannel().side(1, 1), crossing)
	t.Faster("SPSC single vs xsync SPSC", 4, spscSingle().side(1, 1), throughXsyncSPSC().side(1, 1), sameCore)
	t.Faster("SPSC single vs channel", 0, spscSingle().side(1, 1), throughChannel().side(1, 1))
}

func mpmc(t *measure.Table) {
	t.Faster("2P2C MPMC single vs channel", 2, mpmcSingle().side(2, 2), throughChannel().side(2, 2), sameCore)
	t.Faster("2P2C MPMC single vs xsync MPMC", 0, mpmcSingle().side(2, 2), throughXsync().side(2, 2))
	t.Faster("2P1C MPMC single vs channel", 0, mpmcSingle().side(2, 1), throughChannel().side(2, 1))
	t.Faster("1P1C MPMC single vs channel", 1, mpmcSingle().side(1, 1), throughChannel().side(1, 1),
		"The mode that parks must be no slower than a channel.")
	t.Faster("2P2C MPMC batches of 64 vs channel", 0, mpmcBatches().side(2, 2), throughChannel().side(2, 2))
}

// allocations are those of a lap on one goroutine.
func allocations(t *measure.Table) {
	m, s, b := ringbuf.NewMPMC[event](capacity), ringbuf.NewSPSC[event](capacity), ringbuf.NewBlocks[event](capacity/batch)
	vs := make([]event, batch)
	t.AtMost("allocations, blocks", "", measure.Allocs(laps(func() {
		block := b.TryClaim()
		b.Publish(block, len(block.Slots()))
		b.Release(b.TryTake())
	}), 10_000), 0)
	t.AtMost("allocations, SPSC", "", measure.Allocs(laps(func() {
		s.TryPush(vs[0])
		s.TryPushBatch(vs[1:])
		s.TryPop()
		s.TryPopBatch(vs[1:])
	}), 10_000), 0)
	t.AtMost("allocations, MPMC", "", measure.Allocs(laps(func() {
		m.TryPush(vs[0])
		m.TryPushBatch(vs[1:])
		m.TryPop()
		m.TryPopBatch(vs[1:])
	}), 10_000), 0)
}

func laps(lap func()) func(n int) {
	return func(n int) {
		for range n {
			lap()
		}
	}
}
