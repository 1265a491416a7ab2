package rank_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guildpulse/rank"
)

// crew is how many members the board of a history has.
const crew = 1000

// history is a board on which everything that ever happened can be told from
// what is there: the members get a point each in turn, from the last to the
// first, and each of these updates carries one from the end of the board to
// the front.
type history struct {
	board        *rank.Board
	begun, ended atomic.Int64 // updates
}

func newHistory() *history {
	h := &history{board: rank.New(rank.Config{Seed: 3})}
	for id := range uint64(crew) {
		_ = h.board.Add(id, 0, 1)
	}
	return h
}

// write goes on until it is done.
func (h *history) write(done <-chan struct{}) {
	for i := uint64(0); ; i++ {
		select {
		case <-done:
			return
		default:
		}
		h.update(i)
	}
}

// update makes update i, counted from 0.
func (h *history) update(i uint64) {
	h.begun.Add(1)
	_ = h.board.Add(crew-1-i%crew, 0, 1)
	h.ended.Add(1)
}

// after returns who is at a place after so many updates.
func after(updates int64, place int) rank.Entry {
	round, ahead := updates/crew, int(updates%crew)
	if place <= ahead {
		return rank.Entry{Member: uint64(crew - ahead + place - 1), Score: float64(round + 2), Rank: place}
	}
	return rank.Entry{Member: uint64(place - ahead - 1), Score: float64(round + 1), Rank: place}
}

// check reports whether what read returns is the board after one number of
// updates, which was reached no sooner than read began and no later than it
// ended.
func (h *history) check(read func() []rank.Entry) (from, to int64, ok bool) {
	from = h.ended.Load()
	page := read()
	to = h.begun.Load()
	for updates := from; updates <= to; updates++ {
		if !slices.ContainsFunc(page, func(e rank.Entry) bool { return e != after(updates, e.Rank) }) {
			return from, to, len(page) > 0
		}
	}
	return from, to, false
}

// TestReadsAreLinear lets readers look on while a writer writes without pause:
// each answer must be the board as it was at one moment between question and
// answer.
func TestReadsAreLinear(t *testing.T) {
	h := newHistory()
	done := make(chan struct{})
	var writer, readers sync.WaitGroup
	writer.Go(func() { h.write(done) })
	for name, read := range map[string]func(r *rand.Rand) []rank.Entry{
		"top":       func(*rand.Rand) []rank.Entry { return h.board.Top(10, 0, nil) },
		"page":      func(r *rand.Rand) []rank.Entry { return h.board.Range(1+r.IntN(700), 200, 0, nil) },
		"around":    func(r *rand.Rand) []rank.Entry { return h.board.Around(r.Uint64N(crew), 30, 0, nil) },
		"all":       func(*rand.Rand) []rank.Entry { return h.board.Range(1, crew, 0, nil) },
		"long page": func(r *rand.Rand) []rank.Entry { return h.board.Range(1+r.IntN(300), 600, 0, nil) },
		"snapshot": func(*rand.Rand) []rank.Entry {
			data, _ := h.board.MarshalBinary()
			restored := new(rank.Board)
			_ = restored.UnmarshalBinary(data)
			return restored.Top(crew, 0, nil)
		},
	} {
		readers.Go(func() {
			r := rand.New(rand.NewPCG(1, 2))
			for range 100 {
				if from, to, ok := h.check(func() []rank.Entry { return read(r) }); !ok {
					t.Errorf("%s: is not the board after %d to %d updates", name, from, to)
				}
			}
		})
	}
	readers.Wait()
	close(done)
	writer.Wait()
	if err := rank.CheckInvariants(h.board); err != nil {
		t.Error(err)
	}
}

