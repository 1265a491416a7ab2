package sqlite_test

import (
	"path/filepath"
	"slices"
	"testing"

	"guildpulse/events"
	"guildpulse/persist"
	"guildpulse/persist/sqlite"
)

// load returns n rows of a quarter.
func load(n int) []persist.Row {
	var rows []persist.Row
	for i := range uint64(n) { // not negative
		rows = append(rows, persist.Row{
			Guild: 81384788765712384, Channel: i % 50 << 40, Member: i << 20,
			Kind: events.KindMessage, Count: 1, Mask: 1,
		})
	}
	slices.SortFunc(rows, func(a, b persist.Row) int { return a.Compare(&b) })
	return rows
}

// BenchmarkApply measures whole flushes, commit included. "new" rows are
// inserted, of "same" ones all are updated.
func BenchmarkApply(b *testing.B) {
	benchmarks := []struct {
		name     string
		n        int
		advances bool // each flush is of another quarter
	}{
		{"rows=10000/new", 10_000, true},
		{"rows=10000/same", 10_000, false},
		{"rows=5/quiet", 5, true},
	}
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			store := open(b, sqlite.Config{Path: filepath.Join(b.TempDir(), "store.db")})
			cursor := take(b, store)
			batch := persist.Batch{Epoch: cursor.Epoch, Rows: load(bm.n)}
			b.ReportAllocs()
			for b.Loop() {
				if bm.advances {
					for i := range batch.Rows {
						batch.Rows[i].Quarter++
					}
				}
				batch.From, batch.To = cursor.Next, cursor.Next+1
				if err := store.Apply(b.Context(), &batch); err != nil {
					b.Fatal(err)
				}
				cursor.Next++
			}
			b.ReportMetric(float64(b.N*bm.n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
