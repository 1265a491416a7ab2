package ringbuf_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"guildpulse/ringbuf"
)

// oracle is a ring as one would write it without a thought: a slice, beside the
// ring that it checks.
type oracle struct {
	ring   ring[int]
	held   []int
	cap    int
	start  uint64
	closed bool
	next   int
	stats  ringbuf.Stats
}

func (o *oracle) room() int {
	if o.closed {
		return 0
	}
	return o.cap - len(o.held)
}

// fresh returns n values never pushed before.
func (o *oracle) fresh(n int) []int {
	vs := make([]int, n)
	for i := range vs {
		o.next++
		vs[i] = o.next
	}
	return vs
}

func (o *oracle) push(vs []int) {
	o.held = append(o.held, vs...)
	o.stats.Pushed += uint64(len(vs))
}

func (o *oracle) pop(n int) []int {
	vs := slices.Clone(o.held[:n])
	o.held = o.held[n:]
	o.stats.Popped += uint64(n)
	return vs
}

func TestOracle(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		rapid.Check(t, func(t *rapid.T) {
			capacity := 1 << rapid.IntRange(1, 5).Draw(t, "capacity bits")
			start := beforeWrap(rapid.Uint64Range(0, 100).Draw(t, "values before the wrap"))
			o := &oracle{ring: k.at(capacity, start), cap: capacity, start: start}
			o.ring.ParkAtOnce()
			t.Repeat(o.actions())
		})
	})
}

// actions are all operations, on one goroutine: the waiting ones get a context
// that has ended, so that they fail where they would wait.
func (o *oracle) actions() map[string]func(*rapid.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	size := rapid.IntRange(0, 2*o.cap)
	return map[string]func(*rapid.T){
		"TryPush": func(t *rapid.T) {
			vs := o.fresh(1)
			want := o.room() > 0
			if got := o.ring.TryPush(vs[0]); got != want {
				t.Fatalf("TryPush = %t, want %t", got, want)
			}
			if want {
				o.push(vs)
			}
		},
		"TryPop": func(t *rapid.T) {
			want := make([]int, 1)
			ok := copy(want, o.pop(min(1, len(o.held)))) == 1
			if v, got := o.ring.TryPop(); got != ok || v != want[0] {
				t.Fatalf("TryPop = %d, %t, want %d, %t", v, got, want[0], ok)
			}
		},
		"TryPushBatch": func(t *rapid.T) {
			vs := o.fresh(size.Draw(t, "n"))
			want := min(len(vs), o.room())
			if got := o.ring.TryPushBatch(vs); got != want {
				t.Fatalf("TryPushBatch of %d = %d, want %d", len(vs), got, want)
			}
			o.push(vs[:want])
		},
		"TryPopBatch": func(t *rapid.T) {
			dst := make([]int, size.Draw(t, "n"))
			want := o.pop(min(len(dst), len(o.held)))
			if n := o.ring.TryPopBatch(dst); !slices.Equal(dst[:n], want) {
				t.Fatalf("TryPopBatch = %d, want %d", dst[:n], want)
			}
		},
		"Push": func(t *rapid.T) {
			vs := o.fresh(1)
			want := o.pushError(o.room() == 0)
			if err := o.ring.Push(ended, vs[0]); !errors.Is(err, want) {
				t.Fatalf("Push: %v, want %v", err, want)
			}
			if want == nil {
				o.push(vs)
			}
		},
		"PushBatch": func(t *rapid.T) {
			vs := o.fresh(size.Draw(t, "n"))
			want := min(len(vs), o.room())
			wantErr := o.pushError(want < len(vs))
			if n, err := o.ring.PushBatch(ended, vs); n != want || !errors.Is(err, wantErr) {
				t.Fatalf("PushBatch of %d = %d, %v, want %d, %v", len(vs), n, err, want, wantErr)
			}
			o.push(vs[:want])
		},
		"Pop": func(t *rapid.T) {
			wantErr := o.popError(len(o.held) == 0)
			want := append(o.pop(min(1, len(o.held))), 0)[0]
			if v, err := o.ring.Pop(ended); v != want || !errors.Is(err, wantErr) {
				t.Fatalf("Pop = %d, %v, want %d, %v", v, err, want, wantErr)
			}
		},
		"PopBatch": func(t *rapid.T) {
			dst := make([]int, size.Draw(t, "n"))
			wantErr := o.popError(len(dst) > 0 && len(o.held) == 0)
			want := o.pop(min(len(dst), len(o.held)))
			n, err := o.ring.PopBatch(ended, dst)
			if !slices.Equal(dst[:n], want) || !errors.Is(err, wantErr) {
				t.Fatalf("PopBatch = %d, %v, want %d, %v", dst[:n], err, want, wantErr)
			}
		},
		"Close": func(t *rapid.T) {
			if rapid.IntRange(0, 9).Draw(t, "mood") == 0 {
				o.ring.Close()
				o.closed = true
			}
		},
		"": func(t *rapid.T) {
			if o.ring.Len() != len(o.held) || o.ring.Cap() != o.cap || o.ring.Closed() != o.closed {
				t.Fatalf("Len %d, Cap %d, Closed %t, want %d, %d, %t",
					o.ring.Len(), o.ring.Cap(), o.ring.Closed(), len(o.held), o.cap, o.closed)
			}
			if got := o.ring.Stats(); got != o.stats {
				t.Fatalf("Stats() = %+v, want %+v", got, o.stats)
			}
		},
	}
}

// pushError is what a waiting push returns with a context that has ended.
func (o *oracle) pushError(short bool) error {
	switch {
	case !short:
		return nil
	case o.closed:
		return ringbuf.ErrClosed
	}
	o.stats.ProducerWaits++
	o.stats.ProducerParks++
	return context.Canceled
}

// popError is what a waiting pop returns with a context that has ended.
func (o *oracle) popError(short bool) error {
	switch {
	case !short:
		return nil
	case o.closed:
		return ringbuf.ErrClosed
	}
	o.stats.ConsumerWaits++
	o.stats.ConsumerParks++
	return context.Canceled
}
