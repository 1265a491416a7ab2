package rank_test

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"guildpulse/rank"
)

const draws = 1 << 20

// crowd is a board of n members after draws Zipf-distributed events, and the
// members of as many more.
func crowd(n int) (*rank.Board, []uint64) {
	r := rand.New(rand.NewSource(7))
	ids := make([]uint64, n)
	b := rank.New(rank.Config{HalfLife: 7 * 24 * time.Hour, Seed: 1})
	for i := range ids {
		ids[i] = r.Uint64()
		_ = b.Add(ids[i], start, r.Float64()*float64(i%50+1))
	}
	zipf := rand.NewZipf(r, 1.07, 1, uint64(n-1))
	events := make([]uint64, draws)
	for i := range events {
		events[i] = ids[zipf.Uint64()]
		_ = b.Add(events[i], start, weight(i))
	}
	for i := range events {
		events[i] = ids[zipf.Uint64()]
	}
	return b, events
}

const start = 1_700_000_000_000

func weight(i int) float64 { return 1 + float64(i&7)/8 }

func perSize(b *testing.B, run func(b *testing.B, board *rank.Board, events []uint64)) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		board, events := crowd(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			run(b, board, events)
		})
	}
}

// BenchmarkAdd: 1,000 events share a bucket's start.
func BenchmarkAdd(b *testing.B) {
	perSize(b, func(b *testing.B, board *rank.Board, events []uint64) {
		for i := 0; b.Loop(); i++ {
			_ = board.Add(events[i%draws], start+int64(i/1000)*900_000, weight(i))
		}
	})
}

func BenchmarkRank(b *testing.B) {
	perSize(b, func(b *testing.B, board *rank.Board, events []uint64) {
		for i := 0; b.Loop(); i++ {
			board.Rank(events[i%draws])
		}
	})
}

func BenchmarkTop10(b *testing.B) {
	perSize(b, func(b *testing.B, board *rank.Board, _ []uint64) {
		var out []rank.Entry
		for b.Loop() {
			out = board.Top(10, start, out[:0])
		}
	})
}

func BenchmarkMiddle50(b *testing.B) {
	perSize(b, func(b *testing.B, board *rank.Board, _ []uint64) {
		var out []rank.Entry
		for b.Loop() {
			out = board.Range(board.Len()/2, 50, start, out[:0])
		}
	})
}
