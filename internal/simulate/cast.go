package simulate

import (
	"time"

	"guildpulse/events"
)

// move is somebody's coming or going.
type move struct {
	at   int64
	who  int32
	join bool
}

// settle fills the server with bots, founders and newcomers, until exactly the
// members asked for are there at End.
func (st *stage) settle(d dice) {
	s := &settler{stage: st, d: d, names: newNamer(d)}
	s.bots()
	founders := int(float64(st.setting.Members) * st.calendar.share)
	for s.there < max(founders, 5) {
		s.founder()
	}
	s.moderators()
	s.plan()
	for s.there < st.setting.Members {
		s.newcomer()
	}
	st.sortPeople()
}

// settler makes people one by one.
type settler struct {
	*stage
	d     dice
	names *namer
	when  joining
	there int // at End
}

func (s *settler) bots() {
	for _, name := range []string{"dockhand-bot", "greeter-bot", "jukebox-bot"} {
		joined := s.start - s.d.within(30*day, 300*day)
		s.add(Person{Name: name, Bot: true, Joined: stamp(joined), Moderator: name == "dockhand-bot"}, habit{}, joined-s.d.within(day, 90*day))
		s.names.taken[name] = true
		s.there++
	}
}

// The places of the bots among a server's people.
const (
	botModeration = iota
	botGreeter
	botMusic
	bots // how many
)

func (s *settler) founder() {
	joined := s.start - s.d.within(time.Hour, 390*day)
	h := s.habit()
	if s.d.hit(0.55) {
		h.weight = s.voice()
	}
	if s.d.hit(0.25) {
		h.quiet = s.start + s.d.wait(240*day)
	}
	who := s.add(s.person(joined), h, joined-s.age())
	if who > bots && s.d.hit(0.15) { // the first is the owner
		s.leave(who, s.start+s.d.wait(200*day))
	}
	if s.People[who].Left.IsZero() {
		s.there++
	}
}

// moderators picks a few of those who stay, the owner first, and makes them
// talk: they are the ones who keep a server going.
func (s *settler) moderators() {
	want := 2 + s.setting.Members/200
	going := map[int32]bool{}
	for _, m := range s.moves {
		going[m.who] = true
	}
	for i := bots; i < len(s.People) && want > 0; i++ {
		p, h := &s.People[i], &s.habits[i]
		if going[int32(i)] {
			continue
		}
		p.Moderator = true
		h.weight, h.quiet = max(h.weight, 1/float64(6+want*4)), 0
		if s.Owner == 0 {
			s.Owner = p.ID
		}
		want--
	}
}

// leave plans a going. What happens after End leaves no mark on the person.
func (s *settler) leave(who int, at int64) {
	s.moves = append(s.moves, move{at, int32(who), false})
	if at < s.end {
		s.People[who].Left = stamp(at)
	}
}

func (s *settler) person(joined int64) Person {
	return Person{Name: s.names.user(), Nick: s.names.nick(), Joined: stamp(joined)}
}

// add takes a person in, with an account made at Unix ms made.
func (st *settler) add(p Person, h habit, made int64) int {
	p.ID = st.flake(made, &st.d)
	st.People = append(st.People, p)
	st.habits = append(st.habits, h)
	return len(st.People) - 1
}

func stamp(ms int64) time.Time { return events.Time(ms) }
