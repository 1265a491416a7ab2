package ringbuf_test

import (
	"context"
	"errors"
	"fmt"
	"sync"

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

func ExampleStats() {
	ring := ringbuf.NewMPMC[int](4)
	pushed := ring.TryPushBatch([]int{1, 2, 3, 4, 5})
	v, _ := ring.TryPop()
	stats := ring.Stats()
	fmt.Println(pushed, v, stats.Pushed, stats.Popped, ring.Len())
	// Output: 4 1 4 1 3
}
