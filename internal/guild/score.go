package guild

import (
	"cmp"
	"math"
	"slices"
	"time"

	"guildpulse/events"
)

// Row is what one member did in one channel in one quarter of an hour, of one
// kind, as far as scoring sees it. There is one row for each (quarter, channel,
// kind); two of the same are as good as their sum with both masks.
type Row struct {
	Quarter int32 // see events.Quarter
	Channel uint64
	Kind    events.Kind
	Count   int64  // how many; deleted messages are taken off the row they came in
	Amount  int64  // of KindReceived: how many scored, less those taken back
	Mask    uint16 // the 15 clock minutes of the quarter, bit 0 the first; of messages and voice
}

// Earning is what a quarter gave.
type Earning struct {
	Quarter int32
	Points  float64
}

// Points returns what each quarter of a member's rows is worth, appended to dst
// in order of time, quarters of 0 points left out. The rows must be sorted by
// quarter, and whole for each local day that they touch. Nothing but the rows and
// the rules matters: the same rows in another order within their quarter give the
// same bits.
//
// For a member, a quarter q of local day d and a category k, with the weights w(k)
// and w(channel) of the rules:
//
//	minutes(c) = the earliest min(|mask|, max(count, 0)) minutes of the mask of
//	             the messages in channel c, so that each deleted message gives
//	             credit back once fewer messages than minutes are left;
//	             for voice: the minutes of KindVoice and KindVoiceMuted in c.
//	             Deafened or alone, time in voice does not score
//	gross(message, q) = w(message) · Σ over the clock minutes m of q:
//	             max { w(c) : m ∈ minutes(c) }, 0 if there is none
//	gross(voice, q)   = likewise with w(voice)
//	gross(received, q) = w(received) · Σ over channels c: w(c) · max(amount(c), 0)
//	gross(k, q)  = w(k) · Σ over channels c: w(c) · max(count(c), 0) for the
//	             others, where what is taken back in the same quarter (a reaction,
//	             a vote, an interest) counts against what is given
//	paid(k, q)   = min(gross(k, q), cap(k) − Σ paid(k, p) over the quarters p < q of day d)
//	points(q)    = Σ over k: paid(k, q)
//
// So a clock minute scores once over all channels, at the highest weight, however
// many messages fall in it: that is the cooldown.
//
// O(n log n) a day of n rows; up to 64 rows a day allocate nothing but dst.
func (r *Rules) Points(dst []Earning, rows []Row) []Earning {
	var room [64]cell
	for len(rows) > 0 {
		base, n := r.firstDay(rows)
		start := len(dst)
		pay := payday{rules: r, cells: gather(room[:0], base, rows[:n])}
		for pay.next() {
			if pay.paid != 0 {
				dst = append(dst, Earning{base + pay.group[0].offset(), pay.paid})
			}
		}
		dst = dst[:start+len(addUp(dst[start:]))]
		rows = rows[n:]
	}
	return dst
}

// addUp brings the earnings of several categories into order of time, one for
// each quarter.
func addUp(e []Earning) []Earning {
	if len(e) < 2 {
		return e
	}
	slices.SortStableFunc(e, func(a, b Earning) int { return cmp.Compare(a.Quarter, b.Quarter) })
	sums := e[:1]
	for _, x := range e[1:] {
		if last := &sums[len(sums)-1]; last.Quarter == x.Quarter {
			last.Points += x.Points
		} else {
			sums = append(sums, x)
		}
	}
	return sums
}

// Score returns the worth of earnings at a Unix millisecond:
//
//	Σ points(q) · 2^(−(now − start(q)) / halfLife)
//
// with start(q) the begin of the quarter. Quarters after now weigh more than 1,
// as they do on a board that was told of them.
func Score(earned []Earning, now int64, halfLife time.Duration) float64 {
	sum := 0.0
	for _, e := range earned {
		sum += e.Points * decay(e.Quarter, now, halfLife)
	}
	return sum
}

func decay(quarter int32, now int64, halfLife time.Duration) float64 {
	age := float64(now-events.QuarterStart(quarter)) / float64(halfLife.Milliseconds())
	return math.Exp2(-age)
}

// Explanation tells how a score came about.
type Explanation struct {
	Score float64
	Parts [NumCategories]Part // by Category
}

// Part is a category's share in a score.
type Part struct {
	Units  int64   // clock minutes, or how many, whatever their channel's weight
	Points float64 // what they gave, before decay
	Capped float64 // what daily caps withheld, before decay
	Score  float64 // what is left of Points
}

// Explain returns the score of rows at a Unix millisecond by category. The rows
// are those of [Rules.Points]; the score is that of [Score] up to rounding.
func (r *Rules) Explain(rows []Row, now int64) Explanation {
	var x Explanation
	var room [64]cell
	for len(rows) > 0 {
		base, n := r.firstDay(rows)
		pay := payday{rules: r, cells: gather(room[:0], base, rows[:n])}
		for pay.next() {
			p := &x.Parts[pay.group[0].category()]
			p.Units += units(pay.group)
			p.Points += pay.paid
			p.Capped += pay.gross - pay.paid
			p.Score += pay.paid * decay(base+pay.group[0].offset(), now, r.halfLife)
		}
		rows = rows[n:]
	}
	for _, p := range x.Parts {
		x.Score += p.Score
	}
	return x
}

// firstDay returns how many of the rows, from the first on, are of its local day,
// and the quarter with which that day begins.
func (r *Rules) firstDay(rows []Row) (base int32, n int) {
	day := r.zone.DayOfQuarter(rows[0].Quarter)
	lo, hi := r.zone.Quarters(day, day)
	n = 1
	for n < len(rows) && rows[n].Quarter >= lo && rows[n].Quarter < hi {
		n++
	}
	return lo, n
}

// payday walks over the cells of a member's local day, category by category in
// order of time.
type payday struct {
	rules *Rules
	cells []cell // still to come
	left  float64

	group []cell  // of one category and quarter
	gross float64 // what it is worth
	paid  float64 // what of it the cap leaves
}

// next moves on to the next group, or reports that there is none.
func (p *payday) next() bool {
	if len(p.cells) == 0 {
		return false
	}
	n := groupLen(p.cells)
	if c := p.cells[0].category(); p.group == nil || p.group[0].category() != c {
		p.left = p.rules.caps[c]
	}
	p.group, p.cells = p.cells[:n], p.cells[n:]
	p.gross = p.rules.gross(p.group)
	p.paid = min(p.gross, p.left)
	p.left -= p.paid
	return true
}
