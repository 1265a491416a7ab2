package simulate

import "time"

// note says a bot's single message.
func (l *life) note(p plan) {
	l.say(p.who, p.channel, 0, 0)
}

// answerCommand has a bot answer what is said where commands go.
func (l *life) answerCommand(c *conversation, author int32) {
	if int(c.channel) != l.commands || l.People[author].Bot || !l.d.hit(0.8) {
		return
	}
	l.plan(plan{at: l.now + l.d.within(300*time.Millisecond, 2*time.Second), step: stepNote, who: botMusic, channel: c.channel})
}

// planAnnouncement has a moderator write to everybody in the late afternoon,
// on event days and some others.
func (l *life) planAnnouncement(from int64) {
	if !l.calendar.eventful(l.moment.day) && !l.d.hit(0.3) {
		return
	}
	who := l.mods[l.d.below(len(l.mods))]
	at := from + l.d.within(15*time.Hour, 19*time.Hour)
	l.plan(plan{at: at, step: stepTalk, talk: &conversation{channel: int16(l.bulletin), last: who}})
}
