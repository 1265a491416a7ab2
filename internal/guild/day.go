package guild

import (
	"errors"
	"fmt"
	"time"
)

// ErrDay is the cause of a date that cannot be read.
var ErrDay = errors.New("not a date")

const (
	dayMs      = int64(24 * time.Hour / time.Millisecond)
	daySeconds = int64(24 * time.Hour / time.Second)
)

// Day is a date: the number of civil days since 1970-01-01, in no zone of its
// own. Only a [Zone] says which instants it holds.
type Day int32

// DayOf returns the day of a date; months and days out of range carry over, as
// in [time.Date].
func DayOf(year int, month time.Month, day int) Day {
	return Day(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), daySeconds))
}

// ParseDay reads a date as [Day.String] writes it, "2026-11-21".
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%w: %q, write it like 2026-11-21", ErrDay, s)
	}
	return Day(floorDiv(t.Unix(), daySeconds)), nil
}

func (d Day) utc() time.Time { return time.Unix(int64(d)*daySeconds, 0).UTC() }

// String returns the date, "2026-11-21".
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// Date returns the date's parts.
func (d Day) Date() (year int, month time.Month, day int) { return d.utc().Date() }

// YearMonth returns the date's year and month.
func (d Day) YearMonth() (int, time.Month) {
	y, m, _ := d.utc().Date()
	return y, m
}

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// Month returns the month that holds the day.
func (d Day) Month() Month {
	y, m := d.YearMonth()
	return MonthOf(y, m)
}

// Week returns the week that holds the day.
func (d Day) Week() Week { return Week(floorDiv(int64(d)+int64(firstMonday), 7)) }

// AddMonths returns the same day of the month n months later, or the last of that
// month if it is shorter: 2027-03-31 less a month is 2027-02-28.
func (d Day) AddMonths(n int) Day {
	_, _, day := d.Date()
	m := d.Month() + Month(n)
	return min(m.First()+Day(day-1), m.Last())
}

// Month is a calendar month: the number of months since January 1970.
type Month int32

// MonthOf returns a month of a year.
func MonthOf(year int, month time.Month) Month {
	return Month((year-1970)*12 + int(month) - 1)
}

// YearMonth returns the month's year and its number in it.
func (m Month) YearMonth() (int, time.Month) {
	y := floorDiv(int64(m), 12)
	return int(y) + 1970, time.Month(int64(m)-y*12) + 1
}

// First returns the month's first day.
func (m Month) First() Day {
	y, month := m.YearMonth()
	return DayOf(y, month, 1)
}

// Last returns the month's last day.
func (m Month) Last() Day { return (m + 1).First() - 1 }

// String returns the month, "2026-11".
func (m Month) String() string {
	y, month := m.YearMonth()
	return fmt.Sprintf("%04d-%02d", y, month)
}

// Week is a week from Monday to Sunday: the number of weeks since the one that
// holds 1970-01-01.
type Week int32

// 1970-01-01 was a Thursday, three days after a Monday.
const firstMonday Day = 3

// First returns the week's Monday.
func (w Week) First() Day { return Day(w)*7 - firstMonday }

// Last returns the week's Sunday.
func (w Week) Last() Day { return w.First() + 6 }

// ISO returns the week's year and number after ISO 8601.
func (w Week) ISO() (year, week int) { return w.First().utc().ISOWeek() }

// String returns the week, "2026-W47".
func (w Week) String() string {
	y, n := w.ISO()
	return fmt.Sprintf("%04d-W%02d", y, n)
}

// floorDiv divides towards minus infinity, for times before 1970.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
