package pipeline

import "guildpulse/events"

// pairs remembers, as keyed hashes and for two days at most, who has reacted to
// whom: a reaction scores once per actor, author and day. No pair of people is
// ever kept, and none can be read out of it without the key.
//
// The day is UTC's: what scores is decided once, in ingest, before anybody's zone
// is known, and stands in the journal as a flag.
type pairs struct {
	hash       func(words ...uint64) uint64
	day        int64
	today, was map[uint64]struct{}
	limit      int
}

const dayMs = int64(24 * 60 * 60 * 1000)

func newPairs(limit int, hash func(...uint64) uint64) pairs {
	return pairs{hash: hash, limit: limit, today: map[uint64]struct{}{}, was: map[uint64]struct{}{}}
}

func (p *pairs) key(e *events.Event) uint64 {
	return p.hash(e.Guild, e.User, e.Target, uint64(e.At/dayMs))
}

// first reports whether the reaction is its pair's first of the day. Reactions to
// oneself, to nobody known, of days gone by, or beyond the limit do not score.
func (p *pairs) first(e *events.Event) bool {
	if e.Target == 0 || e.Target == e.User || len(p.today) >= p.limit {
		return false
	}
	day := e.At / dayMs
	if day < p.day-1 {
		return false
	}
	k := p.key(e)
	_, a := p.today[k]
	_, b := p.was[k]
	return !a && !b
}

// scored records a reaction that scored.
func (p *pairs) scored(e *events.Event) {
	switch day := e.At / dayMs; {
	case day == p.day+1:
		p.was, p.today, p.day = p.today, map[uint64]struct{}{}, day
	case day > p.day:
		p.was, p.today, p.day = map[uint64]struct{}{}, map[uint64]struct{}{}, day
	}
	p.today[p.key(e)] = struct{}{}
}
