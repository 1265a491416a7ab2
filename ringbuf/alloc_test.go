package ringbuf_test

import (
	"context"
	"testing"

	"guildpulse/ringbuf"
)

func TestNothingIsAllocated(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[event]) {
		ctx := context.Background()
		r := k.at(64, 0)
		vs := make([]event, 64)
		for name, do := range map[string]func(){
			"Try":      func() { r.TryPush(event{}); r.TryPop() },
			"TryBatch": func() { r.TryPushBatch(vs); r.TryPopBatch(vs) },
			"refused":  func() { r.TryPop(); r.TryPopBatch(vs) },
			"waiting":  func() { _ = r.Push(ctx, event{}); _, _ = r.Pop(ctx) },
			"batch":    func() { _, _ = r.PushBatch(ctx, vs); _, _ = r.PopBatch(ctx, vs) },
			"counters": func() { r.Len(); r.Stats() },
		} {
			if n := testing.AllocsPerRun(1000, do); n != 0 {
				t.Errorf("%s: %v allocations", name, n)
			}
		}
	})
}

func TestNothingIsAllocatedInPlace(t *testing.T) {
	ctx := context.Background()
	s, b := ringbuf.NewSPSC[event](64), ringbuf.NewBlocks[event](2)
	for name, do := range map[string]func(){
		"TryReserve": func() { s.TryReserve(8); s.Commit(8); s.Discard(len(s.TryPeek(8))) },
		"Reserve": func() {
			_, _ = s.Reserve(ctx, 8)
			s.Commit(8)
			_, _ = s.Peek(ctx, 8)
			s.Discard(8)
		},
		"TryClaim": func() { b.Publish(b.TryClaim(), 3); b.Release(b.TryTake()) },
		"Claim": func() {
			block, _ := b.Claim(ctx)
			b.Publish(block, 3)
			block, _ = b.Take(ctx)
			b.Release(block)
		},
		"refused": func() { b.TryTake(); s.TryPeek(1) },
	} {
		if n := testing.AllocsPerRun(1000, do); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// Two goroutines throw values to each other, each sleeping until its turn.
func TestSleepingAllocatesNothing(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[event]) {
		ctx := context.Background()
		there, back := k.at(2, 0), k.at(2, 0)
		there.ParkAtOnce()
		back.ParkAtOnce()
		go echo(there, back)
		vs, dst := make([]event, 4), make([]event, 4)
		n := testing.AllocsPerRun(1000, func() {
			_, _ = there.PushBatch(ctx, vs) // twice what fits
			for got := 0; got < len(vs); {
				n, _ := back.PopBatch(ctx, dst)
				got += n
			}
		})
		there.Close()
		if n != 0 {
			t.Errorf("%v allocations a turn", n)
		}
		if there.Stats().ConsumerParks == 0 || back.Stats().ConsumerParks == 0 {
			t.Errorf("nobody slept: %+v, %+v", there.Stats(), back.Stats())
		}
	})
}

// echo pushes to one ring what comes out of the other.
func echo(from, to ring[event]) {
	dst := make([]event, 4)
	for {
		n, err := from.PopBatch(context.Background(), dst)
		if err == ringbuf.ErrClosed {
			return
		}
		_, _ = to.PushBatch(context.Background(), dst[:n])
	}
}
