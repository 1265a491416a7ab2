package ringbuf_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"guildpulse/ringbuf"
)

// blockAct is one call on a ring of blocks and what it gave.
type blockAct struct {
	what   string // claim, publish, take, release, close; refused forms: full, unpublished, ended
	block  int    // which of the ring's blocks, from 0 on
	values string // published or taken
}

// blocksState is a ring of blocks as its users see it: what stage each block is
// at, a letter each (free, claimed, published, held), and what is published.
type blocksState struct {
	stages     string
	values     string // of published blocks, a byte each
	tail, head int    // claims and takes so far
	closed     bool
}

// at moves a block from one stage to another and reports whether it could.
func (s *blocksState) at(block int, from, to byte) bool {
	if s.stages[block] != from {
		return false
	}
	s.stages = s.stages[:block] + string(to) + s.stages[block+1:]
	return true
}

func (s *blocksState) put(block int, value string) {
	s.values = s.values[:block] + value + s.values[block+1:]
}

// blocksModel is the specification of a ring of so many blocks.
func blocksModel(blocks int) porcupine.Model {
	return porcupine.Model{
		Init: func() any {
			return blocksState{stages: strings.Repeat("f", blocks), values: strings.Repeat(".", blocks)}
		},
		Step: func(state, input, _ any) (bool, any) {
			s, a := state.(blocksState), input.(blockAct)
			ok := s.step(blocks, a)
			return ok, s
		},
	}
}

func (s *blocksState) step(blocks int, a blockAct) bool {
	next, oldest := s.tail%blocks, s.head%blocks
	switch a.what {
	case "claim":
		s.tail++
		return !s.closed && a.block == next && s.at(next, 'f', 'c')
	case "publish":
		s.put(a.block, a.values)
		return s.at(a.block, 'c', 'p')
	case "take":
		s.head++
		return a.block == oldest && s.values[oldest:oldest+1] == a.values && s.at(oldest, 'p', 'h')
	case "release":
		s.put(a.block, ".")
		return s.at(a.block, 'h', 'f')
	case "close":
		s.closed = true
		return true
	case "full":
		return s.closed || s.stages[next] != 'f'
	case "unpublished":
		return s.stages[oldest] != 'p'
	case "refused":
		return s.closed
	case "ended":
		return s.closed && s.head == s.tail
	}
	panic(a.what)
}

// blockClient is one goroutine of a history.
type blockClient struct {
	id    int
	ring  *ringbuf.Blocks[byte]
	rand  *rand.Rand
	clock *atomic.Int64
	next  func() byte
	log   []porcupine.Operation
}

func (c *blockClient) run(call func() blockAct) {
	for range c.rand.IntN(3) {
		runtime.Gosched()
	}
	began := c.clock.Add(1)
	a := call()
	c.log = append(c.log, porcupine.Operation{ClientId: c.id, Input: a, Call: began, Return: c.clock.Add(1)})
}

// produce claims up to two blocks at a time and publishes them in any order.
func (c *blockClient) produce() {
	for range 4 {
		var mine []*ringbuf.Block[byte]
		for range 1 + c.rand.IntN(2) {
			if b := c.claim(len(mine) == 0); b != nil {
				mine = append(mine, b)
			}
		}
		c.rand.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
		for _, b := range mine {
			v := c.next()
			b.Slots()[0] = v
			c.run(func() blockAct {
				c.ring.Publish(b, 1)
				return blockAct{"publish", c.ring.Index(b), string(rune(v))}
			})
		}
	}
}

// claim waits now and then, but never while it holds what others wait for.
func (c *blockClient) claim(mayWait bool) (b *ringbuf.Block[byte]) {
	c.run(func() blockAct {
		refusal := "full"
		if mayWait && c.rand.IntN(3) == 0 {
			b, _ = c.ring.Claim(context.Background())
			refusal = "refused"
		} else {
			b = c.ring.TryClaim()
		}
		if b == nil {
			return blockAct{what: refusal}
		}
		return blockAct{what: "claim", block: c.ring.Index(b)}
	})
	return b
}

