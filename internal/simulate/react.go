package simulate

import (
	"slices"
	"time"
)

// never is later than any act.
const never = int64(1) << 62

// planDelete plans that a message goes, which few do, and returns when.
func (l *life) planDelete(m message, author int32, channel int16) int64 {
	var after int64
	who := author
	switch u := l.d.float(); {
	case u < 0.012: // thought better of it
		after = l.d.wait(time.Minute)
	case u < 0.015:
		who, after = l.mods[l.d.below(len(l.mods))], l.d.wait(20*time.Minute)
	default:
		return never
	}
	l.plan(plan{at: l.now + after, step: stepDelete, who: who, channel: channel, message: m})
	return l.now + after
}

// remove takes a message away, unless whoever would do it has left.
func (l *life) remove(p plan) {
	if !l.members[p.who].there {
		return
	}
	l.tell(Act{
		Kind: Delete, Channel: l.Channels[p.channel].ID, Thread: p.message.thread,
		User: l.People[p.who].ID, Message: p.message.id, Author: p.message.author,
	})
	if l.logbook >= 0 && l.People[p.who].ID != p.message.author && l.d.hit(0.2) {
		l.plan(plan{at: l.now + 700, step: stepNote, who: botModeration, channel: int16(l.logbook)})
	}
}

// planReactions draws how a message is received: mostly by silence, sometimes
// by a few, seldom by many, and an announcement by a good part of the server.
func (l *life) planReactions(m message, author int32, channel int16) {
	many := 0
	switch u := l.d.float(); {
	case int(channel) == l.bulletin:
		many = len(l.around)/40 + int(l.d.exp()*float64(len(l.around))/25)
	case u < 0.135:
		for many = 1; l.d.hit(0.45); many++ {
		}
	case u < 0.144:
		many = 4 + int(l.d.exp()*8)
	}
	if hidden := l.Channels[channel].Hidden; hidden {
		many = min(many, 1)
	}
	if many = min(many, len(l.around)/2); many > 0 {
		l.gather(m, author, channel, many)
	}
}

// gather plans a message's reactions, by different people. The first one's
// emoji is taken up by half of the others.
func (l *life) gather(m message, author int32, channel int16, many int) {
	lead := int16(l.d.zipf(len(l.Emoji)))
	done := make([]int32, 0, 16)
	for range many {
		who, ok := l.reactor(author, channel, done)
		if !ok {
			continue
		}
		done = append(done, who)
		emoji := lead
		if l.d.hit(0.5) {
			emoji = int16(l.d.zipf(len(l.Emoji)))
		}
		at := l.now + 1500 + l.d.wait(3*time.Minute)
		if l.d.hit(0.2) {
			at = l.now + 1500 + l.d.wait(2*time.Hour)
		}
		if at < m.gone {
			l.plan(plan{at: at, step: stepReact, who: who, channel: channel, message: m, emoji: emoji})
		}
	}
}

// reactor draws who reacts: talkers and silent readers alike, seldom the
// author, nobody twice.
func (l *life) reactor(author int32, channel int16, done []int32) (int32, bool) {
	for range 4 {
		who := l.around[l.d.below(len(l.around))]
		if l.Channels[channel].Hidden {
			who = l.mods[l.d.below(len(l.mods))]
		} else if l.d.hit(0.6) {
			if talker, ok := l.talkers.draw(l.d); ok {
				who = talker
			}
		}
		if who == author && !l.d.hit(0.05) {
			continue
		}
		if !slices.Contains(done, who) {
			return who, true
		}
	}
	return 0, false
}

func (l *life) react(p plan) {
	if !l.members[p.who].there {
		return
	}
	l.tellReaction(React, p)
	if !l.d.hit(0.03) {
		return
	}
	p.step, p.at = stepUnreact, l.now+1000+l.d.wait(5*time.Minute)
	if p.at < p.message.gone {
		l.plan(p)
	}
}

func (l *life) unreact(p plan) {
	if l.members[p.who].there {
		l.tellReaction(Unreact, p)
	}
}

func (l *life) tellReaction(kind ActKind, p plan) {
	l.tell(Act{
		Kind: kind, Channel: l.Channels[p.channel].ID, Thread: p.message.thread,
		User: l.People[p.who].ID, Message: p.message.id, Author: p.message.author, Emoji: int(p.emoji),
	})
}
