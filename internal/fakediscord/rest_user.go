package fakediscord

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

// getGateway answers GET /gateway.
func getGateway(c *call) (any, error) {
	return object{"url": c.srv.gatewayURL("/gateway/ws")}, nil
}

// getGatewayBot answers GET /gateway/bot.
func getGatewayBot(c *call) (any, error) {
	cfg := &c.srv.cfg
	left, reset := c.srv.starts.remaining(time.Now(), cfg.StartLimit)
	return object{
		"url": c.srv.gatewayURL("/gateway/ws"), "shards": cfg.Shards,
		"session_start_limit": object{
			"total": cfg.StartLimit, "remaining": left, "reset_after": reset.Milliseconds(), "max_concurrency": cfg.MaxConcurrency,
		},
	}, nil
}

// getMe answers GET /users/@me: the bot, or whose token it is.
func getMe(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	if c.bearer == nil {
		return c.srv.world.account(c.srv.cfg.Application), nil
	}
	if !c.bearer.allows("identify") {
		return nil, errMissingAccess
	}
	return c.srv.world.account(c.bearer.user), nil
}

// account returns a user as the account's own holder sees it.
func (w *world) account(id uint64) object {
	u := named(w.user(id))
	o := object{
		"verified": true, "username": u.Name, "public_flags": 0, "primary_guild": nil, "premium_type": 0, "mfa_enabled": true,
		"locale": or(u.Locale, "en-US"), "id": snowflake(u.ID), "global_name": text(u.GlobalName), "flags": 0, "email": nil,
		"discriminator": discriminator(u), "collectibles": nil, "clan": nil, "banner_color": nil, "banner": nil,
		"avatar_decoration_data": nil, "avatar": text(u.Avatar), "accent_color": nil,
	}
	if u.Bot {
		o["bot"] = true
	}
	return o
}

// getMyGuilds answers GET /users/@me/guilds with what the user may do in each.
func getMyGuilds(c *call) (any, error) {
	me := c.srv.cfg.Application
	if c.bearer != nil {
		if !c.bearer.allows("guilds") {
			return nil, errMissingAccess
		}
		me = c.bearer.user
	}
	limit, err := c.limit(200, 1, 200)
	if err != nil {
		return nil, err
	}
	after, _ := parseID(c.r.URL.Query().Get("after"))
	counts := c.r.URL.Query().Get("with_counts") == "true"
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	out := []object{}
	for _, g := range sorted(c.srv.world.guilds, func(a, b *guild) bool { return a.ID < b.ID }) {
		if _, in := g.members[me]; in && g.ID > after && len(out) < limit {
			out = append(out, partialGuild(g, me, counts))
		}
	}
	return out, nil
}

// partialGuild returns a guild as one of a user's.
func partialGuild(g *guild, me uint64, counts bool) object {
	p := g.base(me)
	o := object{
		"permissions": bits(p), "owner": g.Owner == me, "name": g.Name, "id": snowflake(g.ID),
		"icon": text(g.Icon), "features": append([]string{}, g.Features...), "banner": nil,
	}
	if counts {
		o["approximate_member_count"], o["approximate_presence_count"] = g.memberCount(), g.presences()
	}
	return o
}

// leaveGuild answers DELETE /users/@me/guilds/{guild}.
func leaveGuild(c *call) (any, error) { return nil, c.srv.RemoveGuild(c.id("guild")) }

// getUser answers GET /users/{user}.
func getUser(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	id := c.id("user")
	if _, known := c.srv.world.users[id]; !known {
		if _, acted := c.srv.world.people.index[id]; !acted {
			return nil, &apiError{status: http.StatusNotFound, code: 10013, message: "Unknown User"}
		}
	}
	return c.srv.world.userJSON(id, true), nil
}

// getApplication answers GET /applications/@me.
func getApplication(c *call) (any, error) {
	s := c.srv
	s.mu.RLock()
	defer s.mu.RUnlock()
	o := s.applicationObject()
	maps.Copy(o, object{
		"team": nil, "role_connections_verification_url": nil, "redirect_uris": append([]string{}, s.cfg.RedirectURIs...),
		"owner": s.world.userJSON(s.cfg.Application+1, true), "interactions_endpoint_url": nil, "explicit_content_filter": 0,
		"integration_types_config": object{"0": object{}}, "eligible_oauth2_scopes": []string{},
		"bot": s.world.userJSON(s.cfg.Application, true), "approximate_user_install_count": 0,
		"approximate_user_authorization_count": 0, "approximate_guild_count": len(s.world.guilds),
	})
	return o, nil
}

// applicationObject returns what anybody may know of the application.
func (s *Server) applicationObject() object {
	return object{
		"verify_key": strings.Repeat("0", 64), "type": nil, "summary": "", "name": s.cfg.BotName, "icon": nil,
		"id": snowflake(s.cfg.Application), "flags": s.applicationFlags(), "flags_new": bits(s.applicationFlags()),
		"description": "", "bot_require_code_grant": false, "bot_public": true,
	}
}

// getAuthorization answers GET /oauth2/@me.
func getAuthorization(c *call) (any, error) {
	if c.bearer == nil {
		return nil, &apiError{status: http.StatusUnauthorized, message: "401: Unauthorized"}
	}
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	return object{
		"application": c.srv.applicationObject(), "expires": stamp(c.bearer.expires.UnixMilli()), "scopes": c.bearer.scopes,
		"user": c.srv.world.userJSON(c.bearer.user, true),
	}, nil
}
