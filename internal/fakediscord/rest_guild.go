package fakediscord

import (
	"net/http"
	"slices"
)

// guild returns the guild of the path. The caller holds the lock.
func (c *call) guild() (*guild, error) {
	g, err := c.srv.world.guild(c.id("guild"))
	if err == nil && g.out {
		return nil, &apiError{status: http.StatusServiceUnavailable, message: "503: Service Unavailable"}
	}
	return g, err
}

// getGuild answers GET /guilds/{guild}.
func getGuild(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	o := guildObject(g)
	if c.r.URL.Query().Get("with_counts") == "true" {
		o["approximate_member_count"], o["approximate_presence_count"] = g.memberCount(), g.presences()
	}
	return o, nil
}

// getGuildChannels answers GET /guilds/{guild}/channels: all of them, without
// threads.
func getGuildChannels(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, ch := range g.sortedChannels(false) {
		out = append(out, channelObject(ch, true))
	}
	return out, nil
}

// getGuildRoles answers GET /guilds/{guild}/roles.
func getGuildRoles(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	return guildObject(g)["roles"], nil
}

// getGuildEmoji answers GET /guilds/{guild}/emojis.
func getGuildEmoji(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	return guildObject(g)["emojis"], nil
}

// getActiveThreads answers GET /guilds/{guild}/threads/active with those the bot
// may view, the newest first.
func getActiveThreads(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	threads := []object{}
	for _, t := range sorted(g.channels, func(a, b *channel) bool { return a.ID > b.ID }) {
		if t.thread() && !t.Archived && c.srv.botSees(t) {
			threads = append(threads, threadObject(t))
		}
	}
	return object{"threads": threads, "members": []object{}, "has_more": false}, nil
}

// getScheduledEvents answers GET /guilds/{guild}/scheduled-events.
func getScheduledEvents(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, e := range sorted(g.events, func(a, b *scheduled) bool { return a.ID < b.ID }) {
		o := c.srv.world.scheduledObject(g, e)
		if c.r.URL.Query().Get("with_user_count") == "true" {
			o["user_count"] = len(e.followers())
		}
		out = append(out, o)
	}
	return out, nil
}

// followers returns who is interested, ascending.
func (e *scheduled) followers() []uint64 {
	out := []uint64{}
	for id, on := range e.interested {
		if on {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// getScheduledEventUsers answers GET …/scheduled-events/{event}/users.
func getScheduledEventUsers(c *call) (any, error) {
	limit, err := c.limit(100, 1, 100)
	if err != nil {
		return nil, err
	}
	after, _ := parseID(c.r.URL.Query().Get("after"))
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	e, ok := g.events[c.id("event")]
	if !ok {
		return nil, ErrUnknownEvent
	}
	out := []object{}
	for _, id := range e.followers() {
		if id > after && len(out) < limit {
			out = append(out, object{
				"user_id": snowflake(id), "user": c.srv.world.userJSON(id, true), "response": 1,
				"guild_scheduled_event_id": snowflake(e.ID),
			})
		}
	}
	return out, nil
}
