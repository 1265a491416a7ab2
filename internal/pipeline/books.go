package pipeline

import (
	"fmt"
	"slices"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

// books is all that ingest needs to decide what counts, once. It changes only by
// following what is journaled: ingest writes an event to the journal's draft and
// observes it, a replay observes the same. So memory after a crash equals memory
// before it.
type books struct {
	positions map[uint16]position
	coverage  coverage
	voice     voice
	authors   authors
	pairs     pairs
	excluded  map[place]struct{}
	optedOut  map[person]struct{}
	emoji     *emojiNumbers // has its own lock: readers ask it
}

// position is how far a shard's gateway session is journaled, contiguously.
type position struct {
	session events.Session
	seq     uint64
	at      int64 // Unix milliseconds of the last proof
	before  int64 // the same of the session before this one
}

func newBooks(c *Config) *books {
	return &books{
		positions: make(map[uint16]position),
		coverage:  newCoverage(),
		voice:     newVoice(),
		authors:   newAuthors(c.Authors),
		pairs:     newPairs(c.Pairs, c.Hash),
		excluded:  make(map[place]struct{}),
		optedOut:  make(map[person]struct{}),
		emoji:     newEmojiNumbers(),
	}
}

// observe follows one journaled event of a source.
func (b *books) observe(src events.Source, e *events.Event) {
	at := place{e.Guild, e.Channel}
	switch e.Kind {
	case events.KindMessage:
		if src == events.SourceLive {
			b.coverage.heard(at, e.Shard, e.ID)
			b.authors.add(e.ID, e.User)
		}
	case events.KindSeen:
		b.coverage.heard(at, e.Shard, e.ID)
	case events.KindCovered:
		b.coverage.cover(at, span{e.ID, e.Target})
	case events.KindHead:
		b.coverage.begin(at, e.Target, e.ID)
	case events.KindMessageDelete:
		b.authors.forget(e.ID)
	case events.KindReaction:
		if e.Flags&events.FlagScored != 0 {
			b.pairs.scored(e)
		}
	case events.KindReady:
		if e.Flags&events.FlagResumed == 0 {
			b.coverage.breakOff(e.Shard)
		}
	default:
		// Sessions of the past are over, see past. A store that was left in the middle
		// of one may still have told us that it is open.
		if src == events.SourceLive || e.Kind == events.KindVoiceClose {
			b.voice.observe(e)
		}
	}
	if src == events.SourceLive && e.LastOfFrame() {
		p := b.positions[e.Shard]
		p.seq, p.at = max(p.seq, e.Seq), max(p.at, e.At)
		b.positions[e.Shard] = p
	}
}

// follow takes in one journaled control.
func (b *books) follow(c *events.Control) error {
	switch c.Type {
	case events.ControlSession:
		return b.followSession(c)
	case events.ControlEmoji:
		var e events.Emoji
		if err := c.Decode(&e); err != nil {
			return err
		}
		b.emoji.learn(c.Guild, e)
	case events.ControlOptOut, events.ControlOptIn:
		return b.followPerson(c)
	case events.ControlSettings:
		return b.followSettings(c)
	case events.ControlLost:
		var l events.Lost
		if err := c.Decode(&l); err != nil {
			return err
		}
		b.coverage.lose(place{c.Guild, l.Channel}, l.Until)
	}
	return nil
}

func (b *books) followSession(c *events.Control) error {
	var s events.Session
	if err := c.Decode(&s); err != nil {
		return err
	}
	p := b.positions[s.Shard]
	if p.session.ID != s.ID {
		p.seq, p.before = 0, p.at
	}
	p.session, p.at = s, max(p.at, c.At)
	b.positions[s.Shard] = p
	return nil
}

func (b *books) followPerson(c *events.Control) error {
	var p events.Person
	if err := c.Decode(&p); err != nil {
		return err
	}
	who := person{c.Guild, p.User}
	if c.Type == events.ControlOptIn {
		delete(b.optedOut, who)
		return nil
	}
	b.optedOut[who] = struct{}{}
	b.voice.drop(who)
	return nil
}

func (b *books) followSettings(c *events.Control) error {
	s, err := guild.DecodeSettings(c.Body)
	if err != nil {
		return fmt.Errorf("settings of server %d: %w", c.Guild, err)
	}
	for p := range b.excluded {
		if p.guild == c.Guild {
			delete(b.excluded, p)
		}
	}
	for _, ch := range s.ExcludedChannels {
		b.excluded[place{c.Guild, ch}] = struct{}{}
	}
	return nil
}

// refused reports whether an event's person or channel is not to be counted.
func (b *books) refused(e *events.Event) bool {
	if len(b.excluded) > 0 {
		if _, ok := b.excluded[place{e.Guild, e.Channel}]; ok {
			return true
		}
	}
	if len(b.optedOut) == 0 {
		return false
	}
	_, ok := b.optedOut[person{e.Guild, e.User}]
	return ok
}

// sortedPeople lists a set of people in a fixed order.
func sortedPeople(set map[person]struct{}) []person {
	out := make([]person, 0, len(set))
	for p := range set {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b person) int { return compareKeys(a.guild, b.guild, a.user, b.user) })
	return out
}
