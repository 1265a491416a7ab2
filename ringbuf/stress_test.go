package ringbuf_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"

	"guildpulse/ringbuf"
)

// TestStress does ten million pushes and pops (a billion with
// GUILDPULSE_SOAK=100) by all the ways there are, on rings from the smallest on,
// half of them before the counters wrap, and holds the number, the sum, a checksum
// and the order of every producer's values against what went in. The smallest rings, where every
// other value is waited for, get the smaller share. Under the race detector it is
// a fifth of all that.
func TestStress(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[uint64]) {
		peers := min(2, k.peers)
		for _, part := range []struct{ capacity, percent int }{{2, 2}, {16, 8}, {256, 40}, {4096, 50}} {
			values := 10_000_000 / 2 * part.percent / 100 * soak(t) / unhurried
			r := k.at(part.capacity, beforeWrap(uint64(values/2)))
			stress(t, r, peers, peers, values/peers)
		}
	})
}

// stress has every producer push 1…each, marked with its number, and checks
// what the consumers see.
func stress(t *testing.T, r ring[uint64], producers, consumers, each int) {
	var pushing, popping sync.WaitGroup
	seen := make([]tally, consumers)
	for p := range producers {
		pushing.Go(func() { pushNumbers(t, r, uint64(p), each) })
	}
	for c := range consumers {
		popping.Go(func() { seen[c].popAll(t, r, uint64(c)) })
	}
	pushing.Wait()
	r.Close()
	popping.Wait()
	for p := range producers {
		checkWhole(t, r.Cap(), uint64(p), uint64(each), seen)
	}
	n := uint64(producers * each)
	if s := r.Stats(); s.Pushed != n || s.Popped != n {
		t.Errorf("capacity %d: Stats() = %+v after %d values", r.Cap(), s, n)
	}
}

// checkWhole holds what all consumers saw of a producer against 1…n: as many, of the
// same sum and of the same checksum is nothing lost and nothing twice.
func checkWhole(t *testing.T, capacity int, producer, n uint64, seen []tally) {
	var count, sum, check, want uint64
	for c := range seen {
		count += seen[c].count[producer]
		sum += seen[c].sum[producer]
		check += seen[c].check[producer]
	}
	for i := range n {
		want += scatter(i + 1)
	}
	if count != n || sum != n*(n+1)/2 || check != want {
		t.Errorf("capacity %d: producer %d pushed %d values of sum %d and checksum %x, popped were %d of %d and %x",
			capacity, producer, n, n*(n+1)/2, want, count, sum, check)
	}
	t.Logf("capacity %d: %d values of producer %d, in order, checksum %016x", capacity, n, producer, check)
}

// scatter makes a number that tells nothing of its neighbours (SplitMix64's finish).
func scatter(n uint64) uint64 {
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

const producerShift = 56

// pushNumbers pushes 1…each by every way to push.
func pushNumbers(t *testing.T, r ring[uint64], producer uint64, each int) {
	ctx := context.Background()
	random := rand.New(rand.NewPCG(producer, 1))
	vs := make([]uint64, 100)
	for next := 1; next <= each; {
		vs := vs[:min(1+random.IntN(len(vs)), each-next+1)]
		for i := range vs {
			vs[i] = producer<<producerShift | uint64(next+i)
		}
		switch random.IntN(5) {
		case 0:
			if r.TryPush(vs[0]) {
				next++
			}
		case 1:
			next += r.TryPushBatch(vs)
		case 2:
			if err := r.Push(ctx, vs[0]); err != nil {
				t.Errorf("Push: %v", err)
				return
			}
			next++
		case 3:
			n, err := r.PushBatch(ctx, vs)
			if err != nil || n != len(vs) {
				t.Errorf("PushBatch of %d: %d, %v", len(vs), n, err)
				return
			}
			next += n
		case 4:
			next += pushInPlace(r, vs)
		}
	}
}

// tally is what one consumer saw, a producer each.
type tally struct {
	last, count, sum, check [3]uint64
	_                       [64]byte
}

// popAll pops by every way to pop until the ring is closed and drained.
func (y *tally) popAll(t *testing.T, r ring[uint64], consumer uint64) {
	ctx := context.Background()
	random := rand.New(rand.NewPCG(consumer, 2))
	buffer := make([]uint64, 100)
	for {
		dst := buffer[:1+random.IntN(len(buffer))]
		switch random.IntN(5) {
		case 0:
			if v, ok := r.TryPop(); ok {
				y.add(t, v)
			}
		case 1:
			y.add(t, dst[:r.TryPopBatch(dst)]...)
		case 2:
			v, err := r.Pop(ctx)
			if err != nil {
				if err != ringbuf.ErrClosed {
					t.Errorf("Pop: %v", err)
				}
				return
			}
			y.add(t, v)
		case 3:
			n, err := r.PopBatch(ctx, dst)
			if err != nil {
				if err != ringbuf.ErrClosed {
					t.Errorf("PopBatch: %v", err)
				}
				return
			}
			y.add(t, dst[:n]...)
		case 4:
			y.add(t, dst[:popInPlace(r, dst)]...)
		}
	}
}

// add notes values and checks that each producer's only go up.
func (y *tally) add(t *testing.T, vs ...uint64) {
	for _, v := range vs {
		producer, n := v>>producerShift, v&(1<<producerShift-1)
		if n <= y.last[producer] {
			t.Errorf("producer %d: %d after %d", producer, n, y.last[producer])
		}
		y.last[producer] = n
		y.count[producer]++
		y.sum[producer] += n
		y.check[producer] += scatter(n)
	}
}
