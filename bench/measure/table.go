package measure

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"
	"time"
)

// Options bound how long a comparison takes.
type Options struct {
	Rounds int           // pairs of measurements; 7
	Round  time.Duration // of one side; 80 ms
}

func (o *Options) defaults() {
	o.Rounds = cmp.Or(o.Rounds, 7)
	o.Round = cmp.Or(o.Round, 80*time.Millisecond)
}

// Side is one of two that are compared. Run carries out n operations; what it
// needs is set up before, or between operations at a cost that does not matter.
type Side struct {
	Name string
	Run  func(n int)
}

// Figure is one line of a table.
type Figure struct {
	Subject  string
	Name     string
	Unit     string  // of Ours and Peer: "ns", "B", "/s", "%"
	Ours     float64 // NaN when there is none
	Peer     float64
	PeerName string
	Ratio    float64 // NaN when nothing is compared
	Goal     float64 // NaN when the line only reports
	AtMost   bool    // the ratio, or without a peer our value, must not exceed the goal
	Note     string  // why it falls short, or what is special about it

	Measured time.Time // the day
	Machine  string
}

// Verdict is "pass" or "short", or "-" for a line that only reports.
func (f *Figure) Verdict() string {
	judged := f.Ratio
	if math.IsNaN(judged) {
		judged = f.Ours
	}
	switch {
	case math.IsNaN(f.Goal):
		return "-"
	case f.AtMost && judged <= f.Goal, !f.AtMost && judged >= f.Goal:
		return "pass"
	default:
		return "short"
	}
}

// Table gathers the figures of one subject, and prints each as it comes.
type Table struct {
	Subject  string
	Whole    bool // everything of the subject was asked for
	Figures  []Figure
	Pictures []Picture
	Sheets   map[string]string // pages of text by name, in Markdown

	options Options
	out     io.Writer
	match   func(name string) bool
	part    bool // all figures of the part under way are wanted
}

// NewTable returns an empty table that prints to out. Comparisons of names that
// match does not want are left out; nil wants all.
func NewTable(subject string, out io.Writer, o Options, match func(name string) bool) *Table {
	o.defaults()
	if match == nil {
		match = func(string) bool { return true }
	}
	t := &Table{Subject: subject, options: o, out: out, match: match}
	fmt.Fprintf(out, "\n%s\n%-44s %14s  %-30s %9s %10s\n", subject, "name", "ours", "peer", "ratio", "goal")
	return t
}

// Wants reports whether a figure is asked for, to spare what would only set it up.
func (t *Table) Wants(name string) bool { return t.part || t.match(t.Subject+"/"+name) }

// Part begins a part of the subject and reports whether it is asked for, by its own name.
// Then all of its figures are wanted, whatever they are called.
func (t *Table) Part(name string) bool {
	t.part = t.match(t.Subject + "/" + name)
	return t.part
}

// Draw adds a picture.
func (t *Table) Draw(p Picture) { t.Pictures = append(t.Pictures, p) }

// Sheet adds a page of text, in Markdown.
func (t *Table) Sheet(name, text string) {
	if t.Sheets == nil {
		t.Sheets = make(map[string]string)
	}
	t.Sheets[name] = text
}

// Options returns how comparisons are bounded, for those that run on their own.
func (t *Table) Options() Options { return t.options }

// Faster compares the time of an operation. The ratio is the peer's time by ours;
// the goal is reached at or above it. A goal of 0 only reports.
func (t *Table) Faster(name string, goal float64, ours, peer Side, note ...string) {
	if !t.Wants(name) {
		return
	}
	a, b, ratio := t.compare(ours, peer)
	t.Add(Figure{
		Name: name, Unit: "ns", Ours: a, Peer: b, PeerName: peer.Name,
		Ratio: ratio, Goal: orNaN(goal), Note: first(note),
	})
}

// compare returns both medians in nanoseconds an operation, and the median ratio.
func (t *Table) compare(ours, peer Side) (a, b, ratio float64) {
	n, m := t.calibrate(ours), t.calibrate(peer)
	var as, bs, ratios []float64
	for range t.options.Rounds {
		x, y := Time(ours.Run, n), Time(peer.Run, m)
		as, bs, ratios = append(as, x), append(bs, y), append(ratios, y/x)
	}
	return Median(as), Median(bs), Median(ratios)
}

