package rank_test

import (
	"fmt"
	"math/rand"
	"testing"

	"guildpulse/rank"
)

const draws = 1 << 20

// crowd is a board of n members after draws Zipf-distributed events, and the
// members of as many more.
func crowd(n int) (*rank.Board, []uint64) {
	r := rand.New(rand.NewSource(7))
	ids := make([]uint64, n)
	b := rank.New(rank.Config{HalfLife: week, Seed: 1})
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
			b.ReportMetric(float64(board.Stats().Bytes)/float64(n), "B/member")
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

// BenchmarkAddBatch: the same in batches of 1,024; the time is an update's.
func BenchmarkAddBatch(b *testing.B) {
	batch := make([]rank.Update, 1024)
	perSize(b, func(b *testing.B, board *rank.Board, events []uint64) {
		for i := 0; i < b.N; i += len(batch) {
			for j := range batch {
				batch[j] = rank.Update{Member: events[(i+j)%draws], AtMs: start + int64((i+j)/1000)*900_000, Weight: weight(j)}
			}
			_ = board.AddBatch(batch)
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

// BenchmarkBuild takes members in as they come; the time is a member's.
func BenchmarkBuild(b *testing.B) {
	board := rank.New(rank.Config{HalfLife: week})
	r := rand.New(rand.NewSource(1))
	b.ReportAllocs()
	for b.Loop() {
		_ = board.Add(r.Uint64(), start, r.Float64())
	}
}

func BenchmarkSnapshot(b *testing.B) {
	perSize(b, func(b *testing.B, board *rank.Board, _ []uint64) {
		var data []byte
		for b.Loop() {
			data, _ = board.AppendBinary(data[:0])
		}
	})
}

func BenchmarkRestore(b *testing.B) {
	perSize(b, func(b *testing.B, board *rank.Board, _ []uint64) {
		data, _ := board.MarshalBinary()
		for b.Loop() {
			if err := board.UnmarshalBinary(data); err != nil {
				b.Fatal(err)
			}
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
