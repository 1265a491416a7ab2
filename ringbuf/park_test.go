package ringbuf_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/ringbuf"
)

// In a bubble of synctest, time moves only while every goroutine is durably
// blocked, and a wake-up that is lost is a deadlock, which fails the test.

func TestIdleConsumerDoesNothing(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		synctest.Test(t, func(t *testing.T) {
			r := k.at(4, 0)
			popped := make(chan int)
			go func() {
				v, _ := r.Pop(context.Background())
				popped <- v
			}()
			synctest.Wait()
			before := r.Stats()
			if before.ConsumerWaits != 1 || before.ConsumerParks != 1 {
				t.Errorf("a consumer on an empty ring did not park: %+v", before)
			}
			<-time.After(24 * time.Hour) // comes to pass only if nobody spins
			if after := r.Stats(); after != before {
				t.Errorf("a day of sleep changed %+v to %+v", before, after)
			}
			if err := r.Push(t.Context(), 7); err != nil || <-popped != 7 {
				t.Errorf("the sleeper did not get what was pushed; Push: %v", err)
			}
			want := ringbuf.Stats{Pushed: 1, Popped: 1, ConsumerWaits: 1, ConsumerParks: 1}
			if got := r.Stats(); got != want {
				t.Errorf("Stats() = %+v, want %+v", got, want)
			}
		})
	})
}

func TestProducerWaitsOnFullRing(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		synctest.Test(t, func(t *testing.T) {
			r := k.at(4, beforeWrap(3))
			pushed := make(chan error)
			go func() {
				n, err := r.PushBatch(context.Background(), []int{1, 2, 3, 4, 5, 6})
				if n != 6 {
					t.Errorf("PushBatch = %d, want 6", n)
				}
				pushed <- err
			}()
			synctest.Wait()
			before := r.Stats()
			want := ringbuf.Stats{Pushed: 4, ProducerWaits: 1, ProducerParks: 1}
			if before != want {
				t.Errorf("Stats() = %+v with a producer that waits, want %+v", before, want)
			}
			<-time.After(24 * time.Hour)
			if after := r.Stats(); after != before {
				t.Errorf("a day of sleep changed %+v to %+v", before, after)
			}
			dst := make([]int, 6)
			n := r.TryPopBatch(dst)
			if err := <-pushed; err != nil {
				t.Errorf("PushBatch: %v", err)
			}
			n += r.TryPopBatch(dst[n:])
			if !slices.Equal(dst[:n], []int{1, 2, 3, 4, 5, 6}) {
				t.Errorf("popped %d", dst[:n])
			}
		})
	})
}

func TestContextEndsWaiting(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		synctest.Test(t, func(t *testing.T) {
			r := k.at(2, 0)
			began := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if n, err := r.PopBatch(ctx, make([]int, 1)); n != 0 || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("PopBatch = %d, %v", n, err)
			}
			if _, err := r.Pop(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Pop: %v", err)
			}
			if took := time.Since(began); took != time.Minute {
				t.Errorf("it returned after %v, not a minute", took)
			}
			if n, err := r.PushBatch(ctx, []int{1, 2, 3}); n != 2 || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("PushBatch of 3 into room for 2 = %d, %v", n, err)
			}
			if err := r.Push(ctx, 4); !errors.Is(err, context.DeadlineExceeded) || r.Len() != 2 {
				t.Errorf("Push: %v, Len %d", err, r.Len())
			}
			if n, err := r.PopBatch(ctx, make([]int, 3)); n != 2 || err != nil {
				t.Errorf("PopBatch = %d, %v: the context matters to nobody who need not wait", n, err)
			}
		})
	})
}

