package pipeline

import (
	"cmp"
	"slices"

	"guildpulse/events"
)

// Hole is a run of a channel's messages that was missed: those with
// After < id ≤ Until. Filling it with chunks moves After on; it is gone when After
// comes to Until, or when a ControlLost gives it up.
type Hole struct {
	Guild, Channel uint64
	After, Until   uint64
}

// Holes returns what is missing, as it is durable, ordered by server, channel and
// id.
func (p *Pipeline) Holes() []Hole {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.holes)
}

// Holed delivers a token when Holes has changed.
func (p *Pipeline) Holed() <-chan struct{} { return p.holed }

// begin records up to where a channel was known when listening began, and where its
// messages went by then.
func (c *coverage) begin(p place, known, last uint64) {
	t := c.track(p)
	t.base = max(t.base, last)
	if known < last {
		t.holes = append(t.holes, span{known, last})
		c.torn = true
	}
}

// newest returns the newest id that is known of, 0 for none.
func (t *track) newest() uint64 {
	newest := t.base
	if n := len(t.spans); n > 0 {
		newest = max(newest, t.spans[n-1].hi)
	}
	if n := len(t.recent); n > 0 {
		newest = max(newest, t.recent[n-1])
	}
	return newest
}

// settled returns the id up to which nothing can have been overtaken by known, the
// newest id.
func (t *track) settled(known uint64) uint64 {
	return max(t.base, min(known, events.MakeSnowflake(events.SnowflakeTime(known)-settleMs, 0)))
}

// fill shortens the holes whose begin s covers.
func (c *coverage) fill(t *track, s span) {
	for i := range t.holes {
		if h := &t.holes[i]; s.lo <= h.lo+1 && h.lo < s.hi {
			h.lo = s.hi
			c.torn = true
		}
	}
	t.holes = slices.DeleteFunc(t.holes, func(h span) bool { return h.lo >= h.hi })
}

// lose gives up what is missing of a channel up to an id.
func (c *coverage) lose(p place, until uint64) {
	if t := c.tracks[p]; t != nil {
		t.holes = slices.DeleteFunc(t.holes, func(h span) bool { return h.hi <= until })
		c.torn = true
	}
}

// knows reports whether anything is known of a server.
func (c *coverage) knows(guild uint64) bool {
	for p, t := range c.tracks {
		if p.guild == guild && t.newest() != 0 {
			return true
		}
	}
	return false
}

// holes lists all that is missing.
func (c *coverage) holes() []Hole {
	var out []Hole
	for p, t := range c.tracks {
		for _, h := range t.holes {
			out = append(out, Hole{p.guild, p.channel, h.lo, h.hi})
		}
	}
	slices.SortFunc(out, func(a, b Hole) int {
		return cmp.Or(compareKeys(a.Guild, b.Guild, a.Channel, b.Channel), cmp.Compare(a.After, b.After))
	})
	return out
}
