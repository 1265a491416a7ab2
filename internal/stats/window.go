package stats

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/persist"
)

// days is a span of local days, both ends included.
type days struct{ from, to guild.Day }

// sumKey is what a window's sums are grouped by.
type sumKey struct {
	key  uint64
	kind events.Kind
}

type sum struct{ count, amount int64 }

// question is a question about a window: the rows at the store's cursor, read in
// one transaction, plus the tail from that cursor on.
type question struct {
	kinds []events.Kind
	by    persist.Dimension
	span  days
	only  *uint64 // one member, when set
}

// ask answers questions about one server as of one moment. Channels that are
// hidden and members who opted out are left out.
func (t *Stats) ask(ctx context.Context, s *server, qs ...question) ([]map[sumKey]sum, error) {
	s.mu.Lock()
	s.tail.hold()
	zone := s.public.rules.Zone()
	hidden := s.hiddenList()
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.tail.release()
		s.mu.Unlock()
	}()
	out := make([]map[sumKey]sum, len(qs))
	var cursor events.Seq
	err := t.cfg.Store.View(ctx, func(v persist.View) error {
		cursor = v.Cursor().Next
		for i := range qs {
			out[i] = make(map[sumKey]sum)
			err := qs[i].read(ctx, v, s.id, hidden, func(x *persist.Sum) {
				k := sumKey{x.Key, x.Kind}
				out[i][k] = sum{out[i][k].count + x.Count, out[i][k].amount + x.Amount}
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", report.ErrUnavailable, err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, r := range s.tail.from(cursor) {
		if _, hide := s.hidden[r.Channel]; hide {
			continue
		}
		for i := range qs {
			qs[i].addRow(out[i], r, zone)
		}
	}
	for i := range qs {
		if qs[i].by == persist.ByMember {
			s.dropOptedOut(out[i])
		}
	}
	return out, nil
}

func (s *server) dropOptedOut(sums map[sumKey]sum) {
	for k := range sums {
		if _, out := s.optedOut[k.key]; out || k.key == events.Anonymous {
			delete(sums, k)
		}
	}
}

// allDays ends the span of all time, which is read from months instead of days.
const allDays = guild.Day(math.MaxInt32)

// read hands over the store's sums, of which one key may have several.
func (q *question) read(ctx context.Context, v persist.View, id uint64, hidden []uint64, add func(*persist.Sum)) error {
	for _, part := range q.stored(id, hidden) {
		sums, err := v.Sums(ctx, part)
		if err != nil {
			return err
		}
		for i := range sums {
			add(&sums[i])
		}
	}
	return nil
}

// stored cuts a question into those that the store has the fewest rows for: whole
// months are read as such, the days before and after them as days. A series by day
// has days alone.
func (q *question) stored(id uint64, hidden []uint64) []persist.SumQuery {
	days := persist.SumQuery{
		Guild: id, Grain: persist.GrainDay, From: int32(q.span.from), To: int32(q.span.to),
		Kinds: q.kinds, By: q.by, Exclude: hidden, Member: q.only,
	}
	if q.by == persist.ByPeriod {
		return []persist.SumQuery{days}
	}
	months := days
	months.Grain = persist.GrainMonth
	if q.span.to == allDays {
		months.From, months.To = math.MinInt32, math.MaxInt32
		return []persist.SumQuery{months}
	}
	first, last := q.span.months()
	if first > last {
		return []persist.SumQuery{days}
	}
	months.From, months.To = int32(first), int32(last)
	parts := []persist.SumQuery{months}
	if before := days; q.span.from < first.First() {
		before.To = int32(first.First()) - 1
		parts = append(parts, before)
	}
	if after := days; q.span.to > last.Last() {
		after.From = int32(last.Last()) + 1
		parts = append(parts, after)
	}
	return parts
}

// months returns the first and the last month that lie in d whole; there is none
// when the first is after the last.
func (d days) months() (first, last guild.Month) {
	first, last = d.from.Month(), d.to.Month()
	if d.from > first.First() {
		first++
	}
	if d.to < last.Last() {
		last--
	}
	return first, last
}

func (q *question) addRow(sums map[sumKey]sum, r *persist.Row, zone *guild.Zone) {
	if !slices.Contains(q.kinds, r.Kind) || q.only != nil && *q.only != r.Member {
		return
	}
	day := zone.DayOfQuarter(r.Quarter)
	if day < q.span.from || day > q.span.to {
		return
	}
	k := sumKey{kind: r.Kind}
	switch q.by {
	case persist.ByMember:
		k.key = r.Member
	case persist.ByChannel:
		k.key = r.Channel
	case persist.ByPeriod:
		k.key = uint64(uint32(day))
	}
	x := sums[k]
	sums[k] = sum{x.count + r.Count, x.amount + r.Amount}
}

// span cuts a period out of time as the server's zone has it now. All has no end,
// so that what comes from a clock ahead of ours counts too.
func span(p report.Period, now time.Time, zone *guild.Zone) days {
	from, to := guild.Span(guild.Period(p), now.UnixMilli(), zone)
	if p == report.All {
		return days{guild.Day(math.MinInt32), allDays}
	}
	return days{from, to}
}

// before is the span of equal length that ends where d begins; ok is false for
// all time.
func (d days) before() (days, bool) {
	if d.to == allDays {
		return days{}, false
	}
	n := d.to - d.from + 1
	return days{d.from - n, d.from - 1}, true
}

// window describes what an answer covers.
func (t *Stats) window(ctx context.Context, p report.Period, zone *guild.Zone) report.Window {
	now := t.cfg.Now()
	w := report.Window{Period: p, Zone: zone.Name(), AsOf: now}
	d := span(p, now, zone)
	from := int64(0)
	if d.to != allDays {
		w.From, w.To = d.from.String(), d.to.String()
		from = zone.DayStart(d.from)
	}
	// Gaps are told where they can be read; an answer without them is still right.
	_ = t.cfg.Store.View(ctx, func(v persist.View) error {
		gaps, err := v.Gaps(ctx, from, now.UnixMilli())
		for _, g := range gaps {
			w.Gaps = append(w.Gaps, report.Gap{
				From: events.Time(g.From), To: events.Time(g.To), State: gapState(g.State),
			})
		}
		return err
	})
	return w
}

func gapState(s persist.GapState) string {
	switch s {
	case persist.GapRepaired:
		return "repaired"
	case persist.GapLost:
		return "lost"
	}
	return "open"
}