// The two instants at which a wake-up could get lost: just before the sleeper
// announces itself, when the peer sees nobody to wake, and just after it looked
// for the last time.
func TestWakeUpWhileFallingAsleep(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		synctest.Test(t, func(t *testing.T) {
			nothing := func() {}
			for name, wait := range map[string]func(ring[int]) error{
				"value before": func(r ring[int]) error {
					r.TryPush(1)
					return r.AwaitValue(t.Context(), nothing)
				},
				"value after": func(r ring[int]) error {
					return r.AwaitValue(t.Context(), func() { r.TryPush(1) })
				},
				"values after": func(r ring[int]) error {
					return r.AwaitValue(t.Context(), func() { r.TryPushBatch([]int{1, 2}) })
				},
				"close before a value": func(r ring[int]) error {
					r.Close()
					return r.AwaitValue(t.Context(), nothing)
				},
				"close after": func(r ring[int]) error {
					return r.AwaitValue(t.Context(), r.Close)
				},
				"room before": func(r ring[int]) error {
					return r.AwaitRoom(t.Context(), nothing)
				},
				"room after": func(r ring[int]) error {
					r.TryPushBatch([]int{1, 2})
					return r.AwaitRoom(t.Context(), func() { r.TryPop() })
				},
				"rooms after": func(r ring[int]) error {
					r.TryPushBatch([]int{1, 2})
					return r.AwaitRoom(t.Context(), func() { r.TryPopBatch(make([]int, 2)) })
				},
				"close before room": func(r ring[int]) error {
					r.TryPushBatch([]int{1, 2})
					r.Close()
					return r.AwaitRoom(t.Context(), nothing)
				},
			} {
				if err := wait(k.at(2, beforeWrap(1))); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	})
}

// One push of many values must wake as many sleepers, though it wakes one.
func TestOneBatchWakesAllConsumers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const sleepers = 16
		r := ringbuf.NewMPMC[int](sleepers)
		for range sleepers {
			go func() {
				if _, err := r.Pop(context.Background()); err != nil {
					t.Errorf("Pop: %v", err)
				}
			}()
		}
		synctest.Wait()
		r.TryPushBatch(make([]int, sleepers))
		synctest.Wait()
		if s := r.Stats(); s.Popped != sleepers || s.ConsumerParks < sleepers {
			t.Errorf("%d sleepers, %+v", sleepers, s)
			r.Close()
		}
	})
}

func TestOneBatchWakesAllProducers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const sleepers = 16
		r := ringbuf.NewMPMC[int](sleepers)
		r.TryPushBatch(make([]int, sleepers))
		for i := range sleepers {
			go func() {
				if err := r.Push(context.Background(), i); err != nil {
					t.Errorf("Push: %v", err)
				}
			}()
		}
		synctest.Wait()
		r.TryPopBatch(make([]int, sleepers))
		synctest.Wait()
		if s := r.Stats(); s.Pushed != 2*sleepers || s.ProducerParks < sleepers {
			t.Errorf("%d sleepers, %+v", sleepers, s)
			r.Close()
		}
	})
}

// TestNoWakeUpIsLost makes everybody sleep at every opportunity, on a ring of
// two slots, while a third of the sleepers are called away by their contexts,
// taking, if the gate is wrong, a token with them.
func TestNoWakeUpIsLost(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[uint64]) {
		for _, impatient := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				r := k.at(2, beforeWrap(500))
				r.ParkAtOnce()
				each := 5_000 * soak(t)
				var producers, consumers sync.WaitGroup
				for p := range k.peers {
					producers.Go(func() { pushAsleep(t, r, p, each, impatient) })
					consumers.Go(func() { popAsleep(t, r, p, impatient) })
				}
				producers.Wait()
				r.Close()
				consumers.Wait()
				s := r.Stats()
				if s.Popped != uint64(k.peers*each) {
					t.Errorf("%d of %d values popped", s.Popped, k.peers*each)
				}
				if s.ProducerParks == 0 || s.ConsumerParks == 0 {
					t.Errorf("nobody slept, so nothing was tested: %+v", s)
				}
			})
		}
	})
}

func pushAsleep(t *testing.T, r ring[uint64], seed, each int, impatient bool) {
	random := rand.New(rand.NewPCG(uint64(seed), 3))
	for i := range each {
		persist(t, random, impatient, func(ctx context.Context) error {
			return r.Push(ctx, uint64(i))
		})
	}
}

func popAsleep(t *testing.T, r ring[uint64], seed int, impatient bool) {
	random := rand.New(rand.NewPCG(uint64(seed), 4))
	for ended := false; !ended; {
		dst := make([]uint64, 1+random.IntN(3))
		persist(t, random, impatient, func(ctx context.Context) error {
			_, err := r.PopBatch(ctx, dst)
			ended = err == ringbuf.ErrClosed
			return err
		})
	}
}

// persist calls op until its context was not what stopped it. An impatient one
// is cancelled now and then by a goroutine that races with it.
func persist(t *testing.T, random *rand.Rand, impatient bool, op func(context.Context) error) {
	for range random.IntN(3) {
		runtime.Gosched()
	}
	for {
		ctx, cancel := context.WithCancel(context.Background())
		if impatient && random.IntN(3) == 0 {
			go cancel()
		}
		err := op(ctx)
		cancel()
		if err == nil || err == ringbuf.ErrClosed {
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("unexpected: %v", err)
			return
		}
	}
}
