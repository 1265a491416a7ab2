package simulate

import "time"

// raid is one night on which strangers come to flood a channel: some dozens
// of new accounts join within half an hour, and are thrown out within an hour
// of the first.
type raid struct {
	channel int
}

// planRaid adds the raiders to the cast of a server, at five past nine in the
// evening after some 62 % of its time. A span too short for an evening has none.
func (st *stage) planRaid() {
	d := newDice(st.seed, streamRaid)
	begin := st.raidBegin()
	if begin < st.start || begin+2*time.Hour.Milliseconds() > st.end {
		return
	}
	st.raid.channel = st.talk[0]
	s := &settler{stage: st, d: d, names: newNamer(d)}
	for i := range st.People {
		s.names.taken[st.People[i].Name] = true
	}
	for range 40 + d.below(25) {
		s.raider(begin)
	}
	st.sortPeople()
}

// raidBegin returns the evening of the raid, in Unix ms.
func (st *stage) raidBegin() int64 {
	at := st.start + int64(float64(st.end-st.start)*0.62)
	t := time.UnixMilli(at).In(st.calendar.loc)
	return time.Date(t.Year(), t.Month(), t.Day(), 21, 5, 0, 0, st.calendar.loc).UnixMilli()
}

func (s *settler) raider(begin int64) {
	joined := begin + s.d.within(0, 25*time.Minute)
	p := Person{Name: s.names.raider(), Joined: stamp(joined)}
	who := s.add(p, habit{raider: true}, joined-s.d.within(time.Hour, 3*day))
	s.moves = append(s.moves, move{joined, int32(who), true})
	s.leave(who, joined+s.d.within(3*time.Minute, 30*time.Minute))
}
