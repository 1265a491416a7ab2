package guild

import (
	"math"
	"sort"

	"guildpulse/events"
)

// DayStart returns the Unix millisecond at which a day begins. Of an empty day it
// is the begin of the next that is not.
func (z *Zone) DayStart(d Day) int64 {
	// The first span at whose end the day has begun holds its begin.
	i := sort.Search(len(z.spans)-1, func(i int) bool { return z.spans[i].day(z.begins[i+1]-1) >= d })
	start := int64(d)*dayMs - z.spans[i].offset
	if start >= z.until {
		return z.lateStart(d)
	}
	return max(start, z.begins[i])
}

// lateStart is DayStart beyond the horizon. No offset reaches two days.
func (z *Zone) lateStart(d Day) int64 {
	begin := int64(d-2) * dayMs
	return begin + int64(sort.Search(int(4*dayMs), func(ms int) bool { return z.Day(begin+int64(ms)) >= d }))
}

// Quarters returns the quarters of the days from … to, both inclusive: those q
// with lo ≤ q < hi, and no others.
func (z *Zone) Quarters(from, to Day) (lo, hi int32) {
	if to < from {
		lo = z.firstQuarter(from)
		return lo, lo
	}
	if to == math.MaxInt32 {
		return z.firstQuarter(from), math.MaxInt32
	}
	return z.firstQuarter(from), z.firstQuarter(to + 1)
}

// firstQuarter returns the first quarter that starts on day d or later, within
// 32 bits.
func (z *Zone) firstQuarter(d Day) int32 {
	q := -floorDiv(-z.DayStart(d), events.QuarterMs)
	return int32(min(max(q, math.MinInt32), math.MaxInt32))
}
