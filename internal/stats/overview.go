package stats

import (
	"context"
	"math"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/persist"
)

const (
	aroundRank    = 2 // neighbours above and below
	overviewLines = 10
	seriesDays    = 366 // the longest series by day
)

// Rank implements report.Reader.
func (t *Stats) Rank(ctx context.Context, q report.RankQuery) (report.Rank, error) {
	s, err := t.find(q.Guild)
	if err != nil {
		return report.Rank{}, err
	}
	out, zone, err := t.standing(s, q)
	if err != nil {
		return out, err
	}
	all := days{guild.Day(math.MinInt32), allDays}
	own := []events.Kind{events.KindMessage, events.KindVoice, events.KindVoiceMuted, events.KindReceived}
	sums, err := t.ask(ctx, s, question{kinds: own, by: persist.ByMember, span: all, only: &q.Member})
	if err != nil {
		return out, err
	}
	out.Totals = make(map[report.Metric]float64)
	for k, x := range sums[0] {
		if t, v := totalOf(&persist.Row{Kind: k.kind, Count: x.count, Amount: x.amount}); t != none {
			out.Totals[t.metric()] += v
		}
	}
	out.Totals[report.Voice] /= minuteMs
	if out.Place == 0 && len(sums[0]) == 0 {
		return out, report.ErrNoMember
	}
	out.Window = t.window(ctx, report.All, zone)
	self := []report.Place{{ID: q.Member}}
	t.name(ctx, q.Guild, report.Members, self)
	t.name(ctx, q.Guild, report.Members, out.Around)
	out.Name = self[0].Name
	out.Parts, err = t.parts(ctx, s, q.Member)
	return out, err
}

// standing reads the score's board.
func (t *Stats) standing(s *server, q report.RankQuery) (report.Rank, *guild.Zone, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.ready(); err != nil {
		return report.Rank{}, nil, err
	}
	now := t.cfg.Now().UnixMilli()
	board := s.public.score
	out := report.Rank{
		Guild: q.Guild, Member: q.Member, Of: board.Len(),
		HalfDay: s.public.rules.HalfLife().Hours() / 24,
	}
	out.Place, _ = board.Rank(q.Member)
	out.Score, _ = board.Score(q.Member, now)
	if out.Place > 0 {
		for _, e := range entries(board, max(out.Place-1-aroundRank, 0), 2*aroundRank+1, now) {
			out.Around = append(out.Around, place(report.Score, e))
		}
	}
	return out, s.public.rules.Zone(), nil
}

// parts explains a member's score by its rows.
func (t *Stats) parts(ctx context.Context, s *server, member uint64) ([]report.Part, error) {
	rows, rules, err := t.memberRows(ctx, s, member)
	if err != nil {
		return nil, err
	}
	x := rules.Explain(rows, t.cfg.Now().UnixMilli())
	var out []report.Part
	for c, p := range x.Parts {
		if p.Score != 0 {
			out = append(out, report.Part{Name: guild.Category(c).String(), Points: p.Score})
		}
	}
	return out, nil
}

// Overview implements report.Reader.
func (t *Stats) Overview(ctx context.Context, q report.OverviewQuery) (report.Overview, error) {
	s, err := t.find(q.Guild)
	if err != nil {
		return report.Overview{}, err
	}
	if q.Period, err = report.ParsePeriod(string(q.Period)); err != nil {
		return report.Overview{}, err
	}
	s.mu.RLock()
	err, zone := s.ready(), s.public.rules.Zone()
	s.mu.RUnlock()
	if err != nil {
		return report.Overview{}, err
	}
	o := overview{Stats: t, server: s, zone: zone, now: t.cfg.Now()}
	o.out = report.Overview{
		Guild: q.Guild, Name: t.cfg.Names.GuildName(q.Guild), Window: t.window(ctx, q.Period, zone),
	}
	o.span = span(q.Period, o.now, zone)
	o.before, o.compare = o.span.before()
	if err := o.read(ctx); err != nil {
		return report.Overview{}, err
	}
	o.uniques()
	return o.out, nil
}

// overview is the making of one report.Overview.
type overview struct {
	*Stats
	server       *server
	zone         *guild.Zone
	now          time.Time
	span, before days
	compare      bool
	out          report.Overview
}

// counted are the kinds that an overview sums up.
var counted = []events.Kind{
	events.KindMessage, events.KindReaction, events.KindVoice, events.KindVoiceMuted,
	events.KindJoin, events.KindLeave,
}

