package postgres_test

import (
	"slices"
	"testing"

	"guildpulse/events"
	"guildpulse/internal/pgtest"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
)

// load returns n rows of a quarter with the roll-ups that come with them.
func load(n int, quarter int32) persist.Batch {
	var b persist.Batch
	for i := range uint64(n) { // not negative
		b.Rows = append(b.Rows, persist.Row{
			Guild: 81384788765712384, Quarter: quarter, Channel: i % 50 << 40, Member: i << 20,
			Kind: events.KindMessage, Count: 1, Mask: 1,
		})
	}
	slices.SortFunc(b.Rows, func(x, y persist.Row) int { return x.Compare(&y) })
	for _, r := range b.Rows {
		sum := persist.RollUp{Guild: r.Guild, Channel: r.Channel, Member: r.Member, Kind: r.Kind, Count: 1}
		sum.Period = quarter / 96
		b.Days = append(b.Days, sum)
		sum.Period = quarter / 2880
		b.Months = append(b.Months, sum)
	}
	return b
}

// BenchmarkApply measures whole flushes, commit included. "new" rows are
// inserted, of "same" ones all are updated; their roll-ups are the same ones in
// both. "quiet" is a flush of five rows.
func BenchmarkApply(b *testing.B) {
	benchmarks := []struct {
		name     string
		n        int
		rollUps  bool
		advances bool // each flush is of another quarter
	}{
		{"rows=10000/new", 10_000, false, true},
		{"rows=10000/same", 10_000, false, false},
		{"rows=10000/new/roll-ups=20000", 10_000, true, true},
		{"rows=5/quiet", 5, true, true},
	}
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			w := take(b, postgres.Config{URL: pgtest.Database(b)})
			batch := load(bm.n, 0)
			if !bm.rollUps {
				batch.Days, batch.Months = nil, nil
			}
			w.extra = func(next *persist.Batch) {
				batch.From, batch.To, batch.Epoch = next.From, next.To, next.Epoch
				*next = batch
			}
			w.apply()
			b.ReportAllocs()
			for b.Loop() {
				if bm.advances {
					for i := range batch.Rows {
						batch.Rows[i].Quarter++
					}
				}
				w.apply()
			}
			b.ReportMetric(float64(b.N*bm.n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
