package fakediscord

import (
	"crypto/rand"
	"fmt"
	"slices"
)

// AddChannel adds a channel and dispatches CHANNEL_CREATE, or a thread and
// THREAD_CREATE. A thread that opens in a text channel is announced there by a
// message of type 18, unless it hangs on a message: then it has that message's id.
// It returns the channel's id.
func (s *Server) AddChannel(guild uint64, spec Channel) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(guild)
	if err != nil {
		return 0, err
	}
	spec.ID = s.idOr(spec.ID)
	if _, taken := s.world.channels[spec.ID]; taken {
		return 0, fmt.Errorf("add channel %d: %w", spec.ID, ErrDuplicate)
	}
	c := s.world.addChannel(g, spec)
	if !c.thread() {
		s.dispatchObject("CHANNEL_CREATE", guild, channelEvent(c))
		return c.ID, nil
	}
	parent, ok := g.channels[c.Parent]
	if !ok {
		s.world.dropChannel(c)
		return 0, fmt.Errorf("add thread: %w %d", ErrUnknownChannel, c.Parent)
	}
	if s.botSees(c) {
		o := threadObject(c)
		o["newly_created"] = true
		s.dispatchObject("THREAD_CREATE", guild, o)
	}
	_, hangs := parent.log.find(c.ID)
	if parent.Type == ChannelText && c.Type == ChannelPublicThread && !hangs {
		_, err = s.post(Message{Channel: parent.ID, Author: c.Owner, Type: MessageThreadCreated, Content: c.Name})
	}
	return c.ID, err
}

// channelEvent returns a channel with its guild.
func channelEvent(c *channel) object { return channelObject(c, true) }

// UpdateChannel changes a channel and dispatches CHANNEL_UPDATE, or
// THREAD_UPDATE.
func (s *Server) UpdateChannel(id uint64, change func(*Channel)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.world.channel(id)
	if err != nil {
		return err
	}
	wasArchived := c.Archived
	c.Overwrites = slices.Clone(c.Overwrites)
	change(&c.Channel)
	c.ID = id
	s.world.version++
	if c.Archived != wasArchived {
		c.ArchivedAt = s.cfg.Now()
	}
	switch {
	case !c.thread():
		s.dispatchObject("CHANNEL_UPDATE", c.guild.ID, channelEvent(c))
	case s.botSees(c):
		s.dispatchObject("THREAD_UPDATE", c.guild.ID, threadObject(c))
	}
	return nil
}

// DeleteChannel takes a channel with its history and threads away and dispatches
// CHANNEL_DELETE, or THREAD_DELETE.
func (s *Server) DeleteChannel(id uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.world.channel(id)
	if err != nil {
		return err
	}
	g := c.guild
	for _, v := range sorted(g.voice, func(a, b *VoiceState) bool { return a.User < b.User }) {
		if v.Channel == id {
			s.setVoice(g, VoiceState{User: v.User})
		}
	}
	if c.thread() {
		s.dispatchObject("THREAD_DELETE", g.ID, object{
			"type": c.Type, "parent_id": snowflake(c.Parent), "id": snowflake(id), "guild_id": snowflake(g.ID),
		})
	} else {
		s.dispatchObject("CHANNEL_DELETE", g.ID, channelEvent(c))
	}
	s.world.dropChannel(c)
	return nil
}

// Invite makes an invitation to a channel and dispatches INVITE_CREATE where the
// bot may manage the channel, which Discord asks for. It returns the code.
func (s *Server) Invite(channel, inviter uint64) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.world.channel(channel)
	if err != nil {
		return "", err
	}
	code := rand.Text()[:10]
	now := s.cfg.Now()
	if c.guild.permissions(s.cfg.Application, c, now)&PermManageChannels != 0 {
		s.dispatchObject("INVITE_CREATE", c.guild.ID, object{
			"uses": 0, "type": 0, "temporary": false, "max_uses": 0, "max_age": 604800, "inviter": s.world.userJSON(inviter, false),
			"expires_at": stamp(now.UnixMilli() + 604800_000), "created_at": stamp(now.UnixMilli()), "code": code,
			"channel_id": snowflake(channel), "guild_id": snowflake(c.guild.ID),
		})
	}
	return code, nil
}

// Schedule adds a scheduled event and dispatches GUILD_SCHEDULED_EVENT_CREATE.
// It returns the event's id.
func (s *Server) Schedule(guild uint64, e ScheduledEvent) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(guild)
	if err != nil {
		return 0, err
	}
	e.ID, e.Status = s.idOr(e.ID), or(e.Status, 1)
	ev := &scheduled{ScheduledEvent: e, interested: make(map[uint64]bool)}
	g.events[e.ID] = ev
	s.dispatchObject("GUILD_SCHEDULED_EVENT_CREATE", guild, s.world.scheduledObject(g, ev))
	return e.ID, nil
}

// Interest marks a user as interested in an event and dispatches
// GUILD_SCHEDULED_EVENT_USER_ADD.
func (s *Server) Interest(guild, event, user uint64) error {
	return s.interest("GUILD_SCHEDULED_EVENT_USER_ADD", guild, event, user)
}

// Disinterest takes that back and dispatches GUILD_SCHEDULED_EVENT_USER_REMOVE.
func (s *Server) Disinterest(guild, event, user uint64) error {
	return s.interest("GUILD_SCHEDULED_EVENT_USER_REMOVE", guild, event, user)
}

// interest changes who is interested; what changes nothing is not told.
func (s *Server) interest(name string, guild, event, user uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(guild)
	if err != nil {
		return err
	}
	e, ok := g.events[event]
	if !ok {
		return fmt.Errorf("%w %d", ErrUnknownEvent, event)
	}
	adds := name == "GUILD_SCHEDULED_EVENT_USER_ADD"
	if e.interested[user] == adds {
		return nil
	}
	e.interested[user] = adds
	s.dispatchObject(name, guild, object{
		"user_id": snowflake(user), "guild_scheduled_event_id": snowflake(event), "guild_id": snowflake(guild),
	})
	return nil
}
