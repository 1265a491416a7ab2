package storetest

import (
	"context"
	"math"
	"slices"
	"testing"

	"guildpulse/events"
	"guildpulse/persist"
)

// shifted cuts days and months of a server that is some quarters ahead of UTC.
// Its months have 30 days.
func shifted(quarters int32) func(int32) (day, month int32) {
	return func(q int32) (day, month int32) {
		day = floor(q+quarters, 96)
		return day, floor(day, 30)
	}
}

func floor(a, b int32) int32 {
	if a%b < 0 {
		return a/b - 1
	}
	return a / b
}

// rolledUp returns rows with their roll-ups.
func rolledUp(rows []persist.Row, cut func(int32) (day, month int32)) persist.Batch {
	o := newOracle()
	b := persist.Batch{Rows: rows}
	o.apply(&b)
	for _, guild := range []uint64{1, 2} {
		o.rezone(persist.Rezone{Guild: guild, Cut: cut})
	}
	for _, guild := range []uint64{1, 2} {
		b.Days = append(b.Days, o.in(persist.GrainDay, guild)...)
		b.Months = append(b.Months, o.in(persist.GrainMonth, guild)...)
	}
	b.Days = sorted(b.Days, (*persist.RollUp).Compare)
	b.Months = sorted(b.Months, (*persist.RollUp).Compare)
	return b
}

// fortnight returns rows of two servers over two weeks around 1970, enough
// quarters for a store to take in several goes.
func fortnight() []persist.Row {
	var rows []persist.Row
	for guild := uint64(1); guild <= 2; guild++ {
		for quarter := int32(-700); quarter < 700; quarter++ {
			rows = append(rows, persist.Row{
				Guild: guild, Quarter: quarter * 5, Channel: uint64(quarter & 1), Member: 3, Kind: events.KindMessage, // 0 or 1
				Count: int64(quarter), Amount: 1, Mask: 1,
			})
		}
	}
	return rows
}

func testRezone(t *testing.T, db Database) {
	h := take(t, db)
	b := rolledUp(fortnight(), shifted(0))
	h.apply(b)
	o := newOracle()
	o.apply(&b)
	for _, zone := range []int32{23, -40, 0} { // +5:45, −10:00 and back
		last, calls := int32(math.MinInt32), 0
		cut := shifted(zone)
		z := persist.Rezone{Guild: 1, Cut: func(q int32) (day, month int32) {
			if q < last {
				t.Errorf("quarter %d is cut after %d", q, last)
			}
			last, calls = q, calls+1
			return cut(q)
		}}
		h.apply(persist.Batch{Rezone: []persist.Rezone{z}})
		if calls == 0 {
			t.Error("nothing was cut")
		}
		o.rezone(persist.Rezone{Guild: 1, Cut: cut})
		for guild := uint64(1); guild <= 2; guild++ {
			h.compareRollUps(o, guild)
		}
	}
}

func (h *handle) compareRollUps(o *oracle, guild uint64) {
	h.t.Helper()
	h.view(func(ctx context.Context, v persist.View) error {
		for _, grain := range []persist.Grain{persist.GrainDay, persist.GrainMonth} {
			for by := persist.ByNothing; by <= persist.ByPeriod; by++ {
				q := persist.SumQuery{Guild: guild, Grain: grain, By: by, From: math.MinInt32, To: math.MaxInt32}
				sums, err := v.Sums(ctx, q)
				if err != nil {
					return err
				}
				same(h.t, "sums after the zone changed", sums, o.sums(q))
			}
		}
		return nil
	})
}

// testRezoneFirst has a batch rezone and count: the roll-ups that it brings are
// of the new zone already, and its rows are not counted by the rebuilding.
func testRezoneFirst(t *testing.T, db Database) {
	h := take(t, db)
	rows := fortnight()
	h.apply(rolledUp(slices.Clone(rows), shifted(0)))
	b := rolledUp(slices.Clone(rows), shifted(23))
	b.Rezone = []persist.Rezone{{Guild: 1, Cut: shifted(23)}, {Guild: 2, Cut: shifted(23)}, {Guild: 77, Cut: shifted(23)}}
	h.apply(b)

	o := newOracle()
	twice := rolledUp(rows, shifted(23))
	o.apply(&twice)
	o.apply(&twice)
	for guild := uint64(1); guild <= 2; guild++ {
		h.compareRollUps(o, guild)
	}
}
