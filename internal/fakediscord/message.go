package fakediscord

import (
	"fmt"
	"slices"
	"time"
)

// Types of messages that count as a person's own words; all others are the
// system's.
const (
	MessageDefault       = 0
	MessageUserJoin      = 7
	MessageThreadCreated = 18
	MessageReplyType     = 19
	MessageCommand       = 20
	MessageContextMenu   = 23
)

// Message describes a message to post.
type Message struct {
	ID      uint64    // minted when zero
	At      time.Time // with ID zero: the id is made by rule from this time; the present when zero
	Channel uint64
	Author  uint64
	Webhook string // posted by a webhook of this name, whose id is Author
	Type    int    // MessageReplyType by itself when ReplyTo is set
	Flags   int
	Content string // made up when empty; seen with the intent, by the bot itself and where it is mentioned
	ReplyTo uint64

	Mentions     []uint64
	MentionRoles []uint64
	Everyone     bool
	Stickers     []string
	Attachments  []Attachment
	Embeds       string // a JSON array
	Components   string // a JSON array
	Poll         *Poll

	// Unseen puts the message into history without any dispatch: something that
	// happened while Discord sent nothing.
	Unseen bool
}

// PostMessage posts a message and dispatches MESSAGE_CREATE. It returns the id.
func (s *Server) PostMessage(m Message) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.post(m)
}

// post is PostMessage under the lock.
func (s *Server) post(m Message) (uint64, error) {
	c, err := s.world.channel(m.Channel)
	if err != nil {
		return 0, err
	}
	r := row{id: m.ID, author: s.world.people.number(m.Author), typ: uint8(m.Type), marks: m.marks()}
	switch {
	case r.id == 0 && m.At.IsZero():
		r.id = s.mint.next()
	case r.id == 0:
		r.id = c.ruled(m.At.UnixMilli())
	}
	if m.ReplyTo != 0 && m.Type == MessageDefault {
		r.typ = MessageReplyType
	}
	if !c.log.add(r) {
		return 0, fmt.Errorf("post message %d: %w", r.id, ErrDuplicate)
	}
	if m.Webhook != "" {
		s.world.users[m.Author] = &User{ID: m.Author, Name: m.Webhook, Bot: true}
	}
	if d := m.detail(r.id); d != nil {
		*c.detail(r.id) = *d
	}
	c.posted(r.id)
	if !m.Unseen {
		s.dispatchMessage("MESSAGE_CREATE", c, r)
	}
	return r.id, nil
}

// marks returns the columns' marks.
func (m *Message) marks() Marks {
	var k Marks
	for mark, on := range map[Marks]bool{
		MarkReply: m.ReplyTo != 0, MarkSticker: len(m.Stickers) > 0, MarkAttachment: len(m.Attachments) > 0,
		MarkPoll: m.Poll != nil, MarkWebhook: m.Webhook != "",
	} {
		if on {
			k |= mark
		}
	}
	return k
}

// detail returns what the columns cannot hold, nil for nothing.
func (m *Message) detail(id uint64) *detail {
	d := &detail{
		content: m.Content, flags: m.Flags, replyTo: m.ReplyTo, mentions: m.Mentions, mentionRoles: m.MentionRoles,
		everyone: m.Everyone, stickers: m.Stickers, embeds: []byte(m.Embeds), components: []byte(m.Components),
	}
	for i, a := range m.Attachments {
		a.id = id + uint64(i) + 1
		d.attachments = append(d.attachments, a)
	}
	if m.Poll != nil {
		d.poll = newPoll(*m.Poll, SnowflakeTime(id))
	}
	plain := m.Flags == 0 && m.ReplyTo == 0 && !m.Everyone && m.Embeds == "" && m.Components == "" && m.Poll == nil
	if plain && m.Content == "" && len(m.Mentions)+len(m.MentionRoles)+len(m.Stickers)+len(m.Attachments) == 0 {
		return nil
	}
	if m.Content == "" && m.Type == MessageDefault {
		d.content = words(id)
	}
	return d
}

// dispatchMessage dispatches a message as it is now, to sessions of a bot that
// may see its channel.
func (s *Server) dispatchMessage(name string, c *channel, r row) {
	if len(s.sessions) == 0 || !s.botSees(c) {
		return
	}
	v := messageView{w: &s.world, c: c, row: r, d: c.details[r.id], bot: s.cfg.Application, event: true}
	ev := newEvent(name, c.guild.ID, nil)
	ev.body = v.append(nil)
	v.bare = true
	ev.bare = v.append(nil)
	s.dispatch(ev)
}

// botSees reports whether the bot may view a channel.
func (s *Server) botSees(c *channel) bool {
	return c.guild.permissions(s.cfg.Application, c, s.cfg.Now())&PermViewChannel != 0
}

// EditMessage changes a message's content and dispatches MESSAGE_UPDATE.
func (s *Server) EditMessage(channel, id uint64, content string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.world.message(channel, id)
	if err != nil {
		return err
	}
	d := c.detail(id)
	d.content, d.edited = content, s.cfg.Now().UnixMilli()
	s.dispatchMessage("MESSAGE_UPDATE", c, r)
	return nil
}

// DeleteMessage takes a message away and dispatches MESSAGE_DELETE, which names
// no author.
func (s *Server) DeleteMessage(channel, id uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, _, err := s.world.message(channel, id)
	if err != nil {
		return err
	}
	s.forget(c, id)
	if s.botSees(c) {
		s.dispatchObject("MESSAGE_DELETE", c.guild.ID, object{
			"id": snowflake(id), "channel_id": snowflake(channel), "guild_id": snowflake(c.guild.ID),
		})
	}
	return nil
}

// DeleteMessages takes messages away at once and dispatches
// MESSAGE_DELETE_BULK. Ids that are not there are passed over, as Discord does.
func (s *Server) DeleteMessages(channel uint64, list ...uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.world.channel(channel)
	if err != nil {
		return err
	}
	for _, id := range list {
		s.forget(c, id)
	}
	if s.botSees(c) {
		s.dispatchObject("MESSAGE_DELETE_BULK", c.guild.ID, object{
			"ids": ids(list), "channel_id": snowflake(channel), "guild_id": snowflake(c.guild.ID),
		})
	}
	return nil
}

// forget removes a message's row and detail.
func (s *Server) forget(c *channel, id uint64) {
	c.log.remove(id)
	delete(c.details, id)
}

// Messages returns the ids a channel's history holds, ascending.
func (s *Server) Messages(channel uint64) []uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if c, ok := s.world.channels[channel]; ok {
		return slices.Clone(c.log.ids)
	}
	return nil
}
