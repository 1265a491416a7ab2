package ringbuf_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"testing"

	"guildpulse/ringbuf"
)

// stalled runs op, which stands still in the midst of its work, and returns
// once it does. The function returned lets it finish.
func stalled(op func(stall func()) int) (finish func() int) {
	reached, release, done := make(chan struct{}), make(chan struct{}), make(chan int)
	go func() {
		done <- op(func() {
			close(reached)
			<-release
		})
	}()
	<-reached
	return func() int {
		close(release)
		return <-done
	}
}

// started runs op on a goroutine of its own, gives it ample time to return
// wrongly, and fails if it did.
func started[T any](t *testing.T, what string, op func() T) <-chan T {
	t.Helper()
	done := make(chan T, 1)
	go func() { done <- op() }()
	for range 2000 {
		runtime.Gosched()
	}
	select {
	case v := <-done:
		t.Fatalf("%s did not wait for the peer in its way: %v", what, v)
	default:
	}
	return done
}

func TestPopWaitsForStalledProducer(t *testing.T) {
	r := ringbuf.NewMPMCAt[int](4, beforeWrap(1))
	finish := stalled(func(stall func()) int { return r.StalledPush([]int{1}, stall) })
	if !r.TryPush(2) {
		t.Fatal("full with one value and one under way")
	}
	popped := started(t, "TryPop", func() [2]int {
		v, _ := r.TryPop()
		return [2]int{v, r.Len()}
	})
	finish()
	if got := <-popped; got != [2]int{1, 1} {
		t.Errorf("popped %d, leaving %d; want 1, 1", got[0], got[1])
	}
}

func TestPushWaitsForStalledConsumer(t *testing.T) {
	r := ringbuf.NewMPMCAt[int](4, beforeWrap(5))
	r.TryPushBatch([]int{1, 2, 3, 4})
	dst := make([]int, 1)
	finish := stalled(func(stall func()) int { return r.StalledPop(dst, stall) })
	if v, ok := r.TryPop(); !ok || v != 2 {
		t.Fatalf("TryPop = %d, %t behind a stalled pop, want 2", v, ok)
	}
	pushed := started(t, "TryPush", func() bool { return r.TryPush(5) })
	finish()
	if !<-pushed || dst[0] != 1 {
		t.Errorf("TryPush said full with two of four held; the stalled pop got %d", dst[0])
	}
}

// A Try batch owes an exact count, a waiting one the values that are ready.
func TestBatchBeforeStalledProducer(t *testing.T) {
	r := ringbuf.NewMPMC[int](8)
	r.TryPushBatch([]int{1, 2})
	finish := stalled(func(stall func()) int { return r.StalledPush([]int{3, 4}, stall) })
	r.TryPush(5)

	dst := make([]int, 8)
	if n, err := r.PopBatch(context.Background(), dst[:1]); n != 1 || err != nil {
		t.Fatalf("PopBatch = %d, %v, want 1", n, err)
	}
	if n, err := r.PopBatch(context.Background(), dst[1:]); n != 1 || err != nil {
		t.Fatalf("PopBatch = %d, %v before a stalled push, want the 1 value that is ready", n, err)
	}
	rest := started(t, "TryPopBatch", func() int { return r.TryPopBatch(dst[2:]) })
	finish()
	if n := <-rest; n != 3 || !slices.Equal(dst[:5], []int{1, 2, 3, 4, 5}) {
		t.Errorf("TryPopBatch = %d, popped in all %d", n, dst[:2+n])
	}
}

func TestBatchBeforeStalledConsumer(t *testing.T) {
	r := ringbuf.NewMPMC[int](4)
	r.TryPushBatch([]int{1, 2, 3, 4})
	r.TryPop()
	dst := make([]int, 1)
	finish := stalled(func(stall func()) int { return r.StalledPop(dst, stall) })
	r.TryPop()

	pushed := started(t, "TryPushBatch", func() int { return r.TryPushBatch([]int{5, 6, 7, 8}) })
	finish()
	if n := <-pushed; n != 3 {
		t.Errorf("TryPushBatch = %d with room for 3", n)
	}
}

// TestRefusalsAreNeverFalse hands out a credit for every value that is in the
// ring and for every slot that is free, and has no operation without a credit:
// none may be refused then, however many peers stand still.
func TestRefusalsAreNeverFalse(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		const capacity = 4
		each := 20_000 * soak(t)
		r := k.at(capacity, beforeWrap(1000))
		room, held := make(chan struct{}, capacity), make(chan struct{}, capacity)
		for range capacity {
			room <- struct{}{}
		}
		var all sync.WaitGroup
		for range k.peers {
			all.Go(func() {
				for i := range each {
					<-room
					if !pushSomehow(r, i) {
						t.Errorf("push %d refused with room", i)
					}
					held <- struct{}{}
				}
			})
			all.Go(func() {
				for i := range each {
					<-held
					if !popSomehow(r, i) {
						t.Errorf("pop %d refused with a value there", i)
					}
					room <- struct{}{}
				}
			})
		}
		all.Wait()
	})
}

func pushSomehow(r ring[int], i int) bool {
	switch i % 3 {
	case 0:
		return r.TryPush(i)
	case 1:
		return r.TryPushBatch([]int{i}) == 1
	default:
		return r.StalledPush([]int{i}, runtime.Gosched) == 1
	}
}

func popSomehow(r ring[int], i int) bool {
	switch i % 3 {
	case 0:
		_, ok := r.TryPop()
		return ok
	case 1:
		return r.TryPopBatch(make([]int, 1)) == 1
	default:
		return r.StalledPop(make([]int, 1), runtime.Gosched) == 1
	}
}
