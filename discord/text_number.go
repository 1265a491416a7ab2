package discord

import (
	"math"
	"strconv"
	"strings"
	"time"

	"guildpulse/internal/report"
)

// whole writes a number without decimals, thousands apart: 1,234,567.
func whole(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	return separate(strconv.FormatFloat(math.Round(f), 'f', 0, 64))
}

// separate puts commas between thousands of a whole number.
func separate(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if digits == "0" {
		return digits
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// decimal writes a number with one decimal, or none where it is large.
func decimal(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) || math.Abs(f) >= 999.95 {
		return whole(f)
	}
	return strconv.FormatFloat(f, 'f', 1, 64)
}

// minutes writes minutes as people say them: 12 min, 3 h 20 min, 140 h.
func minutes(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	m := math.Round(f)
	hours := math.Floor(m / 60)
	rest := strconv.FormatFloat(m-60*hours, 'f', 0, 64) + " min"
	switch {
	case hours < 1:
		return rest
	case hours >= 100:
		return whole(m/60) + " h"
	case m == 60*hours:
		return whole(hours) + " h"
	}
	return whole(hours) + " h " + rest
}

// amount writes a value of a metric, without its unit where the metric is named.
func amount(m report.Metric, f float64) string {
	switch m {
	case report.Score:
		return decimal(f)
	case report.Voice:
		return minutes(f)
	}
	return whole(f)
}

// change tells how a figure moved: +12 %, −3 %, ±0 %; nothing where there was
// nothing before.
func change(f report.Figure) string {
	if f.Before <= 0 || math.IsNaN(f.Now) || math.IsInf(f.Now, 0) {
		return ""
	}
	percent := math.Round((f.Now/f.Before - 1) * 100)
	switch {
	case percent == 0:
		return "±0 %"
	case percent < 0:
		return "−" + whole(-percent) + " %"
	}
	return "+" + whole(percent) + " %"
}

// share writes a part of a whole: 12 %, below one 0.4 %; nothing of nothing.
func share(part, of float64) string {
	percent := 100 * part / of
	switch {
	case !(of > 0) || !(part > 0):
		return ""
	case percent < 0.1:
		return "< 0.1 %"
	case percent < 1:
		return decimal(percent) + " %"
	}
	return whole(percent) + " %"
}

const barCells = 8

// bar draws a value beside the greatest one.
func bar(value, greatest float64) string {
	filled := 0
	if greatest > 0 && value > 0 {
		filled = int(math.Ceil(min(value/greatest, 1) * barCells))
	}
	return strings.Repeat("▰", filled) + strings.Repeat("▱", barCells-filled)
}

var sparks = []rune("▁▂▃▄▅▆▇█")

// maxSparks is how wide a line fits on a phone.
const maxSparks = 31

// sparkline draws a series, several points to a mark where there are many.
func sparkline(series []report.Point) string {
	if len(series) < 2 {
		return ""
	}
	group := (len(series) + maxSparks - 1) / maxSparks
	var sums []float64
	for i := 0; i < len(series); i += group {
		sum, n := 0.0, 0
		for _, p := range series[i:min(i+group, len(series))] {
			sum, n = sum+max(p.Value, 0), n+1
		}
		sums = append(sums, sum/float64(n))
	}
	return draw(sums)
}

func draw(values []float64) string {
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	var b strings.Builder
	for _, v := range values {
		level := 0
		if top > 0 {
			level = int(math.Ceil(v/top*float64(len(sparks)))) - 1
		}
		b.WriteRune(sparks[max(level, 0)])
	}
	return b.String()
}

// days writes a window's days: 15–21 Nov 2026.
func days(from, to string) string {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	switch {
	case errA != nil || errB != nil:
		return ""
	case a.Equal(b):
		return a.Format("2 Jan 2006")
	case a.Year() != b.Year():
		return a.Format("2 Jan 2006") + " – " + b.Format("2 Jan 2006")
	case a.Month() != b.Month():
		return a.Format("2 Jan") + " – " + b.Format("2 Jan 2006")
	}
	return a.Format("2") + "–" + b.Format("2 Jan 2006")
}

// moment makes Discord show a time in the reader's own zone. Styles: f date and
// time, t time, R how long ago.
func moment(t time.Time, style string) string {
	return "<t:" + strconv.FormatInt(t.Unix(), 10) + ":" + style + ">"
}
