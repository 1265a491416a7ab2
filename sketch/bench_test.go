package sketch_test

import (
	"fmt"
	"testing"

	"guildpulse/sketch"
)

// The speeds, over 2²⁰ Zipf events held in memory.

func BenchmarkKeyHash(b *testing.B) {
	key, sum := testKey(1), uint64(0)
	for i := range uint64(b.N) {
		sum ^= key.Hash(i)
	}
	if b.N > 1 && sum == 0 {
		b.Fatal("the hash is constant")
	}
}

func BenchmarkHashBatch(b *testing.B) {
	key, items, hashes := testKey(1), zipf(1.03, 1<<20, 64, 1), make([]uint64, 64)
	for range b.N/64 + 1 {
		sketch.HashBatch(key, hashes, items)
	}
}

func BenchmarkUltraLogLog(b *testing.B) {
	full := func(start uint64) *sketch.UltraLogLog {
		s := sketch.NewUltraLogLog(14, testKey(1))
		for item := range uint64(100_000) {
			s.Add(start + item)
		}
		return s
	}
	s, other := full(0), full(1<<40)
	items := make([]uint64, 1<<16)
	for i := range items {
		items[i] = uint64(i)
	}
	b.Run("Add", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			s.Add(items[i%len(items)])
		}
	})
	b.Run("AddAll", func(b *testing.B) {
		b.ReportAllocs()
		for n := b.N; n > 0; n -= len(items) {
			s.AddAll(items[:min(n, len(items))])
		}
	})
	b.Run("Sparse", func(b *testing.B) {
		for n := b.N; n > 0; n -= 1_000 {
			sketch.NewUltraLogLog(14, testKey(1)).AddAll(items[:min(n, 1_000)])
		}
	})
	b.Run("Estimate", func(b *testing.B) {
		for range b.N {
			s.Estimate()
		}
	})
	b.Run("Merge", func(b *testing.B) {
		for range b.N {
			union := sketch.NewUltraLogLog(14, testKey(1))
			_ = union.Merge(s, other)
		}
	})
	b.Run("AppendBinary", func(b *testing.B) {
		var data []byte
		for range b.N {
			data, _ = s.AppendBinary(data[:0])
		}
	})
	b.Run("UnmarshalBinary", func(b *testing.B) {
		data, _ := s.MarshalBinary()
		for range b.N {
			_ = s.UnmarshalBinary(data)
		}
	})
}

func BenchmarkCountMin(b *testing.B) {
	events := zipf(1.03, 1<<20, 1<<20, 1)
	s := sketch.NewCountMin(4096, 4, testKey(1))
	b.Run("Add", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			s.Add(events[i%len(events)], 1)
		}
	})
	b.Run("AddAll", func(b *testing.B) {
		b.ReportAllocs()
		for n := b.N; n > 0; n -= len(events) {
			s.AddAll(events[:min(n, len(events))])
		}
	})
	b.Run("Estimate", func(b *testing.B) {
		for i := range b.N {
			s.Estimate(events[i%len(events)])
		}
	})
	b.Run("EstimateAll", func(b *testing.B) {
		estimates := make([]uint64, len(events))
		for n := b.N; n > 0; n -= len(events) {
			s.EstimateAll(estimates, events[:min(n, len(events))])
		}
	})
}

func BenchmarkTopK(b *testing.B) {
	events := zipf(1.03, 1<<20, 1<<20, 1)
	s := sketch.NewTopK(8<<10, testKey(1), 1)
	b.Run("Add", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			s.Add(events[i%len(events)], 1)
		}
	})
	b.Run("AddAll", func(b *testing.B) {
		b.ReportAllocs()
		for n := b.N; n > 0; n -= len(events) {
			s.AddAll(events[:min(n, len(events))])
		}
	})
	b.Run("Top100", func(b *testing.B) {
		for range b.N {
			s.Top(100)
		}
	})
}

// The errors that the comments of the types tell:
//
//	go test -run '^$' -bench 'Error|Recall' -benchtime 1x ./sketch

func BenchmarkHyperLogLogError(b *testing.B) { benchmarkErrors(b, newHyperLogLog) }
func BenchmarkUltraLogLogError(b *testing.B) { benchmarkErrors(b, newUltraLogLog) }
func BenchmarkMartingaleError(b *testing.B)  { benchmarkErrors(b, newMartingale) }

func benchmarkErrors(b *testing.B, make func(int, sketch.Key) counter) {
	const trials = 200
	for _, precision := range []int{10, 12, 14} {
		for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("p=%d/n=%d", precision, n), func(b *testing.B) {
				for range b.N {
					bias, rmse := distinctErrors(make, precision, n, trials)
					b.ReportMetric(100*bias, "bias_%")
					b.ReportMetric(100*rmse, "rmse_%")
				}
			})
		}
	}
}

func BenchmarkCountMinError(b *testing.B) {
	const trials, width, depth = 20, 4096, 4
	events := zipf(1.03, 1<<20, 2_000_000, 1)
	exact := counts(events)
	for range b.N {
		var all, top, plainAll, plainTop float64
		for trial := range uint64(trials) {
			s := sketch.NewCountMin(width, depth, testKey(trial))
			for _, item := range events {
				s.Add(item, 1)
			}
			mean, relative := countMinExcess(exact, s.Estimate)
			all, top = all+mean/trials, top+relative/trials
			mean, relative = countMinExcess(exact, plainCountMin(width, depth, testKey(trial), exact))
			plainAll, plainTop = plainAll+mean/trials, plainTop+relative/trials
		}
		b.ReportMetric(float64(len(exact)), "distinct")
		b.ReportMetric(all, "excess")
		b.ReportMetric(100*top, "top1000_%")
		b.ReportMetric(plainAll, "plain_excess")
		b.ReportMetric(100*plainTop, "plain_top1000_%")
	}
}

// countMinExcess returns by how much estimates are too high: in the mean over
// all items, and relative to the count over the thousand most frequent.
func countMinExcess(exact map[uint64]uint64, estimate func(uint64) uint64) (mean, relative float64) {
	threshold, frequent := atRank(exact, 1000), 0.0
	for item, n := range exact {
		over := float64(estimate(item) - n)
		mean += over / float64(len(exact))
		if n >= threshold {
			frequent++
			relative += over / float64(n)
		}
	}
	return mean, relative / frequent
}

func BenchmarkTopKRecall(b *testing.B) {
	const trials, k, universe, events = 10, 100, 1 << 20, 2_000_000
	for _, size := range []int{8 << 10, 16 << 10} {
		for _, exponent := range []float64{1.03, 1.1, 1.2, 1.3} {
			b.Run(fmt.Sprintf("bytes=%d/s=%v", size, exponent), func(b *testing.B) {
				for range b.N {
					var mean recalls
					for trial := range uint64(trials) {
						r := topKRecall(size, k, exponent, universe, events, trial)
						mean.even += r.even / trials
						mean.late += r.late / trials
						mean.merged += r.merged / trials
					}
					b.ReportMetric(mean.even, "even")
					b.ReportMetric(mean.late, "late")
					b.ReportMetric(mean.merged, "merged")
				}
			})
		}
	}
}
