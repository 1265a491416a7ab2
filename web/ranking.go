package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"guildpulse/internal/report"
)

// ranking is a table of places.
type ranking struct {
	Metric string
	Rows   []rankingRow
	Shares bool // Share is meant
}

type rankingRow struct {
	Rank  int
	ID    uint64
	Name  string // untrusted text
	Value string
	Bar   string // length in percent of the first place
	Share string // of the sum
}

// newRanking lays out places. Shares are of sum, if there is one.
func newRanking(places []report.Place, m report.Metric, sum float64) ranking {
	t := ranking{Metric: metricNames[m], Shares: sum > 0}
	most := 0.0
	for _, p := range places {
		most = max(most, p.Value)
	}
	for _, p := range places {
		row := rankingRow{Rank: p.Rank, ID: p.ID, Name: p.Name, Value: value(m, p.Value), Bar: "0"}
		if most > 0 {
			row.Bar = strconv.FormatFloat(100*max(0, p.Value)/most, 'f', 2, 64)
		}
		if sum > 0 {
			row.Share = percent(p.Value / sum)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// membersView is what the Members page shows.
type membersView struct {
	Window   window
	Periods  []choice
	Metrics  []choice
	Ranking  ranking
	Timeless bool // a score knows no period
	Range    string
	Previous string // query, "" at the end
	Next     string
	CSV      string
	Empty    bool
	Past     bool // beyond the last page
}

// perPage is how many places a page shows.
const perPage = 50

// members answers GET /g/{guild}/members.
func (s *Server) members(w http.ResponseWriter, r *http.Request) {
	q, err := parseTop(r, report.Members, perPage)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	t, err := s.cfg.Reader.Top(r.Context(), q)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "members", page{Title: "Members", Here: "members", Data: viewMembers(t)})
}

// maxOffset bounds how far one may page.
const maxOffset = 10_000_000

// parseTop reads metric, period and offset from an address.
func parseTop(r *http.Request, of report.Subject, limit int) (q report.TopQuery, err error) {
	values := r.URL.Query()
	q = report.TopQuery{Guild: guildAccess(r.Context()).ID, Subject: of, Limit: limit}
	if text := values.Get("metric"); text != "" {
		if q.Metric, err = report.ParseMetric(text); err != nil {
			return q, err
		}
	}
	if err := defaultMetric(&q); err != nil {
		return q, err
	}
	if q.Period, err = report.ParsePeriod(values.Get("period")); err != nil {
		return q, err
	}
	if text := values.Get("offset"); text != "" {
		q.Offset, err = strconv.Atoi(text)
		if err != nil || q.Offset < 0 || q.Offset > maxOffset {
			return q, fmt.Errorf("%w: offset %q", report.ErrQuery, text)
		}
	}
	return q, nil
}

func viewMembers(t report.Top) membersView {
	q := t.Query
	with := url.Values{"metric": {string(q.Metric)}, "period": {string(q.Period)}}
	v := membersView{
		Window:   windowOf(t.Window),
		Periods:  periodChoices(q.Period, with),
		Metrics:  metricChoices(q.Metric, with),
		Ranking:  newRanking(t.Places, q.Metric, t.Sum),
		Timeless: q.Metric == report.Score,
		CSV:      "?" + with.Encode(),
		Empty:    t.Total == 0,
		Past:     t.Total > 0 && len(t.Places) == 0,
	}
	if n := len(t.Places); n > 0 {
		v.Range = fmt.Sprintf("%s–%s of %s", count(float64(q.Offset+1)), count(float64(q.Offset+n)), count(float64(t.Total)))
	}
	if q.Offset > 0 {
		v.Previous = withQuery(with, "offset", strconv.Itoa(max(0, q.Offset-perPage)))
	}
	if q.Offset+len(t.Places) < t.Total && !v.Past {
		v.Next = withQuery(with, "offset", strconv.Itoa(q.Offset+perPage))
	}
	return v
}
