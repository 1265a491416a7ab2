package storetest

import (
	"cmp"
	"maps"
	"slices"

	"guildpulse/events"
	"guildpulse/persist"
)

// oracle is a store as simple as it can be: what was written stands in maps and
// slices, and every question is a scan.
type oracle struct {
	rows    map[persist.Row]persist.Row                 // by key: the other fields are zero
	rollUps map[persist.Grain]map[persist.RollUp]amount // of days and months
	spans   []persist.Span
	gaps    map[persist.Gap]persist.Gap
	voice   map[persist.VoiceSession]persist.VoiceSession
	emoji   map[persist.Emoji]persist.Emoji
	states  map[uint64]persist.GuildState
	out     map[persist.OptOut]bool
}

type amount struct{ count, amount int64 }

func newOracle() *oracle {
	return &oracle{
		rows: make(map[persist.Row]persist.Row),
		rollUps: map[persist.Grain]map[persist.RollUp]amount{
			persist.GrainDay:   make(map[persist.RollUp]amount),
			persist.GrainMonth: make(map[persist.RollUp]amount),
		},
		gaps:   make(map[persist.Gap]persist.Gap),
		voice:  make(map[persist.VoiceSession]persist.VoiceSession),
		emoji:  make(map[persist.Emoji]persist.Emoji),
		states: make(map[uint64]persist.GuildState),
		out:    make(map[persist.OptOut]bool),
	}
}

func (o *oracle) apply(b *persist.Batch) {
	for _, z := range b.Rezone {
		o.rezone(z)
	}
	for _, r := range b.Rows {
		key := persist.Row{Guild: r.Guild, Quarter: r.Quarter, Channel: r.Channel, Member: r.Member, Kind: r.Kind}
		sum, ok := o.rows[key]
		if !ok {
			sum = key
		}
		sum.Count, sum.Amount, sum.Mask = sum.Count+r.Count, sum.Amount+r.Amount, sum.Mask|r.Mask
		o.rows[key] = sum
	}
	o.add(persist.GrainDay, b.Days)
	o.add(persist.GrainMonth, b.Months)
	for _, s := range b.Spans {
		o.swallow(s)
	}
	for _, g := range b.Gaps {
		o.gaps[persist.Gap{Shard: g.Shard, From: g.From}] = g
	}
	for _, v := range b.Voice {
		o.voice[persist.VoiceSession{Guild: v.Guild, Member: v.Member, Opened: v.Opened}] = v
	}
	for _, e := range b.Emoji {
		o.emoji[persist.Emoji{Guild: e.Guild, Number: e.Number}] = e
	}
	for _, s := range b.States {
		o.setState(s)
	}
	for _, p := range b.OptOuts {
		o.out[persist.OptOut{Guild: p.Guild, Member: p.Member}] = p.Out
	}
}

func (o *oracle) add(grain persist.Grain, rollUps []persist.RollUp) {
	for _, r := range rollUps {
		key := r
		key.Count, key.Amount = 0, 0
		sum := o.rollUps[grain][key]
		o.rollUps[grain][key] = amount{sum.count + r.Count, sum.amount + r.Amount}
	}
}

// rezone recounts the roll-ups of a server.
func (o *oracle) rezone(z persist.Rezone) {
	for _, sums := range o.rollUps {
		maps.DeleteFunc(sums, func(key persist.RollUp, _ amount) bool { return key.Guild == z.Guild })
	}
	for _, r := range o.rows {
		if r.Guild != z.Guild {
			continue
		}
		day, month := z.Cut(r.Quarter)
		sum := persist.RollUp{Guild: r.Guild, Channel: r.Channel, Member: r.Member, Kind: r.Kind, Count: r.Count, Amount: r.Amount}
		sum.Period = day
		o.add(persist.GrainDay, []persist.RollUp{sum})
		sum.Period = month
		o.add(persist.GrainMonth, []persist.RollUp{sum})
	}
}

// swallow unites s with what it overlaps, as often as it takes.
func (o *oracle) swallow(s persist.Span) {
	for i, old := range o.spans {
		if old.Guild == s.Guild && old.Channel == s.Channel && old.Lo <= s.Hi && s.Lo <= old.Hi {
			s.Lo, s.Hi = min(s.Lo, old.Lo), max(s.Hi, old.Hi)
			o.spans = slices.Delete(o.spans, i, i+1)
			o.swallow(s)
			return
		}
	}
	o.spans = append(o.spans, s)
}

func (o *oracle) setState(s persist.GuildState) {
	old := o.states[s.Guild]
	if s.Settings == nil {
		s.Settings = old.Settings
	}
	if s.Hidden == nil {
		s.Hidden = old.Hidden
	}
	o.states[s.Guild] = s
}

