package ringbuf_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"testing"
	"weak"

	"guildpulse/ringbuf"
)

// ring is what both rings can do, for tests that hold for both.
type ring[T any] interface {
	TryPush(T) bool
	TryPop() (T, bool)
	TryPushBatch([]T) int
	TryPopBatch([]T) int
	Push(context.Context, T) error
	PushBatch(context.Context, []T) (int, error)
	Pop(context.Context) (T, error)
	PopBatch(context.Context, []T) (int, error)
	Close()
	Closed() bool
	Len() int
	Cap() int
	Stats() ringbuf.Stats

	ParkAtOnce()
	AwaitValue(ctx context.Context, after func()) error
	AwaitRoom(ctx context.Context, after func()) error
	StalledPush(vs []T, stall func()) int
	StalledPop(dst []T, stall func()) int
}

// kind is one of the two rings.
type kind[T any] struct {
	name  string
	peers int // producers, and consumers, that may run at once
	at    func(capacity int, start uint64) ring[T]
}

func kinds[T any]() []kind[T] {
	return []kind[T]{
		{"MPMC", 3, func(c int, start uint64) ring[T] { return ringbuf.NewMPMCAt[T](c, start) }},
		{"SPSC", 1, func(c int, start uint64) ring[T] { return ringbuf.NewSPSCAt[T](c, start) }},
	}
}

// forBoth runs a test for both rings.
func forBoth[T any](t *testing.T, test func(t *testing.T, k kind[T])) {
	for _, k := range kinds[T]() {
		t.Run(k.name, func(t *testing.T) { test(t, k) })
	}
}

// beforeWrap is the first ticket of a ring whose counters wrap after n values.
func beforeWrap(n uint64) uint64 { return -(2 * n) }

// soak is how many times longer the long tests run: GUILDPULSE_SOAK, or 1.
func soak(t testing.TB) int {
	text := os.Getenv("GUILDPULSE_SOAK")
	if text == "" {
		return 1
	}
	factor, err := strconv.Atoi(text)
	if err != nil || factor < 1 {
		t.Fatalf("GUILDPULSE_SOAK=%q: want a number from 1 on", text)
	}
	return factor
}

func TestCapacityIsRoundedUp(t *testing.T) {
	for asked, want := range map[int]int{1: 2, 2: 2, 3: 4, 4: 4, 5: 8, 1000: 1024, 1024: 1024, 1025: 2048} {
		if got := ringbuf.NewMPMC[byte](asked).Cap(); got != want {
			t.Errorf("NewMPMC(%d).Cap() = %d, want %d", asked, got, want)
		}
		if got := ringbuf.NewSPSC[byte](asked).Cap(); got != want {
			t.Errorf("NewSPSC(%d).Cap() = %d, want %d", asked, got, want)
		}
	}
}

func TestAbsurdCapacityPanics(t *testing.T) {
	for _, capacity := range []int{math.MinInt, -1, 0, 1<<30 + 1, math.MaxInt} {
		mustPanic(t, fmt.Sprintf("NewMPMC(%d)", capacity), func() { ringbuf.NewMPMC[byte](capacity) })
		mustPanic(t, fmt.Sprintf("NewSPSC(%d)", capacity), func() { ringbuf.NewSPSC[byte](capacity) })
	}
}

func mustPanic(t *testing.T, what string, do func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s did not panic", what)
		}
	}()
	do()
}

func TestFillsToCapacityAndEmpties(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		for _, start := range []uint64{0, beforeWrap(1), beforeWrap(5), beforeWrap(8), 1 << 63} {
			r := k.at(8, start)
			for lap := range 5 {
				for i := range 8 {
					if !r.TryPush(lap*10 + i) {
						t.Fatalf("start %d, lap %d: full at %d of 8", start, lap, i)
					}
				}
				if r.TryPush(99) || r.Len() != 8 {
					t.Fatalf("start %d, lap %d: a ninth value went in, or Len %d", start, lap, r.Len())
				}
				for i := range 8 {
					if v, ok := r.TryPop(); !ok || v != lap*10+i {
						t.Fatalf("start %d, lap %d: popped %d, %t at %d", start, lap, v, ok, i)
					}
				}
				if v, ok := r.TryPop(); ok || v != 0 || r.Len() != 0 {
					t.Fatalf("start %d, lap %d: popped %d, %t of nothing, or Len %d", start, lap, v, ok, r.Len())
				}
			}
		}
	})
}

