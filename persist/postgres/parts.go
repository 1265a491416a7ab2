package postgres

import (
	"strconv"

	"github.com/jackc/pgx/v5"

	"guildpulse/persist"
)

// The small parts of a batch go as arrays, one a column. ON CONFLICT takes a key
// once a statement, so that of several writes of one key the last alone is sent.

// newest returns the last item of every key, in the order of those items.
func newest[T any, K comparable](items []T, key func(*T) K) []*T {
	last := make(map[K]int, len(items))
	for i := range items {
		last[key(&items[i])] = i
	}
	kept := make([]*T, 0, len(last))
	for i := range items {
		if last[key(&items[i])] == i {
			kept = append(kept, &items[i])
		}
	}
	return kept
}

// column returns one field of every item as an array.
func column[T, F any](items []*T, field func(*T) F) []F {
	values := make([]F, len(items))
	for i, item := range items {
		values[i] = field(item)
	}
	return values
}

func ids[T any](items []*T, id func(*T) uint64) []int64 {
	return column(items, func(item *T) int64 { return signed(id(item)) })
}

func names[T any](items []*T, name func(*T) string) []string {
	return column(items, func(item *T) string { return persist.CleanText(name(item)) })
}

func queueGaps(batch *pgx.Batch, given []persist.Gap) {
	if len(given) == 0 {
		return
	}
	type key struct {
		shard uint16
		from  int64
	}
	gaps := newest(given, func(g *persist.Gap) key { return key{g.Shard, g.From} })
	batch.Queue(sqlUpsertGaps,
		column(gaps, func(g *persist.Gap) int32 { return int32(g.Shard) }),
		column(gaps, func(g *persist.Gap) int64 { return g.From }),
		column(gaps, func(g *persist.Gap) int64 { return g.To }),
		column(gaps, func(g *persist.Gap) int16 { return int16(g.State) }))
}

func queueVoice(batch *pgx.Batch, given []persist.VoiceSession) {
	if len(given) == 0 {
		return
	}
	type key struct {
		guild, member uint64
		opened        int64
	}
	voice := newest(given, func(v *persist.VoiceSession) key { return key{v.Guild, v.Member, v.Opened} })
	batch.Queue(sqlUpsertVoice,
		ids(voice, func(v *persist.VoiceSession) uint64 { return v.Guild }),
		ids(voice, func(v *persist.VoiceSession) uint64 { return v.Member }),
		column(voice, func(v *persist.VoiceSession) int64 { return v.Opened }),
		ids(voice, func(v *persist.VoiceSession) uint64 { return v.Channel }),
		column(voice, func(v *persist.VoiceSession) int64 { return v.Proof }),
		column(voice, func(v *persist.VoiceSession) int64 { return v.Closed }),
		column(voice, func(v *persist.VoiceSession) int16 { return int16(v.Flags) }))
}

func queueEmoji(batch *pgx.Batch, given []persist.Emoji) {
	if len(given) == 0 {
		return
	}
	type key struct {
		guild  uint64
		number uint32
	}
	emoji := newest(given, func(e *persist.Emoji) key { return key{e.Guild, e.Number} })
	batch.Queue(sqlUpsertEmoji,
		ids(emoji, func(e *persist.Emoji) uint64 { return e.Guild }),
		column(emoji, func(e *persist.Emoji) int64 { return int64(e.Number) }),
		ids(emoji, func(e *persist.Emoji) uint64 { return e.ID }),
		names(emoji, func(e *persist.Emoji) string { return e.Name }))
}

// queueStates merges the states of a server first: a field that is nil in a later
// one leaves what an earlier one says.
func queueStates(batch *pgx.Batch, given []persist.GuildState) {
	if len(given) == 0 {
		return
	}
	index := make(map[uint64]*persist.GuildState, len(given))
	var states []*persist.GuildState
	for i := range given {
		g := given[i]
		s, ok := index[g.Guild]
		if !ok {
			index[g.Guild] = &g
			states = append(states, &g)
			continue
		}
		if g.Settings != nil {
			s.Settings = g.Settings
		}
		if g.Hidden != nil {
			s.Hidden = g.Hidden
		}
	}
	batch.Queue(sqlUpsertStates,
		ids(states, func(s *persist.GuildState) uint64 { return s.Guild }),
		column(states, func(s *persist.GuildState) []byte { return s.Settings }),
		column(states, func(s *persist.GuildState) *string { return arrayLiteral(s.Hidden) }))
}

// arrayLiteral writes ids as PostgreSQL writes a bigint[], nil as NULL.
func arrayLiteral(ids []uint64) *string {
	if ids == nil {
		return nil
	}
	text := []byte{'{'}
	for i, id := range ids {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, signed(id), 10)
	}
	literal := string(append(text, '}'))
	return &literal
}

func queueOptOuts(batch *pgx.Batch, given []persist.OptOut) {
	if len(given) == 0 {
		return
	}
	type key struct{ guild, member uint64 }
	var in, out []*persist.OptOut
	for _, o := range newest(given, func(o *persist.OptOut) key { return key{o.Guild, o.Member} }) {
		if o.Out {
			out = append(out, o)
		} else {
			in = append(in, o)
		}
	}
	queuePeople(batch, sqlInsertOptOuts, out)
	queuePeople(batch, sqlDeleteOptOuts, in)
}

func queuePeople(batch *pgx.Batch, sql string, people []*persist.OptOut) {
	if len(people) == 0 {
		return
	}
	batch.Queue(sql,
		ids(people, func(o *persist.OptOut) uint64 { return o.Guild }),
		ids(people, func(o *persist.OptOut) uint64 { return o.Member }))
}
