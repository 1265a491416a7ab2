package simulate

import "time"

// life is one server's acts being told. Rates are held for a quarter of an
// hour: entering one plans what begins in it (conversations, gatherings,
// moves), and each of these plans its own next step when it is performed. So
// what is ahead at any time is one entry for each thing under way.
type life struct {
	*stage
	d       dice
	ahead   queue[plan]
	serial  uint64
	now     int64 // Unix ms of the last act
	until   int64 // Unix ms at which the quarter ends that is planned
	moment  moment
	members []member // of People, by index
	next    int      // into moves
	talkers crowd
	around  []int32 // humans who look in today, silent ones too
	mods    []int32
	gone    []int32 // humans not there, who may come again after End
	said    int64   // Unix ms of the last message
	count   uint64  // messages before it in the same ms
	out     []Act   // performed and not yet taken
	taken   int
}

// member is what changes about a person.
type member struct {
	there   bool
	back    bool   // came again after End, and is as lively as ever
	flags   Flags  // of their voice
	voice   int16  // 1 + index of the channel they are in; 0: none
	session uint32 // how many times they entered voice
}

func newLife(st *stage) *life {
	l := &life{stage: st, d: newDice(st.seed, streamLife), now: st.start, until: st.start, members: make([]member, len(st.People))}
	l.moment.day = -1
	start := stamp(st.start)
	for i := range st.People {
		p := &st.People[i]
		l.members[i].there = p.Joined.Before(start)
		if p.Moderator && !p.Bot {
			l.mods = append(l.mods, int32(i))
		}
	}
	return l
}

// take returns the next act. It never ends.
func (l *life) take() Act {
	for l.taken == len(l.out) {
		l.out, l.taken = l.out[:0], 0
		for l.ahead.len() == 0 || l.ahead.top().at >= l.until {
			l.enter()
		}
		l.perform(l.ahead.pop())
	}
	l.taken++
	return l.out[l.taken-1]
}

// plan puts p ahead, at once if its time has passed.
func (l *life) plan(p plan) {
	l.serial++
	p.serial = l.serial
	p.at = max(p.at, l.now)
	l.ahead.push(p)
}

// tell hands out an act of now.
func (l *life) tell(a Act) {
	a.At, a.Server = l.now, l.index
	l.out = append(l.out, a)
}

// enter plans the next quarter. Quarters begin where the clocks of every zone
// show one; the first may be shorter.
func (l *life) enter() {
	from := l.until
	l.until = from - mod(from, quarter) + quarter
	m := l.calendar.local(from)
	newDay := m.day != l.moment.day
	l.moment = m
	if newDay {
		l.wake(from)
	}
	l.planMoves()
	part := float64(l.until-from) / float64(quarter)
	l.planTalk(from, part)
	l.planVoice(from, part)
}

// mod is the remainder that is never negative.
func mod(a, b int64) int64 { return ((a % b) + b) % b }

// moment within the quarter that is being planned.
func (l *life) soon(from int64) int64 { return from + l.d.r.Int64N(l.until-from) }

// perform does what was planned.
func (l *life) perform(p plan) {
	l.now = p.at
	switch p.step {
	case stepTalk:
		l.speak(p.talk)
	case stepThread:
		l.openThread(p.talk)
	case stepNote:
		l.note(p)
	case stepReact:
		l.react(p)
	case stepUnreact:
		l.unreact(p)
	case stepDelete:
		l.remove(p)
	case stepEnter:
		l.enterVoice(p)
	case stepChange:
		l.changeVoice(p)
	case stepExit:
		l.exitVoice(p)
	case stepJoin:
		l.join(p)
	case stepLeave:
		l.leave(p)
	case stepFlood:
		l.flood(p)
	}
}

// ms is a duration in Unix ms.
func ms(d time.Duration) int64 { return d.Milliseconds() }
