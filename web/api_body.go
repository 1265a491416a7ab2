package web

import (
	"time"

	"guildpulse/internal/report"
)

// apiID is a snowflake, which numbers in JSON do not hold: it is written as a
// string.
func apiID(id uint64) string { return formatID(id) }

type apiWindow struct {
	Period string    `json:"period"`
	From   string    `json:"from,omitempty" doc:"First local day; none for a score"`
	To     string    `json:"to,omitempty" doc:"Last local day; none for a score"`
	Zone   string    `json:"zone" doc:"The server's time zone, IANA"`
	AsOf   time.Time `json:"as_of" doc:"The newest event counted"`
	Gaps   []apiGap  `json:"gaps" nullable:"false" doc:"Times in which nothing could be heard"`
}

type apiGap struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	State string    `json:"state" enum:"open,repaired,lost"`
}

type apiFigure struct {
	Now    float64 `json:"now"`
	Before float64 `json:"before" doc:"In the period before"`
	Error  float64 `json:"error,omitempty" doc:"Relative standard error; none: exact"`
}

type apiPoint struct {
	Day   string  `json:"day"`
	Value float64 `json:"value"`
}

type apiPlace struct {
	Rank  int     `json:"rank"`
	ID    string  `json:"id"`
	Name  string  `json:"name" doc:"As people typed it: escape it"`
	Value float64 `json:"value"`
}

type apiOverview struct {
	Guild     string     `json:"guild"`
	Name      string     `json:"name" doc:"As people typed it: escape it"`
	Window    apiWindow  `json:"window"`
	Messages  apiFigure  `json:"messages"`
	Voice     apiFigure  `json:"voice_minutes"`
	Reactions apiFigure  `json:"reactions"`
	Active    apiFigure  `json:"active_members"`
	Joined    apiFigure  `json:"joined"`
	Left      apiFigure  `json:"left"`
	Daily     apiFigure  `json:"unique_today"`
	Weekly    apiFigure  `json:"unique_7d"`
	Monthly   apiFigure  `json:"unique_30d"`
	Series    []apiPoint `json:"messages_by_day" nullable:"false"`
	Previous  []apiPoint `json:"messages_by_day_before" nullable:"false"`
	Members   []apiPlace `json:"top_members" nullable:"false"`
	Channels  []apiPlace `json:"top_channels" nullable:"false"`
}

type apiLeaderboard struct {
	Guild   string     `json:"guild"`
	Subject string     `json:"subject" enum:"members,channels"`
	Metric  string     `json:"metric" enum:"score,messages,voice,reactions"`
	Window  apiWindow  `json:"window"`
	Offset  int        `json:"offset"`
	Total   int        `json:"total" doc:"How many have a place"`
	Sum     float64    `json:"sum,omitempty" doc:"Over all places; none for a score"`
	Places  []apiPlace `json:"places" nullable:"false"`
}

func newAPIWindow(w report.Window) apiWindow {
	gaps := make([]apiGap, len(w.Gaps))
	for i, g := range w.Gaps {
		gaps[i] = apiGap{g.From.UTC(), g.To.UTC(), g.State}
	}
	return apiWindow{string(w.Period), w.From, w.To, w.Zone, w.AsOf.UTC(), gaps}
}

func newAPIPoints(series []report.Point) []apiPoint {
	all := make([]apiPoint, len(series))
	for i, p := range series {
		all[i] = apiPoint{p.Label, p.Value}
	}
	return all
}

func newAPIPlaces(places []report.Place) []apiPlace {
	all := make([]apiPlace, len(places))
	for i, p := range places {
		all[i] = apiPlace{p.Rank, apiID(p.ID), p.Name, p.Value}
	}
	return all
}

func newAPIOverview(o report.Overview) apiOverview {
	return apiOverview{
		Guild: apiID(o.Guild), Name: o.Name, Window: newAPIWindow(o.Window),
		Messages: apiFigure(o.Messages), Voice: apiFigure(o.Voice), Reactions: apiFigure(o.Reactions),
		Active: apiFigure(o.Active), Joined: apiFigure(o.Joined), Left: apiFigure(o.Left),
		Daily: apiFigure(o.Daily), Weekly: apiFigure(o.Weekly), Monthly: apiFigure(o.Monthly),
		Series: newAPIPoints(o.Series), Previous: newAPIPoints(o.Previous),
		Members: newAPIPlaces(o.Members), Channels: newAPIPlaces(o.Channels),
	}
}

func newAPILeaderboard(t report.Top) apiLeaderboard {
	return apiLeaderboard{
		Guild: apiID(t.Query.Guild), Subject: string(t.Query.Subject), Metric: string(t.Query.Metric),
		Window: newAPIWindow(t.Window), Offset: t.Query.Offset, Total: t.Total, Sum: t.Sum, Places: newAPIPlaces(t.Places),
	}
}
