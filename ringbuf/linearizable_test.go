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
)

// act is what a call did or found out, at one instant of the call. A batch that
// came back short is two acts: it moved values by one claim, and it found out
// how many there were, or room for how many.
type act struct {
	what   string // pushed, popped, room, held, full, refused, ended, closed
	values string // pushed and popped: the values, a byte each
	n      int    // room and held: how many
}

// queueState is a ring as its users see it.
type queueState struct {
	held   string
	closed bool
}

// queueModel is the specification of a ring.
func queueModel(capacity int) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return queueState{} },
		Step: func(state, input, _ any) (bool, any) {
			s, a := state.(queueState), input.(act)
			room := capacity - len(s.held)
			switch a.what {
			case "pushed":
				return !s.closed && len(a.values) <= room, queueState{s.held + a.values, s.closed}
			case "popped":
				held, ok := strings.CutPrefix(s.held, a.values)
				return ok, queueState{held, s.closed}
			case "room":
				return !s.closed && room == a.n, s
			case "held":
				return len(s.held) == a.n, s
			case "full":
				return room == 0 || s.closed, s
			case "refused":
				return s.closed, s
			case "ended":
				return s.closed && s.held == "", s
			case "closed":
				return true, queueState{s.held, true}
			}
			panic(a.what)
		},
	}
}

// client is one goroutine of a history and writes down what it sees.
type client struct {
	id    int
	ring  ring[byte]
	rand  *rand.Rand
	clock *atomic.Int64 // orders calls and returns over all clients
	next  func() byte   // values, each different
	log   []porcupine.Operation
}

// run makes one call and writes down its acts, all with the call's interval.
func (c *client) run(call func() []act) {
	began := c.clock.Add(1)
	acts := call()
	ended := c.clock.Add(1)
	for _, a := range acts {
		c.log = append(c.log, porcupine.Operation{ClientId: c.id, Input: a, Call: began, Return: ended})
	}
	c.pause()
}

// pause lets others in between, sometimes.
func (c *client) pause() {
	for range c.rand.IntN(3) {
		runtime.Gosched()
	}
}

func (c *client) values() []byte {
	vs := make([]byte, 1+c.rand.IntN(3))
	for i := range vs {
		vs[i] = c.next()
	}
	return vs
}

// produce pushes a few times in all the ways there are.
func (c *client) produce() {
	refused := false
	for range 5 {
		vs := c.values()
		switch c.rand.IntN(6) {
		case 0:
			c.run(func() []act { return pushActs(vs[:1], c.ring.TryPush(vs[0])) })
		case 1, 2:
			c.run(func() []act { return pushBatchActs(vs, c.ring.TryPushBatch(vs)) })
		case 3:
			c.run(func() []act { return pushBatchActs(vs, c.ring.StalledPush(vs, c.pause)) })
		case 4:
			c.run(func() []act {
				if c.ring.Push(context.Background(), vs[0]) != nil {
					refused = true
					return []act{{what: "refused"}}
				}
				return pushActs(vs[:1], true)
			})
		case 5:
			vs = vs[:1]
			c.run(func() []act { return pushActs(vs, pushInPlace(c.ring, vs) == 1) })
		}
		if refused {
			return
		}
	}
}

