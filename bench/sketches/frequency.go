package sketches

import (
	"cmp"
	"encoding/binary"
	"runtime"
	"slices"

	"guildpulse/bench/measure"
	"guildpulse/sketch"

	boom "github.com/tylertreat/BoomFilters"
)

// A count-min of 64 KiB: BoomFilters' counters have eight bytes, ours four.
const (
	rows       = 4
	width      = 4096
	boomWidth  = width / 2
	boomChance = 0.0183156388887342 // e^-4: four rows
)

func newBoom() *boom.CountMinSketch {
	return boom.NewCountMinSketch(2.718281828459045/boomWidth, boomChance)
}

func countMinSpeed(t *measure.Table) error {
	s := zipf(1.05, 1)
	ours, peer, plain := sketch.NewCountMin(width, rows, key(1)), newBoom(), newPlain(key(1))
	var b [8]byte
	bytesOf := func(i int) []byte {
		binary.LittleEndian.PutUint64(b[:], s.items[i])
		return b[:]
	}
	peerAdd := measure.Side{Name: "BoomFilters", Run: func(n int) { s.over(n, func(i int) { peer.Add(bytesOf(i)) }) }}
	add := measure.Side{Name: "CountMin", Run: func(n int) { s.batches(n, ours.AddAll) }}
	t.Faster("count-min: add, batches of 256", 3, add, peerAdd,
		"BoomFilters hashes by FNV, without a key, and divides four times; what is left of ours is four counters' loads and stores.")
	t.Faster("count-min: add, one by one", 0,
		measure.Side{Name: "CountMin", Run: func(n int) { s.over(n, func(i int) { ours.Add(s.items[i], 1) }) }}, peerAdd)
	t.Faster("count-min: add, plain counters", 0, add,
		measure.Side{Name: "plain", Run: func(n int) { s.over(n, func(i int) { plain.add(s.items[i]) }) }})
	var sum uint64
	var estimates [256]uint64
	peerQuery := measure.Side{Name: "BoomFilters", Run: func(n int) { s.over(n, func(i int) { sum += peer.Count(bytesOf(i)) }) }}
	t.Faster("count-min: query, batches of 256", 5,
		measure.Side{Name: "CountMin", Run: func(n int) {
			s.batches(n, func(items []uint64) { ours.EstimateAll(estimates[:], items) })
		}}, peerQuery)
	t.Faster("count-min: query, one by one", 0,
		measure.Side{Name: "CountMin", Run: func(n int) { s.over(n, func(i int) { sum += ours.Estimate(s.items[i]) }) }}, peerQuery)
	runtime.KeepAlive(sum)
	return nil
}

// countMinError compares how much too high estimates are: in the mean over all
// items, and relative to the count over the thousand most frequent.
func countMinError(t *measure.Table) error {
	if !t.Wants("count-min: mean error") && !t.Wants("count-min: error of the top 1,000") {
		return nil
	}
	s := zipf(1.05, 1)
	ours, peer, plain := sketch.NewCountMin(width, rows, key(1)), newBoom(), newPlain(key(1))
	for i, item := range s.items {
		ours.Add(item, 1)
		plain.add(item)
		peer.Add(s.bytes[i])
	}
	mean, top := s.excess(ours.Estimate)
	plainMean, plainTop := s.excess(plain.estimate)
	at := make(map[uint64][]byte, len(s.exact))
	for i, item := range s.items {
		at[item] = s.bytes[i]
	}
	peerMean, peerTop := s.excess(func(item uint64) uint64 { return peer.Count(at[item]) })
	t.Report("count-min: distinct items", "", float64(len(s.exact)))
	for _, f := range []measure.Figure{
		{Name: "count-min: mean error", Ours: mean, Peer: peerMean, PeerName: "BoomFilters", Goal: 0.27},
		{Name: "count-min: error of the top 1,000", Unit: "%", Ours: 100 * top, Peer: 100 * peerTop, PeerName: "BoomFilters", Goal: 0.01},
		{Name: "count-min: mean error, plain counters", Ours: mean, Peer: plainMean, PeerName: "plain", Goal: 0.6},
		{Name: "count-min: error of the top 1,000, plain", Unit: "%", Ours: 100 * top, Peer: 100 * plainTop, PeerName: "plain", Goal: 0.02},
	} {
		f.Ratio, f.AtMost = f.Ours/f.Peer, true
		t.Add(f)
	}
	return nil
}

func (s *stream) excess(estimate func(uint64) uint64) (mean, relative float64) {
	least, frequent := s.atRank(1_000), 0.0
	for item, n := range s.exact {
		over := float64(estimate(item) - n)
		mean += over / float64(len(s.exact))
		if n >= least {
			frequent++
			relative += over / float64(n)
		}
	}
	return mean, relative / frequent
}

// atRank is the k-th highest count.
func (s *stream) atRank(k int) uint64 {
	var all []uint64
	for _, n := range s.exact {
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b uint64) int { return cmp.Compare(b, a) })
	return all[k-1]
}

// plain is a count-min that adds to every counter, under the same keyed hash.
type plain struct {
	key      sketch.Key
	counters [rows][width]uint32
}

func newPlain(k sketch.Key) *plain { return &plain{key: k} }

func (p *plain) at(item uint64) (columns [rows]uint32) {
	h := p.key.Hash(item)
	low, high := uint32(h), uint32(h>>32)|1
	for row := range columns {
		columns[row] = low >> 20
		low += high
	}
	return columns
}

func (p *plain) add(item uint64) {
	for row, column := range p.at(item) {
		p.counters[row][column%width]++
	}
}

func (p *plain) estimate(item uint64) uint64 {
	least := uint32(1<<32 - 1)
	for row, column := range p.at(item) {
		least = min(least, p.counters[row][column%width])
	}
	return uint64(least)
}
