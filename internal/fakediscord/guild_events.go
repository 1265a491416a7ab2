package fakediscord

import "slices"

// AddGuild adds a server with the bot in it and dispatches GUILD_CREATE: an
// invitation. A guild of the same id is replaced. It returns the guild's id. Ids
// of channels are the caller's to keep apart, over all guilds.
func (s *Server) AddGuild(spec Guild) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if spec.ID == 0 {
		spec.ID = s.mint.next()
	}
	if old, ok := s.world.guilds[spec.ID]; ok {
		s.world.dropGuild(old)
	}
	g := newGuild(spec)
	g.joinedAt = s.cfg.Now().UnixMilli()
	g.BotPermissions = or(g.BotPermissions, s.cfg.BotPermissions)
	s.world.guilds[g.ID] = g
	s.world.order = append(s.world.order, g.ID)
	s.fill(g, spec)
	s.dispatchGuildCreate(g)
	return g.ID
}

// fill puts into a new guild what its description lists, and what every guild
// has: @everyone, and the bot with its role.
func (s *Server) fill(g *guild, spec Guild) {
	g.roles[g.ID] = &Role{ID: g.ID, Name: "@everyone", Permissions: DefaultPermissions}
	top := 0
	for _, r := range spec.Roles {
		r.ID = s.idOr(r.ID)
		g.roles[r.ID] = &r
		top = max(top, r.Position)
	}
	for _, c := range spec.Channels {
		c.ID = s.idOr(c.ID)
		s.world.addChannel(g, c)
	}
	for _, m := range spec.Members {
		g.members[m.User] = &m
		g.Owner = or(g.Owner, m.User)
	}
	for _, e := range spec.Events {
		e.ID, e.Status = s.idOr(e.ID), or(e.Status, 1)
		g.events[e.ID] = &scheduled{ScheduledEvent: e, interested: make(map[uint64]bool)}
	}
	s.addBot(g, top+1)
}

// addBot makes the bot a member with a role of its own above all others.
func (s *Server) addBot(g *guild, position int) {
	bot := s.cfg.Application
	if _, ok := g.members[bot]; ok {
		return
	}
	role := &Role{ID: s.mint.next(), Name: s.cfg.BotName, Permissions: g.BotPermissions, Position: position, Managed: true, Bot: bot}
	g.roles[role.ID] = role
	g.members[bot] = &Member{User: bot, Roles: []uint64{role.ID}, JoinedAt: s.cfg.Now()}
}

// idOr returns an id, minting one for zero.
func (s *Server) idOr(id uint64) uint64 {
	if id != 0 {
		return id
	}
	return s.mint.next()
}

// dispatchGuildCreate tells each session of a guild as its intents allow.
func (s *Server) dispatchGuildCreate(g *guild) {
	for _, ses := range s.sessions {
		if ses.covers(g.ID) && ses.intents.wants(IntentGuilds) {
			ses.append(newEvent("GUILD_CREATE", g.ID, s.guildCreate(g, ses.intents)))
		}
	}
}

// UpdateGuild changes a guild's settings and dispatches GUILD_UPDATE.
func (s *Server) UpdateGuild(id uint64, change func(*Guild)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(id)
	if err != nil {
		return err
	}
	change(&g.Guild)
	g.ID = id
	s.world.version++
	s.dispatchObject("GUILD_UPDATE", id, guildObject(g))
	return nil
}

// Outage makes a guild unavailable: GUILD_DELETE with unavailable, and nothing
// more of it until Recover.
func (s *Server) Outage(id uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(id)
	if err != nil {
		return err
	}
	s.dispatchObject("GUILD_DELETE", id, outage(id, true))
	g.out = true
	return nil
}

// Recover ends an outage: GUILD_CREATE.
func (s *Server) Recover(id uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(id)
	if err != nil {
		return err
	}
	g.out = false
	s.dispatchGuildCreate(g)
	return nil
}

// RemoveGuild removes the bot from a guild, or the guild from Discord:
// GUILD_DELETE without unavailable. The guild is gone with its history.
func (s *Server) RemoveGuild(id uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(id)
	if err != nil {
		return err
	}
	s.removeGuild(g)
	return nil
}

// removeGuild is RemoveGuild under the lock.
func (s *Server) removeGuild(g *guild) {
	s.dispatchObject("GUILD_DELETE", g.ID, outage(g.ID, false))
	s.world.dropGuild(g)
}

// SetEmoji replaces a guild's emoji and dispatches GUILD_EMOJIS_UPDATE.
func (s *Server) SetEmoji(guild uint64, list []Emoji) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(guild)
	if err != nil {
		return err
	}
	g.Emoji = slices.Clone(list)
	emoji := make([]object, len(list))
	for i, e := range list {
		emoji[i] = emojiObject(e)
	}
	s.dispatchObject("GUILD_EMOJIS_UPDATE", guild, object{"emojis": emoji, "guild_id": snowflake(guild)})
	return nil
}
