package stats

import (
	"context"
	"fmt"
	"math"
	"slices"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/persist"
)

// memberRows reads a member's rows that score, sorted by quarter: those of the
// store at its cursor and the tail from there.
func (t *Stats) memberRows(ctx context.Context, s *server, member uint64) ([]guild.Row, *guild.Rules, error) {
	s.mu.Lock()
	s.tail.hold()
	rules := s.public.rules
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.tail.release()
		s.mu.Unlock()
	}()
	var rows []guild.Row
	var cursor events.Seq
	add := func(r *persist.Row) {
		if r.Member == member && s.mayShow(r) {
			rows = append(rows, scored(r))
		}
	}
	err := t.cfg.Store.View(ctx, func(v persist.View) error {
		cursor = v.Cursor().Next
		return v.MemberRows(ctx, s.id, member, math.MinInt32, math.MaxInt32, func(r *persist.Row) error {
			add(r)
			return nil
		})
	})
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", report.ErrUnavailable, err)
	}
	s.mu.RLock()
	var newer []persist.Row
	for _, r := range s.tail.from(cursor) {
		if r.Member == member {
			newer = append(newer, *r)
		}
	}
	s.mu.RUnlock()
	for i := range newer {
		add(&newer[i])
	}
	slices.SortStableFunc(rows, func(a, b guild.Row) int { return int(a.Quarter) - int(b.Quarter) })
	return mergeRows(rows), rules, nil
}

// mergeRows joins rows of the same quarter, channel and kind: the tail holds
// differences.
func mergeRows(rows []guild.Row) []guild.Row {
	type key struct {
		quarter int32
		channel uint64
		kind    events.Kind
	}
	at := make(map[key]int, len(rows))
	out := rows[:0]
	for _, r := range rows {
		k := key{r.Quarter, r.Channel, r.Kind}
		if i, ok := at[k]; ok {
			out[i].Count += r.Count
			out[i].Amount += r.Amount
			out[i].Mask |= r.Mask
			continue
		}
		at[k] = len(out)
		out = append(out, r)
	}
	return out
}
