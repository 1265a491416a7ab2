package ringbuf_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"guildpulse/ringbuf"
)

// windows is what only an SPSC has.
type windows[T any] interface {
	TryReserve(n int) []T
	Reserve(ctx context.Context, n int) ([]T, error)
	Commit(n int) bool
	TryPeek(n int) []T
	Peek(ctx context.Context, n int) ([]T, error)
	Discard(n int)
}

// pushInPlace pushes as many of vs as fit into one window, or, to a ring
// without windows, as TryPushBatch does. Only 0 says anything about room.
func pushInPlace[T any](r ring[T], vs []T) int {
	w, ok := r.(windows[T])
	if !ok {
		return r.TryPushBatch(vs)
	}
	n := copy(w.TryReserve(len(vs)), vs)
	if n == 0 || !w.Commit(n) {
		return 0
	}
	return n
}

// popInPlace is the same for the other end.
func popInPlace[T any](r ring[T], dst []T) int {
	w, ok := r.(windows[T])
	if !ok {
		return r.TryPopBatch(dst)
	}
	n := copy(dst, w.TryPeek(len(dst)))
	w.Discard(n)
	return n
}

func TestWindowsEndAtTheLastSlot(t *testing.T) {
	r := ringbuf.NewSPSC[int](8)
	r.TryPushBatch(make([]int, 5))
	r.TryPopBatch(make([]int, 5))
	for _, want := range []int{3, 5, 0} {
		slots := r.TryReserve(20)
		if len(slots) != want {
			t.Fatalf("a window of %d, want %d", len(slots), want)
		}
		r.Commit(len(slots))
	}
	for _, peek := range []struct{ asked, want int }{{2, 2}, {20, 1}, {0, 0}, {20, 5}, {20, 0}} {
		values := r.TryPeek(peek.asked)
		if len(values) != peek.want {
			t.Fatalf("peeked at %d, want %d", len(values), peek.want)
		}
		r.Discard(len(values))
	}
}

func TestWindowsOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		capacity := 1 << rapid.IntRange(1, 4).Draw(t, "capacity bits")
		start := beforeWrap(rapid.Uint64Range(0, 40).Draw(t, "values before the wrap"))
		r := ringbuf.NewSPSCAt[int](capacity, start)
		r.ParkAtOnce()
		o := &oracle{ring: r, cap: capacity, start: start}
		actions := o.actions()
		o.windows(r, actions)
		t.Repeat(actions)
	})
}

// windows adds what can be done in place, in any mixture with the rest.
func (o *oracle) windows(r *ringbuf.SPSC[int], actions map[string]func(*rapid.T)) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	size := rapid.IntRange(1, 2*o.cap)
	row := func(moved uint64) int { return o.cap - int((o.start/2+moved)%uint64(o.cap)) }
	fill := func(t *rapid.T, slots []int) {
		vs := o.fresh(rapid.IntRange(0, len(slots)).Draw(t, "filled"))
		copy(slots, vs)
		if got := r.Commit(len(vs)); got == o.closed {
			t.Fatalf("Commit = %t, closed %t", got, o.closed)
		}
		if !o.closed {
			o.push(vs)
		}
	}
	read := func(t *rapid.T, values []int, asked int) {
		want := o.held[:min(asked, len(o.held), row(o.stats.Popped))]
		if !slices.Equal(values, want) {
			t.Fatalf("peeked at %d, want %d", values, want)
		}
		n := rapid.IntRange(0, len(values)).Draw(t, "read")
		r.Discard(n)
		o.pop(n)
	}
	actions["TryReserve"] = func(t *rapid.T) {
		asked := size.Draw(t, "n")
		slots := r.TryReserve(asked)
		if want := min(asked, o.room(), row(o.stats.Pushed)); len(slots) != want {
			t.Fatalf("reserved %d, want %d", len(slots), want)
		}
		fill(t, slots)
	}
	actions["Reserve"] = func(t *rapid.T) {
		want := o.pushError(o.room() == 0)
		slots, err := r.Reserve(ended, size.Draw(t, "n"))
		if !errors.Is(err, want) || (err == nil) != (len(slots) > 0) {
			t.Fatalf("Reserve: %d slots, %v, want %v", len(slots), err, want)
		}
		fill(t, slots)
	}
	actions["TryPeek"] = func(t *rapid.T) {
		asked := size.Draw(t, "n")
		read(t, r.TryPeek(asked), asked)
	}
	actions["Peek"] = func(t *rapid.T) {
		asked := size.Draw(t, "n")
		want := o.popError(len(o.held) == 0)
		values, err := r.Peek(ended, asked)
		if !errors.Is(err, want) {
			t.Fatalf("Peek: %v, want %v", err, want)
		}
		read(t, values, asked)
	}
}

func TestWindowsAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := ringbuf.NewSPSCAt[int](2, beforeWrap(3))
		sum := make(chan int)
		go func() {
			total := 0
			for {
				vs, err := r.Peek(context.Background(), 2)
				if err != nil {
					sum <- total
					return
				}
				for _, v := range vs {
					total += v
				}
				r.Discard(len(vs))
			}
		}()
		synctest.Wait()
		for i := 1; i <= 10; i++ {
			slots, err := r.Reserve(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			slots[0] = i
			r.Commit(1)
		}
		r.Close()
		if got := <-sum; got != 55 {
			t.Errorf("sum %d, want 55", got)
		}
		if r.Stats().ConsumerParks == 0 {
			t.Error("nobody slept")
		}
	})
}
