package report

import "fmt"

// Subject is what a ranking ranks.
type Subject string

// The subjects.
const (
	Members  Subject = "members"
	Channels Subject = "channels"
)

// Metric is what a ranking ranks by.
type Metric string

// The metrics. Score decays and knows no period; voice is in minutes.
const (
	Score     Metric = "score"
	Messages  Metric = "messages"
	Voice     Metric = "voice"
	Reactions Metric = "reactions"
)

// Period is a span of whole local days that ends today.
type Period string

// The periods.
const (
	Today    Period = "today"
	Days7    Period = "7d"
	Days30   Period = "30d"
	Days90   Period = "90d"
	Months12 Period = "12m"
	All      Period = "all"
)

// Periods and Metrics list the values in the order in which people see them.
func Periods() []Period { return []Period{Today, Days7, Days30, Days90, Months12, All} }

// Metrics lists the metrics in the order in which people see them.
func Metrics() []Metric { return []Metric{Score, Messages, Voice, Reactions} }

// ParsePeriod reads a period; the empty text is Days7.
func ParsePeriod(s string) (Period, error) {
	if s == "" {
		return Days7, nil
	}
	for _, p := range Periods() {
		if s == string(p) {
			return p, nil
		}
	}
	return "", fmt.Errorf("%w: period %q, want one of %v", ErrQuery, s, Periods())
}

// ParseMetric reads a metric; the empty text is Score.
func ParseMetric(s string) (Metric, error) {
	if s == "" {
		return Score, nil
	}
	for _, m := range Metrics() {
		if s == string(m) {
			return m, nil
		}
	}
	return "", fmt.Errorf("%w: metric %q, want one of %v", ErrQuery, s, Metrics())
}

// MaxLimit is the longest page.
const MaxLimit = 100

// TopQuery asks for places Offset+1 … Offset+Limit of a ranking. Channels have no
// score: they are ranked by messages, voice or reactions.
type TopQuery struct {
	Guild   uint64
	Subject Subject
	Metric  Metric
	Period  Period // ignored for Score
	Offset  int
	Limit   int // 1 … MaxLimit
}

// RankQuery asks about one member.
type RankQuery struct {
	Guild  uint64
	Member uint64
}

// OverviewQuery asks for a server at a glance over a period.
type OverviewQuery struct {
	Guild  uint64
	Period Period
}
