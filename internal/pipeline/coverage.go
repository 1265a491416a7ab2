package pipeline

import (
	"slices"

	"guildpulse/events"
)

// Coverage knows, for every channel, which message ids are counted. An id is
// counted if it lies in a closed span or is one of the recent exact ids. Spans
// close only behind a window of recent ids, for ids may arrive a little out of
// order: what comes later than a whole window is taken for counted.
//
// Coverage changes only by observe and by what observe is told (KindCovered), so
// that a replay of the journal ends in the same state.

// recentWindow ids are kept exact when a span closes behind them; a channel closes
// when it holds twice as many.
const recentWindow = 128

// settleMs is how long before a gap ids count as settled: what is younger may have
// been overtaken, and is kept as exact points.
const settleMs = 10_000

type place struct{ guild, channel uint64 }

// span is a closed range of ids, both ends included.
type span struct{ lo, hi uint64 }

type track struct {
	spans  []span   // ascending, disjoint
	holes  []span   // ascending; between lo and hi, lo not included, messages were missed
	base   uint64   // listening began behind it
	recent []uint64 // ascending, none of them in a span
	lo     uint64   // begin of the span that is being listened to
	open   bool     // whether there is one
	shard  uint16   // by which it is heard
}

type coverage struct {
	tracks map[place]*track
	torn   bool // holes have changed since they were last published
}

func newCoverage() coverage { return coverage{tracks: make(map[place]*track)} }

// counted reports whether a message id is counted already. O(log n).
func (c *coverage) counted(p place, id uint64) bool {
	t := c.tracks[p]
	return t != nil && t.counted(id)
}

func (t *track) counted(id uint64) bool {
	if n := len(t.recent); n > 0 && id <= t.recent[n-1] {
		if _, ok := slices.BinarySearch(t.recent, id); ok {
			return true
		}
	}
	i := t.find(id)
	return i < len(t.spans) && t.spans[i].lo <= id
}

// find returns the first span that ends at or after id.
func (t *track) find(id uint64) int {
	n := len(t.spans)
	if n == 0 || t.spans[n-1].hi < id {
		return n
	}
	i, _ := slices.BinarySearchFunc(t.spans, id, func(s span, id uint64) int {
		switch {
		case s.hi < id:
			return -1
		case s.hi == id:
			return 0
		}
		return 1
	})
	return i
}

func (c *coverage) track(p place) *track {
	t := c.tracks[p]
	if t == nil {
		t = &track{}
		c.tracks[p] = t
	}
	return t
}

// heard records a live id.
func (c *coverage) heard(p place, shard uint16, id uint64) {
	t := c.track(p)
	if !t.open {
		t.open, t.lo = true, id
	}
	t.shard = shard
	n := len(t.recent)
	if n == 0 || t.recent[n-1] < id {
		t.recent = append(t.recent, id)
	} else if i, ok := slices.BinarySearch(t.recent, id); !ok {
		t.recent = slices.Insert(t.recent, i, id)
	}
}

// long reports whether a channel has enough recent ids for a span to close.
func (t *track) long() bool { return len(t.recent) >= 2*recentWindow }

// closable returns the span that closes behind the window.
func (t *track) closable() span {
	k := len(t.recent) - recentWindow
	return span{lo: min(t.lo, t.recent[0]), hi: t.recent[k-1]}
}

// cover joins [lo, hi] to a channel's spans, and fills holes.
func (c *coverage) cover(p place, s span) {
	t := c.track(p)
	t.cover(s)
	if len(t.holes) > 0 {
		c.fill(t, s)
	}
}

// cover joins [lo, hi] to the spans and forgets the exact ids in it.
func (t *track) cover(s span) {
	i := t.find(s.lo)
	if i > 0 && t.spans[i-1].hi+1 == s.lo {
		i--
	}
	j := i
	for j < len(t.spans) && (t.spans[j].lo <= s.hi || t.spans[j].lo == s.hi+1) {
		s.lo, s.hi = min(s.lo, t.spans[j].lo), max(s.hi, t.spans[j].hi)
		j++
	}
	t.spans = slices.Replace(t.spans, i, j, s)
	from, _ := slices.BinarySearch(t.recent, s.lo)
	to, found := slices.BinarySearch(t.recent, s.hi)
	if found {
		to++
	}
	t.recent = slices.Delete(t.recent, from, to)
}

// seal returns the spans that close because listening broke off: one up to the
// settled ids, and each younger id as a point of its own.
func (t *track) seal() []span {
	if len(t.recent) == 0 {
		return nil
	}
	last := events.SnowflakeTime(t.recent[len(t.recent)-1])
	k, _ := slices.BinarySearch(t.recent, events.MakeSnowflake(last-settleMs, 0))
	var out []span
	if k > 0 {
		out = append(out, span{lo: min(t.lo, t.recent[0]), hi: t.recent[k-1]})
	}
	for _, id := range t.recent[k:] {
		out = append(out, span{lo: id, hi: id})
	}
	return out
}

// broken lists the places a shard was listening to, in a fixed order.
func (c *coverage) broken(shard uint16) []place {
	var out []place
	for p, t := range c.tracks {
		if t.open && t.shard == shard {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b place) int {
		return compareKeys(a.guild, b.guild, a.channel, b.channel)
	})
	return out
}

// breakOff ends the listening of a shard: what it hears next begins a new span.
func (c *coverage) breakOff(shard uint16) {
	for _, t := range c.tracks {
		if t.shard == shard {
			t.open = false
		}
	}
}

func compareKeys(pairs ...uint64) int {
	for i := 0; i < len(pairs); i += 2 {
		switch a, b := pairs[i], pairs[i+1]; {
		case a < b:
			return -1
		case a > b:
			return 1
		}
	}
	return 0
}
