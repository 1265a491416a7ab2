package simulate

import "guildpulse/events"

// message is what there is to know about a message already said.
type message struct {
	id, thread, author uint64
	gone               int64 // Unix ms at which it is deleted, or never
}

// look draws what a message bears.
func (l *life) look(c *conversation, author int32) (flags Flags) {
	if c.said > 0 && author != c.last && l.d.hit(0.3) {
		flags |= Reply
	}
	attached := 0.05
	if l.pictures[c.channel] {
		attached = 0.4
	}
	if l.d.hit(attached) {
		flags |= Attachment
	} else if l.d.hit(0.02) {
		flags |= Sticker
	}
	return flags
}

// say tells a message of now and plans what becomes of it.
func (l *life) say(author int32, channel int16, thread uint64, flags Flags) message {
	m := message{id: l.messageID(), thread: thread, author: l.People[author].ID, gone: never}
	l.tell(Act{Kind: Say, Channel: l.Channels[channel].ID, Thread: thread, User: m.author, Message: m.id, Flags: flags})
	if l.People[author].Bot || l.habits[author].raider {
		return m
	}
	m.gone = l.planDelete(m, author, channel)
	l.planReactions(m, author, channel)
	return m
}

// messageID returns a snowflake of now: the server in the bits that tell
// Discord's machines apart, the message's place within the millisecond below.
func (l *life) messageID() uint64 {
	if l.now == l.said {
		l.count++
	} else {
		l.said, l.count = l.now, 0
	}
	return events.MakeSnowflake(l.now, uint32(l.index)<<12|uint32(l.count))
}

// openThread hangs a thread on a conversation's first message, in which it goes on.
func (l *life) openThread(c *conversation) {
	if !l.members[c.last].there || l.now >= c.root.gone {
		return
	}
	c.thread = c.root.id
	l.tell(Act{
		Kind: OpenThread, Channel: l.Channels[c.channel].ID, Thread: c.thread,
		User: l.People[c.last].ID, Message: c.root.id, Author: c.root.author,
	})
	c.heat = max(c.heat, 0.85)
	l.carryOn(c)
}
