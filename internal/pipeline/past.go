package pipeline

import "guildpulse/events"

// past takes in what happened before anybody listened, a chunk at a time: what a
// file or Discord's history tells. Messages count unless their ids are covered.
// All else has nothing by which it could be known again, so whoever sends it
// answers for its being sent once.
//
// Voice states of the past go through a state of their own: who is in voice now
// has nothing to do with them.
type past struct {
	*intake
	source events.Source
	result *ChunkResult
	voice  voice
	last   int64 // time of the newest event
}

// chunk decides the events of a chunk. They are drafted together with the claims
// of what they cover, so that either all of it is durable or nothing.
func (in *intake) chunk(c *chunk) {
	p := past{intake: in, source: c.source, result: &c.result, voice: newVoice()}
	for i := range c.events {
		e := &c.events[i]
		again := i > 0 && sameMessage(e, &c.events[i-1])
		p.last = max(p.last, e.At)
		p.decide(e, again)
	}
	p.hangUp()
}

func (p *past) decide(e *events.Event, again bool) {
	switch {
	case e.Kind == events.KindCovered:
		p.journaled(p.source, *e)
		return
	case e.Kind == events.KindMessage && (again || p.books.coverage.counted(place{e.Guild, e.Channel}, e.ID)):
		p.result.Covered++
		return
	case p.books.refused(e):
		p.result.Refused++
		return
	}
	p.result.Counted++
	switch e.Kind {
	case events.KindVoiceState:
		p.voice.change(e, p.inVoice)
	case events.KindReaction:
		p.journaled(p.source, p.scored(*e))
	default:
		p.journaled(p.source, *e)
	}
}

// inVoice drafts what voice states come to.
func (p *past) inVoice(e events.Event) {
	p.journaled(p.source, e)
	p.voice.observe(&e)
}

// hangUp ends the sessions that the chunk leaves open, at its last event.
func (p *past) hangUp() {
	for _, who := range p.voice.people(0, false) {
		s := p.voice.sessions[who]
		left := events.VoiceState(events.Origin{}, who.guild, s.channel, who.user, p.last, events.FlagLeft)
		p.voice.change(&left, p.inVoice)
	}
}

func sameMessage(a, b *events.Event) bool {
	return a.Kind == b.Kind && a.ID == b.ID && a.Channel == b.Channel && a.Guild == b.Guild
}
