package fakediscord

import (
	"fmt"
	"slices"
)

// getMembers answers GET /guilds/{guild}/members, ascending after an id; it
// wants the privileged members intent.
func getMembers(c *call) (any, error) {
	limit, err := c.limit(1, 1, 1000)
	if err != nil {
		return nil, err
	}
	after, _ := parseID(c.r.URL.Query().Get("after"))
	if c.srv.cfg.Privileged&IntentGuildMembers == 0 {
		return nil, errMissingAccess
	}
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	order := g.memberIDs()
	from, found := slices.BinarySearch(order, after)
	if found {
		from++
	}
	out := []any{}
	for _, id := range order[from:min(from+limit, len(order))] {
		out = append(out, c.srv.world.memberJSON(g, id, true, nil))
	}
	return out, nil
}

// getMember answers GET /guilds/{guild}/members/{user}.
func getMember(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	g, m, err := c.srv.world.member(c.id("guild"), c.id("user"))
	if err != nil {
		return nil, err
	}
	return c.srv.world.memberJSON(g, m.User, true, nil), nil
}

// putMemberRole answers PUT …/members/{user}/roles/{role}.
func putMemberRole(c *call) (any, error) { return nil, c.changeRole(true) }

// deleteMemberRole answers DELETE …/members/{user}/roles/{role}.
func deleteMemberRole(c *call) (any, error) { return nil, c.changeRole(false) }

// changeRole gives or takes a role, where the bot manages roles and stands above
// it.
func (c *call) changeRole(give bool) error {
	s, bot := c.srv, c.srv.cfg.Application
	s.mu.Lock()
	defer s.mu.Unlock()
	g, m, err := s.world.member(c.id("guild"), c.id("user"))
	if err != nil {
		return err
	}
	r, ok := g.roles[c.id("role")]
	switch {
	case !ok || r.ID == g.ID:
		return fmt.Errorf("%w %d", ErrUnknownRole, c.id("role"))
	case g.base(bot)&PermManageRoles == 0 || r.Managed || r.Position >= g.top(bot):
		return errMissingPermissions
	case has(m.Roles, r.ID) == give:
		return nil
	}
	after := *m
	after.Roles = slices.DeleteFunc(slices.Clone(m.Roles), func(id uint64) bool { return id == r.ID })
	if give {
		after.Roles = append(after.Roles, r.ID)
	}
	g.members[m.User] = &after
	s.world.version++
	s.dispatchMember("GUILD_MEMBER_UPDATE", g, m.User)
	return nil
}
