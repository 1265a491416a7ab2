package simulate_test

import (
	"time"

	"guildpulse/events"
	"guildpulse/internal/simulate"
)

// complainer is what *testing.T and *rapid.T share.
type complainer interface {
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// witness watches a life and complains of what cannot be. It stops at the
// first complaint, which fails the test.
type witness interface {
	see(t complainer, a *simulate.Act)
}

// where everything of a world is, by id.
type where struct {
	servers  []simulate.Server
	channels []map[uint64]*simulate.Channel
	people   []map[uint64]*simulate.Person
}

func newWhere(w *simulate.World) *where {
	x := &where{servers: w.Servers()}
	for i := range x.servers {
		s := &x.servers[i]
		channels, people := map[uint64]*simulate.Channel{}, map[uint64]*simulate.Person{}
		for j := range s.Channels {
			channels[s.Channels[j].ID] = &s.Channels[j]
		}
		for j := range s.People {
			people[s.People[j].ID] = &s.People[j]
		}
		x.channels, x.people = append(x.channels, channels), append(x.people, people)
	}
	return x
}

// witnesses returns one of each sort.
func witnesses(w *simulate.World, start time.Time) []witness {
	x := newWhere(w)
	return []witness{
		&orderWitness{last: start.UnixMilli(), newest: map[uint64]uint64{}},
		newPresence(x, start),
		&voiceWitness{where: x, in: map[key]uint64{}},
		&messageWitness{said: map[uint64]*saying{}, where: x},
	}
}

// orderWitness sees to times and ids.
type orderWitness struct {
	last   int64
	newest map[uint64]uint64 // message by channel or thread
}

func (o *orderWitness) see(t complainer, a *simulate.Act) {
	if a.At < o.last {
		t.Fatalf("%+v comes after %d", *a, o.last)
	}
	o.last = a.At
	if a.Kind != simulate.Say {
		return
	}
	if events.SnowflakeTime(a.Message) != a.At {
		t.Fatalf("%+v: its id is of %d", *a, events.SnowflakeTime(a.Message))
	}
	for _, room := range []uint64{a.Channel, a.Thread} {
		if room != 0 && a.Message <= o.newest[room] {
			t.Fatalf("%+v: id %d went before in the channel", *a, o.newest[room])
		}
		o.newest[room] = a.Message
	}
}

// key is one person in one server.
type key struct {
	server int
	user   uint64
}

// presence sees to who is there.
type presence struct {
	*where
	there map[key]bool
	first map[key]int64
	left  map[key]int64
}

func newPresence(x *where, start time.Time) *presence {
	p := &presence{where: x, there: map[key]bool{}, first: map[key]int64{}, left: map[key]int64{}}
	for i, s := range x.servers {
		for _, who := range s.People {
			if who.Joined.Before(start) {
				p.there[key{i, who.ID}] = true
			}
		}
	}
	return p
}

func (p *presence) see(t complainer, a *simulate.Act) {
	k := key{a.Server, a.User}
	who := p.people[a.Server][a.User]
	switch {
	case who == nil:
		t.Fatalf("%+v by nobody known", *a)
	case p.there[k] == (a.Kind == simulate.Join):
		t.Fatalf("%+v, there before: %t", *a, p.there[k])
	case events.SnowflakeTime(a.User) >= a.At:
		t.Fatalf("%+v before the account was made", *a)
	}
	switch a.Kind {
	case simulate.Join:
		p.there[k] = true
		if _, again := p.first[k]; !again {
			p.first[k] = a.At
			if who.Joined.UnixMilli() > a.At {
				t.Fatalf("%+v before they joined at %s", *a, who.Joined)
			}
		}
	case simulate.Leave:
		p.there[k] = false
		p.left[k] = a.At
	}
}

// verdict compares the end with what the cast says.
func (p *presence) verdict(t complainer, settings []simulate.Setting) {
	for i, s := range p.servers {
		there := 0
		for _, who := range s.People {
			k := key{i, who.ID}
			if p.there[k] != who.Left.IsZero() {
				t.Errorf("%s of %s: there at the end: %t, left %s", who.Name, s.Name, p.there[k], who.Left)
			}
			if p.there[k] {
				there++
			} else if p.left[k] != who.Left.UnixMilli() {
				t.Errorf("%s of %s left at %d, want %s", who.Name, s.Name, p.left[k], who.Left)
			}
			if at, joined := p.first[k]; joined && at != who.Joined.UnixMilli() {
				t.Errorf("%s of %s joined at %d, want %s", who.Name, s.Name, at, who.Joined)
			}
		}
		if there != settings[i].Members {
			t.Errorf("%s has %d members at the end, want %d", s.Name, there, settings[i].Members)
		}
	}
}

// voiceWitness sees to voice states.
type voiceWitness struct {
	*where
	in map[key]uint64
}

func (v *voiceWitness) see(t complainer, a *simulate.Act) {
	k := key{a.Server, a.User}
	now, in := v.in[k]
	switch a.Kind {
	case simulate.EnterVoice, simulate.ChangeVoice:
		if in == (a.Kind == simulate.EnterVoice) {
			t.Fatalf("%+v while in %d", *a, now)
		}
		if ch := v.channels[a.Server][a.Channel]; ch == nil || ch.Kind != simulate.Voice {
			t.Fatalf("%+v: not a voice channel: %+v", *a, ch)
		}
		if a.Flags&simulate.Deafened != 0 && a.Flags&simulate.Muted == 0 {
			t.Fatalf("%+v: deafened and not muted", *a)
		}
		v.in[k] = a.Channel
	case simulate.LeaveVoice:
		if !in || now != a.Channel {
			t.Fatalf("%+v while in %d", *a, now)
		}
		delete(v.in, k)
	case simulate.Leave:
		if in {
			t.Fatalf("%+v while in %d", *a, now)
		}
	}
}
