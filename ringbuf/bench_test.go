package ringbuf_test

import (
	"context"
	"sync"
	"testing"

	"guildpulse/ringbuf"
)

// event is as large as the events the ring was built for: one cache line.
type event struct{ a, b, c, d, e, f, g, h uint64 }

const (
	benchCapacity = 4096
	benchBatch    = 64
)

// BenchmarkQueue moves 64-byte events from producers to consumers: ns/op is the
// time of one event, all goroutines together. Both sides use the waiting calls.
// The channel of slices is a channel's best: 64 events a send, recycled.
//
//	go test -run '^$' -bench Queue -count 5 ./ringbuf
func BenchmarkQueue(b *testing.B) {
	loads := []struct {
		name                 string
		producers, consumers int
	}{{"1P1C", 1, 1}, {"2P1C", 2, 1}, {"2P2C", 2, 2}}
	for _, load := range loads {
		b.Run(load.name, func(b *testing.B) {
			for _, queue := range queues(load.producers == 1 && load.consumers == 1) {
				b.Run(queue.name, func(b *testing.B) {
					flow(b, queue.make(), load.producers, load.consumers)
				})
			}
		})
	}
}

// BenchmarkPolling is BenchmarkQueue's 1P1C with callers that never sleep: they
// call the Try forms over and over. It wants two cores to itself.
func BenchmarkPolling(b *testing.B) {
	for name, batch := range map[string]int{"single": 1, "batch64": benchBatch} {
		b.Run("MPMC/"+name, func(b *testing.B) {
			flow(b, polled{ringbuf.NewMPMC[event](benchCapacity), batch}, 1, 1)
		})
		b.Run("SPSC/"+name, func(b *testing.B) {
			flow(b, polled{ringbuf.NewSPSC[event](benchCapacity), batch}, 1, 1)
		})
	}
}

// BenchmarkAlone pushes and pops on one goroutine: the cost of the instructions
// without any line crossing cores.
func BenchmarkAlone(b *testing.B) {
	b.Run("MPMC", func(b *testing.B) { alone(b, ringbuf.NewMPMC[event](benchCapacity)) })
	b.Run("SPSC", func(b *testing.B) { alone(b, ringbuf.NewSPSC[event](benchCapacity)) })
}

func alone(b *testing.B, r tryRing) {
	b.ReportAllocs()
	for b.Loop() {
		r.TryPush(event{a: 1})
		r.TryPop()
	}
}

// queue is anything that moves n events in and, until it is closed, out.
type queue interface {
	produce(n int)
	consume()
	close()
}

type namedQueue struct {
	name string
	make func() queue
}

func queues(alone bool) []namedQueue {
	all := []namedQueue{
		{"channel/single", func() queue { return channel(make(chan event, benchCapacity)) }},
		{"channel/slices64", newSliceChannel},
		{"MPMC/single", func() queue { return waiting{ringbuf.NewMPMC[event](benchCapacity), 1} }},
		{"MPMC/batch64", func() queue { return waiting{ringbuf.NewMPMC[event](benchCapacity), benchBatch} }},
		{"Blocks", func() queue { return inBlocks{ringbuf.NewBlocks[event](benchCapacity / ringbuf.BlockLen)} }},
	}
	if alone {
		all = append(all,
			namedQueue{"SPSC/single", func() queue { return waiting{ringbuf.NewSPSC[event](benchCapacity), 1} }},
			namedQueue{"SPSC/batch64", func() queue { return waiting{ringbuf.NewSPSC[event](benchCapacity), benchBatch} }})
	}
	return all
}

// flow sends b.N events through q.
func flow(b *testing.B, q queue, producers, consumers int) {
	b.ReportAllocs()
	b.SetBytes(64)
	var produced, consumed sync.WaitGroup
	for range consumers {
		consumed.Go(q.consume)
	}
	b.ResetTimer()
	for i := range producers {
		produced.Go(func() { q.produce((b.N + i) / producers) })
	}
	produced.Wait()
	q.close()
	consumed.Wait()
}

type channel chan event

func (c channel) produce(n int) {
	for i := range n {
		c <- event{a: uint64(i)}
	}
}

func (c channel) consume() {
	for range c {
	}
}

func (c channel) close() { close(c) }

type sliceChannel struct{ full, empty chan []event }

