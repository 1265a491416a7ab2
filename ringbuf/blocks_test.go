package ringbuf_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"guildpulse/ringbuf"
)

// publish fills a claimed block with vs.
func publish[T any](r *ringbuf.Blocks[T], b *ringbuf.Block[T], vs ...T) {
	r.Publish(b, copy(b.Slots(), vs))
}

// taken returns the values of the oldest block and releases it; nil if there is
// none.
func taken[T any](r *ringbuf.Blocks[T]) []T {
	b := r.TryTake()
	if b == nil {
		return nil
	}
	defer r.Release(b)
	return slices.Clone(b.Values())
}

func TestBlocksComeOutAsTheyWereClaimed(t *testing.T) {
	for _, start := range []uint64{0, beforeWrap(1), beforeWrap(6), 1 << 63} {
		r := ringbuf.NewBlocksAt[int](4, start)
		for lap := range 5 {
			first, second := r.TryClaim(), r.TryClaim()
			publish(r, second, 3, 4)
			if got := taken(r); got != nil {
				t.Fatalf("start %d, lap %d: took %d before the block in front was published", start, lap, got)
			}
			publish(r, first, 1, 2)
			if got := slices.Concat(taken(r), taken(r)); !slices.Equal(got, []int{1, 2, 3, 4}) {
				t.Fatalf("start %d, lap %d: took %d", start, lap, got)
			}
			if b := r.TryTake(); b != nil {
				t.Fatalf("start %d, lap %d: took a block of nothing", start, lap)
			}
		}
	}
}

func TestBlocksFillToCapacity(t *testing.T) {
	r := ringbuf.NewBlocksAt[int](3, beforeWrap(2))
	for i := range 4 {
		publish(r, r.TryClaim(), i)
	}
	if r.Cap() != 4 || r.Len() != 4 || r.TryClaim() != nil {
		t.Errorf("Cap %d, Len %d, want 4 blocks and no fifth", r.Cap(), r.Len())
	}
	first, second := r.TryTake(), r.TryTake()
	r.Release(second)
	if r.TryClaim() != nil {
		t.Error("claimed a block that is still being read")
	}
	r.Release(first)
	for range 2 {
		if r.TryClaim() == nil {
			t.Error("no claim of a released block")
		}
	}
	if got, want := r.Stats(), (ringbuf.Stats{Pushed: 6, Popped: 2}); got != want {
		t.Errorf("Stats() = %+v, want %+v", got, want)
	}
}

func TestEmptyBlocksAreNeverSeen(t *testing.T) {
	r := ringbuf.NewBlocksAt[int](4, beforeWrap(2))
	for range 3 {
		r.Publish(r.TryClaim(), 0)
	}
	publish(r, r.TryClaim(), 7)
	if got := taken(r); !slices.Equal(got, []int{7}) {
		t.Errorf("took %d behind three empty blocks, want 7", got)
	}
	r.Publish(r.TryClaim(), 0)
	r.Close()
	if b, err := r.Take(t.Context()); b != nil || err != ringbuf.ErrClosed {
		t.Errorf("Take of a ring that holds only an empty block: %v", err)
	}
}

func TestBlocksAreFullOrLess(t *testing.T) {
	r := ringbuf.NewBlocks[int](4)
	for _, n := range []int{1, ringbuf.BlockLen - 1, ringbuf.BlockLen} {
		b := r.TryClaim()
		if len(b.Slots()) != ringbuf.BlockLen {
			t.Fatalf("%d slots", len(b.Slots()))
		}
		r.Publish(b, n)
		if got := len(taken(r)); got != n {
			t.Errorf("%d values of %d", got, n)
		}
	}
	for _, n := range []int{-1, ringbuf.BlockLen + 1, math.MaxInt} {
		b := r.TryClaim()
		mustPanic(t, "Publish of too much", func() { r.Publish(b, n) })
		r.Publish(b, 0)
	}
}

func TestAbsurdNumberOfBlocksPanics(t *testing.T) {
	for _, n := range []int{math.MinInt, 0, 1<<24 + 1} {
		mustPanic(t, "NewBlocks", func() { ringbuf.NewBlocks[byte](n) })
	}
}

