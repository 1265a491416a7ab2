package postgres

import (
	"cmp"
	"slices"

	"github.com/jackc/pgx/v5"

	"guildpulse/events"
	"guildpulse/persist"
)

// queueSwallow has the stored spans that the given ones overlap taken out of the
// store and appended to into.
func queueSwallow(batch *pgx.Batch, given []persist.Span, into *[]persist.Span) {
	spans := pointers(given)
	batch.Queue(sqlSwallowSpans, spanIDs(spans)...).Query(func(rows pgx.Rows) error {
		var err error
		*into, err = pgx.AppendRows(*into, rows, scanSpan)
		return err
	})
}

// queueSpans has spans inserted, which overlap nothing that is stored.
func queueSpans(batch *pgx.Batch, given []persist.Span) {
	if len(given) == 0 {
		return
	}
	spans := pointers(given)
	sources := column(spans, func(s *persist.Span) int16 { return int16(s.Source) })
	batch.Queue(sqlInsertSpans, append(spanIDs(spans), sources)...)
}

func spanIDs(spans []*persist.Span) []any {
	return []any{
		ids(spans, func(s *persist.Span) uint64 { return s.Guild }),
		ids(spans, func(s *persist.Span) uint64 { return s.Channel }),
		ids(spans, func(s *persist.Span) uint64 { return s.Lo }),
		ids(spans, func(s *persist.Span) uint64 { return s.Hi }),
	}
}

func pointers[T any](items []T) []*T {
	p := make([]*T, len(items))
	for i := range items {
		p[i] = &items[i]
	}
	return p
}

func scanSpan(row pgx.CollectableRow) (persist.Span, error) {
	var guild, channel, lo, hi int64
	var source int16
	if err := row.Scan(&guild, &channel, &lo, &hi, &source); err != nil {
		return persist.Span{}, err
	}
	return persist.Span{
		Guild: unsigned(guild), Channel: unsigned(channel),
		Lo: unsigned(lo), Hi: unsigned(hi), Source: events.Source(source), // as it was written
	}, nil
}

// mergeSpans returns what is stored once the given spans were written, one after
// another, over the swallowed ones: the unions of those that overlap, each with
// the source of the newest span in it. Neighbours that do not overlap stay apart.
// It sorts by begin and sweeps: O(n log n).
func mergeSpans(swallowed, given []persist.Span) []persist.Span {
	type aged struct {
		persist.Span
		age int // of the newest part: 0 is stored, 1 the first given
	}
	all := make([]aged, 0, len(swallowed)+len(given))
	for _, s := range swallowed {
		all = append(all, aged{s, 0})
	}
	for i, s := range given {
		all = append(all, aged{s, i + 1})
	}
	slices.SortFunc(all, func(a, b aged) int {
		return cmp.Or(cmp.Compare(a.Guild, b.Guild), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Lo, b.Lo))
	})
	var merged []persist.Span
	age := 0
	for _, s := range all {
		n := len(merged) - 1
		if n < 0 || merged[n].Guild != s.Guild || merged[n].Channel != s.Channel || merged[n].Hi < s.Lo {
			merged, age = append(merged, s.Span), s.age
			continue
		}
		merged[n].Hi = max(merged[n].Hi, s.Hi)
		if s.age > age {
			merged[n].Source, age = s.Source, s.age
		}
	}
	return merged
}
