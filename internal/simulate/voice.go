package simulate

import "time"

// planVoice plans the gatherings that begin in the quarter: evenings most of
// all, and on the weekly evening a crowd.
func (l *life) planVoice(from int64, part float64) {
	share := profile(l.moment)
	const square = 0.0574 // the sum of squares of a day's profile
	aDay := 0.012 * float64(l.setting.Members) * l.calendar.growth(from) * l.calendar.lively(l.moment)
	for range l.d.poisson(aDay * share * share / square / 4 * part) {
		l.planGathering(l.soon(from))
	}
	if m := l.moment; m.weekday == l.calendar.plan.event && m.hour == 20 && m.minute == 0 && l.events >= 0 {
		l.planCrowd(from)
	}
}

// planGathering brings a host and some others to a channel, at times nobody
// else, at times the bot that plays music.
func (l *life) planGathering(at int64) {
	channel := int16(l.voice[l.d.zipf(len(l.voice))])
	size := 1
	if !l.d.hit(0.2) {
		for size = 2; size < 12 && l.d.hit(0.6); size++ {
		}
	}
	last := at
	for range size {
		if who, ok := l.somebody(); ok {
			stay := ms(3*time.Minute) + l.d.wait(50*time.Minute)
			l.planSession(at, who, channel, min(stay, ms(7*time.Hour)))
			last = max(last, at+stay)
		}
		at += l.d.wait(5 * time.Minute)
	}
	if size > 2 && l.d.hit(0.3) {
		l.planSession(at, botMusic, channel, max(last-at, ms(time.Minute)))
	}
}

// planCrowd brings people to the weekly evening, which lasts some two hours.
func (l *life) planCrowd(from int64) {
	if len(l.around) == 0 {
		return
	}
	for range len(l.around)/9 + l.d.poisson(3) {
		who := l.around[l.d.below(len(l.around))]
		at := from - ms(5*time.Minute) + l.d.wait(15*time.Minute)
		l.planSession(max(at, from), who, int16(l.events), ms(20*time.Minute)+l.d.wait(55*time.Minute))
	}
}

func (l *life) planSession(at int64, who int32, channel int16, stay int64) {
	l.plan(plan{at: at, step: stepEnter, who: who, channel: channel, until: at + stay})
}

// enterVoice begins a session, unless there is one.
func (l *life) enterVoice(p plan) {
	m := &l.members[p.who]
	if !m.there || m.voice != 0 {
		return
	}
	m.voice, m.flags = p.channel+1, 0
	m.session++
	switch {
	case p.who == botMusic:
		m.flags = Deafened | Muted
	case l.d.hit(0.15):
		m.flags = Muted
	}
	l.tellVoice(EnterVoice, p.who)
	p.session = m.session
	if p.who != botMusic {
		l.planChange(p)
	}
	p.step, p.at = stepExit, max(p.until, l.now+1000)
	l.plan(p)
}

// planChange plans a session's next change, if it lasts that long.
func (l *life) planChange(p plan) {
	p.step, p.at = stepChange, l.now+1000+l.d.wait(30*time.Minute)
	if p.at < p.until {
		l.plan(p)
	}
}

// changeVoice mutes, deafens, moves, or falls asleep.
func (l *life) changeVoice(p plan) {
	m := &l.members[p.who]
	if m.session != p.session || m.voice == 0 {
		return
	}
	switch u := l.d.float(); {
	case u < 0.6:
		m.flags ^= Muted
		m.flags &^= Deafened
	case u < 0.8:
		m.flags = (Muted | Deafened) &^ m.flags
		if m.flags != 0 {
			m.flags = Muted | Deafened
		}
	case u < 0.92 && int(m.voice-1) != l.events:
		to := int16(l.voice[l.d.below(len(l.voice))])
		if to+1 == m.voice {
			break
		}
		m.voice = to + 1
	case l.afk >= 0:
		m.voice, m.flags = int16(l.afk)+1, Muted|Deafened
		l.tellVoice(ChangeVoice, p.who)
		return // and stays so
	}
	l.tellVoice(ChangeVoice, p.who)
	l.planChange(p)
}

func (l *life) exitVoice(p plan) {
	if m := &l.members[p.who]; m.session == p.session && m.voice != 0 {
		l.hangUp(p.who)
	}
}

// hangUp ends a session.
func (l *life) hangUp(who int32) {
	m := &l.members[who]
	l.tell(Act{Kind: LeaveVoice, Channel: l.Channels[m.voice-1].ID, User: l.People[who].ID})
	m.voice, m.flags = 0, 0
}

func (l *life) tellVoice(kind ActKind, who int32) {
	m := &l.members[who]
	l.tell(Act{Kind: kind, Channel: l.Channels[m.voice-1].ID, User: l.People[who].ID, Flags: m.flags})
}
