package pipeline

import (
	"slices"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/persist"
)

// coalesced sums events up into the few rows of one flush.
type coalesced struct {
	rows    []persist.Row
	at      map[rowKey]int32 // in rows
	spans   []persist.Span
	gaps    []persist.Gap
	voice   map[sessionKey]*persist.VoiceSession
	emoji   []persist.Emoji
	states  []persist.GuildState
	outs    []persist.OptOut
	rezone  []persist.Rezone
	scratch []persist.Row
}

type rowKey struct {
	guild, channel, member uint64
	quarter                int32
	kind                   events.Kind
}

type sessionKey struct {
	guild, member uint64
	opened        int64
}

func newCoalesced() *coalesced {
	return &coalesced{
		at:    make(map[rowKey]int32),
		voice: make(map[sessionKey]*persist.VoiceSession),
	}
}

// empty reports whether nothing but the cursor would be written.
func (c *coalesced) empty() bool {
	return len(c.rows)+len(c.spans)+len(c.gaps)+len(c.voice)+len(c.emoji)+
		len(c.states)+len(c.outs)+len(c.rezone) == 0
}

// add takes in one journaled event.
func (c *coalesced) add(src events.Source, e *events.Event) {
	c.scratch = persist.AppendRows(c.scratch[:0], e)
	for i := range c.scratch {
		c.row(&c.scratch[i])
	}
	switch {
	case e.Kind == events.KindCovered:
		c.spans = append(c.spans, persist.Span{
			Guild: e.Guild, Channel: e.Channel, Lo: e.ID, Hi: e.Target, Source: src,
		})
	case e.Kind == events.KindVoiceOpen, e.Kind == events.KindVoiceClose, e.Kind.VoiceTime():
		c.session(e)
	}
}

func (c *coalesced) row(r *persist.Row) {
	k := rowKey{r.Guild, r.Channel, r.Member, r.Quarter, r.Kind}
	n, ok := c.at[k]
	if !ok {
		c.at[k] = int32(len(c.rows)) // of a flush: far fewer
		c.rows = append(c.rows, *r)
		return
	}
	sum := &c.rows[n]
	sum.Count += r.Count
	sum.Amount += r.Amount
	sum.Mask |= r.Mask
}

func (c *coalesced) session(e *events.Event) {
	k := sessionKey{e.Guild, e.User, int64(e.ID)}
	s := c.voice[k]
	if s == nil {
		s = &persist.VoiceSession{Guild: e.Guild, Member: e.User, Opened: int64(e.ID)}
		c.voice[k] = s
	}
	s.Channel, s.Proof = e.Channel, max(s.Proof, e.At)
	switch e.Kind {
	case events.KindVoiceOpen:
		s.Flags = e.Flags &^ events.FlagLastOfFrame
	case events.KindVoiceClose:
		s.Flags, s.Closed = e.Flags&^events.FlagLastOfFrame, e.At
	default:
		s.Proof = max(s.Proof, e.At+int64(e.Value))
	}
}

// follow takes in one journaled control. It reports the server's settings when
// these change, since the cut of its days may change with them.
func (c *coalesced) follow(ctl *events.Control) (*guild.Settings, error) {
	switch ctl.Type {
	case events.ControlGap:
		var g events.Gap
		if err := ctl.Decode(&g); err != nil {
			return nil, err
		}
		c.gaps = append(c.gaps, persist.Gap{Shard: g.Shard, From: g.From, To: g.To, State: persist.GapOpen})
	case events.ControlRepair:
		var r events.Repair
		if err := ctl.Decode(&r); err != nil {
			return nil, err
		}
		state := persist.GapLost
		if r.Filled {
			state = persist.GapRepaired
		}
		c.gaps = append(c.gaps, persist.Gap{Shard: r.Shard, From: r.From, To: r.To, State: state})
	case events.ControlEmoji:
		var e events.Emoji
		if err := ctl.Decode(&e); err != nil {
			return nil, err
		}
		c.emoji = append(c.emoji, persist.Emoji{Guild: ctl.Guild, Number: e.Number, ID: e.ID, Name: e.Name})
	case events.ControlVisibility:
		var v events.Visibility
		if err := ctl.Decode(&v); err != nil {
			return nil, err
		}
		c.states = append(c.states, persist.GuildState{
			Guild: ctl.Guild, Hidden: append([]uint64{}, v.Hidden...),
		})
	case events.ControlOptOut, events.ControlOptIn:
		var p events.Person
		if err := ctl.Decode(&p); err != nil {
			return nil, err
		}
		c.outs = append(c.outs, persist.OptOut{
			Guild: ctl.Guild, Member: p.User, Out: ctl.Type == events.ControlOptOut,
		})
	case events.ControlSettings:
		s, err := guild.DecodeSettings(ctl.Body)
		if err != nil {
			return nil, err
		}
		c.states = append(c.states, persist.GuildState{Guild: ctl.Guild, Settings: ctl.Body})
		return &s, nil
	}
	return nil, nil
}

// batch makes what the store commits of the records [from, to). zone says how the
// days of a server are cut.
func (c *coalesced) batch(from, to events.Seq, epoch uint64, zone func(uint64) *guild.Zone) *persist.Batch {
	b := &persist.Batch{
		From: from, To: to, Epoch: epoch, Rows: slices.Clone(c.rows), // at refers to ours
		Rezone: c.rezone, Spans: c.spans, Gaps: c.gaps, Emoji: c.emoji, States: c.states, OptOuts: c.outs,
	}
	slices.SortFunc(b.Rows, func(a, b persist.Row) int { return a.Compare(&b) })
	for _, s := range c.voice {
		b.Voice = append(b.Voice, *s)
	}
	slices.SortFunc(b.Voice, func(a, b persist.VoiceSession) int {
		return compareKeys(a.Guild, b.Guild, a.Member, b.Member, uint64(a.Opened), uint64(b.Opened))
	})
	b.Days = rollUp(b.Rows, func(r *persist.Row) int32 { return int32(zone(r.Guild).DayOfQuarter(r.Quarter)) })
	b.Months = rollUp(b.Rows, func(r *persist.Row) int32 { return int32(zone(r.Guild).DayOfQuarter(r.Quarter).Month()) })
	return b
}

// rollUp sums rows, which are sorted, over longer periods.
func rollUp(rows []persist.Row, period func(*persist.Row) int32) []persist.RollUp {
	out := make([]persist.RollUp, 0, len(rows))
	for i := range rows {
		r := &rows[i]
		out = append(out, persist.RollUp{
			Guild: r.Guild, Period: period(r), Channel: r.Channel, Member: r.Member,
			Kind: r.Kind, Count: r.Count, Amount: r.Amount,
		})
	}
	slices.SortStableFunc(out, func(a, b persist.RollUp) int { return a.Compare(&b) })
	n := 0
	for i := range out {
		if n > 0 && out[n-1].Compare(&out[i]) == 0 {
			out[n-1].Count += out[i].Count
			out[n-1].Amount += out[i].Amount
			continue
		}
		out[n] = out[i]
		n++
	}
	return out[:n]
}
