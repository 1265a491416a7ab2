package report

import "time"

// Window is the time that an answer covers.
type Window struct {
	Period Period
	From   string    // first local day, "2026-11-15"; empty for a score
	To     string    // last local day
	Zone   string    // the server's, IANA
	AsOf   time.Time // the newest event that is counted in it, or now
	Gaps   []Gap     // that overlap it
}

// Gap is a time in which nothing could be heard.
type Gap struct {
	From, To time.Time
	State    string // "open", "repaired", "lost"
}

// Place is one line of a ranking.
type Place struct {
	Rank  int // from 1; equals share the order of their ids, not the place
	ID    uint64
	Name  string // as people see it; untrusted text
	Value float64
}

// Top is a page of a ranking.
type Top struct {
	Query  TopQuery
	Window Window
	Places []Place
	Total  int     // how many have a place
	Sum    float64 // over all places, 0 for Score
}

// Part is one reason for a score.
type Part struct {
	Name   string // "messages", "voice", "reactions", …
	Points float64
}

// Rank tells where a member stands.
type Rank struct {
	Guild   uint64
	Member  uint64
	Name    string
	Place   int // 0 when the member has no score
	Of      int
	Score   float64
	Parts   []Part  // sum up to Score
	Around  []Place // the neighbours, the member among them
	Totals  map[Metric]float64
	Window  Window  // of Totals: all time
	HalfDay float64 // half-life in days
}

// Figure is a number with the same number of the period before.
type Figure struct {
	Now, Before float64
	Error       float64 // relative standard error; 0 = exact, or as good as
}

// Point is a value of a series.
type Point struct {
	At    time.Time // begin of the local day
	Label string    // "2026-11-21"
	Value float64
}

// Overview is a server at a glance.
type Overview struct {
	Guild     uint64
	Name      string
	Window    Window
	Messages  Figure
	Voice     Figure // minutes
	Reactions Figure
	Active    Figure // different people who wrote
	Joined    Figure
	Left      Figure
	Daily     Figure // unique members today, DAU
	Weekly    Figure // in 7 days, WAU
	Monthly   Figure // in 30 days, MAU
	Series    []Point
	Previous  []Point // the same for the period before; none when that was not counted from its begin
	Members   []Place // by messages
	Channels  []Place // by messages
}

// Counter is a number that only grows, with its name as /metrics shows it.
type Counter struct {
	Name  string // "events_journaled_total"
	Help  string
	Value uint64
}

// Lag tells how far a cursor is behind the journal.
type Lag struct {
	Cursor string
	Next   uint64
	Behind uint64
}

// Status tells how the counting itself does.
type Status struct {
	Since    time.Time
	Version  string
	Reader   string
	Store    string
	Counters []Counter
	Lags     []Lag
	Notes    []string // what an operator should know, in sentences
}
