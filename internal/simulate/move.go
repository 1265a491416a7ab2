package simulate

import "time"

// planMoves plans the comings and goings of the quarter, as they were laid out.
func (l *life) planMoves() {
	for ; l.next < len(l.moves) && l.moves[l.next].at < l.until; l.next++ {
		m := l.moves[l.next]
		p := plan{at: m.at, step: stepLeave, who: m.who}
		if m.join {
			p.step = stepJoin
		}
		l.plan(p)
	}
}

// planReturns goes on after End, when the cast is at an end: some of those who
// left come again, at about the rate of the time before, and stay for a while.
func (l *life) planReturns(from int64) {
	perDay := float64(l.setting.Members) / 500 * l.calendar.newcomers(l.moment)
	for range l.d.poisson(perDay) {
		if len(l.gone) == 0 {
			return
		}
		at := from + l.d.within(7*time.Hour, 23*time.Hour)
		who := l.gone[l.d.below(len(l.gone))]
		l.plan(plan{at: at, step: stepJoin, who: who})
		l.plan(plan{at: at + 1000 + l.d.wait(30*day), step: stepLeave, who: who})
	}
}

// join lets somebody in; the greeter says so, and some speak before long.
func (l *life) join(p plan) {
	m, h := &l.members[p.who], &l.habits[p.who]
	if m.there {
		return
	}
	m.there, m.back = true, l.now >= l.end
	l.tell(Act{Kind: Join, User: l.People[p.who].ID})
	l.plan(plan{at: l.now + l.d.within(time.Second, 3*time.Second), step: stepNote, who: botGreeter, channel: int16(l.greeting)})
	switch {
	case h.raider:
		l.plan(plan{at: l.now + l.d.wait(30*time.Second), step: stepFlood, who: p.who})
	case h.opening > 0:
		l.plan(plan{at: l.now + h.opening, step: stepTalk, talk: l.open(p.who, l.firstRoom())})
	}
}

// firstRoom is where first words are said.
func (l *life) firstRoom() int16 {
	if l.d.hit(0.5) {
		return int16(l.greeting)
	}
	return int16(l.talk[0])
}

// leave lets somebody go, out of voice first.
func (l *life) leave(p plan) {
	m := &l.members[p.who]
	if !m.there {
		return
	}
	if m.voice != 0 {
		l.hangUp(p.who)
	}
	m.there = false
	l.tell(Act{Kind: Leave, User: l.People[p.who].ID})
}

// flood is a raider's message, one after the other until they are thrown out.
// Nearly all are removed within the hour.
func (l *life) flood(p plan) {
	if !l.members[p.who].there {
		return
	}
	m := l.say(p.who, int16(l.raid.channel), 0, 0)
	if l.d.hit(0.93) {
		mod := l.mods[l.d.below(len(l.mods))]
		l.plan(plan{at: l.now + l.d.within(4*time.Minute, 40*time.Minute), step: stepDelete, who: mod, channel: int16(l.raid.channel), message: m})
	}
	l.plan(plan{at: l.now + 2000 + l.d.wait(30*time.Second), step: stepFlood, who: p.who})
}
