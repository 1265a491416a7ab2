package stats

import (
	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/persist"
	"guildpulse/sketch"
)

// uniques counts different members: per quarter of an hour for today and
// yesterday, per local day for 60 days. Spans of days are unions.
type uniques struct {
	key      sketch.Key
	days     map[guild.Day]*sketch.HyperLogLog
	quarters map[int32]*sketch.HyperLogLog
}

// Precisions: a day's count has a standard error of 1.6 % in 4 KiB, a quarter's
// 3.3 % in 1 KiB.
const (
	dayPrecision     = 12
	quarterPrecision = 10
	keptDays         = 60 // a month and the one before it
	keptQuarters     = 2 * 24 * 4
)

func newUniques(key sketch.Key) uniques {
	return uniques{key, make(map[guild.Day]*sketch.HyperLogLog), make(map[int32]*sketch.HyperLogLog)}
}

// active reports whether a row of kind k shows its member doing something.
func active(k events.Kind) bool {
	switch k {
	case events.KindJoin, events.KindLeave, events.KindMessageDelete, events.KindReceived,
		events.KindVoiceOpen:
		return false
	}
	return true
}

// add counts a row's member; day is the row's local day, newest the newest day
// seen, which bounds what is kept.
func (u *uniques) add(r *persist.Row, day, newest guild.Day) {
	if !active(r.Kind) || r.Count < 0 || day <= newest-keptDays {
		return
	}
	d := u.days[day]
	if d == nil {
		d = sketch.NewHyperLogLog(dayPrecision, u.key)
		u.days[day] = d
	}
	d.Add(r.Member)
	q := u.quarters[r.Quarter]
	if q == nil {
		q = sketch.NewHyperLogLog(quarterPrecision, u.key)
		u.quarters[r.Quarter] = q
	}
	q.Add(r.Member)
}

// expire drops what is too old, seen from the newest day and quarter.
func (u *uniques) expire(newest guild.Day, quarter int32) {
	for d := range u.days {
		if d <= newest-keptDays {
			delete(u.days, d)
		}
	}
	for q := range u.quarters {
		if q <= quarter-keptQuarters {
			delete(u.quarters, q)
		}
	}
}

// count estimates the different members of the days [from, to], and tells the
// relative standard error; an empty span is exactly 0.
func (u *uniques) count(from, to guild.Day) (n, err float64) {
	var all *sketch.HyperLogLog
	for d := from; d <= to; d++ {
		one := u.days[d]
		if one == nil {
			continue
		}
		if all == nil {
			all = sketch.NewHyperLogLog(dayPrecision, u.key)
		}
		if e := all.Merge(one); e != nil {
			continue // of another key: cannot be, they are made here
		}
	}
	if all == nil {
		return 0, 0
	}
	return all.Estimate(), all.RelativeError()
}
