package fakediscord

import (
	"fmt"
	"slices"
)

// AddUser makes a user known by name before any guild does. Nothing is
// dispatched.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.users[u.ID] = &u
}

// UpdateUser changes a user and dispatches GUILD_MEMBER_UPDATE to every guild
// they are in, as Discord does when somebody takes another name.
func (s *Server) UpdateUser(id uint64, change func(*User)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := named(s.world.user(id))
	change(&u)
	s.world.users[id] = &u
	for _, guildID := range s.world.order {
		if g := s.world.guilds[guildID]; g.members[id] != nil {
			s.dispatchMember("GUILD_MEMBER_UPDATE", g, id)
		}
	}
}

// Join lets a user join a guild, or come again, and dispatches
// GUILD_MEMBER_ADD; where the guild has a system channel the join is announced.
func (s *Server) Join(guild uint64, m Member) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(guild)
	if err != nil {
		return err
	}
	if m.JoinedAt.IsZero() {
		m.JoinedAt = s.cfg.Now()
	}
	s.world.addMember(g, m)
	s.dispatchMember("GUILD_MEMBER_ADD", g, m.User)
	if g.SystemChannel != 0 {
		_, err = s.post(Message{Channel: g.SystemChannel, Author: m.User, Type: MessageUserJoin})
	}
	return err
}

// addMember puts a member into a guild.
func (w *world) addMember(g *guild, m Member) {
	if _, again := g.members[m.User]; !again && g.MemberCount > len(g.members) {
		g.MemberCount++
	}
	g.members[m.User] = &m
	g.order = nil
	w.version++
}

// UpdateMember changes a member and dispatches GUILD_MEMBER_UPDATE.
func (s *Server) UpdateMember(guild, user uint64, change func(*Member)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, m, err := s.world.member(guild, user)
	if err != nil {
		return err
	}
	after := *m
	after.Roles = slices.Clone(m.Roles)
	change(&after)
	after.User = user
	g.members[user] = &after
	s.world.version++
	s.dispatchMember("GUILD_MEMBER_UPDATE", g, user)
	return nil
}

// Leave lets a member leave (or be thrown out, which looks the same): voice
// first, then GUILD_MEMBER_REMOVE.
func (s *Server) Leave(guild, user uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, _, err := s.world.member(guild, user)
	if err != nil {
		return err
	}
	if user == s.cfg.Application {
		return fmt.Errorf("leave guild %d: the bot leaves by RemoveGuild", guild)
	}
	s.setVoice(g, VoiceState{User: user})
	delete(g.members, user)
	g.order = nil
	if g.MemberCount > 0 {
		g.MemberCount--
	}
	s.dispatchObject("GUILD_MEMBER_REMOVE", guild, object{
		"user": s.world.userJSON(user, false), "guild_id": snowflake(guild),
	})
	return nil
}

// dispatchMember dispatches a member as they are now. The bot hears of its own
// membership without any intent.
func (s *Server) dispatchMember(name string, g *guild, user uint64) {
	if len(s.sessions) == 0 {
		return
	}
	ev := newEvent(name, g.ID, s.world.memberJSON(g, user, false, object{"guild_id": snowflake(g.ID)}))
	if user == s.cfg.Application {
		ev.need = intentAlways
	}
	s.dispatch(ev)
}
