package fakediscord

import "slices"

// reaction is one emoji under a message, with those who gave it.
type reaction struct {
	emoji Emoji
	users []uint64
}

// same reports whether two emoji are the same one.
func (e Emoji) same(o Emoji) bool {
	if e.ID != 0 || o.ID != 0 {
		return e.ID == o.ID
	}
	return e.Name == o.Name
}

// React adds a user's reaction and dispatches MESSAGE_REACTION_ADD, with the
// member and the message's author. A second one of the same emoji is none.
func (s *Server) React(channel, message, user uint64, e Emoji) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.world.message(channel, message)
	if err != nil {
		return err
	}
	d := c.detailOf(r)
	if !d.react(user, e) {
		return nil
	}
	if s.botSees(c) && len(s.sessions) > 0 {
		o := reactionObject(c, message, user, e)
		o["member"] = s.world.memberJSON(c.guild, user, false, nil)
		o["message_author_id"] = snowflake(s.world.people.ids[r.author])
		s.dispatchObject("MESSAGE_REACTION_ADD", c.guild.ID, o)
	}
	return nil
}

// detailOf returns a row's detail, whose content stays what it was made up to be.
func (c *channel) detailOf(r row) *detail {
	if _, ok := c.details[r.id]; !ok && r.typ == MessageDefault {
		c.detail(r.id).content = words(r.id)
	}
	return c.detail(r.id)
}

// react adds a reaction and reports whether it is new.
func (d *detail) react(user uint64, e Emoji) bool {
	for _, re := range d.reactions {
		if re.emoji.same(e) {
			if has(re.users, user) {
				return false
			}
			re.users = append(re.users, user)
			return true
		}
	}
	d.reactions = append(d.reactions, &reaction{emoji: e, users: []uint64{user}})
	return true
}

// Unreact takes a user's reaction back and dispatches MESSAGE_REACTION_REMOVE,
// which does not name the message's author.
func (s *Server) Unreact(channel, message, user uint64, e Emoji) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.world.message(channel, message)
	if err != nil {
		return err
	}
	d := c.detailOf(r)
	for i, re := range d.reactions {
		if !re.emoji.same(e) || !has(re.users, user) {
			continue
		}
		re.users = slices.DeleteFunc(re.users, func(id uint64) bool { return id == user })
		if len(re.users) == 0 {
			d.reactions = slices.Delete(d.reactions, i, i+1)
		}
		if s.botSees(c) {
			s.dispatchObject("MESSAGE_REACTION_REMOVE", c.guild.ID, reactionObject(c, message, user, e))
		}
		return nil
	}
	return nil
}

// ClearReactions takes all reactions of a message away and dispatches
// MESSAGE_REACTION_REMOVE_ALL.
func (s *Server) ClearReactions(channel, message uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.world.message(channel, message)
	if err != nil {
		return err
	}
	c.detailOf(r).reactions = nil
	if s.botSees(c) {
		s.dispatchObject("MESSAGE_REACTION_REMOVE_ALL", c.guild.ID, object{
			"message_id": snowflake(message), "channel_id": snowflake(channel), "guild_id": snowflake(c.guild.ID),
		})
	}
	return nil
}

// ClearEmoji takes all reactions of one emoji away and dispatches
// MESSAGE_REACTION_REMOVE_EMOJI.
func (s *Server) ClearEmoji(channel, message uint64, e Emoji) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.world.message(channel, message)
	if err != nil {
		return err
	}
	d := c.detailOf(r)
	d.reactions = slices.DeleteFunc(d.reactions, func(re *reaction) bool { return re.emoji.same(e) })
	if s.botSees(c) {
		s.dispatchObject("MESSAGE_REACTION_REMOVE_EMOJI", c.guild.ID, object{
			"message_id": snowflake(message), "emoji": emojiRef(e), "channel_id": snowflake(channel),
			"guild_id": snowflake(c.guild.ID),
		})
	}
	return nil
}

// reactionObject returns what adding and removing have in common.
func reactionObject(c *channel, message, user uint64, e Emoji) object {
	return object{
		"user_id": snowflake(user), "type": 0, "message_id": snowflake(message), "emoji": emojiRef(e),
		"channel_id": snowflake(c.ID), "burst": false, "guild_id": snowflake(c.guild.ID),
	}
}

// reactionCounts returns a message's reactions as REST counts them.
func reactionCounts(list []*reaction, me uint64) []object {
	out := make([]object, len(list))
	for i, re := range list {
		out[i] = object{
			"me_burst": false, "me": has(re.users, me), "emoji": emojiRef(re.emoji), "count": len(re.users),
			"count_details": object{"normal": len(re.users), "burst": 0}, "burst_me": false, "burst_count": 0,
			"burst_colors": []string{},
		}
	}
	return out
}
