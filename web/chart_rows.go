package web

import (
	"fmt"
	"time"

	"guildpulse/internal/report"
)

// chartRow is a line of the table, from which the script draws too: a day, or the
// days of a week or month.
type chartRow struct {
	Day         string // the first, for machines
	Label       string
	Now, Before float64
	Known       bool // Before is
}

// chartDays joins each day with the day of the same place in the period before.
// Every period ends today, of which there is more to come.
func chartDays(o report.Overview) []chartRow {
	rows := make([]chartRow, len(o.Series))
	for i, p := range o.Series {
		rows[i] = chartRow{Day: p.Label, Label: day(p.Label), Now: p.Value}
		if i < len(o.Previous) {
			rows[i].Before, rows[i].Known = o.Previous[i].Value, true
		}
	}
	return rows
}

// step is what a row of a chart sums up.
type step struct {
	name  string
	begin func(time.Time) time.Time // of the step that holds a day
	label func(first time.Time) string
}

// Series longer than that are summed up: a daily line of a year is noise, of eight
// years a page of 300 KB.
const (
	weekly  = 100
	monthly = 400
)

var (
	byDay  = step{name: "day"}
	byWeek = step{
		name:  "week",
		begin: func(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday())+6)%7) }, // Monday
		label: func(t time.Time) string { return "Week of " + t.Format("2 Jan 2006") },
	}
	byMonth = step{
		name:  "month",
		begin: func(t time.Time) time.Time { return t.AddDate(0, 0, 1-t.Day()) },
		label: func(t time.Time) string { return t.Format("January 2006") },
	}
)

func stepOf(days int) step {
	switch {
	case days > monthly:
		return byMonth
	case days > weekly:
		return byWeek
	}
	return byDay
}

// group sums days up. The period before keeps its place by the day, so that rows
// compare as many days as they hold.
func (s step) group(days []chartRow) []chartRow {
	if s.begin == nil {
		return soFar(days)
	}
	var rows []chartRow
	var last time.Time
	for _, d := range days {
		at, err := time.Parse(time.DateOnly, d.Day)
		if err != nil {
			return soFar(days) // not days: shown as they are
		}
		if first := s.begin(at); len(rows) == 0 || first != last {
			last = first
			rows = append(rows, chartRow{Day: d.Day, Label: s.label(first), Known: d.Known})
		}
		r := &rows[len(rows)-1]
		r.Now += d.Now
		r.Before += d.Before
		r.Known = r.Known && d.Known
	}
	return soFar(rows)
}

// soFar marks the last row, which is not over.
func soFar(rows []chartRow) []chartRow {
	if n := len(rows); n > 0 {
		rows[n-1].Label += ", so far"
	}
	return rows
}

// summary tells in words what the picture shows.
func (s step) summary(rows []chartRow, days int) string {
	if len(rows) == 0 {
		return "No days."
	}
	sum, most := 0.0, rows[0]
	for _, r := range rows {
		sum += r.Now
		if r.Now > most.Now {
			most = r
		}
	}
	if sum == 0 {
		return "No messages in this period."
	}
	if len(rows) == 1 {
		return fmt.Sprintf("%s messages on %s.", count(sum), most.Label)
	}
	return fmt.Sprintf("%s messages in %d days, %s a day. The most in a %s: %s (%s).",
		count(sum), days, count(sum/float64(days)), s.name, count(most.Now), most.Label)
}
