package rank_test

import (
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"guildpulse/rank"
)

// calmed returns a board of n members with scores n, n-1, …, 1, whose top is
// published.
func calmed(t *testing.T, n int) *rank.Board {
	t.Helper()
	b := rank.New(rank.Config{HalfLife: time.Hour})
	for id := range uint64(n) {
		_ = b.Add(id, start, float64(n)-float64(id))
	}
	calmDown(t, b)
	return b
}

// calmDown reads the top until it is published.
func calmDown(t *testing.T, b *rank.Board) {
	t.Helper()
	for range rank.CalmReads {
		b.Top(10, start, nil)
	}
	if !rank.Published(b) {
		t.Fatalf("not published after %d reads", rank.CalmReads)
	}
}

// TestTopIsTakenBack: by every update that concerns the published places, and by
// no other.
func TestTopIsTakenBack(t *testing.T) {
	const people = 1000
	last := uint64(rank.PodiumPlaces - 1)
	ms := time.Hour.Milliseconds()
	for _, test := range []struct {
		name   string
		change func(b *rank.Board)
		stays  bool
	}{
		{"the first rises", func(b *rank.Board) { _ = b.Add(0, start, 1) }, false},
		{"the last falls out", func(b *rank.Board) { _ = b.Add(last, start, -100) }, false},
		{"the last leaves", func(b *rank.Board) { b.Remove(last) }, false},
		{"the next comes in", func(b *rank.Board) { _ = b.Add(last+1, start, 1) }, false},
		{"a newcomer comes in", func(b *rank.Board) { _ = b.Add(people, start, people) }, false},
		{"the landmark moves", func(b *rank.Board) { _ = b.Add(500, start+600*ms, 1e-300) }, false},
		{"the board is restored", func(b *rank.Board) {
			data, _ := rank.New(rank.Config{}).MarshalBinary()
			_ = b.UnmarshalBinary(data)
		}, false},
		{"the next rises", func(b *rank.Board) { _ = b.Add(last+1, start, 0.5) }, true},
		{"the next leaves", func(b *rank.Board) { b.Remove(last + 1) }, true},
		{"one moves further down", func(b *rank.Board) { _ = b.Add(people-1, start, people/2) }, true},
		{"a newcomer is further down", func(b *rank.Board) { _ = b.Add(people, start, 1) }, true},
		{"nothing", func(b *rank.Board) { _ = b.Add(0, start, 0) }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := calmed(t, people)
			test.change(b)
			if got := rank.Published(b); got != test.stays {
				t.Errorf("published: %v, want %v", got, test.stays)
			}
			if err := rank.CheckInvariants(b); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPublishedTopIsTheBoard compares every range of published places, at several
// times, with a copy of the board.
func TestPublishedTopIsTheBoard(t *testing.T) {
	for _, people := range []int{0, 1, 10, rank.PodiumPlaces - 1, rank.PodiumPlaces, rank.PodiumPlaces + 1, 500} {
		b := calmed(t, people)
		for _, at := range []int64{start, start + 1, start - 1e9, start + 1e15, -rank.MaxTime} {
			for first := 1; first <= rank.PodiumPlaces+1; first++ {
				for n := 1; n <= rank.PodiumPlaces+1; n += 7 {
					got := b.Range(first, n, at, nil)
					if want := rank.Frozen(b, first, n, at); !slices.Equal(got, want) {
						t.Fatalf("%d members, range(%d, %d) at %d is %v, want %v", people, first, n, at, got, want)
					}
				}
			}
		}
	}
}

// TestTopIsNotPublishedUnderUpdates: between updates are too few reads for it.
func TestTopIsNotPublishedUnderUpdates(t *testing.T) {
	b := calmed(t, 1000)
	for round := range 100 {
		_ = b.Add(0, start, 1)
		for range rank.CalmReads - 1 {
			b.Top(10, start, nil)
		}
		if rank.Published(b) {
			t.Fatalf("round %d: published", round)
		}
	}
}

// TestPublishedTopIsLinear is TestReadsAreLinear with a writer who makes each
// update just when the top has been published.
func TestPublishedTopIsLinear(t *testing.T) {
	h := newHistory()
	done := make(chan struct{})
	var writer, readers sync.WaitGroup
	writer.Go(func() {
		for i := uint64(0); ; {
			select {
			case <-done:
				return
			default:
			}
			if !rank.Published(h.board) {
				runtime.Gosched()
				continue
			}
			h.update(i)
			i++
		}
	})
	for range 3 {
		readers.Go(func() {
			for range 4000 {
				read := func() []rank.Entry { return h.board.Top(10, 0, nil) }
				if from, to, ok := h.check(read); !ok {
					t.Errorf("is not the board after %d to %d updates", from, to)
				}
			}
		})
	}
	readers.Wait()
	close(done)
	writer.Wait()
	if h.ended.Load() == 0 {
		t.Error("nothing was published")
	}
	if err := rank.CheckInvariants(h.board); err != nil {
		t.Error(err)
	}
}
