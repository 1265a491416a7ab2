// Package sketches measures package sketch beside axiomhq/hyperloglog, retailnext
// hllpp, BoomFilters and a count-min of plain counters.
package sketches

import (
	"context"
	"encoding/binary"
	"math/rand/v2"

	"guildpulse/bench/measure"
	"guildpulse/sketch"
)

// Run fills in the table of the sketches.
func Run(ctx context.Context, t *measure.Table) error {
	for _, part := range []func(*measure.Table) error{
		distinctSpeed, distinctError, storedSize, countMinSpeed, countMinError, topK,
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := part(t); err != nil {
			return err
		}
	}
	return nil
}

// key differs from seed to seed.
func key(seed uint64) (k sketch.Key) {
	random := rand.New(rand.NewPCG(seed, 0x6b6579))
	binary.LittleEndian.PutUint64(k[:8], random.Uint64())
	binary.LittleEndian.PutUint64(k[8:], random.Uint64())
	return k
}

// item is the n-th of a series without repetition: what identifiers look like to
// those who hash them.
func item(n int) uint64 { return uint64(n) * 0x9e3779b97f4a7c15 }

// inBatches adds n items from a number on, 256 at a time.
func inBatches(from, n int, addAll func([]uint64)) {
	var items [256]uint64
	for end := from + n; from < end; from += len(items) {
		some := items[:min(len(items), end-from)]
		for i := range some {
			some[i] = item(from + i)
		}
		addAll(some)
	}
}

// stream is a series of events, also as the byte strings that some peers want:
// eight bytes each, none of them shared.
type stream struct {
	items []uint64
	bytes [][]byte
	exact map[uint64]uint64
}

const events = 2_000_000

// zipf returns a stream of events over 2²⁰ items.
func zipf(exponent float64, seed uint64) *stream {
	source := rand.NewZipf(rand.New(rand.NewPCG(seed, 1)), exponent, 1, 1<<20-1)
	s := &stream{items: make([]uint64, events)}
	for i := range s.items {
		s.items[i] = item(int(source.Uint64()) + 1)
	}
	return s.complete()
}

func (s *stream) complete() *stream {
	s.bytes, s.exact = make([][]byte, len(s.items)), make(map[uint64]uint64)
	backing := make([]byte, 0, 8*len(s.items))
	for i, item := range s.items {
		backing = binary.LittleEndian.AppendUint64(backing, item)
		s.bytes[i] = backing[8*i : 8*i+8 : 8*i+8]
		s.exact[item]++
	}
	return s
}

// over calls f for n events, around and around.
func (s *stream) over(n int, f func(i int)) {
	for at := 0; n > 0; n-- {
		f(at)
		if at++; at == len(s.items) {
			at = 0
		}
	}
}

// batches calls f with 256 of n events at a time, around and around.
func (s *stream) batches(n int, f func(items []uint64)) {
	const size = 256
	for at := 0; n > 0; n -= size {
		if at+size > len(s.items) {
			at = 0
		}
		f(s.items[at : at+min(n, size)])
		at += size
	}
}

// trials are as many as the errors are measured over: few in a short run.
func trials(t *measure.Table, full int) int {
	if t.Options().Rounds == 1 {
		return max(2, full/20)
	}
	return full
}
