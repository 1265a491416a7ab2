package web

import (
	"net/http"
	"net/url"

	"guildpulse/internal/report"
)

// overviewView is what the Overview page shows.
type overviewView struct {
	Window   window
	Periods  []choice
	Tiles    []tile
	Chart    chart
	Members  ranking
	Channels ranking
	Unique   []unique
	Sticky   string // share of the month's members who are here today
	Query    string // of this period
	Compared bool   // there is a period before
	Whole    bool   // it is all time
}

// tile is one figure.
type tile struct {
	Label  string
	Value  string
	Error  string // "± 12"
	Change change
	Spark  string // points of a polyline in a box of 100 × 28, "" for none
	Now    float64
	Before float64
}

// unique is a number of different people.
type unique struct {
	Label, Short, Value, Error, Hint string
	Change                           change
	Share                            float64 // of the largest, in percent
}

// overview answers GET /g/{guild}/.
func (s *Server) overview(w http.ResponseWriter, r *http.Request) {
	o, err := s.askOverview(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "overview", page{Title: "Overview", Here: "overview", Data: viewOverview(o)})
}

func (s *Server) askOverview(r *http.Request) (report.Overview, error) {
	period, err := report.ParsePeriod(r.URL.Query().Get("period"))
	if err != nil {
		return report.Overview{}, err
	}
	return s.cfg.Reader.Overview(r.Context(), report.OverviewQuery{Guild: guildAccess(r.Context()).ID, Period: period})
}

func viewOverview(o report.Overview) overviewView {
	period := o.Window.Period
	c := newChart(o)
	v := overviewView{
		Window:   windowOf(o.Window),
		Periods:  periodChoices(period, nil),
		Tiles:    tiles(o, c),
		Chart:    c,
		Members:  newRanking(o.Members, report.Messages, 0),
		Channels: newRanking(o.Channels, report.Messages, 0),
		Unique:   uniques(o),
		Query:    withQuery(url.Values{}, "period", string(period)),
		Compared: len(o.Previous) > 0,
		Whole:    period == report.All,
	}
	if o.Monthly.Now > 0 {
		v.Sticky = percent(min(1, o.Daily.Now/o.Monthly.Now))
	}
	return v
}

func tiles(o report.Overview, c chart) []tile {
	all := []tile{
		newTile("Messages", o.Messages, count),
		newTile("Active members", o.Active, count),
		newTile("Time in voice", o.Voice, duration),
		newTile("Reactions", o.Reactions, count),
		newTile("Joined", o.Joined, count),
		newTile("Left", o.Left, count),
	}
	all[0].Spark = sparkline(c.Rows)
	return all
}

func newTile(label string, f report.Figure, write func(float64) string) tile {
	most := max(f.Now, f.Before)
	t := tile{Label: label, Value: write(f.Now), Error: margin(f), Change: changeOf(f, write)}
	if most > 0 {
		t.Now, t.Before = 100*f.Now/most, 100*f.Before/most
	}
	return t
}

// margin writes how far an estimate may be off: 1.96 standard errors either side,
// which 95 of 100 keep.
func margin(f report.Figure) string {
	if f.Error == 0 || f.Now == 0 {
		return ""
	}
	return "± " + count(max(1, 1.96*f.Error*f.Now))
}

func uniques(o report.Overview) []unique {
	most := max(o.Daily.Now, o.Weekly.Now, o.Monthly.Now, 1)
	all := make([]unique, 0, 3)
	for _, u := range []struct {
		label, short, hint string
		f                  report.Figure
	}{
		{"Today", "DAU", "the day before", o.Daily},
		{"Last 7 days", "WAU", "the 7 days before", o.Weekly},
		{"Last 30 days", "MAU", "the 30 days before", o.Monthly},
	} {
		c := changeOf(u.f, count)
		if c.Hint != "" && u.f.Before > 0 {
			c.Hint = count(u.f.Before) + " in " + u.hint
		}
		all = append(all, unique{
			Label: u.label, Short: u.short, Value: count(u.f.Now), Error: margin(u.f),
			Change: c, Share: 100 * u.f.Now / most,
		})
	}
	return all
}
