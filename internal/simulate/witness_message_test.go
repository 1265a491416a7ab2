package simulate_test

import "guildpulse/internal/simulate"

// saying is a message that was said and not yet deleted.
type saying struct {
	channel, thread, author uint64
	reactions               map[reaction]bool
}

// reaction is one person's emoji on one message.
type reaction struct {
	user  uint64
	emoji int
}

// messageWitness sees to what becomes of messages, and who may say them where.
type messageWitness struct {
	*where
	said   map[uint64]*saying
	hidden int // messages in channels that only moderators see
}

func (m *messageWitness) see(t complainer, a *simulate.Act) {
	switch a.Kind {
	case simulate.Say:
		m.say(t, a)
	case simulate.React, simulate.Unreact:
		m.react(t, a)
	case simulate.Delete:
		m.target(t, a, a.Thread)
		delete(m.said, a.Message)
	case simulate.OpenThread:
		m.target(t, a, 0)
		if a.Thread != a.Message {
			t.Fatalf("%+v: a thread bears its message's id", *a)
		}
	}
}

func (m *messageWitness) say(t complainer, a *simulate.Act) {
	ch := m.channels[a.Server][a.Channel]
	if ch == nil || ch.Kind == simulate.Voice || ch.Kind == simulate.Category {
		t.Fatalf("%+v: not a text channel: %+v", *a, ch)
	}
	who := m.people[a.Server][a.User]
	if (ch.Hidden || ch.Kind == simulate.Announcement) && !who.Moderator {
		t.Fatalf("%+v: no moderator, and says something in %s", *a, ch.Name)
	}
	if ch.Hidden {
		m.hidden++
	}
	if m.said[a.Message] != nil {
		t.Fatalf("%+v: a message of this id is there", *a)
	}
	m.said[a.Message] = &saying{channel: a.Channel, thread: a.Thread, author: a.User}
}

func (m *messageWitness) react(t complainer, a *simulate.Act) {
	to := m.target(t, a, a.Thread)
	r := reaction{a.User, a.Emoji}
	if a.Emoji < 0 || a.Emoji >= len(m.servers[a.Server].Emoji) {
		t.Fatalf("%+v: no such emoji", *a)
	}
	if to.reactions[r] == (a.Kind == simulate.React) {
		t.Fatalf("%+v: reacted so before: %t", *a, to.reactions[r])
	}
	if to.reactions == nil {
		to.reactions = map[reaction]bool{}
	}
	to.reactions[r] = a.Kind == simulate.React
	if ch := m.channels[a.Server][a.Channel]; ch.Hidden && !m.people[a.Server][a.User].Moderator {
		t.Fatalf("%+v: no moderator, and sees %s", *a, ch.Name)
	}
}

// target returns the message that an act is about.
func (m *messageWitness) target(t complainer, a *simulate.Act, thread uint64) *saying {
	to := m.said[a.Message]
	if to == nil {
		t.Fatalf("%+v: no such message is there", *a)
	}
	if to.channel != a.Channel || to.author != a.Author || to.thread != thread {
		t.Fatalf("%+v: the message is %+v", *a, *to)
	}
	return to
}
