package rings

import (
	"runtime"

	"github.com/Workiva/go-datastructures/queue"
	"github.com/puzpuzpuz/xsync/v4"
)

func throughChannel() way {
	c := make(chan event, capacity)
	return way{"channel", func(n int) {
		for i := range n {
			c <- event{Seq: uint64(i)}
		}
	}, func(n int) (sum uint64) {
		for range n {
			v := <-c
			sum += v.Seq
		}
		return sum
	}}
}

// throughSlices is a channel's best: 64 events a send, the slices recycled.
func throughSlices() way {
	full, empty := make(chan []event, capacity/batch), make(chan []event, capacity/batch)
	for range capacity / batch {
		empty <- make([]event, batch)
	}
	return way{"recycled slices", func(n int) {
		for sent := 0; sent < n; sent += batch {
			vs := <-empty
			for i := range vs {
				vs[i] = event{Seq: uint64(sent + i)}
			}
			full <- vs
		}
	}, func(n int) (sum uint64) {
		for got := 0; got < n; got += batch {
			vs := <-full
			sum += read(vs)
			empty <- vs
		}
		return sum
	}}
}

// polled is a queue that refuses instead of waiting.
type polled interface {
	TryEnqueue(event) bool
	TryDequeue() (event, bool)
}

func throughXsync() way     { return polling("xsync MPMC", xsync.NewMPMCQueue[event](capacity)) }
func throughXsyncSPSC() way { return polling("xsync SPSC", xsync.NewSPSCQueue[event](capacity)) }

// polling retries what was refused. These queues say full or empty also after a
// lost race, so a producer is soon back; a consumer naps for a microsecond, which
// lets events gather and suits both of them best.
func polling[Q polled](name string, q Q) way {
	return way{name, func(n int) {
		for i := range n {
			for tries := 1; !q.TryEnqueue(event{Seq: uint64(i)}); tries++ {
				backOff(tries, 64)
			}
		}
	}, func(n int) (sum uint64) {
		for range n {
			v, ok := q.TryDequeue()
			for tries := 1; !ok; tries++ {
				backOff(tries, 2048)
				v, ok = q.TryDequeue()
			}
			sum += v.Seq
		}
		return sum
	}}
}

// backOff keeps the processor for some loops, and offers it to others now and
// then.
func backOff(tries, loops int) {
	for range loops {
	}
	if tries%16 == 0 {
		runtime.Gosched()
	}
}

// throughWorkiva sends pointers, for a value would be boxed for every send, to
// events that are written anew once they are out of the ring for certain.
func throughWorkiva() way {
	r := queue.NewRingBuffer(capacity)
	return way{"workiva", func(n int) {
		lap := make([]event, 4*capacity)
		for i := range n {
			v := &lap[i%len(lap)]
			*v = event{Seq: uint64(i)}
			must(r.Put(v))
		}
	}, func(n int) (sum uint64) {
		for range n {
			v, err := r.Get()
			must(err)
			sum += v.(*event).Seq
		}
		return sum
	}}
}
