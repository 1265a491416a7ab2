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
// the channels that @everyone may view, and of the rules.
type public struct {
	rules     *guild.Rules
	roster    *rank.Roster // of score and totals
	score     *rank.Board
	totals    map[report.Metric]*rank.Board // of all time, by member
	standings standings
	uniques   uniques
	ledgers   map[uint64]*guild.Ledger // of members who did something yesterday or today

	newest  guild.Day // the latest local day of any row
	quarter int32     // and its latest quarter
	changes []guild.Change
}

// beginning is no day at all: before the first row.
const beginning = guild.Day(-1 << 31)

func newPublic(key sketch.Key, r *guild.Rules) *public {
	roster := rank.NewRoster(r.Guild())
	total := rank.Config{Seed: r.Guild(), Roster: roster}
	return &public{
		rules:  r,
		roster: roster,
		score:  rank.New(rank.Config{HalfLife: r.HalfLife(), Seed: r.Guild(), Roster: roster}),
		totals: map[report.Metric]*rank.Board{
			report.Messages:  rank.New(total),
			report.Voice:     rank.New(total),
			report.Reactions: rank.New(total),
		},
		standings: make(standings),
		uniques:   newUniques(key),
		ledgers:   make(map[uint64]*guild.Ledger),
		newest:    beginning,
	}
}

func (p *public) any() bool { return p.newest != beginning }

// add counts a row. ErrTooOld says that all but the score could be brought up to
// date: the row's day is older than yesterday, and what it changes depends on rows
// that are no longer in memory.
func (p *public) add(r *persist.Row) error {
	day := p.rules.Zone().DayOfQuarter(r.Quarter)
	p.advance(day, r.Quarter)
	if m, v := memberMetric(r); m != "" {
		if err := p.totals[m].Add(r.Member, 0, v); err != nil {
			return err
		}
	}
	if err := p.standings.add(r, day); err != nil {
		return err
	}
	p.uniques.add(r, day, p.newest)
	return p.earn(r, day)
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
	for m, l := range p.ledgers {
		l.Advance(p.rules, day)
		if l.Len() == 0 {
			delete(p.ledgers, m)
		}
	}
}

// earn brings the score up to date by the difference that the row makes.
func (p *public) earn(r *persist.Row, day guild.Day) error {
	if _, scores := guild.CategoryOf(r.Kind); !scores {
		return nil
	}
	if day < p.newest-1 {
		return guild.ErrTooOld
	}
	l := p.ledgers[r.Member]
	if l == nil {
		l = &guild.Ledger{}
		l.Load(p.rules, p.newest, nil)
		p.ledgers[r.Member] = l
	}
	var err error
	p.changes, err = l.Add(p.rules, scored(r), p.changes[:0])
	if err != nil {
		return err
	}
	for _, c := range p.changes {
		err = errors.Join(err, p.score.Add(r.Member, events.QuarterStart(c.Quarter), c.Diff))
	}
	return err
}

// load takes over all rows of one member, which are sorted by quarter; today is
// the newest day of the whole server. Used to rebuild.
func (p *public) load(member uint64, rows []persist.Row, today guild.Day, buf []guild.Row) ([]guild.Row, error) {
	buf = buf[:0]
	sums := map[report.Metric]float64{}
	for i := range rows {
		r := &rows[i]
		if m, v := memberMetric(r); m != "" {
			sums[m] += v
		}
		p.uniques.add(r, p.rules.Zone().DayOfQuarter(r.Quarter), today)
		if _, ok := guild.CategoryOf(r.Kind); ok {
			buf = append(buf, scored(r))
		}
	}
	var err error
	for m, v := range sums {
		err = errors.Join(err, p.totals[m].Add(member, 0, v))
	}
	for _, e := range p.rules.Points(nil, buf) {
		err = errors.Join(err, p.score.Add(member, events.QuarterStart(e.Quarter), e.Points))
	}
	if n := len(buf); n > 0 && p.rules.Zone().DayOfQuarter(buf[n-1].Quarter) >= today-1 {
		l := &guild.Ledger{}
		l.Load(p.rules, today, buf)
		if l.Len() > 0 {
			p.ledgers[member] = l
		}
	}
	return buf, err
}

// remove takes a member off every board. Distinct counts cannot forget anybody;
// they are right again after the next rebuild.
func (p *public) remove(member uint64) {
	p.roster.Remove(member)
	p.standings.remove(member)
	delete(p.ledgers, member)
}

func scored(r *persist.Row) guild.Row {
	return guild.Row{
		Quarter: r.Quarter, Channel: r.Channel, Kind: r.Kind, Count: r.Count, Amount: r.Amount, Mask: r.Mask,
	}
}

// memberMetric tells what a row adds to which of its member's totals. Voice is in
// milliseconds and counts time among others, muted or not.
func memberMetric(r *persist.Row) (report.Metric, float64) {
	switch r.Kind {
	case events.KindMessage:
		return report.Messages, float64(r.Count)
	case events.KindVoice, events.KindVoiceMuted:
		return report.Voice, float64(r.Amount)
	case events.KindReceived:
		return report.Reactions, float64(r.Count)
	}
	return "", 0
}
