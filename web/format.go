package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guildpulse/internal/report"
)

// count writes a number with its thousands apart: 12,480.
func count(v float64) string {
	s := strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	sign, digits := "", s
	if strings.HasPrefix(s, "-") {
		sign, digits = "−", s[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	if digits == "0" {
		return "0"
	}
	return sign + b.String()
}

// points writes a score, with one decimal.
func points(v float64) string {
	tenths := math.Round(v * 10)
	whole := math.Trunc(tenths / 10)
	return count(whole) + "." + strconv.Itoa(int(math.Abs(tenths-whole*10)))
}

// duration writes minutes: 45 min, 3 h 20 min, 1,204 h.
func duration(minutes float64) string {
	m := int64(math.Round(minutes))
	switch {
	case m < 60:
		return fmt.Sprintf("%d min", m)
	case m < 100*60:
		return fmt.Sprintf("%d h %02d min", m/60, m%60)
	}
	return count(float64(m)/60) + " h"
}

// percent writes a share: 12.4 %.
func percent(share float64) string {
	return strconv.FormatFloat(share*100, 'f', 1, 64) + " %"
}

// value writes a metric's value as people read it.
func value(m report.Metric, v float64) string {
	switch m {
	case report.Score:
		return points(v)
	case report.Voice:
		return duration(v)
	}
	return count(v)
}

func formatID(id uint64) string { return strconv.FormatUint(id, 10) }

// monogram returns a name's first letter or digit, for want of a picture.
func monogram(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return strings.ToUpper(string(r))
		}
	}
	r, _ := utf8.DecodeRuneInString("#")
	return string(r)
}

// change is a figure's difference to the period before.
type change struct {
	Text  string
	Trend string // "up", "down", "same"
	Hint  string
}

// changeOf compares; it says nothing where there was nothing before.
func changeOf(f report.Figure, write func(float64) string) change {
	switch {
	case f.Before == 0 && f.Now == 0:
		return change{}
	case f.Before == 0:
		return change{Text: "new", Trend: "up", Hint: "nothing in the period before"}
	}
	share := f.Now/f.Before - 1
	c := change{Trend: "same", Text: "±0 %", Hint: write(f.Before) + " in the period before"}
	switch {
	case share >= 9.995:
		c.Trend, c.Text = "up", "×"+strconv.FormatFloat(f.Now/f.Before, 'f', 0, 64)
	case share >= 0.0005:
		c.Trend, c.Text = "up", "+"+percent(share)
	case share <= -0.0005:
		c.Trend, c.Text = "down", "−"+percent(-share)
	}
	return c
}

// zone loads a server's zone; unknown ones are UTC.
func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}

// span writes the days of a window: 9 – 15 Nov 2026.
func span(from, to string) string {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	switch {
	case errA != nil || errB != nil:
		return ""
	case from == to:
		return b.Format("2 Jan 2006")
	case a.Year() != b.Year():
		return a.Format("2 Jan 2006") + " – " + b.Format("2 Jan 2006")
	case a.Month() != b.Month():
		return a.Format("2 Jan") + " – " + b.Format("2 Jan 2006")
	}
	return a.Format("2") + " – " + b.Format("2 Jan 2006")
}

// day writes a local day: Sat 21 Nov.
func day(label string) string {
	t, err := time.Parse(time.DateOnly, label)
	if err != nil {
		return label
	}
	return t.Format("Mon 2 Jan 2006")
}
