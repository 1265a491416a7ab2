package stats_test

import (
	"slices"

	"guildpulse/persist"
)

// sortRows sums roll-ups up and puts a batch in the order that stores want.
func sortRows(b *persist.Batch) {
	slices.SortFunc(b.Rows, func(x, y persist.Row) int { return x.Compare(&y) })
	b.Days, b.Months = merged(b.Days), merged(b.Months)
}

func merged(in []persist.RollUp) []persist.RollUp {
	slices.SortFunc(in, func(x, y persist.RollUp) int { return x.Compare(&y) })
	var out []persist.RollUp
	for _, r := range in {
		if n := len(out); n > 0 && out[n-1].Compare(&r) == 0 {
			out[n-1].Count += r.Count
			out[n-1].Amount += r.Amount
			continue
		}
		out = append(out, r)
	}
	return out
}