func (c *blockClient) consume() {
	for ended := false; !ended; {
		var b *ringbuf.Block[byte]
		c.run(func() blockAct {
			refusal := "unpublished"
			if c.rand.IntN(2) == 0 {
				b, _ = c.ring.Take(context.Background())
				refusal, ended = "ended", b == nil
			} else {
				b = c.ring.TryTake()
			}
			if b == nil {
				return blockAct{what: refusal}
			}
			return blockAct{"take", c.ring.Index(b), string(rune(b.Values()[0]))}
		})
		if b != nil {
			at := c.ring.Index(b)
			c.run(func() blockAct {
				c.ring.Release(b)
				return blockAct{what: "release", block: at}
			})
		}
	}
}

// blocksHistory lets two producers and two consumers loose on a small ring whose
// counters wrap meanwhile, and somebody close it.
func blocksHistory(seed uint64) (blocks int, log []porcupine.Operation) {
	random := rand.New(rand.NewPCG(seed, 0))
	blocks = 2 << random.IntN(2)
	r := ringbuf.NewBlocksAt[byte](blocks, beforeWrap(random.Uint64N(6)))
	if random.IntN(2) == 0 {
		r.ParkAtOnce()
	}
	var clock, values, here atomic.Int64
	clients := make([]*blockClient, 5)
	for i := range clients {
		clients[i] = &blockClient{
			id: i, ring: r, rand: rand.New(rand.NewPCG(seed, uint64(i+1))), clock: &clock,
			next: func() byte { return byte('A' + values.Add(1)) },
		}
	}
	together := func(work func()) func() {
		return func() {
			for here.Add(1); here.Load() < int64(len(clients)); {
				runtime.Gosched()
			}
			work()
		}
	}
	var producers, others sync.WaitGroup
	for i := range 2 {
		producers.Go(together(clients[i].produce))
		others.Go(together(clients[2+i].consume))
	}
	others.Go(together(func() {
		c := clients[4]
		if c.rand.IntN(2) == 0 {
			producers.Wait()
		}
		for range c.rand.IntN(30) {
			runtime.Gosched()
		}
		c.run(func() blockAct { r.Close(); return blockAct{what: "close"} })
	}))
	producers.Wait()
	others.Wait()
	for _, c := range clients {
		log = append(log, c.log...)
	}
	return blocks, log
}

func TestBlockHistoriesAreLinearizable(t *testing.T) {
	for seed := range uint64(1000 * soak(t)) {
		blocks, log := blocksHistory(seed)
		if got := porcupine.CheckOperationsTimeout(blocksModel(blocks), log, time.Minute); got != porcupine.Ok {
			var b strings.Builder
			for _, op := range log {
				fmt.Fprintf(&b, "%3d–%3d client %d %+v\n", op.Call, op.Return, op.ClientId, op.Input)
			}
			t.Fatalf("history %d (%d blocks): %s\n%s", seed, blocks, got, b.String())
		}
	}
}

// TestBlocksModelRefusesWrongHistories makes sure that the specification can be
// broken.
func TestBlocksModelRefusesWrongHistories(t *testing.T) {
	a, b := blockAct{"publish", 0, "a"}, blockAct{"publish", 1, "b"}
	claim0, claim1 := blockAct{what: "claim"}, blockAct{what: "claim", block: 1}
	for name, acts := range map[string][]blockAct{
		"out of order":        {claim0, claim1, b, {"take", 1, "b"}},
		"unclaimed":           {a},
		"false empty":         {claim0, a, {what: "unpublished"}},
		"false full":          {claim0, {what: "full"}},
		"twice taken":         {claim0, a, {"take", 0, "a"}, {"take", 0, "a"}},
		"other values":        {claim0, a, {"take", 0, "b"}},
		"claimed while held":  {claim0, claim1, a, {"take", 0, "a"}, claim0},
		"claimed after close": {{what: "close"}, claim0},
		"ended too early":     {claim0, {what: "close"}, {what: "ended"}},
		"refused while open":  {{what: "refused"}},
	} {
		var log []porcupine.Operation
		for i, a := range acts {
			log = append(log, porcupine.Operation{Input: a, Call: int64(2 * i), Return: int64(2*i + 1)})
		}
		if porcupine.CheckOperations(blocksModel(2), log) {
			t.Errorf("the model accepts a history that is %s", name)
		}
	}
}
