package rank_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"guildpulse/rank"
)

// TestReadersSeeAConsistentBoard reads while one writer updates: every page
// must be in order, and never show a member twice or a place wrong.
func TestReadersSeeAConsistentBoard(t *testing.T) {
	const people = 2000
	b := rank.New(rank.Config{HalfLife: week})
	for id := range uint64(people) {
		_ = b.Add(id, start, float64(id+1))
	}
	done := make(chan struct{})
	var ready, readers sync.WaitGroup
	for seed := range uint64(4) {
		ready.Add(1)
		readers.Go(func() {
			r := rand.New(rand.NewPCG(seed, 1))
			var page []rank.Entry
			for ready.Done(); ; {
				page = b.Range(1+r.IntN(people), 1+r.IntN(300), start, page[:0])
				checkPage(t, page)
				b.Rank(r.Uint64N(people))
				b.Score(r.Uint64N(people), start)
				if seed == 0 {
					checkCopy(t, b)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	ready.Wait()
	for range soak() {
		write(b, people)
	}
	close(done)
	readers.Wait()
	if err := rank.CheckInvariants(b); err != nil {
		t.Error(err)
	}
}

// write updates a board in all the ways there are.
func write(b *rank.Board, people uint64) {
	r := rand.New(rand.NewPCG(9, 9))
	batch := make([]rank.Update, 200)
	for i := range int64(100) {
		for j := range batch {
			batch[j] = rank.Update{Member: r.Uint64N(people), AtMs: start + i*week.Milliseconds(), Weight: 10 * r.Float64()}
		}
		_ = b.AddBatch(batch)
		for range 100 {
			_ = b.Add(r.Uint64N(people), start+i*week.Milliseconds(), 20*r.Float64()-10)
		}
		b.Remove(r.Uint64N(people))
	}
}

func checkPage(t *testing.T, page []rank.Entry) {
	for i := 1; i < len(page); i++ {
		a, b := page[i-1], page[i]
		if a.Rank+1 != b.Rank || a.Score < b.Score || a.Score == b.Score && a.Member >= b.Member {
			t.Errorf("%v is followed by %v", a, b)
		}
	}
}

func checkCopy(t *testing.T, b *rank.Board) {
	data, _ := b.MarshalBinary()
	restored := new(rank.Board)
	if err := restored.UnmarshalBinary(data); err != nil {
		t.Error(err)
	}
}
