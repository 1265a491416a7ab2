package boards

import (
	"sync"
	"sync/atomic"

	"guildpulse/bench/measure"
	"guildpulse/rank"
)

// concurrency measures what readers without pause cost the one writer.
func concurrency(t *measure.Table) {
	if !t.Wants("readers") {
		return
	}
	c := newCrowd(100_000)
	b := &bed{Table: t, crowd: c, board: c.board()}
	alone := side("alone", b.add)
	t.Faster("readers: add while one reads top-10", 0, beside(b, func(out []rank.Entry) []rank.Entry {
		return b.board.Top(10, start, out)
	}), alone)
	t.Faster("readers: add while one reads 1,000 places", 0, beside(b, func(out []rank.Entry) []rank.Entry {
		return b.board.Range(c.half(), 1000, start, out)
	}), alone)
	var data []byte
	t.Faster("readers: add while one writes snapshots", 0, beside(b, func(out []rank.Entry) []rank.Entry {
		data, _ = b.board.AppendBinary(data[:0])
		return out
	}), alone)
}

// beside adds while another goroutine reads without pause.
func beside(b *bed, read func(out []rank.Entry) []rank.Entry) measure.Side {
	return measure.Side{Name: "board", Run: func(n int) {
		var done atomic.Bool
		var reader sync.WaitGroup
		reader.Go(func() {
			for out := []rank.Entry(nil); !done.Load(); {
				out = read(out[:0])
			}
		})
		for range n {
			b.add()
		}
		done.Store(true)
		reader.Wait()
	}}
}
