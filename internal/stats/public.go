package stats

import (
	"errors"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/persist"
	"guildpulse/rank"
	"guildpulse/sketch"
)

// public is what everybody in a server may see of it: a function of the rows of
// the channels that @everyone may view, and of the rules. What it keeps by member is
// in arrays, by the numbers of the roster.
type public struct {
	rules     *guild.Rules
	roster    *rank.Roster // of score and totals
	score     *rank.Board
	totals    [totals]*rank.Board // of all time, by member
	standings standings
	uniques   uniques
	ledgers   guild.Ledgers // of yesterday and today

	newest  guild.Day // the latest local day of any row
	quarter int32     // and its latest quarter
	now     struct {  // a quarter that was asked for last, and its day
		quarter int32
		day     guild.Day
	}
	changes []guild.Change
}

// beginning is no day at all: before the first row.
const beginning = guild.Day(-1 << 31)

func newPublic(key sketch.Key, r *guild.Rules) *public {
	p := &public{
		rules:     r,
		roster:    rank.NewRoster(r.Guild()),
		standings: make(standings),
		uniques:   newUniques(key),
		newest:    beginning,
	}
	p.now.day = r.Zone().DayOfQuarter(p.now.quarter)
	p.score = rank.New(rank.Config{HalfLife: r.HalfLife(), Seed: r.Guild(), Roster: p.roster})
	for i := range p.totals {
		p.totals[i] = rank.New(rank.Config{Seed: r.Guild(), Roster: p.roster})
	}
	return p
}

func (p *public) any() bool { return p.newest != beginning }

// add counts a row. ErrTooOld says that all but the score could be brought up to
// date: the row's day is older than yesterday, and what it changes depends on rows
// that are no longer in memory.
func (p *public) add(r *persist.Row) error {
	day := p.day(r.Quarter)
	p.advance(day, r.Quarter)
	if !concerns(r.Kind) {
		return nil
	}
	n := p.roster.Enter(r.Member)
	if t, v := totalOf(r); t != none {
		if err := p.totals[t].Credit(n, 0, v); err != nil {
			return err
		}
	}
	if err := p.standings.add(r, day); err != nil {
		return err
	}
	p.uniques.add(r, n, day, p.newest)
	return p.earn(r, n, day)
}

// day returns the local day of a quarter, of which most rows have the same.
func (p *public) day(quarter int32) guild.Day {
	if p.now.quarter != quarter {
		p.now.quarter, p.now.day = quarter, p.rules.Zone().DayOfQuarter(quarter)
	}
	return p.now.day
}

// concerns reports whether rows of kind k say anything of their member.
func concerns(k events.Kind) bool {
	_, scores := guild.CategoryOf(k)
	return scores || active(k)
}

// advance notes how late it is. What only serves yesterday and today is dropped
// when a day begins.
func (p *public) advance(day guild.Day, quarter int32) {
	p.quarter = max(p.quarter, quarter)
	if day <= p.newest {
		return
	}
	p.newest = day
	p.uniques.expire(day, p.quarter)
	p.ledgers.Advance(p.rules, day)
}

// earn brings the score up to date by the difference that the row makes.
func (p *public) earn(r *persist.Row, n uint32, day guild.Day) error {
	if _, scores := guild.CategoryOf(r.Kind); !scores {
		return nil
	}
	if day < p.newest-1 {
		return guild.ErrTooOld
	}
	var err error
	p.changes, err = p.ledgers.Add(p.rules, n, scored(r), p.changes[:0])
	if err != nil {
		return err
	}
	for _, c := range p.changes {
		err = errors.Join(err, p.score.Credit(n, events.QuarterStart(c.Quarter), c.Diff))
	}
	return err
}

// load takes over all rows of one member, which are sorted by quarter; today is
// the newest day of the whole server. Used to rebuild.
func (p *public) load(member uint64, rows []persist.Row, today guild.Day, buf []guild.Row) ([]guild.Row, error) {
	buf = buf[:0]
	n := p.roster.Enter(member)
	var sums [totals]float64
	for i := range rows {
		r := &rows[i]
		if t, v := totalOf(r); t != none {
			sums[t] += v
		}
		p.uniques.add(r, n, p.rules.Zone().DayOfQuarter(r.Quarter), today)
		if _, ok := guild.CategoryOf(r.Kind); ok {
			buf = append(buf, scored(r))
		}
	}
	var err error
	for t, v := range sums {
		err = errors.Join(err, p.totals[t].Credit(n, 0, v))
	}
	for _, e := range p.rules.Points(nil, buf) {
		err = errors.Join(err, p.score.Credit(n, events.QuarterStart(e.Quarter), e.Points))
	}
	if k := len(buf); k > 0 && p.rules.Zone().DayOfQuarter(buf[k-1].Quarter) >= today-1 {
		p.ledgers.Load(p.rules, n, today, buf)
	}
	return buf, err
}

// remove takes a member off every board. Distinct counts cannot forget anybody;
// they are right again after the next rebuild.
func (p *public) remove(member uint64) {
	if n, ok := p.roster.Number(member); ok {
		p.ledgers.Drop(n)
		p.uniques.forget(n)
	}
	p.roster.Remove(member)
	p.standings.remove(member)
}

func scored(r *persist.Row) guild.Row {
	return guild.Row{
		Quarter: r.Quarter, Channel: r.Channel, Kind: r.Kind, Count: r.Count, Amount: r.Amount, Mask: r.Mask,
	}
}

// total is a sum of a member's rows.
type total int

const (
	totalMessages total = iota
	totalVoice
	totalReactions
	totals
	none total = -1
)

// totalOf tells what a row adds to which of its member's totals. Voice is in
// milliseconds and counts time among others, muted or not.
func totalOf(r *persist.Row) (total, float64) {
	switch r.Kind {
	case events.KindMessage:
		return totalMessages, float64(r.Count)
	case events.KindVoice, events.KindVoiceMuted:
		return totalVoice, float64(r.Amount)
	case events.KindReceived:
		return totalReactions, float64(r.Count)
	}
	return none, 0
}

// board returns the board by which a metric ranks members.
func (p *public) board(m report.Metric) *rank.Board {
	if t := totalBy(m); t != none {
		return p.totals[t]
	}
	return p.score
}

// metric returns the metric that ranks members by the total.
func (t total) metric() report.Metric {
	return [totals]report.Metric{report.Messages, report.Voice, report.Reactions}[t]
}

// totalBy returns the total by which a metric ranks members, none of the score.
func totalBy(m report.Metric) total {
	for t := range totals {
		if t.metric() == m {
			return t
		}
	}
	return none
}
