package web

import (
	"maps"
	"net/url"
	"time"

	"guildpulse/internal/report"
)

// choice is one entry of a row of choices.
type choice struct {
	Label   string
	Query   string // the address's query, "?…"
	Short   string // the label where it is narrow, if another
	Current bool
}

var periodNames = map[report.Period]string{
	report.Today: "Today", report.Days7: "7 days", report.Days30: "30 days",
	report.Days90: "90 days", report.Months12: "12 months", report.All: "All time",
}

var periodShort = map[report.Period]string{
	report.Days7: "7 d", report.Days30: "30 d", report.Days90: "90 d", report.Months12: "12 mo", report.All: "All",
}

var metricNames = map[report.Metric]string{
	report.Score: "Score", report.Messages: "Messages", report.Voice: "Voice", report.Reactions: "Reactions",
}

func periodChoices(now report.Period, with url.Values) []choice {
	var all []choice
	for _, p := range report.Periods() {
		all = append(all, choice{
			Label: periodNames[p], Short: periodShort[p],
			Query: withQuery(with, "period", string(p)), Current: p == now,
		})
	}
	return all
}

func metricChoices(now report.Metric, with url.Values) []choice {
	var all []choice
	for _, m := range report.Metrics() {
		all = append(all, choice{Label: metricNames[m], Query: withQuery(with, "metric", string(m)), Current: m == now})
	}
	return all
}

// withQuery returns a query with one value changed.
func withQuery(with url.Values, key, value string) string {
	q := url.Values{}
	maps.Copy(q, with)
	q.Set(key, value)
	return "?" + q.Encode()
}

// window is what is said of the time that figures cover.
type window struct {
	Span string
	Zone string
	AsOf string
	At   string // AsOf for machines
	Gaps []gap
	More int // gaps beyond those
}

type gap struct{ Text, State string }

// maxGaps are named; more are counted.
const maxGaps = 5

var gapStates = map[string]string{
	"open":     "still open",
	"repaired": "repaired",
	"lost":     "lost",
}

func windowOf(w report.Window) window {
	loc := zone(w.Zone)
	v := window{
		Span: span(w.From, w.To), Zone: loc.String(),
		AsOf: w.AsOf.In(loc).Format("15:04, 2 Jan"), At: w.AsOf.UTC().Format(time.RFC3339),
	}
	for i, g := range w.Gaps {
		if i == maxGaps {
			v.More = len(w.Gaps) - maxGaps
			break
		}
		v.Gaps = append(v.Gaps, gap{Text: gapSpan(g.From.In(loc), g.To.In(loc)), State: gapStates[g.State]})
	}
	return v
}

// gapSpan writes from when to when: 21 Nov 02:10 – 02:14.
func gapSpan(from, to time.Time) string {
	if from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return from.Format("2 Jan 15:04") + " – " + to.Format("15:04")
	}
	return from.Format("2 Jan 15:04") + " – " + to.Format("2 Jan 15:04")
}
