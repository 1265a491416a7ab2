package stats

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/rank"
)

var _ report.Reader = (*Stats)(nil)

const minuteMs = 60_000

// find returns a server that can answer.
func (t *Stats) find(id uint64) (*server, error) {
	s := t.lookup(id)
	if s == nil {
		return nil, report.ErrNoGuild
	}
	return s, nil
}

// Top implements report.Reader.
func (t *Stats) Top(ctx context.Context, q report.TopQuery) (report.Top, error) {
	s, err := t.find(q.Guild)
	if err != nil {
		return report.Top{}, err
	}
	if err := validTop(&q); err != nil {
		return report.Top{}, err
	}
	s.mu.RLock()
	err, zone := s.ready(), s.public.rules.Zone()
	s.mu.RUnlock()
	if err != nil {
		return report.Top{}, err
	}
	if q.Metric == report.Score || q.Subject == report.Members && q.Period == report.All {
		return t.topOfBoard(ctx, s, q, zone), nil
	}
	return t.topOfWindow(ctx, s, q, zone)
}

func validTop(q *report.TopQuery) error {
	switch {
	case q.Subject != report.Members && q.Subject != report.Channels:
		return fmt.Errorf("%w: ranking of %q, want members or channels", report.ErrQuery, q.Subject)
	case q.Subject == report.Channels && q.Metric == report.Score:
		return fmt.Errorf("%w: channels have no score, ask for messages, voice or reactions", report.ErrQuery)
	case q.Limit < 1 || q.Limit > report.MaxLimit:
		return fmt.Errorf("%w: %d places, want 1 to %d", report.ErrQuery, q.Limit, report.MaxLimit)
	case q.Offset < 0:
		return fmt.Errorf("%w: offset %d", report.ErrQuery, q.Offset)
	}
	if _, err := report.ParseMetric(string(q.Metric)); err != nil {
		return err
	}
	_, err := report.ParsePeriod(string(q.Period))
	return err
}

// topOfBoard reads memory alone.
func (t *Stats) topOfBoard(ctx context.Context, s *server, q report.TopQuery, zone *guild.Zone) report.Top {
	out := report.Top{Query: q, Window: report.Window{Zone: zone.Name(), AsOf: t.cfg.Now()}}
	if q.Metric != report.Score {
		out.Window = t.window(ctx, q.Period, zone)
	}
	s.mu.RLock()
	board := s.public.board(q.Metric)
	out.Total = board.Len()
	for _, e := range entries(board, q.Offset, q.Limit, t.cfg.Now().UnixMilli()) {
		out.Places = append(out.Places, place(q.Metric, e))
	}
	s.mu.RUnlock()
	t.name(ctx, q.Guild, report.Members, out.Places)
	return out
}

func place(m report.Metric, e rank.Entry) report.Place {
	v := e.Score
	if m == report.Voice {
		v /= minuteMs
	}
	return report.Place{Rank: e.Rank, ID: e.Member, Value: v}
}

// kinds tells which rows a metric counts. Members are ranked by the reactions they
// received, channels by those given in them.
func kinds(m report.Metric, subject report.Subject) []events.Kind {
	switch m {
	case report.Messages:
		return []events.Kind{events.KindMessage}
	case report.Voice:
		return []events.Kind{events.KindVoice, events.KindVoiceMuted}
	case report.Reactions:
		if subject == report.Members {
			return []events.Kind{events.KindReceived}
		}
		return []events.Kind{events.KindReaction}
	}
	return nil
}

// ranked orders sums from most to least, equals by id.
func ranked(sums map[sumKey]sum, m report.Metric) []report.Place {
	byID := make(map[uint64]float64, len(sums))
	for k, x := range sums {
		byID[k.key] += value(x, m)
	}
	places := make([]report.Place, 0, len(byID))
	for id, v := range byID {
		if v > 0 {
			places = append(places, report.Place{ID: id, Value: v})
		}
	}
	slices.SortFunc(places, func(a, b report.Place) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.ID, b.ID))
	})
	for i := range places {
		places[i].Rank = i + 1
	}
	return places
}

func value(x sum, m report.Metric) float64 {
	if m == report.Voice {
		return float64(x.amount) / minuteMs
	}
	return float64(x.count)
}

func page(places []report.Place, offset, limit int) []report.Place {
	from := min(offset, len(places))
	return places[from:min(from+limit, len(places))]
}

// name fills the names of places in. Those of members that are not known are asked
// for first.
func (t *Stats) name(ctx context.Context, id uint64, subject report.Subject, places []report.Place) {
	if subject == report.Channels {
		for i := range places {
			places[i].Name = t.cfg.Names.ChannelName(id, places[i].ID)
		}
		return
	}
	t.learn(ctx, id, places)
	for i := range places {
		places[i].Name = t.cfg.Names.MemberName(id, places[i].ID)
	}
}

// learn asks for the names of members that nobody has told of.
func (t *Stats) learn(ctx context.Context, id uint64, places []report.Place) {
	if t.cfg.Learn == nil {
		return
	}
	var unknown []uint64
	for i := range places {
		if t.cfg.Names.Unnamed(id, places[i].ID) {
			unknown = append(unknown, places[i].ID)
		}
	}
	if len(unknown) > 0 {
		t.cfg.Learn(ctx, id, unknown)
	}
}

// Status implements report.Reader.
func (t *Stats) Status(context.Context) (report.Status, error) {
	out := report.Status{Since: t.since}
	rebuilding := 0
	for _, s := range t.all() {
		s.mu.RLock()
		if s.stale != 0 {
			rebuilding++
		}
		s.mu.RUnlock()
	}
	if rebuilding > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("The numbers of %d servers are being computed anew.", rebuilding))
	}
	if t.status != nil {
		t.status(&out)
	}
	return out, nil
}