// in returns what a grain holds of a server, rows as roll-ups over quarters.
func (o *oracle) in(grain persist.Grain, guild uint64) []persist.RollUp {
	var all []persist.RollUp
	for _, r := range o.rows {
		if grain == persist.GrainQuarter && r.Guild == guild {
			all = append(all, persist.RollUp{
				Guild: r.Guild, Period: r.Quarter, Channel: r.Channel, Member: r.Member,
				Kind: r.Kind, Count: r.Count, Amount: r.Amount,
			})
		}
	}
	for key, sum := range o.rollUps[grain] {
		if key.Guild == guild {
			key.Count, key.Amount = sum.count, sum.amount
			all = append(all, key)
		}
	}
	return all
}

func (o *oracle) sums(q persist.SumQuery) []persist.Sum {
	type key struct {
		key  uint64
		kind events.Kind
	}
	sums := make(map[key]persist.Sum)
	for _, r := range o.in(q.Grain, q.Guild) {
		if !matches(&r, &q) {
			continue
		}
		k := key{keyOf(&r, q.By), r.Kind}
		sum := sums[k]
		sums[k] = persist.Sum{Key: k.key, Kind: k.kind, Count: sum.Count + r.Count, Amount: sum.Amount + r.Amount}
	}
	maps.DeleteFunc(sums, func(_ key, s persist.Sum) bool { return s.Count == 0 && s.Amount == 0 })
	return slices.SortedFunc(maps.Values(sums), func(a, b persist.Sum) int {
		byKey := cmp.Compare(a.Key, b.Key)
		if q.By == persist.ByPeriod {
			byKey = cmp.Compare(int64(a.Key), int64(b.Key)) // two's complement
		}
		return cmp.Or(byKey, cmp.Compare(a.Kind, b.Kind))
	})
}

func matches(r *persist.RollUp, q *persist.SumQuery) bool {
	return r.Period >= q.From && r.Period <= q.To &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, r.Kind)) &&
		!slices.Contains(q.Exclude, r.Channel) &&
		(q.Member == nil || *q.Member == r.Member) &&
		(q.Channel == nil || *q.Channel == r.Channel)
}

func keyOf(r *persist.RollUp, by persist.Dimension) uint64 {
	switch by {
	case persist.ByMember:
		return r.Member
	case persist.ByChannel:
		return r.Channel
	case persist.ByPeriod:
		return uint64(int64(r.Period)) // two's complement
	case persist.ByNothing:
	}
	return 0
}

// rowsOf returns rows as View.Rows does, those of one member if it is given.
func (o *oracle) rowsOf(guild uint64, from, to int32, member *uint64) []persist.Row {
	var rows []persist.Row
	for _, r := range o.rows {
		if r.Guild == guild && r.Quarter >= from && r.Quarter <= to &&
			(member == nil || *member == r.Member) && (r.Count != 0 || r.Amount != 0 || r.Mask != 0) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b persist.Row) int {
		return cmp.Or(cmp.Compare(a.Member, b.Member), a.Compare(&b))
	})
	return rows
}

func (o *oracle) spansOf(guild uint64) []persist.Span {
	var spans []persist.Span
	for _, s := range o.spans {
		if s.Guild == guild {
			spans = append(spans, s)
		}
	}
	slices.SortFunc(spans, func(a, b persist.Span) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Lo, b.Lo))
	})
	return spans
}

func (o *oracle) gapsIn(from, to int64) []persist.Gap {
	var gaps []persist.Gap
	for _, g := range o.gaps {
		if g.From <= to && g.To >= from {
			gaps = append(gaps, g)
		}
	}
	slices.SortFunc(gaps, func(a, b persist.Gap) int {
		return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.Shard, b.Shard))
	})
	return gaps
}

func (o *oracle) openVoice() []persist.VoiceSession {
	var open []persist.VoiceSession
	for _, v := range o.voice {
		if v.Closed == 0 {
			open = append(open, v)
		}
	}
	slices.SortFunc(open, func(a, b persist.VoiceSession) int {
		return cmp.Or(cmp.Compare(a.Guild, b.Guild), cmp.Compare(a.Member, b.Member), cmp.Compare(a.Opened, b.Opened))
	})
	return open
}

func (o *oracle) emojiOf(guild uint64) []persist.Emoji {
	var emoji []persist.Emoji
	for _, e := range o.emoji {
		if e.Guild == guild {
			emoji = append(emoji, e)
		}
	}
	slices.SortFunc(emoji, func(a, b persist.Emoji) int { return cmp.Compare(a.Number, b.Number) })
	return emoji
}

func (o *oracle) allStates() []persist.GuildState {
	return slices.SortedFunc(maps.Values(o.states), func(a, b persist.GuildState) int { return cmp.Compare(a.Guild, b.Guild) })
}

func (o *oracle) optOuts() []persist.OptOut {
	var people []persist.OptOut
	for p, out := range o.out {
		if out {
			people = append(people, persist.OptOut{Guild: p.Guild, Member: p.Member, Out: true})
		}
	}
	slices.SortFunc(people, func(a, b persist.OptOut) int {
		return cmp.Or(cmp.Compare(a.Guild, b.Guild), cmp.Compare(a.Member, b.Member))
	})
	return people
}
