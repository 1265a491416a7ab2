package simulate_test

import (
	"testing"

	"guildpulse/internal/simulate"
)

func BenchmarkActs(b *testing.B) {
	w := newWorld(b, simulate.Config{Seed: 1, Start: yearEnd().AddDate(-1, 0, 0), End: yearEnd()})
	b.ReportAllocs()
	n := 0
	for range w.Acts() {
		if n++; n >= b.N {
			break
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		newWorld(b, simulate.Config{Seed: 1, Start: yearEnd().AddDate(-1, 0, 0), End: yearEnd()})
	}
}