// read asks for everything at one cursor.
func (o *overview) read(ctx context.Context) error {
	qs := []question{
		{kinds: counted, by: persist.ByNothing, span: o.span},
		{kinds: []events.Kind{events.KindMessage}, by: persist.ByMember, span: o.span},
		{kinds: []events.Kind{events.KindMessage}, by: persist.ByChannel, span: o.span},
		{kinds: []events.Kind{events.KindMessage}, by: persist.ByPeriod, span: o.span},
	}
	if o.compare {
		qs = append(qs,
			question{kinds: counted, by: persist.ByNothing, span: o.before},
			question{kinds: []events.Kind{events.KindMessage}, by: persist.ByPeriod, span: o.before},
			question{kinds: []events.Kind{events.KindMessage}, by: persist.ByMember, span: o.before})
	}
	sums, err := o.ask(ctx, o.server, qs...)
	if err != nil {
		return err
	}
	o.figures(sums[0], func(f *report.Figure, v float64) { f.Now = v })
	members := ranked(sums[1], report.Messages)
	o.out.Active.Now = float64(len(members))
	o.out.Members = page(members, 0, overviewLines)
	o.name(ctx, o.out.Guild, report.Members, o.out.Members)
	o.out.Channels = page(ranked(sums[2], report.Messages), 0, overviewLines)
	o.name(ctx, o.out.Guild, report.Channels, o.out.Channels)
	o.out.Series = o.series(sums[3], o.span)
	if o.compare && o.begun(sums[5]) {
		o.figures(sums[4], func(f *report.Figure, v float64) { f.Before = v })
		o.out.Previous = o.series(sums[5], o.before)
		o.out.Active.Before = float64(len(ranked(sums[6], report.Messages)))
	}
	return nil
}

// begun reports whether the period before was counted from its begin, going by its
// first message: growth since the middle of it would mean nothing.
func (o *overview) begun(sums map[sumKey]sum) bool {
	for k := range sums {
		if day := guild.Day(int32(uint32(k.key))); day <= o.before.from+(o.before.to-o.before.from+1)/7 {
			return true
		}
	}
	return false
}

func (o *overview) figures(sums map[sumKey]sum, set func(*report.Figure, float64)) {
	of := func(ks ...events.Kind) (x sum) {
		for _, k := range ks {
			y := sums[sumKey{0, k}]
			x = sum{x.count + y.count, x.amount + y.amount}
		}
		return x
	}
	set(&o.out.Messages, float64(of(events.KindMessage).count))
	set(&o.out.Reactions, float64(of(events.KindReaction).count))
	set(&o.out.Voice, float64(of(events.KindVoice, events.KindVoiceMuted).amount)/minuteMs)
	set(&o.out.Joined, float64(of(events.KindJoin).count))
	set(&o.out.Left, float64(of(events.KindLeave).count))
}

// series lays sums out by day, days without any included.
func (o *overview) series(sums map[sumKey]sum, d days) []report.Point {
	by := make(map[guild.Day]float64, len(sums))
	first, last := guild.Day(math.MaxInt32), guild.Day(math.MinInt32)
	for k, x := range sums {
		day := guild.Day(int32(uint32(k.key)))
		by[day] += float64(x.count)
		first, last = min(first, day), max(last, day)
	}
	if d.to == allDays {
		if len(by) == 0 {
			return nil
		}
		d = days{first, last}
	}
	if d.to-d.from >= seriesDays {
		return o.months(by, d)
	}
	out := make([]report.Point, 0, d.to-d.from+1)
	for day := d.from; day <= d.to; day++ {
		out = append(out, report.Point{
			At: events.Time(o.zone.DayStart(day)), Label: day.String(), Value: by[day],
		})
	}
	return out
}

func (o *overview) months(by map[guild.Day]float64, d days) []report.Point {
	sums := make(map[guild.Month]float64)
	for day, v := range by {
		sums[day.Month()] += v
	}
	var out []report.Point
	for m := d.from.Month(); m <= d.to.Month(); m++ {
		out = append(out, report.Point{
			At: events.Time(o.zone.DayStart(m.First())), Label: m.String(), Value: sums[m],
		})
	}
	return out
}

// uniques fills in the distinct members, which are in memory.
func (o *overview) uniques() {
	today := o.zone.Day(o.now.UnixMilli())
	o.server.mu.RLock()
	defer o.server.mu.RUnlock()
	u := &o.server.public.uniques
	figure := func(n guild.Day) (f report.Figure) {
		f.Now, f.Error = u.count(today-n+1, today)
		f.Before, _ = u.count(today-2*n+1, today-n)
		return f
	}
	o.out.Daily, o.out.Weekly, o.out.Monthly = figure(1), figure(7), figure(30)
}