func TestShortCountsAreExact(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		r := k.at(8, beforeWrap(3))
		dst := make([]int, 20)
		steps := []struct {
			what      string
			got, want int
		}{
			{"pop of nothing", r.TryPopBatch(dst), 0},
			{"push of nothing", r.TryPushBatch(nil), 0},
			{"push of 5", r.TryPushBatch([]int{1, 2, 3, 4, 5}), 5},
			{"pop into nothing", r.TryPopBatch(nil), 0},
			{"push of 5 on 5", r.TryPushBatch([]int{6, 7, 8, 9, 10}), 3},
			{"push on 8", r.TryPushBatch([]int{9}), 0},
			{"pop of 2", r.TryPopBatch(dst[:2]), 2},
			{"push of 20 on 6", r.TryPushBatch(make([]int, 20)), 2},
			{"pop of all", r.TryPopBatch(dst), 8},
			{"push of 20 on 0", r.TryPushBatch(make([]int, 20)), 8},
		}
		for _, s := range steps {
			if s.got != s.want {
				t.Errorf("%s: %d, want %d", s.what, s.got, s.want)
			}
		}
		if want := []int{3, 4, 5, 6, 7, 8, 0, 0}; fmt.Sprint(dst[:8]) != fmt.Sprint(want) {
			t.Errorf("popped %d, want %d", dst[:8], want)
		}
	})
}

func TestStatsCountFromTheStart(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[int]) {
		r := k.at(4, beforeWrap(2))
		r.TryPushBatch([]int{1, 2, 3})
		r.TryPop()
		r.TryPushBatch([]int{4, 5, 6})
		r.Close()
		if want := (ringbuf.Stats{Pushed: 5, Popped: 1}); r.Stats() != want {
			t.Errorf("Stats() = %+v, want %+v", r.Stats(), want)
		}
	})
}

func TestPoppedValuesAreLetGo(t *testing.T) {
	forBoth(t, func(t *testing.T, k kind[*[64]int]) {
		r := k.at(4, 0)
		var refs []weak.Pointer[[64]int]
		push := func() {
			v := new([64]int)
			refs = append(refs, weak.Make(v))
			r.TryPush(v)
		}
		for range 4 {
			push()
		}
		r.TryPop()
		push()
		r.TryPopBatch(make([]*[64]int, 4)) // around the end of the slots
		runtime.GC()
		for i, ref := range refs {
			if ref.Value() != nil {
				t.Errorf("the ring keeps value %d alive after it was popped", i)
			}
		}
		runtime.KeepAlive(r)
	})
}

func TestHasPointers(t *testing.T) {
	type plain struct {
		a uint64
		b [3]struct{ c float32 }
	}
	for name, got := range map[string]bool{
		"uint64":    ringbuf.HasPointers[uint64](),
		"complex":   ringbuf.HasPointers[complex128](),
		"uintptr":   ringbuf.HasPointers[uintptr](),
		"struct":    ringbuf.HasPointers[plain](),
		"array":     ringbuf.HasPointers[[8]uint64](),
		"no string": ringbuf.HasPointers[[0]string](),
	} {
		if got {
			t.Errorf("%s has no pointers", name)
		}
	}
	for name, got := range map[string]bool{
		"pointer":   ringbuf.HasPointers[*int](),
		"string":    ringbuf.HasPointers[string](),
		"slice":     ringbuf.HasPointers[[]int](),
		"map":       ringbuf.HasPointers[map[int]int](),
		"chan":      ringbuf.HasPointers[chan int](),
		"func":      ringbuf.HasPointers[func()](),
		"interface": ringbuf.HasPointers[any](),
		"inside":    ringbuf.HasPointers[struct{ a [2]struct{ b error } }](),
	} {
		if !got {
			t.Errorf("%s has pointers", name)
		}
	}
}
