package pipeline

import (
	"slices"

	"guildpulse/events"
)

// Voice sessions are journaled when they open, in stretches while they run, and
// when they close, so that a crash costs at most one checkpoint's length.
//
// The journal's events carry all that is needed to rebuild this state: VoiceOpen
// holds the flags from then on (again, with the same ID, when they change), the
// stretches move the proof, VoiceClose ends it. Who is alone follows from who else
// is there.

type person struct{ guild, user uint64 }

type voiceSession struct {
	channel uint64
	opened  int64
	proof   int64 // all before it is journaled
	flags   events.Flags
}

const stateFlags = events.FlagMuted | events.FlagDeafened | events.FlagAFK

func (s *voiceSession) hears() bool { return s.flags&(events.FlagDeafened|events.FlagAFK) == 0 }

type voice struct {
	sessions map[person]*voiceSession
	rooms    map[place][]uint64 // who is in a channel
}

func newVoice() voice {
	return voice{sessions: make(map[person]*voiceSession), rooms: make(map[place][]uint64)}
}

// observe follows one journaled event.
func (v *voice) observe(e *events.Event) {
	who := person{e.Guild, e.User}
	switch {
	case e.Kind == events.KindVoiceOpen:
		v.enter(who, voiceSession{e.Channel, int64(e.ID), e.At, e.Flags & stateFlags})
	case e.Kind == events.KindVoiceClose:
		if s := v.sessions[who]; s != nil && s.opened == int64(e.ID) {
			v.drop(who)
		}
	case e.Kind.VoiceTime():
		if s := v.sessions[who]; s != nil {
			s.proof = max(s.proof, e.At+int64(e.Value))
		}
	}
}

// enter puts a session in place of the one that the person may have.
func (v *voice) enter(who person, s voiceSession) {
	v.drop(who)
	v.sessions[who] = &s
	room := place{who.guild, s.channel}
	v.rooms[room] = append(v.rooms[room], who.user)
}

func (v *voice) drop(who person) {
	s := v.sessions[who]
	if s == nil {
		return
	}
	delete(v.sessions, who)
	room := place{who.guild, s.channel}
	v.rooms[room] = slices.DeleteFunc(v.rooms[room], func(u uint64) bool { return u == who.user })
	if len(v.rooms[room]) == 0 {
		delete(v.rooms, room)
	}
}

// kind says what a person's time in voice counts as, from most to least idle.
func (v *voice) kind(who person, s *voiceSession) events.Kind {
	switch {
	case !s.hears():
		return events.KindVoiceDeafened
	case !v.company(who, s):
		return events.KindVoiceAlone
	case s.flags&events.FlagMuted != 0:
		return events.KindVoiceMuted
	}
	return events.KindVoice
}

// company reports whether somebody else in the room hears.
func (v *voice) company(who person, s *voiceSession) bool {
	for _, u := range v.rooms[place{who.guild, s.channel}] {
		if u != who.user && v.sessions[person{who.guild, u}].hears() {
			return true
		}
	}
	return false
}

// stretches emits the time of a session up to at, cut at quarters. A clock that
// went backwards emits nothing.
func (v *voice) stretches(who person, at int64, o events.Origin, emit func(events.Event)) {
	s := v.sessions[who]
	if s == nil {
		return
	}
	kind := v.kind(who, s)
	for from := s.proof; from < at; {
		to := min(at, events.QuarterStart(events.Quarter(from)+1))
		emit(events.VoiceTime(o, kind, who.guild, s.channel, who.user, s.opened, from, uint32(to-from)))
		from = to
	}
}

// settle emits the time of everybody in a room up to at: needed before anything
// about the room changes, since that may change who is alone.
func (v *voice) settle(room place, at int64, o events.Origin, emit func(events.Event)) {
	for _, u := range slices.Clone(v.rooms[room]) {
		v.stretches(person{room.guild, u}, at, o, emit)
	}
}

// change takes in what Discord says of a person's voice state.
func (v *voice) change(e *events.Event, emit func(events.Event)) {
	o := events.Origin{Shard: e.Shard, Seq: e.Seq}
	who := person{e.Guild, e.User}
	s := v.sessions[who]
	left := e.Flags&events.FlagLeft != 0
	flags := e.Flags & stateFlags
	if s != nil && !left && s.channel == e.Channel && s.flags == flags {
		return
	}
	at := e.At
	if s != nil {
		v.settle(place{who.guild, s.channel}, at, o, emit)
		at = max(at, s.proof)
		if left || s.channel != e.Channel {
			emit(events.VoiceClose(o, who.guild, s.channel, who.user, s.opened, at, s.flags))
			s = nil
		}
	}
	if left {
		return
	}
	if s == nil {
		v.settle(place{who.guild, e.Channel}, at, o, emit)
	}
	open := events.VoiceOpen(o, who.guild, e.Channel, who.user, at, flags|e.Flags&events.FlagObserved)
	if s != nil {
		open.ID = uint64(s.opened)
	}
	emit(open)
}

// forget closes all sessions of a server at their last proof: it is not known
// what became of them while nobody listened.
func (v *voice) forget(guild uint64, o events.Origin, emit func(events.Event)) {
	for _, who := range v.people(guild, true) {
		s := v.sessions[who]
		emit(events.VoiceClose(o, guild, s.channel, who.user, s.opened, s.proof, s.flags|events.FlagEstimated))
	}
}

// checkpoint emits the time of everybody whose proof is at least every old.
func (v *voice) checkpoint(at, every int64, o events.Origin, emit func(events.Event)) {
	for _, who := range v.people(0, false) {
		if s := v.sessions[who]; at-s.proof >= every {
			v.stretches(who, at, o, emit)
		}
	}
}

// people lists who is in voice, in a fixed order: of one server, or of all.
func (v *voice) people(guild uint64, only bool) []person {
	out := make([]person, 0, len(v.sessions))
	for who := range v.sessions {
		if !only || who.guild == guild {
			out = append(out, who)
		}
	}
	slices.SortFunc(out, func(a, b person) int { return compareKeys(a.guild, b.guild, a.user, b.user) })
	return out
}
