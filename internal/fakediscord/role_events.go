package fakediscord

import (
	"fmt"
	"slices"
)

// AddRole adds a role and dispatches GUILD_ROLE_CREATE. It returns the role's id.
func (s *Server) AddRole(guild uint64, r Role) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(guild)
	if err != nil {
		return 0, err
	}
	r.ID = s.idOr(r.ID)
	g.roles[r.ID] = &r
	s.world.version++
	s.dispatchRole("GUILD_ROLE_CREATE", g, &r)
	return r.ID, nil
}

// UpdateRole changes a role (@everyone has the guild's id) and dispatches
// GUILD_ROLE_UPDATE.
func (s *Server) UpdateRole(guild, id uint64, change func(*Role)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(guild)
	if err != nil {
		return err
	}
	r, ok := g.roles[id]
	if !ok {
		return fmt.Errorf("%w %d", ErrUnknownRole, id)
	}
	change(r)
	r.ID = id
	s.world.version++
	s.dispatchRole("GUILD_ROLE_UPDATE", g, r)
	return nil
}

// DeleteRole takes a role from everyone and dispatches GUILD_ROLE_DELETE.
func (s *Server) DeleteRole(guild, id uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.world.guild(guild)
	if err != nil {
		return err
	}
	if _, ok := g.roles[id]; !ok || id == guild {
		return fmt.Errorf("%w %d", ErrUnknownRole, id)
	}
	delete(g.roles, id)
	for _, m := range g.members {
		m.Roles = slices.DeleteFunc(m.Roles, func(r uint64) bool { return r == id })
	}
	s.world.version++
	s.dispatchObject("GUILD_ROLE_DELETE", guild, object{"role_id": snowflake(id), "guild_id": snowflake(guild)})
	return nil
}

func (s *Server) dispatchRole(name string, g *guild, r *Role) {
	s.dispatchObject(name, g.ID, object{"role": roleObject(r), "guild_id": snowflake(g.ID)})
}
