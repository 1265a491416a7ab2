package boards

import (
	"sync"

	"github.com/bytedance/gopkg/collection/zset"
	google "github.com/google/btree"
	"github.com/huandu/skiplist"
	tidwall "github.com/tidwall/btree"

	"guildpulse/rank"
)

// item is an entry of a tree; less is the order of a rank.Board.
type item struct {
	score float64
	id    uint64
}

func less(a, b item) bool { return a.score > b.score || a.score == b.score && a.id < b.id }

// tree is a leaderboard as one builds it on an ordered set: a map to the score,
// the set of scores and members, and a lock over both, for ours and the sorted
// set may be used by several goroutines too.
type tree struct {
	sync.RWMutex
	scores map[uint64]float64
	remove func(item)
	insert func(item)
}

func (t *tree) add(e *event) {
	t.Lock()
	old, ok := t.scores[e.id]
	if ok {
		t.remove(item{old, e.id})
	}
	t.scores[e.id] = old + e.weight
	t.insert(item{old + e.weight, e.id})
	t.Unlock()
}

func newTidwall(c *crowd) (*tree, *tidwall.BTreeG[item]) {
	set := tidwall.NewBTreeGOptions(less, tidwall.Options{NoLocks: true})
	t := &tree{
		scores: make(map[uint64]float64),
		remove: func(i item) { set.Delete(i) },
		insert: func(i item) { set.Set(i) },
	}
	c.fill(t.add)
	return t, set
}

func newGoogle(c *crowd) *tree {
	set := google.NewG(32, less)
	t := &tree{
		scores: make(map[uint64]float64),
		remove: func(i item) { set.Delete(i) },
		insert: func(i item) { set.ReplaceOrInsert(i) },
	}
	c.fill(t.add)
	return t
}

func newHuandu(c *crowd) *tree {
	set := skiplist.New(skiplist.GreaterThanFunc(func(a, b any) int {
		x, y := a.(item), b.(item)
		switch {
		case less(x, y):
			return -1
		case less(y, x):
			return 1
		}
		return 0
	}))
	t := &tree{
		scores: make(map[uint64]float64),
		remove: func(i item) { set.Remove(i) },
		insert: func(i item) { set.Set(i, nil) },
	}
	c.fill(t.add)
	return t
}

func newZset(c *crowd) *zset.Float64Set {
	z := zset.NewFloat64()
	c.fill(func(e *event) { z.IncrBy(e.weight, e.name) })
	return z
}

// collector gathers the first n entries that it is shown. Its visitor is made
// once, so that a read allocates nothing.
type collector struct {
	out   []rank.Entry
	n     int
	visit func(item) bool
}

func newCollector(n int) *collector {
	c := &collector{n: n}
	c.visit = func(i item) bool {
		c.out = append(c.out, rank.Entry{Member: i.id, Score: i.score, Rank: len(c.out) + 1})
		return len(c.out) < c.n
	}
	return c
}