// consume pops in all the ways there are until the ring is closed and drained.
func (c *client) consume() {
	ended := false
	for !ended {
		dst := make([]byte, 1+c.rand.IntN(4))
		switch c.rand.IntN(6) {
		case 0:
			c.run(func() []act {
				v, ok := c.ring.TryPop()
				return popBatchActs([]byte{v}, boolToInt(ok))
			})
		case 1:
			c.run(func() []act { return popBatchActs(dst, c.ring.TryPopBatch(dst)) })
		case 2:
			c.run(func() []act { return popBatchActs(dst, c.ring.StalledPop(dst, c.pause)) })
		case 3:
			c.run(func() []act {
				v, err := c.ring.Pop(context.Background())
				if ended = err != nil; ended {
					return []act{{what: "ended"}}
				}
				return popBatchActs([]byte{v}, 1)
			})
		case 4:
			c.run(func() []act {
				n, err := c.ring.PopBatch(context.Background(), dst)
				if ended = err != nil; ended {
					return []act{{what: "ended"}}
				}
				return []act{{what: "popped", values: string(dst[:n])}}
			})
		case 5:
			dst = dst[:1]
			c.run(func() []act { return popBatchActs(dst, popInPlace(c.ring, dst)) })
		}
	}
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func pushActs(vs []byte, ok bool) []act { return pushBatchActs(vs, boolToInt(ok)) }

func pushBatchActs(vs []byte, n int) []act {
	switch n {
	case len(vs):
		return []act{{what: "pushed", values: string(vs)}}
	case 0:
		return []act{{what: "full"}}
	}
	return []act{{what: "pushed", values: string(vs[:n])}, {what: "room", n: n}}
}

func popBatchActs(dst []byte, n int) []act {
	switch n {
	case len(dst):
		return []act{{what: "popped", values: string(dst)}}
	case 0:
		return []act{{what: "held", n: 0}}
	}
	return []act{{what: "popped", values: string(dst[:n])}, {what: "held", n: n}}
}

// history lets two producers and two consumers (one each for an SPSC) loose on
// a small ring whose counters wrap meanwhile, and somebody close it.
func history(k kind[byte], seed uint64) (capacity int, log []porcupine.Operation) {
	random := rand.New(rand.NewPCG(seed, 0))
	capacity = 2 << random.IntN(2)
	r := k.at(capacity, beforeWrap(random.Uint64N(10)))
	if random.IntN(2) == 0 {
		r.ParkAtOnce()
	}
	var clock, values, here atomic.Int64
	peers := min(2, k.peers)
	clients := make([]*client, 2*peers+1)
	for i := range clients {
		clients[i] = &client{
			id: i, ring: r, rand: rand.New(rand.NewPCG(seed, uint64(i+1))),
			clock: &clock, next: func() byte { return byte(values.Add(1)) },
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
	for i := range peers {
		producers.Go(together(clients[i].produce))
		others.Go(together(clients[peers+i].consume))
	}
	others.Go(together(func() { clients[2*peers].close(&producers) }))
	producers.Wait()
	others.Wait()
	for _, c := range clients {
		log = append(log, c.log...)
	}
	return capacity, log
}

// close closes the ring in the midst of things, or after the last push.
func (c *client) close(producers *sync.WaitGroup) {
	if c.rand.IntN(2) == 0 {
		producers.Wait()
	}
	for range c.rand.IntN(40) {
		runtime.Gosched()
	}
	c.run(func() []act {
		c.ring.Close()
		return []act{{what: "closed"}}
	})
}

func TestHistoriesAreLinearizable(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[byte]) {
		for seed := range uint64(1000 * soak(t)) {
			capacity, log := history(k, seed)
			if got := porcupine.CheckOperationsTimeout(queueModel(capacity), log, time.Minute); got != porcupine.Ok {
				t.Fatalf("history %d (capacity %d): %s\n%s", seed, capacity, got, written(log))
			}
		}
	})
}

// written is a history, a line an act.
func written(log []porcupine.Operation) string {
	var b strings.Builder
	for _, op := range log {
		a := op.Input.(act)
		fmt.Fprintf(&b, "%3d–%3d client %d %s %v %d\n", op.Call, op.Return, op.ClientId, a.what, []byte(a.values), a.n)
	}
	return b.String()
}

// TestModelRefusesWrongHistories makes sure that the specification can be broken.
func TestModelRefusesWrongHistories(t *testing.T) {
	for name, acts := range map[string][]act{
		"out of order":        {{what: "pushed", values: "ab"}, {what: "popped", values: "b"}},
		"twice":               {{what: "pushed", values: "a"}, {what: "popped", values: "a"}, {what: "popped", values: "a"}},
		"out of nothing":      {{what: "popped", values: "a"}},
		"false empty":         {{what: "pushed", values: "a"}, {what: "held", n: 0}},
		"false full":          {{what: "pushed", values: "a"}, {what: "full"}},
		"short without cause": {{what: "pushed", values: "a"}, {what: "room", n: 0}},
		"beyond capacity":     {{what: "pushed", values: "abc"}},
		"after close":         {{what: "closed"}, {what: "pushed", values: "a"}},
		"lost at close":       {{what: "pushed", values: "a"}, {what: "closed"}, {what: "ended"}},
		"refused while open":  {{what: "refused"}},
	} {
		var log []porcupine.Operation
		for i, a := range acts {
			log = append(log, porcupine.Operation{Input: a, Call: int64(2 * i), Return: int64(2*i + 1)})
		}
		if porcupine.CheckOperations(queueModel(2), log) {
			t.Errorf("the model accepts a history that is %s", name)
		}
	}
}