func TestReleasedBlocksLetGo(t *testing.T) {
	r := ringbuf.NewBlocks[*[64]int](2)
	b := r.TryClaim()
	b.Slots()[1] = new([64]int) // not even published
	ref := weak.Make(b.Slots()[1])
	r.Publish(b, 1)
	r.Release(r.TryTake())
	runtime.GC()
	if ref.Value() != nil {
		t.Error("the ring keeps a value alive after its block was released")
	}
	runtime.KeepAlive(r)
}

func TestClosedBlocksDrain(t *testing.T) {
	r := ringbuf.NewBlocksAt[int](4, beforeWrap(1))
	publish(r, r.TryClaim(), 1)
	under := r.TryClaim()
	r.Close()
	r.Close()
	if b := r.TryClaim(); b != nil {
		t.Error("claimed of a closed ring")
	}
	if b, err := r.Claim(t.Context()); b != nil || err != ringbuf.ErrClosed {
		t.Errorf("Claim of a closed ring: %v", err)
	}
	publish(r, under, 2)
	for want := 1; want <= 2; want++ {
		b, err := r.Take(t.Context())
		if err != nil || b.Values()[0] != want {
			t.Fatalf("Take: %v, want value %d", err, want)
		}
		r.Release(b)
	}
	if b, err := r.Take(t.Context()); b != nil || err != ringbuf.ErrClosed {
		t.Errorf("Take of a drained ring: %v", err)
	}
}

// Consumers of a closed ring sleep, too, while a block is out to be filled, and
// all hear of the end after the one that gets it.
func TestClosedRingWaitsForItsLastBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const sleepers = 5
		r := ringbuf.NewBlocks[int](4)
		last := r.TryClaim()
		var got, ended atomic.Int32
		for range sleepers {
			go func() {
				for {
					b, err := r.Take(context.Background())
					if err == ringbuf.ErrClosed {
						ended.Add(1)
						return
					}
					got.Add(int32(len(b.Values())))
					r.Release(b)
				}
			}()
		}
		synctest.Wait()
		r.Close()
		synctest.Wait()
		before := r.Stats()
		<-time.After(24 * time.Hour) // comes to pass only if nobody spins
		if after := r.Stats(); after != before || ended.Load() != 0 {
			t.Errorf("%d told of the end, %+v became %+v", ended.Load(), before, after)
		}
		publish(r, last, 1, 2, 3)
		synctest.Wait()
		if got.Load() != 3 || ended.Load() != sleepers {
			t.Errorf("%d of 3 values taken, %d of %d told of the end", got.Load(), ended.Load(), sleepers)
		}
	})
}

func TestBlocksAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := ringbuf.NewBlocksAt[int](2, beforeWrap(1))
		sum := make(chan int)
		go func() {
			total := 0
			for range 4 {
				b, _ := r.Take(context.Background())
				total += b.Values()[0]
				r.Release(b)
			}
			sum <- total
		}()
		synctest.Wait()
		first, second := r.TryClaim(), r.TryClaim()
		publish(r, second, 2) // wakes the consumer in vain
		synctest.Wait()
		claimed := make(chan *ringbuf.Block[int])
		go func() {
			for range 2 {
				b, _ := r.Claim(context.Background())
				claimed <- b
			}
		}()
		synctest.Wait()
		if s := r.Stats(); s.ProducerParks != 1 || s.ConsumerParks != 2 {
			t.Errorf("nobody slept: %+v", s)
		}
		publish(r, first, 1)
		publish(r, <-claimed, 3)
		publish(r, <-claimed, 4)
		if got := <-sum; got != 10 {
			t.Errorf("sum %d, want 10", got)
		}
	})
}

func TestContextEndsWaitingForBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r := ringbuf.NewBlocks[int](2)
		if b, err := r.Take(ctx); b != nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Take: %v", err)
		}
		for range 2 {
			if _, err := r.Claim(ctx); err != nil {
				t.Errorf("Claim of a free block: %v", err)
			}
		}
		if b, err := r.Claim(ctx); b != nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Claim: %v", err)
		}
	})
}
