package ringbuf_test

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"guildpulse/ringbuf"
)

// TestBlocksStress moves ten million values (a billion with GUILDPULSE_SOAK=100)
// in blocks of every length, empty ones included, and holds the number, the sum, a
// checksum and the order of every producer's values against what went in.
func TestBlocksStress(t *testing.T) {
	const peers = 2
	for _, part := range []struct{ blocks, percent int }{{2, 20}, {4, 20}, {64, 60}} {
		each := 10_000_000 / peers * part.percent / 100 * soak(t) / unhurried
		r := ringbuf.NewBlocksAt[uint64](part.blocks, beforeWrap(uint64(each/ringbuf.BlockLen)))
		var pushing, popping sync.WaitGroup
		seen := make([]tally, peers)
		for p := range peers {
			pushing.Go(func() { fillBlocks(t, r, uint64(p), each) })
			popping.Go(func() { seen[p].takeAll(t, r) })
		}
		pushing.Wait()
		r.Close()
		popping.Wait()
		for p := range peers {
			checkWhole(t, part.blocks*ringbuf.BlockLen, uint64(p), uint64(each), seen)
		}
	}
}

// fillBlocks pushes 1…each, marked with the producer's number.
func fillBlocks(t *testing.T, r *ringbuf.Blocks[uint64], producer uint64, each int) {
	random := rand.New(rand.NewPCG(producer, 5))
	for next := 1; next <= each; {
		b := r.TryClaim()
		if b == nil {
			var err error
			if b, err = r.Claim(context.Background()); err != nil {
				t.Errorf("Claim: %v", err)
				return
			}
		}
		slots := b.Slots()[:min(random.IntN(ringbuf.BlockLen+1), each-next+1)]
		for i := range slots {
			slots[i] = producer<<producerShift | uint64(next+i)
		}
		next += len(slots)
		r.Publish(b, len(slots))
	}
}

// takeAll takes blocks until the ring is closed and drained.
func (y *tally) takeAll(t *testing.T, r *ringbuf.Blocks[uint64]) {
	for {
		b := r.TryTake()
		if b == nil {
			var err error
			if b, err = r.Take(context.Background()); err != nil {
				if err != ringbuf.ErrClosed {
					t.Errorf("Take: %v", err)
				}
				return
			}
		}
		y.add(t, b.Values()...)
		r.Release(b)
	}
}

// TestBlocksLoseNoWakeUp makes everybody sleep at every opportunity while a
// third of the sleepers are called away by their contexts.
func TestBlocksLoseNoWakeUp(t *testing.T) {
	const peers = 3
	each := 3_000 * soak(t)
	r := ringbuf.NewBlocksAt[int](2, beforeWrap(500))
	r.ParkAtOnce()
	var producers, consumers sync.WaitGroup
	for p := range peers {
		producers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(p), 6))
			for i := range each {
				persist(t, random, true, func(ctx context.Context) error {
					b, err := r.Claim(ctx)
					if err == nil {
						publish(r, b, i)
					}
					return err
				})
			}
		})
		consumers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(p), 7))
			for ended := false; !ended; {
				persist(t, random, true, func(ctx context.Context) error {
					b, err := r.Take(ctx)
					if err == nil {
						r.Release(b)
					}
					ended = err == ringbuf.ErrClosed
					return err
				})
			}
		})
	}
	producers.Wait()
	r.Close()
	consumers.Wait()
	if s := r.Stats(); s.Popped != uint64(peers*each) || s.ProducerParks == 0 || s.ConsumerParks == 0 {
		t.Errorf("of %d blocks, %+v", peers*each, s)
	}
}

// TestBlocksAreNeverFalselyRefused has everybody claim and publish at once what
// is free for all of them, and then take and release what is there for all.
func TestBlocksAreNeverFalselyRefused(t *testing.T) {
	const blocks = 4096
	r := ringbuf.NewBlocksAt[byte](blocks, beforeWrap(3*blocks/2))
	for range 100 * soak(t) {
		unrefused(t, "claim", blocks, r.TryClaim, func(b *ringbuf.Block[byte]) { r.Publish(b, 1) })
		unrefused(t, "take", blocks, r.TryTake, r.Release)
	}
}

func unrefused(t *testing.T, what string, blocks int, try func() *ringbuf.Block[byte], then func(*ringbuf.Block[byte])) {
	t.Helper()
	const peers = 3
	var here atomic.Int32
	var all sync.WaitGroup
	for range peers {
		all.Go(func() {
			for here.Add(1); here.Load() < peers; {
				runtime.Gosched()
			}
			for i := range blocks / peers {
				b := try()
				if b == nil {
					t.Errorf("%s %d refused", what, i)
					return
				}
				then(b)
			}
		})
	}
	all.Wait()
}

// TestBlocksEcho sends single blocks to and fro between two who sleep until the
// other's comes: whoever is not woken ends the game.
func TestBlocksEcho(t *testing.T) {
	turns := 20_000 * soak(t) / unhurried
	there, back := ringbuf.NewBlocks[int](2), ringbuf.NewBlocks[int](2)
	there.ParkAtOnce()
	back.ParkAtOnce()
	send := func(r *ringbuf.Blocks[int], v int) {
		b, err := r.Claim(t.Context())
		if err != nil {
			t.Errorf("Claim: %v", err)
			return
		}
		publish(r, b, v)
	}
	receive := func(r *ringbuf.Blocks[int]) int {
		b, err := r.Take(t.Context())
		if err != nil {
			t.Errorf("Take: %v", err)
			return 0
		}
		defer r.Release(b)
		return b.Values()[0]
	}
	var echo sync.WaitGroup
	echo.Go(func() {
		for range turns {
			send(back, receive(there))
		}
	})
	for i := range turns {
		send(there, i)
		if got := receive(back); got != i {
			t.Fatalf("turn %d came back as %d", i, got)
		}
	}
	echo.Wait()
	if there.Stats().ConsumerParks == 0 || back.Stats().ConsumerParks == 0 {
		t.Error("nobody slept")
	}
}