// TestCopyIsOfOneMoment changes a board in every way between the pieces of a
// copy, which must be the board that was there when it began.
func TestCopyIsOfOneMoment(t *testing.T) {
	const people = 3000
	ms := time.Hour.Milliseconds()
	for name, change := range map[string]func(b *rank.Board, r *rand.Rand){
		"nothing": func(*rank.Board, *rand.Rand) {},
		"credits": func(b *rank.Board, r *rand.Rand) { _ = b.Add(r.Uint64N(people), start, 100*r.Float64()) },
		"debits":  func(b *rank.Board, r *rand.Rand) { _ = b.Add(r.Uint64N(people), start, -100*r.Float64()) },
		"newcomers": func(b *rank.Board, r *rand.Rand) {
			_ = b.Add(people+r.Uint64N(100_000), start, r.Float64())
		},
		"leavers": func(b *rank.Board, r *rand.Rand) {
			id := r.Uint64N(people)
			b.Remove(id)
			_ = b.Add(people+id, start, 1) // has the leaver's number
		},
		"half-lives": func(b *rank.Board, r *rand.Rand) {
			_ = b.Add(r.Uint64N(people), start+600*ms, 1)
			_ = b.Add(r.Uint64N(people), start+1200*ms, 1) // whoever was there has decayed
		},
		"one copy in another's way": func(b *rank.Board, r *rand.Rand) {
			_ = b.AddBatch([]rank.Update{{Member: r.Uint64N(people), AtMs: start, Weight: 3}, {Member: 7, AtMs: start, Weight: 1}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := rank.New(rank.Config{HalfLife: time.Hour})
			r := rand.New(rand.NewPCG(4, 5))
			for id := range uint64(people) {
				_ = b.Add(id, start, float64(1+r.IntN(200)))
			}
			want := b.Top(people, start, nil)
			got := rank.FreezeBetween(b, start, func() {
				for range 20 {
					change(b, r)
				}
			})
			if !slices.Equal(got, want) {
				t.Errorf("%d places, want %d: the copy is not what was there", len(got), len(want))
			}
			if err := rank.CheckInvariants(b); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLongRanges: page by page and from a copy, a range is the same.
func TestLongRanges(t *testing.T) {
	const people = 5*rank.PagePlaces + 3
	b := rank.New(rank.Config{HalfLife: week})
	for id := range uint64(people) {
		_ = b.Add(id, start, float64(id%97+1))
	}
	all := make([]rank.Entry, 0, people)
	for place := 1; place <= people; place++ {
		all = b.Range(place, 1, start, all)
	}
	for _, test := range [][2]int{{1, people}, {1, 2 * people}, {2, 2 * rank.PagePlaces}, {300, 257}, {people, 300}, {people + 1, 300}} {
		first, n := test[0], test[1]
		want := all[first-1 : min(first-1+n, people)]
		if got := b.Range(first, n, start, nil); !slices.Equal(got, want) {
			t.Errorf("range(%d, %d) differs", first, n)
		}
		if got, still := rank.Pages(b, first, n, start); !still || !slices.Equal(got, want) {
			t.Errorf("range(%d, %d) in pages differs", first, n)
		}
		if got := rank.Frozen(b, first, n, start); !slices.Equal(got, want) {
			t.Errorf("range(%d, %d) of a copy differs", first, n)
		}
	}
}

func TestAround(t *testing.T) {
	b := rank.New(rank.Config{})
	for id := range uint64(1000) {
		_ = b.Add(id, start, float64(1000-id))
	}
	for _, test := range []struct {
		member       uint64
		reach        int
		first, count int
	}{
		{0, 2, 1, 3},
		{1, 2, 1, 4},
		{500, 2, 499, 5},
		{500, 0, 501, 1},
		{500, -3, 501, 1},
		{999, 3, 997, 4},
		{500, 1 << 40, 374, 255},
		{1000, 5, 0, 0},
	} {
		got := b.Around(test.member, test.reach, start, nil)
		if want := b.Range(test.first, test.count, start, nil); !slices.Equal(got, want) {
			t.Errorf("around(%d, %d) is %v", test.member, test.reach, got)
		}
	}
}
