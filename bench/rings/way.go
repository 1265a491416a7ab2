package rings

import (
	"context"
	"sync"

	"guildpulse/bench/measure"
	"guildpulse/ringbuf"
)

// way is one way to bring events from producers to consumers: what each does
// with its share of n events, a multiple of batch. A producer writes every word
// of an event, a consumer reads one, and so fetches its line.
type way struct {
	name    string
	produce func(n int)
	consume func(n int) (sum uint64)
}

// side runs a way with so many goroutines at either end.
func (w way) side(producers, consumers int) measure.Side {
	return measure.Side{Name: w.name, Run: func(n int) {
		unit := batch * producers * consumers
		n = (n + unit - 1) / unit * unit
		var all sync.WaitGroup
		for range consumers {
			all.Go(func() { w.consume(n / consumers) })
		}
		for range producers {
			all.Go(func() { w.produce(n / producers) })
		}
		all.Wait()
	}}
}

var always = context.Background()

// must stops what cannot happen: no ring here is closed, and no context ends.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func inBlocks() way {
	r := ringbuf.NewBlocks[event](capacity / batch)
	return way{"blocks", func(n int) {
		for sent := 0; sent < n; sent += batch {
			b, err := r.Claim(always)
			must(err)
			slots := b.Slots()
			for i := range slots {
				slots[i] = event{Seq: uint64(sent + i)}
			}
			r.Publish(b, batch)
		}
	}, func(n int) (sum uint64) {
		for got := 0; got < n; got += batch {
			b, err := r.Take(always)
			must(err)
			sum += read(b.Values())
			r.Release(b)
		}
		return sum
	}}
}

// read adds up a word of every event.
func read(vs []event) (sum uint64) {
	for i := range vs {
		sum += vs[i].Seq
	}
	return sum
}

func spscWindows() way {
	r := ringbuf.NewSPSC[event](capacity)
	return way{"SPSC", func(n int) {
		for sent := 0; sent < n; {
			slots, err := r.Reserve(always, min(batch, n-sent))
			must(err)
			for i := range slots {
				slots[i] = event{Seq: uint64(sent + i)}
			}
			r.Commit(len(slots))
			sent += len(slots)
		}
	}, func(n int) (sum uint64) {
		for got := 0; got < n; {
			vs, err := r.Peek(always, batch)
			must(err)
			sum += read(vs)
			r.Discard(len(vs))
			got += len(vs)
		}
		return sum
	}}
}

// batcher and singler are what both rings that copy have.
type batcher interface {
	PushBatch(context.Context, []event) (int, error)
	PopBatch(context.Context, []event) (int, error)
}

func spscBatches() way { return batches("SPSC", ringbuf.NewSPSC[event](capacity)) }
func mpmcBatches() way { return batches("MPMC", ringbuf.NewMPMC[event](capacity)) }

func batches(name string, r batcher) way {
	return way{name, func(n int) {
		vs := make([]event, batch)
		for sent := 0; sent < n; sent += batch {
			for i := range vs {
				vs[i] = event{Seq: uint64(sent + i)}
			}
			_, err := r.PushBatch(always, vs)
			must(err)
		}
	}, func(n int) (sum uint64) {
		dst := make([]event, batch)
		for got := 0; got < n; {
			m, err := r.PopBatch(always, dst[:min(batch, n-got)])
			must(err)
			sum += read(dst[:m])
			got += m
		}
		return sum
	}}
}

func spscSingle() way {
	r := ringbuf.NewSPSC[event](capacity)
	return way{"SPSC", func(n int) {
		for i := range n {
			must(r.Push(always, event{Seq: uint64(i)}))
		}
	}, func(n int) (sum uint64) {
		for range n {
			v, err := r.Pop(always)
			must(err)
			sum += v.Seq
		}
		return sum
	}}
}

func mpmcSingle() way {
	r := ringbuf.NewMPMC[event](capacity)
	return way{"MPMC", func(n int) {
		for i := range n {
			must(r.Push(always, event{Seq: uint64(i)}))
		}
	}, func(n int) (sum uint64) {
		for range n {
			v, err := r.Pop(always)
			must(err)
			sum += v.Seq
		}
		return sum
	}}
}
