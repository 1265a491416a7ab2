package boards

import (
	"fmt"
	"slices"

	"guildpulse/bench/measure"
	"guildpulse/rank"
)

// scale is a size of board with its goals against the sorted set.
type scale struct {
	members   int
	name      string
	add, rank float64
}

var scales = []scale{{10_000, "10 k", 3, 2.5}, {100_000, "100 k", 7, 5}, {1_000_000, "1 M", 6, 5}}

// What is measured, by what has to be built for it.
var (
	setFigures   = []string{"add", "rank", "top-10", "50 from the middle"}
	treeFigures  = []string{"add vs a B-tree", "top-10 vs a B-tree", "50 from the middle vs a B-tree"}
	otherFigures = []string{"add vs another B-tree", "add vs a skip list"}
	ownFigures   = []string{
		"add in batches of 1,024", "add as time passes",
		"top-10, one read", "top-10, allocations", "add, allocations",
	}
)

func sizes(t *measure.Table) {
	for _, s := range scales {
		b := &bed{Table: t, scale: s}
		if !b.wants(slices.Concat(setFigures, treeFigures, otherFigures, ownFigures)...) {
			continue
		}
		b.crowd = newCrowd(s.members)
		b.board = b.crowd.board()
		b.againstSet()
		b.againstTidwall()
		if s.members == 100_000 {
			b.againstOthers()
		}
		b.alone()
	}
}

// bed is where ours of one size meets its peers.
type bed struct {
	*measure.Table
	scale scale
	crowd *crowd
	board *rank.Board
	out   []rank.Entry
}

func (b *bed) name(what string) string { return fmt.Sprintf("%s, %s members", what, b.scale.name) }

// wants reports whether any of these figures is asked for.
func (b *bed) wants(figures ...string) bool {
	return slices.ContainsFunc(figures, func(f string) bool { return b.Wants(b.name(f)) })
}

func (b *bed) ours(run func()) measure.Side { return side("board", run) }

func side(name string, run func()) measure.Side {
	return measure.Side{Name: name, Run: func(n int) {
		for range n {
			run()
		}
	}}
}

func (b *bed) add() {
	e := b.crowd.event()
	_ = b.board.Add(e.id, start, e.weight)
}

// addLater lets time pass: a thousand events share the start of their quarter of
// an hour.
func (b *bed) addLater() {
	e := b.crowd.event()
	_ = b.board.Add(e.id, start+int64(b.crowd.next/1000)*900_000, e.weight)
}

func (b *bed) rank() { b.board.Rank(b.crowd.event().id) }

func (b *bed) top() { b.out = b.board.Top(10, start, b.out[:0]) }

func (b *bed) middle() { b.out = b.board.Range(b.scale.members/2, page, start, b.out[:0]) }

// crossing says what most of an update's time is.
const crossing = "A third of these updates leave their block, for a weight of 1.5 passes 3 % of the members: " +
	"two copies of half a block and a descent. The rest is four loads that wait for each other: cell, id, record, entry."

// againstSet compares with Redis's algorithm in Go.
func (b *bed) againstSet() {
	if !b.wants(setFigures...) {
		return
	}
	c, z := b.crowd, newZset(b.crowd)
	b.Faster(b.name("add"), b.scale.add, b.ours(b.add), side("bytedance zset", func() {
		e := c.event()
		z.IncrBy(e.weight, e.name)
	}), crossing)
	b.Faster(b.name("rank"), b.scale.rank, b.ours(b.rank), side("bytedance zset", func() { z.RevRank(c.event().name) }),
		"Four loads that wait for each other (cell, id, record, entry), and the spans of each lane above.")
	if b.scale.members == 100_000 {
		b.Faster(b.name("top-10"), 0, b.ours(b.top), side("bytedance zset", func() { z.RevRange(0, 9) }))
		b.Faster(b.name("50 from the middle"), 0, b.ours(b.middle), side("bytedance zset", func() {
			z.RevRange(c.half(), c.half()+page-1)
		}))
	}
}

// copying says what a read of the top is.
const copying = "Nobody writes meanwhile: the places are published, and 240 bytes are copied without a lock. " +
	"Under updates of these places a read takes the lock, and 20 to 40 ns more."

// locking says what most of a short read's time is.
const locking = "The two atomic operations of the lock are 10 to 20 ns of it."

// againstTidwall compares with the fastest counted B-tree.
func (b *bed) againstTidwall() {
	if !b.wants(treeFigures...) {
		return
	}
	c := b.crowd
	t, set := newTidwall(c)
	ten, fifty := newCollector(10), newCollector(page)
	b.Faster(b.name("add vs a B-tree"), 2.2, b.ours(b.add), side("tidwall btree", func() { t.add(c.event()) }), crossing)
	b.Faster(b.name("top-10 vs a B-tree"), 1.8, b.ours(b.top), side("tidwall btree", func() {
		ten.out = ten.out[:0]
		t.RLock()
		set.Scan(ten.visit)
		t.RUnlock()
	}), copying)
	b.Faster(b.name("50 from the middle vs a B-tree"), 3, b.ours(b.middle), side("tidwall btree", func() {
		fifty.out = fifty.out[:0]
		t.RLock()
		first, _ := set.GetAt(c.half())
		set.Ascend(first, fifty.visit)
		t.RUnlock()
	}), locking)
}

const batchLen = 1024

// batches compares batches of updates with single ones.
func (b *bed) batches() {
	batch := make([]rank.Update, batchLen)
	b.Faster(b.name("add in batches of 1,024"), 1/0.7, measure.Side{Name: "board", Run: func(n int) {
		for range (n + batchLen - 1) / batchLen {
			for i := range batch {
				e := b.crowd.event()
				batch[i] = rank.Update{Member: e.id, AtMs: start, Weight: e.weight}
			}
			_ = b.board.AddBatch(batch)
		}
	}}, side("single", b.add), "Cells, records and blocks of 32 updates read ahead, so that the waits for memory overlap, gained nothing in six "+
		"runs by turns and were taken out: most of a Zipf distribution's events are of members who are in the cache anyway.")
}

// alone measures ours in itself, each figure where it says most.
func (b *bed) alone() {
	switch b.scale.members {
	case 100_000:
		b.Faster(b.name("add as time passes"), 0, b.ours(b.addLater), side("at one time", b.add))
	case 1_000_000:
		b.batches()
	}
	b.AtMost(b.name("top-10, one read"), "ns", b.median(b.top), 20, copying)
	b.AtMost(b.name("top-10, allocations"), "", measure.Allocs(b.ours(b.top).Run, 1000), 0)
	b.AtMost(b.name("add, allocations"), "", measure.Allocs(b.ours(b.add).Run, 100_000), 0.001)
}

// median returns the nanoseconds of a run, in the middle of many short rounds.
func (b *bed) median(run func()) float64 {
	var all []float64
	for range 3 * b.Options().Rounds {
		all = append(all, measure.Time(b.ours(run).Run, 50_000))
	}
	return measure.Median(all)
}

// againstOthers reports the ordered sets that are slower than those above.
func (b *bed) againstOthers() {
	if !b.wants(otherFigures...) {
		return
	}
	c := b.crowd
	g := newGoogle(c)
	b.Faster(b.name("add vs another B-tree"), 0, b.ours(b.add), side("google btree", func() { g.add(c.event()) }))
	h := newHuandu(c)
	b.Faster(b.name("add vs a skip list"), 0, b.ours(b.add), side("huandu skiplist", func() { h.add(c.event()) }))
}
