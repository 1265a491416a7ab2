package web

import (
	"fmt"
	"strings"

	"guildpulse/internal/report"
)

// chart is a series drawn on the server: shapes in a box of chartW × chartH that is
// stretched to its place, and words beside the box, which are not.
//
// Up to maxBars rows are bars, with the period before as a wide pale bar behind;
// more are a line over an area, with the period before as a dashed line.
type chart struct {
	By       string // "day", "week", "month"
	Bars     []bar
	Line     string // points of the series
	Area     string // the same, closed along the floor
	Ghost    string // points of the period before
	Y        []tick
	X        []tick
	Rows     []chartRow
	Compared bool
	Summary  string
	Empty    bool
}

type bar struct {
	X, W           string // of the bar
	Y, H           string
	GhostX, GhostW string
	GhostY, GhostH string
	Title          string
}

// tick is a word on an axis, at a share of its length.
type tick struct {
	At     string // percent
	Text   string
	Anchor string // start, middle, end
	Minor  bool   // left out where it is narrow
}

// The box, in its own units.
const (
	chartW  = 1000.0
	chartH  = 200.0
	maxBars = 62
)

func newChart(o report.Overview) chart {
	by := stepOf(len(o.Series))
	c := chart{By: by.name, Rows: by.group(chartDays(o)), Compared: len(o.Previous) > 0}
	most := 0.0
	for _, r := range c.Rows {
		most = max(most, r.Now, r.Before)
	}
	c.Empty = most == 0
	top, step := scale(most)
	c.Y = yTicks(top, step)
	c.X = xTicks(c.Rows, len(o.Series))
	c.Summary = by.summary(c.Rows, len(o.Series))
	if len(c.Rows) <= maxBars {
		c.Bars = bars(c.Rows, top)
		return c
	}
	c.Line = polyline(c.Rows, top, func(r chartRow) (float64, bool) { return r.Now, true })
	c.Ghost = polyline(c.Rows, top, func(r chartRow) (float64, bool) { return r.Before, r.Known })
	c.Area = fmt.Sprintf("0,%s %s %s,%s", num(chartH), c.Line, num(chartW), num(chartH))
	return c
}

// bars lays out rows side by side: each takes 60 % of its place, the ghost 88 %.
func bars(rows []chartRow, top float64) []bar {
	all := make([]bar, len(rows))
	place := chartW / float64(max(1, len(rows)))
	for i, r := range rows {
		x, h, g := float64(i)*place, chartH*r.Now/top, chartH*r.Before/top
		width := min(place, 120) // a lone day is no wall
		mid := x + place/2
		all[i] = bar{
			X: num(mid - width*0.3), W: num(width * 0.6), Y: num(chartH - h), H: num(h),
			GhostX: num(mid - width*0.44), GhostW: num(width * 0.88), GhostY: num(chartH - g), GhostH: num(g),
			Title: barTitle(r),
		}
	}
	return all
}

func barTitle(r chartRow) string {
	if !r.Known {
		return r.Label + ": " + count(r.Now)
	}
	return fmt.Sprintf("%s: %s (%s in the period before)", r.Label, count(r.Now), count(r.Before))
}

// polyline joins the values that are known.
func polyline(rows []chartRow, top float64, of func(chartRow) (float64, bool)) string {
	var b strings.Builder
	last := float64(max(1, len(rows)-1))
	for i, r := range rows {
		if v, ok := of(r); ok {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(num(chartW*float64(i)/last) + "," + num(chartH-chartH*v/top))
		}
	}
	return b.String()
}

// sparkline returns the points of a series in a box of 100 × 28.
func sparkline(rows []chartRow) string {
	if len(rows) < 2 {
		return ""
	}
	most := 1.0
	for _, r := range rows {
		most = max(most, r.Now)
	}
	var b strings.Builder
	for i, r := range rows {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(num(100*float64(i)/float64(len(rows)-1)) + "," + num(27-26*r.Now/most))
	}
	return b.String()
}

// num writes a coordinate, to a hundredth.
func num(v float64) string {
	return strings.TrimSuffix(strings.TrimSuffix(fmt.Sprintf("%.2f", v), "0"), ".0")
}
