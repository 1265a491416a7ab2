package guild

import (
	"errors"
	"fmt"
	"slices"
)

// ErrPeriod is the cause of a period that does not exist.
var ErrPeriod = errors.New("unknown period")

// Period is a window of whole local days that ends today. Its text is stored and
// stands in addresses.
type Period string

// The periods. The days of each are told by [Period.Ending].
const (
	Today    Period = "today"
	Days7    Period = "7d"
	Days30   Period = "30d"
	Days90   Period = "90d"
	Months12 Period = "12m"
	All      Period = "all"
)

// Periods returns all periods, from the shortest to the longest.
func Periods() []Period { return []Period{Today, Days7, Days30, Days90, Months12, All} }

// ParsePeriod reads a period's text.
func ParsePeriod(s string) (Period, error) {
	if p := Period(s); slices.Contains(Periods(), p) {
		return p, nil
	}
	return "", fmt.Errorf("%w: %q, choose one of %v", ErrPeriod, s, Periods())
}

// String returns the period's text.
func (p Period) String() string { return string(p) }

// Beginning is the first day of [All]: 1970-01-01. Nothing is counted before.
const Beginning Day = 0

// Ending returns the period's days when today is the last of them, both
// inclusive:
//
//	today  that day
//	7d     today and the six days before; 30d and 90d likewise
//	12m    from the day after the same day twelve months ago: on 2026-11-21
//	       from 2025-11-22. On February 29 from March 1 of the year before.
//	all    from Beginning
//
// A text that is no period counts as All.
func (p Period) Ending(today Day) (from, to Day) {
	switch p {
	case Today:
		return today, today
	case Days7:
		return today - 6, today
	case Days30:
		return today - 29, today
	case Days90:
		return today - 89, today
	case Months12:
		return today.AddMonths(-12) + 1, today
	}
	return Beginning, today
}

// Span returns the days of a period at a Unix millisecond in a zone, both
// inclusive.
func Span(p Period, now int64, z *Zone) (from, to Day) { return p.Ending(z.Day(now)) }

// Previous returns as many days, ending where the period's begin: what it is
// compared with. Nothing comes before All (ok false). Mind that today is not over
// yet, while the days before are whole.
func Previous(p Period, now int64, z *Zone) (from, to Day, ok bool) {
	from, to = Span(p, now, z)
	if from <= Beginning {
		return 0, 0, false
	}
	return from - (to - from) - 1, from - 1, true
}
