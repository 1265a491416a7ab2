package ringbuf_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"guildpulse/ringbuf"
)

func TestSpinningNeverParks(t *testing.T) {
	for name, r := range map[string]ring[uint64]{
		"MPMC": ringbuf.NewMPMC[uint64](2, ringbuf.Spin),
		"SPSC": ringbuf.NewSPSC[uint64](2, ringbuf.Spin),
	} {
		stress(t, r, 1, 1, 20_000)
		if s := r.Stats(); s.ConsumerParks != 0 || s.ProducerParks != 0 || s.ConsumerWaits+s.ProducerWaits == 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestSpinningHearsOfItsContext(t *testing.T) {
	r := ringbuf.NewBlocks[int](2, ringbuf.Spin)
	ctx, cancel := context.WithCancel(t.Context())
	var consumer sync.WaitGroup
	consumer.Go(func() {
		if b, err := r.Take(ctx); b != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("Take: %v", err)
		}
	})
	for r.Stats().ConsumerWaits == 0 {
		runtime.Gosched()
	}
	cancel()
	consumer.Wait()
	if r.Stats().ConsumerParks != 0 {
		t.Error("a spinning consumer slept")
	}
}

func TestSpinningHearsOfTheEnd(t *testing.T) {
	r := ringbuf.NewBlocks[int](2, ringbuf.Spin)
	last := r.TryClaim()
	var consumers sync.WaitGroup
	for range 2 {
		consumers.Go(func() {
			for {
				b, err := r.Take(t.Context())
				if err != nil {
					if err != ringbuf.ErrClosed {
						t.Errorf("Take: %v", err)
					}
					return
				}
				r.Release(b)
			}
		})
	}
	r.Close()
	publish(r, last, 1)
	consumers.Wait()
	if got := r.Stats().Popped; got != 1 {
		t.Errorf("%d blocks taken of 1", got)
	}
}
