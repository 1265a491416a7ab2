package ringbuf_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"guildpulse/ringbuf"
)

// Several producers, one consumer that takes whatever has gathered.
func ExampleMPMC() {
	ctx := context.Background()
	ring := ringbuf.NewMPMC[int](1024)

	var producers sync.WaitGroup
	for range 3 {
		producers.Go(func() {
			for i := range 100 {
				if err := ring.Push(ctx, i); err != nil {
					return
				}
			}
		})
	}
	go func() {
		producers.Wait()
		ring.Close()
	}()

	batch, sum := make([]int, 64), 0
	for {
		n, err := ring.PopBatch(ctx, batch)
		if errors.Is(err, ringbuf.ErrClosed) {
			break
		}
		for _, v := range batch[:n] {
			sum += v
		}
	}
	fmt.Println(sum)
	// Output: 14850
}

// One stage of a pipeline hands batches to the next.
func ExampleSPSC() {
	ctx := context.Background()
	ring := ringbuf.NewSPSC[string](4)

	go func() {
		defer ring.Close()
		if n, err := ring.PushBatch(ctx, []string{"a", "b", "c", "d", "e", "f"}); err != nil {
			fmt.Println("pushed only", n, err)
		}
	}()

	for {
		name, err := ring.Pop(ctx)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Print(name, " ")
	}
	// Output: a b c d e f ringbuf: closed
}

// What is at hand is pushed as one batch, and taken as one.
func ExampleMPMC_batches() {
	ring := ringbuf.NewMPMC[string](8)
	pushed := ring.TryPushBatch([]string{"a", "b", "c"})
	batch := make([]string, 2)
	popped := ring.TryPopBatch(batch)
	fmt.Println(pushed, batch[:popped], ring.Len())
	// Output: 3 [a b] 1
}

// The producer writes into the ring, the consumer reads out of it.
func ExampleSPSC_Reserve() {
	ring := ringbuf.NewSPSC[int](8)
	slots := ring.TryReserve(3)
	for i := range slots {
		slots[i] = i * i
	}
	ring.Commit(len(slots))

	values := ring.TryPeek(8)
	fmt.Println(values)
	ring.Discard(len(values))
	fmt.Println(ring.Len())
	// Output:
	// [0 1 4]
	// 0
}

// Two producers fill blocks, two consumers read them.
func ExampleBlocks() {
	ctx := context.Background()
	ring := ringbuf.NewBlocks[int](4)

	var producers, consumers sync.WaitGroup
	for range 2 {
		producers.Go(func() {
			for left := 100; left > 0; {
				block, err := ring.Claim(ctx)
				if err != nil {
					return
				}
				slots := block.Slots()
				n := min(left, len(slots))
				for i := range n {
					slots[i] = left - i
				}
				ring.Publish(block, n)
				left -= n
			}
		})
	}
	var sum atomic.Int64
	for range 2 {
		consumers.Go(func() {
			for {
				block, err := ring.Take(ctx)
				if err != nil {
					return
				}
				for _, v := range block.Values() {
					sum.Add(int64(v))
				}
				ring.Release(block)
			}
		})
	}
	producers.Wait()
	ring.Close()
	consumers.Wait()
	fmt.Println(sum.Load())
	// Output: 10100
}

// Who claimed a block publishes what there is, be it full or not.
func ExampleBlock() {
	ring := ringbuf.NewBlocks[string](2)
	block := ring.TryClaim()
	n := copy(block.Slots(), []string{"all", "there", "is"})
	ring.Publish(block, n)

	block = ring.TryTake()
	fmt.Println(block.Values())
	ring.Release(block)
	// Output: [all there is]
}

// A consumer with a core of its own never sleeps.
func ExampleWaiting() {
	ring := ringbuf.NewSPSC[int](64, ringbuf.Spin)
	go func() {
		defer ring.Close()
		for i := range 3 {
			if err := ring.Push(context.Background(), i); err != nil {
				return
			}
		}
	}()
	for {
		v, err := ring.Pop(context.Background())
		if err != nil {
			break
		}
		fmt.Print(v, " ")
	}
	fmt.Println("parked", ring.Stats().ConsumerParks)
	// Output: 0 1 2 parked 0
}

func ExampleStats() {
	ring := ringbuf.NewMPMC[int](4)
	pushed := ring.TryPushBatch([]int{1, 2, 3, 4, 5})
	v, _ := ring.TryPop()
	stats := ring.Stats()
	fmt.Println(pushed, v, stats.Pushed, stats.Popped, ring.Len())
	// Output: 4 1 4 1 3
}

// Several consumers share the work; each takes batches of its own.
func ExampleMPMC_consumers() {
	ctx := context.Background()
	ring := ringbuf.NewMPMC[int](256)

	var producers, consumers sync.WaitGroup
	for range 2 {
		producers.Go(func() {
			if _, err := ring.PushBatch(ctx, make([]int, 1000)); err != nil {
				fmt.Println(err)
			}
		})
	}
	var taken atomic.Int64
	for range 3 {
		consumers.Go(func() {
			batch := make([]int, 64)
			for {
				n, err := ring.PopBatch(ctx, batch)
				if err != nil { // closed, and nothing is left
					return
				}
				taken.Add(int64(n))
			}
		})
	}
	producers.Wait()
	ring.Close()
	consumers.Wait()
	fmt.Println(taken.Load())
	// Output: 2000
}

// What does not fit stays with the producer; what is there is taken at once.
func ExampleSPSC_batches() {
	ring := ringbuf.NewSPSC[int](4)
	pushed := ring.TryPushBatch([]int{1, 2, 3, 4, 5, 6})
	batch := make([]int, 3)
	popped := ring.TryPopBatch(batch)
	fmt.Println(pushed, batch[:popped], ring.Len())
	// Output: 4 [1 2 3] 1
}
