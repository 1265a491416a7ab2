package simulate

import "time"

// conversation is a chain of messages in one channel. Each message brings
// another with probability heat, so that its length is geometric with a mean
// of 1/(1−heat), and talk comes in bursts: a Hawkes process in its cluster
// form, with one offspring at most.
type conversation struct {
	channel int16
	company [6]int32 // who took part lately, in a circle
	last    int32    // who spoke last, at first the opener
	said    int      // how many messages
	heat    float64
	thread  uint64  // in which it goes on; 0: none
	root    message // the latest that may get a thread
}

// The sorts of conversations, with their shares: remarks that nobody answers,
// exchanges, and talks that carry many along.
const (
	remarks, exchanges = 0.35, 0.47 // talks: the rest
	exchangeHeat       = 0.75
	talkHeat           = 0.92

	// meanLength is the mean length over all three.
	meanLength = remarks + exchanges/(1-exchangeHeat) + (1-remarks-exchanges)/(1-talkHeat)
)

// planTalk plans the conversations that begin in the quarter.
func (l *life) planTalk(from int64, part float64) {
	messages := float64(l.setting.MessagesADay) * l.unprompted() * l.calendar.rate(from, l.moment) * part
	for range l.d.poisson(messages / meanLength) {
		opener, ok := l.somebody()
		if !ok {
			return
		}
		l.plan(plan{at: l.soon(from), step: stepTalk, talk: l.open(opener, l.roomOf(opener))})
	}
}

// unprompted is the share of messages that come of conversations. The rest are
// bots' answers, greetings and first words.
func (l *life) unprompted() float64 {
	if l.commands >= 0 {
		return 0.97
	}
	return 0.985
}

// open starts a conversation of a sort drawn by lot.
func (l *life) open(opener int32, channel int16) *conversation {
	c := &conversation{channel: channel, last: opener}
	switch u := l.d.float(); {
	case u < remarks:
	case u < remarks+exchanges:
		c.heat = exchangeHeat
	default:
		c.heat = talkHeat
	}
	return c
}

// somebody draws who speaks: by talkativeness, and who is awake.
func (l *life) somebody() (who int32, ok bool) {
	for range 5 {
		if who, ok = l.talkers.draw(l.d); !ok {
			return 0, false
		}
		if l.members[who].there && l.d.hit(awake(l.habits[who].clock, l.moment.hour)) {
			return who, true
		}
	}
	return who, l.members[who].there
}

// roomOf draws where somebody speaks: mostly in rooms of their own choice.
func (l *life) roomOf(who int32) int16 {
	u := l.d.float()
	if l.People[who].Moderator && len(l.hidden) > 0 && u > 0.93 {
		return int16(l.hidden[l.d.below(len(l.hidden))])
	}
	h := &l.habits[who]
	switch {
	case u < 0.5:
		return h.rooms[0]
	case u < 0.72:
		return h.rooms[1]
	case u < 0.84:
		return h.rooms[2]
	}
	return int16(l.talk[l.d.zipf(len(l.talk))])
}

// speak says a conversation's next message, and plans the one after.
func (l *life) speak(c *conversation) {
	author, ok := l.speaker(c)
	if !ok {
		return
	}
	flags := l.look(c, author)
	c.root = l.say(author, c.channel, c.thread, flags)
	c.company[c.said%len(c.company)] = author
	c.said++
	c.last = author
	l.answerCommand(c, author)
	if c.said == 1 && c.heat > 0 && !l.Channels[c.channel].Hidden && l.d.hit(0.02) {
		l.plan(plan{at: l.now + l.d.wait(40*time.Second), step: stepThread, talk: c})
		return
	}
	l.carryOn(c)
}

// carryOn plans the next message, if there is one.
func (l *life) carryOn(c *conversation) {
	if l.d.hit(c.heat) {
		l.plan(plan{at: l.now + l.gap(), step: stepTalk, talk: c})
	}
}

// gap draws the time until an answer: mostly seconds, at times minutes.
func (l *life) gap() int64 {
	switch u := l.d.float(); {
	case u < 0.65:
		return ms(2*time.Second) + l.d.wait(25*time.Second)
	case u < 0.95:
		return ms(5*time.Second) + l.d.wait(150*time.Second)
	}
	return l.d.wait(15 * time.Minute)
}

// speaker draws who says the next message: the opener first; then one of the
// company, mostly not the last one; or somebody who comes along.
func (l *life) speaker(c *conversation) (int32, bool) {
	if c.said == 0 {
		return c.last, l.members[c.last].there
	}
	who := c.last
	if n := min(c.said, len(c.company)); !l.d.hit(0.2) {
		who = c.company[l.d.below(n)]
		if who == c.last || l.d.hit(0.15) {
			who = l.passer(c)
		}
	}
	if l.members[who].there {
		return who, true
	}
	return l.passer(c), true
}

// passer draws somebody who reads the channel. Moderators are always there.
func (l *life) passer(c *conversation) int32 {
	if l.Channels[c.channel].Hidden {
		return l.mods[l.d.below(len(l.mods))]
	}
	for range 6 {
		who, ok := l.somebody()
		if !ok {
			break
		}
		for _, room := range l.habits[who].rooms {
			if room == c.channel {
				return who
			}
		}
		if l.d.hit(0.12) {
			return who
		}
	}
	return l.mods[l.d.below(len(l.mods))]
}
