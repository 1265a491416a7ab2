package boards

import (
	"runtime"
	"time"

	"guildpulse/bench/measure"
)

// memory builds a board of a million, and a sorted set of a tenth of that, and looks
// at the heap.
func memory(t *measure.Table) {
	const n, peers = 1_000_000, 100_000
	if !t.Wants("memory") {
		return
	}
	c := newCrowd(n)
	idle, before := mark(), heap()
	board := c.board()
	bytes, marked := heap()-before, mark()
	runtime.KeepAlive(board)
	runtime.KeepAlive(c) // lest its end is counted
	t.AtMost("memory of a member at 1 M", "B", float64(bytes)/n, 65)
	t.AtMost("memory: a collection's time because of 1 M", "ms", milliseconds(marked-idle), 1,
		"The difference of the shortest of 15 collections with and without the board.")

	board, c = nil, newCrowd(peers)
	idle, before = mark(), heap()
	z := newZset(c)
	bytes, marked = heap()-before, mark()
	runtime.KeepAlive(z)
	t.Report("memory of a member at 100 k, bytedance zset", "B", float64(bytes)/peers)
	t.Report("memory: a collection's time because of zset at 100 k", "ms", milliseconds(marked-idle))
	runtime.KeepAlive(c)
}

func milliseconds(d time.Duration) float64 { return max(0, d.Seconds()*1000) }

// heap returns the bytes of live objects.
func heap() int {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return int(s.HeapAlloc)
}

// mark returns the shortest of some collections.
func mark() time.Duration {
	shortest := time.Hour
	for range 15 {
		began := time.Now()
		runtime.GC()
		shortest = min(shortest, time.Since(began))
	}
	return shortest
}
