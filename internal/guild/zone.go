package guild

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	_ "time/tzdata" // zones exist where the system brings none

	"guildpulse/events"
)

// ErrZone is the cause of a time zone that does not exist.
var ErrZone = errors.New("unknown time zone")

// Zone cuts time into the days of one time zone.
//
// A day is an interval: it begins with the first instant at which the zone's
// clocks show its date or a later one, and ends where the next day begins. For
// nearly all days that is from midnight to midnight. It matters
//   - where clocks go forward over midnight: the day begins at 01:00;
//   - where a date is left out (Samoa had no 2011-12-30): that day is empty, it
//     begins where the next one does;
//   - where clocks go back over midnight (in St. John's at 00:01 until 2011): the
//     hour that is shown again belongs to the day that had begun.
//
// So days never overlap and never come back, and a span of days is a span of
// time. [Zone.Clock] alone tells what clocks showed.
//
// A quarter of an hour UTC, the base bucket of all counts, belongs whole to the
// day in which it starts. Every zone in use today is at a multiple of 15 minutes
// from UTC (Kathmandu: +5:45), so that days begin with a quarter. Where they did
// not (Monrovia until 1972 at −0:44:30, local mean times before standard time),
// the quarter that lies across midnight counts for the day before. Times before
// 1970 are negative and follow the same rules.
//
// Offsets come from this machine's time zone data, else from the copy in the
// binary. They are read once, up to the year 2100; asking for a day then costs a
// binary search, some 10 ns, and allocates nothing. Later instants are looked up
// one by one.
//
// A Zone is immutable and takes about 8 KB; [Zones] shares them.
type Zone struct {
	name   string
	loc    *time.Location
	begins []int64 // of the spans of equal offset; the first is the beginning of time
	spans  []span
	until  int64 // the end of the last span
}

// span is a time of one offset from UTC.
type span struct {
	offset  int64 // milliseconds to add to UTC
	reached Day   // the last day that began before the span
}

// horizon is the year from which offsets are not kept.
const horizon = 2100

// The range of times, in Unix milliseconds, that keeps days within 32 bits:
// 4.5 million years around 1970. Times beyond are taken as its ends.
const (
	minMs = -maxMs
	maxMs = int64(1) << 57
)

// LoadZone returns the time zone of an IANA name, such as "Europe/Vienna" or
// "UTC". Names differ by case. The error of an unknown name is ErrZone and
// proposes known ones that are like it.
func LoadZone(name string) (*Zone, error) {
	if err := checkZoneName(name); err != nil {
		return nil, err
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, unknownZone(name)
	}
	z := &Zone{name: name, loc: loc}
	z.read()
	return z, nil
}

// UTC returns the zone of UTC.
func UTC() *Zone {
	z := &Zone{name: "UTC", loc: time.UTC}
	z.read()
	return z
}

// checkZoneName refuses what cannot be a zone's name, without looking it up.
func checkZoneName(name string) error {
	odd := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/_+-", r))
	}
	switch {
	case name == "":
		return fmt.Errorf("%w: the name is empty: write UTC or a name like Europe/Vienna", ErrZone)
	case name == "Local":
		return fmt.Errorf("%w: Local depends on the machine: write a name like Europe/Vienna", ErrZone)
	case len(name) > 64 || name[0] == '/' || strings.ContainsFunc(name, odd):
		return fmt.Errorf("%w %.64q: write a name like Europe/Vienna", ErrZone, name)
	}
	return nil
}

// read collects the spans of equal offset up to the horizon.
func (z *Zone) read() {
	end := time.Date(horizon, 1, 1, 0, 0, 0, 0, time.UTC)
	at := time.UnixMilli(minMs).In(z.loc)
	for at.Before(end) {
		_, offset := at.Zone()
		z.add(int64(offset) * 1000)
		_, next := at.ZoneBounds()
		if next.IsZero() {
			z.until = math.MaxInt64
			return
		}
		if !next.After(at) {
			next = at.Add(24 * time.Hour) // package time ends every year after 365 days
		}
		z.until = next.UnixMilli()
		at = next
	}
}

// add appends the span that begins at z.until.
func (z *Zone) add(offset int64) {
	n := len(z.spans)
	if n == 0 {
		z.begins = append(z.begins, math.MinInt64)
		z.spans = append(z.spans, span{offset: offset, reached: math.MinInt32})
		return
	}
	last := z.spans[n-1]
	if last.offset == offset {
		return // another name for the same clocks
	}
	z.begins = append(z.begins, z.until)
	z.spans = append(z.spans, span{offset: offset, reached: last.day(z.until - 1)})
}

// day returns the day of an instant within the span.
func (s span) day(ms int64) Day {
	return max(Day(floorDiv(ms+s.offset, dayMs)), s.reached)
}

// at returns the number of the span that holds an instant.
func (z *Zone) at(ms int64) int {
	lo, hi := 0, len(z.begins)
	for hi-lo > 1 {
		if mid := int(uint(lo+hi) >> 1); z.begins[mid] <= ms {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// span returns the span that holds an instant.
func (z *Zone) span(ms int64) span {
	if ms < z.until {
		return z.spans[z.at(ms)]
	}
	_, offset := time.UnixMilli(ms).In(z.loc).Zone()
	return span{offset: int64(offset) * 1000, reached: z.spans[len(z.spans)-1].reached}
}

func clampMs(ms int64) int64 { return min(max(ms, minMs), maxMs) }

// Name returns the name by which the zone was loaded.
func (z *Zone) Name() string { return z.name }

// String is Name.
func (z *Zone) String() string { return z.name }

// Location returns the zone for package time.
func (z *Zone) Location() *time.Location { return z.loc }

// Offset returns what the zone's clocks are ahead of UTC at a Unix millisecond.
func (z *Zone) Offset(ms int64) time.Duration {
	return time.Duration(z.span(clampMs(ms)).offset) * time.Millisecond
}

// Day returns the day that holds a Unix millisecond.
func (z *Zone) Day(ms int64) Day {
	ms = clampMs(ms)
	return z.span(ms).day(ms)
}

// Week returns the week that holds a Unix millisecond.
func (z *Zone) Week(ms int64) Week { return z.Day(ms).Week() }

// Month returns the month that holds a Unix millisecond.
func (z *Zone) Month(ms int64) Month { return z.Day(ms).Month() }

// DayOfQuarter returns the day to which a quarter belongs: that of its start.
func (z *Zone) DayOfQuarter(q int32) Day { return z.Day(events.QuarterStart(q)) }

// Clock returns what the zone's clocks show at a Unix millisecond, for a heatmap
// of weekday and hour. Twice a year an hour is shown twice, or not at all.
func (z *Zone) Clock(ms int64) (day time.Weekday, hour int) {
	ms = clampMs(ms)
	local := ms + z.span(ms).offset
	d := floorDiv(local, dayMs)
	return Day(d).Weekday(), int((local - d*dayMs) / time.Hour.Milliseconds())
}