func newSliceChannel() queue {
	const slices = benchCapacity / benchBatch
	c := sliceChannel{make(chan []event, slices), make(chan []event, slices)}
	for range slices {
		c.empty <- make([]event, 0, benchBatch)
	}
	return c
}

func (c sliceChannel) produce(n int) {
	for sent := 0; sent < n; {
		vs := (<-c.empty)[:0]
		for ; len(vs) < benchBatch && sent < n; sent++ {
			vs = append(vs, event{a: uint64(sent)})
		}
		c.full <- vs
	}
}

func (c sliceChannel) consume() {
	var sink event
	for vs := range c.full {
		for i := range vs {
			sink = vs[i]
		}
		c.empty <- vs
	}
	_ = sink
}

func (c sliceChannel) close() { close(c.full) }

// waitRing and tryRing are what the benchmarks use of both rings.
type waitRing interface {
	Push(context.Context, event) error
	PushBatch(context.Context, []event) (int, error)
	Pop(context.Context) (event, error)
	PopBatch(context.Context, []event) (int, error)
	Close()
}

type tryRing interface {
	TryPush(event) bool
	TryPop() (event, bool)
	TryPushBatch([]event) int
	TryPopBatch([]event) int
	Close()
	Closed() bool
	Len() int
}

// waiting moves events by the waiting calls, batch at a time.
type waiting struct {
	ring  waitRing
	batch int
}

func (w waiting) produce(n int) {
	ctx := context.Background()
	if w.batch == 1 {
		for i := range n {
			_ = w.ring.Push(ctx, event{a: uint64(i)})
		}
		return
	}
	vs := make([]event, w.batch)
	for sent := 0; sent < n; sent += len(vs) {
		vs = vs[:min(w.batch, n-sent)]
		for i := range vs {
			vs[i] = event{a: uint64(sent + i)}
		}
		_, _ = w.ring.PushBatch(ctx, vs)
	}
}

func (w waiting) consume() {
	ctx := context.Background()
	for w.batch == 1 {
		if _, err := w.ring.Pop(ctx); err != nil {
			return
		}
	}
	dst := make([]event, w.batch)
	for {
		if _, err := w.ring.PopBatch(ctx, dst); err != nil {
			return
		}
	}
}

func (w waiting) close() { w.ring.Close() }

// inBlocks fills and reads events in place.
type inBlocks struct{ ring *ringbuf.Blocks[event] }

func (q inBlocks) produce(n int) {
	for sent := 0; sent < n; {
		b, err := q.ring.Claim(context.Background())
		if err != nil {
			return
		}
		slots := b.Slots()
		slots = slots[:min(len(slots), n-sent)]
		for i := range slots {
			slots[i] = event{a: uint64(sent + i)}
		}
		q.ring.Publish(b, len(slots))
		sent += len(slots)
	}
}

func (q inBlocks) consume() {
	var sum uint64
	for {
		b, err := q.ring.Take(context.Background())
		if err != nil {
			return
		}
		for i := range b.Values() {
			sum += b.Values()[i].a
		}
		q.ring.Release(b)
	}
}

func (q inBlocks) close() { q.ring.Close() }

// polled moves events by the Try forms, batch at a time, and naps when refused.
type polled struct {
	ring  tryRing
	batch int
}

func (p polled) produce(n int) {
	vs := make([]event, p.batch)
	for sent := 0; sent < n; {
		moved := 0
		if p.batch == 1 {
			moved = boolToInt(p.ring.TryPush(event{a: uint64(sent)}))
		} else {
			moved = p.ring.TryPushBatch(vs[:min(p.batch, n-sent)])
		}
		napIf(moved == 0)
		sent += moved
	}
}

func (p polled) consume() {
	dst := make([]event, p.batch)
	for {
		moved := 0
		if p.batch == 1 {
			_, ok := p.ring.TryPop()
			moved = boolToInt(ok)
		} else {
			moved = p.ring.TryPopBatch(dst)
		}
		if moved == 0 && p.ring.Closed() && p.ring.Len() == 0 {
			return
		}
		napIf(moved == 0)
	}
}

// napIf keeps the processor for about a microsecond.
func napIf(refused bool) {
	if refused {
		for range 2048 {
		}
	}
}

func (p polled) close() { p.ring.Close() }