// calibrate returns how many operations fill a round. It warms the side up.
func (t *Table) calibrate(s Side) int {
	n := 1
	for {
		began := time.Now()
		s.Run(n)
		took := float64(time.Since(began).Nanoseconds())
		if took >= float64(t.options.Round)/4 || n >= 1<<30 {
			return max(1, int(float64(n)*float64(t.options.Round)/max(took, 1)))
		}
		n *= 4
	}
}

// Time returns the nanoseconds an operation of one run of n. Garbage of before is
// collected first, so that nobody pays for somebody else's.
func Time(run func(n int), n int) float64 {
	runtime.GC()
	began := time.Now()
	run(n)
	return float64(time.Since(began).Nanoseconds()) / float64(n)
}

// Allocs returns how many allocations an operation costs, over a run of n.
func Allocs(run func(n int), n int) float64 {
	run(1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run(n)
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(n)
}

// Median returns the middle of vs, which it sorts. NaN when there is none.
func Median(vs []float64) float64 {
	if len(vs) == 0 {
		return math.NaN()
	}
	slices.Sort(vs)
	return vs[len(vs)/2]
}

// Quantile returns the value that a share q of vs does not exceed, and sorts them. NaN
// when there is none.
func Quantile(vs []float64, q float64) float64 {
	if len(vs) == 0 {
		return math.NaN()
	}
	slices.Sort(vs)
	return vs[min(int(q*float64(len(vs))), len(vs)-1)]
}

// AtMost judges a value of ours against a limit: allocations, bytes, an error.
func (t *Table) AtMost(name, unit string, value, limit float64, note ...string) {
	if t.Wants(name) {
		t.Add(Figure{
			Name: name, Unit: unit, Ours: value, Peer: math.NaN(), Ratio: math.NaN(),
			Goal: limit, AtMost: true, Note: first(note),
		})
	}
}

// AtLeast judges a value of ours that should be high: a rate, a recall.
func (t *Table) AtLeast(name, unit string, value, limit float64, note ...string) {
	if t.Wants(name) {
		t.Add(Figure{
			Name: name, Unit: unit, Ours: value, Peer: math.NaN(), Ratio: math.NaN(),
			Goal: limit, Note: first(note),
		})
	}
}

// Report adds a value that nothing is asked of.
func (t *Table) Report(name, unit string, value float64, note ...string) {
	if t.Wants(name) {
		t.Add(Figure{
			Name: name, Unit: unit, Ours: value, Peer: math.NaN(), Ratio: math.NaN(),
			Goal: math.NaN(), Note: first(note),
		})
	}
}

// Add appends a figure and prints its line.
func (t *Table) Add(f Figure) {
	f.Subject, f.Measured, f.Machine = t.Subject, time.Now().UTC().Truncate(24*time.Hour), Machine()
	t.Figures = append(t.Figures, f)
	peer := ""
	if !math.IsNaN(f.Peer) {
		peer = f.PeerName + " " + number(f.Peer, f.Unit)
	}
	fmt.Fprintf(t.out, "%-44s %14s  %-30s %9s %10s  %s\n",
		f.Name, number(f.Ours, f.Unit), peer, ratio(f.Ratio), f.goal(), f.Verdict())
}

func (f *Figure) goal() string {
	if math.IsNaN(f.Goal) {
		return ""
	}
	sign, value := "≥ ", ratio(f.Goal)
	if f.AtMost {
		sign = "≤ "
	}
	if math.IsNaN(f.Ratio) {
		value = number(f.Goal, f.Unit)
	}
	return sign + value
}

func number(v float64, unit string) string {
	if math.IsNaN(v) {
		return ""
	}
	s := strconv.FormatFloat(v, 'f', decimals(v), 64)
	if unit == "" {
		return s
	}
	return s + " " + unit
}

// decimals keeps about three figures.
func decimals(v float64) int {
	switch v = math.Abs(v); {
	case v == 0 || v >= 100:
		return 0
	case v >= 10:
		return 1
	case v >= 1:
		return 2
	default:
		return 4
	}
}

func ratio(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', decimals(v), 64) + "×"
}

func orNaN(goal float64) float64 {
	if goal == 0 {
		return math.NaN()
	}
	return goal
}

func first(note []string) string {
	if len(note) == 0 {
		return ""
	}
	return note[0]
}
