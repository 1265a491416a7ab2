package ringbuf_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"guildpulse/ringbuf"
)

func TestCloseRefusesProducersAndDrains(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		ctx := context.Background()
		r := k.at(4, beforeWrap(1))
		r.TryPushBatch([]int{1, 2})
		r.Close()
		r.Close()
		if !r.Closed() || r.Len() != 2 {
			t.Errorf("Closed %t, Len %d", r.Closed(), r.Len())
		}
		if r.TryPush(3) || r.TryPushBatch([]int{3}) != 0 {
			t.Error("a closed ring took a value")
		}
		if err := r.Push(ctx, 3); err != ringbuf.ErrClosed {
			t.Errorf("Push: %v", err)
		}
		if n, err := r.PushBatch(ctx, []int{3, 4}); n != 0 || err != ringbuf.ErrClosed {
			t.Errorf("PushBatch = %d, %v", n, err)
		}
		dst := make([]int, 4)
		if n, err := r.PopBatch(ctx, dst); n != 2 || err != nil || dst[0] != 1 || dst[1] != 2 {
			t.Errorf("PopBatch = %d, %v", dst[:n], err)
		}
		if n, err := r.PopBatch(ctx, dst); n != 0 || err != ringbuf.ErrClosed {
			t.Errorf("PopBatch of a drained ring = %d, %v", n, err)
		}
		if _, err := r.Pop(ctx); err != ringbuf.ErrClosed {
			t.Errorf("Pop of a drained ring: %v", err)
		}
		if _, ok := r.TryPop(); ok || r.TryPopBatch(dst) != 0 {
			t.Error("a drained ring gave a value")
		}
	})
}

func TestCloseWakesConsumers(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		synctest.Test(t, func(t *testing.T) {
			r := k.at(2, 0)
			var ended atomic.Int32
			for range k.peers {
				go func() {
					if _, err := r.PopBatch(context.Background(), make([]int, 1)); err == ringbuf.ErrClosed {
						ended.Add(1)
					}
				}()
			}
			synctest.Wait()
			r.Close()
			synctest.Wait()
			if got := int(ended.Load()); got != k.peers {
				t.Errorf("%d of %d sleepers were told", got, k.peers)
			}
		})
	})
}

func TestCloseWakesProducers(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		synctest.Test(t, func(t *testing.T) {
			r := k.at(2, 0)
			var ended, accepted atomic.Int32
			for range k.peers {
				go func() {
					n, err := r.PushBatch(context.Background(), []int{1, 2, 3})
					accepted.Add(int32(n))
					if err == ringbuf.ErrClosed {
						ended.Add(1)
					}
				}()
			}
			synctest.Wait()
			r.Close()
			synctest.Wait()
			if got := int(ended.Load()); got != k.peers {
				t.Errorf("%d of %d sleepers were told", got, k.peers)
			}
			if n := r.TryPopBatch(make([]int, 4)); n != 2 || accepted.Load() != 2 {
				t.Errorf("%d values accepted, %d in the ring, want 2", accepted.Load(), n)
			}
		})
	})
}

// TestCloseLosesNothing closes while everybody pushes and pops: what was
// accepted is popped, to the last value, before anybody hears of the end; and
// once one consumer has, nothing is accepted any more.
func TestCloseLosesNothing(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		for round := range 500 * soak(t) {
			r := k.at(4, beforeWrap(uint64(round%20)))
			var accepted, popped [3][]int
			var all sync.WaitGroup
			for p := range k.peers {
				all.Go(func() { accepted[p] = pushUntilClosed(r, p<<24) })
				all.Go(func() { popped[p] = popUntilClosed(t, r) })
			}
			for range round % 50 {
				runtime.Gosched()
			}
			all.Go(r.Close) // two at once
			r.Close()
			all.Wait()
			in, out := slices.Sorted(slices.Values(slices.Concat(accepted[:]...))), slices.Concat(popped[:]...)
			if slices.Sort(out); !slices.Equal(in, out) {
				t.Fatalf("round %d: accepted %d, popped %d", round, in, out)
			}
		}
	})
}

// TestCloseMeetsPush lets a push and a Close happen as nearly at once as can be:
// either comes first, and both agree on which.
func TestCloseMeetsPush(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		for round := range 20_000 * soak(t) / unhurried {
			r := k.at(8, beforeWrap(uint64(round%5)))
			var ready atomic.Int32
			var accepted int
			meet := func() {
				ready.Add(1)
				for looks := 1; ready.Load() < 2; looks++ {
					if looks%100 == 0 {
						runtime.Gosched()
					}
				}
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				meet()
				for accepted < 6 && r.TryPush(accepted) {
					accepted++
				}
			}()
			meet()
			for range round % 100 {
				_ = r.Len() // another few nanoseconds each time
			}
			r.Close()
			<-done
			if n := r.TryPopBatch(make([]int, 8)); n != accepted || !r.Closed() || r.TryPush(9) {
				t.Fatalf("round %d: %d accepted, %d popped, Closed %t", round, accepted, n, r.Closed())
			}
		}
	})
}

// pushUntilClosed returns the values that were accepted.
func pushUntilClosed(r ring[int], next int) (accepted []int) {
	ctx := context.Background()
	for !r.Closed() || next%4 != 0 {
		vs := []int{next, next + 1, next + 2}
		n := 0
		switch next % 4 {
		case 0:
			n = r.TryPushBatch(vs)
		case 1:
			n, _ = r.PushBatch(ctx, vs)
		case 2:
			if r.Push(ctx, next) == nil {
				n = 1
			}
		case 3:
			n = r.StalledPush(vs, runtime.Gosched)
		}
		accepted = append(accepted, vs[:n]...)
		next += max(n, 1)
	}
	return accepted
}

// popUntilClosed returns the values that it got.
func popUntilClosed(t *testing.T, r ring[int]) (popped []int) {
	dst := make([]int, 3)
	for {
		n, err := r.PopBatch(context.Background(), dst)
		if err != nil {
			if !errors.Is(err, ringbuf.ErrClosed) {
				t.Errorf("PopBatch: %v", err)
			}
			return popped
		}
		popped = append(popped, dst[:n]...)
	}
}
