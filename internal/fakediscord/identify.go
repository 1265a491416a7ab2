package fakediscord

import (
	"encoding/json"
	"time"
)

// identifyRequest is the payload of op 2.
type identifyRequest struct {
	Token    string   `json:"token"`
	Intents  *Intents `json:"intents"`
	Compress bool     `json:"compress"`
	Shard    []int    `json:"shard"`
}

// identify serves op 2: the checks in Discord's order, then READY and one
// GUILD_CREATE a guild.
func (c *conn) identify(d json.RawMessage) {
	var req identifyRequest
	if json.Unmarshal(d, &req) != nil {
		c.close(closeDecode, "Error while decoding payload.")
		return
	}
	if len(req.Shard) == 0 {
		req.Shard = []int{0, 1}
	}
	rec := Identify{At: time.Now(), Compress: req.Compress}
	if req.Intents != nil {
		rec.Intents = *req.Intents
	}
	code, reason := c.refusal(req)
	if code == 0 || code > closeInvalidShard {
		rec.Shard, rec.Shards = req.Shard[0], req.Shard[1]
	}
	if code != 0 {
		rec.Code = code
		c.srv.record.identify(rec)
		c.close(code, reason)
		return
	}
	rec.TooSoon, rec.TooMany = c.srv.starts.admit(rec.At, rec.Shard, &c.srv.cfg)
	c.srv.record.identify(rec)
	switch {
	case rec.TooMany: // Discord resets the token
		c.close(closeAuthentication, "Authentication failed.")
	case rec.TooSoon && !c.srv.cfg.LenientIdentify:
		c.order(func(c *conn) error { return c.invalidate(false) })
	case !c.strike(AtIdentify):
		c.pack.Store(req.Compress)
		c.srv.begin(c, rec)
	}
}

// refusal returns the close code an IDENTIFY earns, 0 for none.
func (c *conn) refusal(req identifyRequest) (int, string) {
	cfg := &c.srv.cfg
	switch {
	case c.ses.Load() != nil:
		return closeAlready, "Already authenticated."
	case bareToken(req.Token) != cfg.Token:
		return closeAuthentication, "Authentication failed."
	case len(req.Shard) != 2 || req.Shard[1] < 1 || req.Shard[0] < 0 || req.Shard[0] >= req.Shard[1]:
		return closeInvalidShard, "Invalid shard."
	case c.srv.guildsOf(req.Shard[0], req.Shard[1]) > guildsPerShard:
		return closeShardingRequired, "Sharding required."
	case req.Intents == nil || *req.Intents&^intentsAll != 0:
		return closeInvalidIntents, "Invalid intent(s)."
	case *req.Intents&intentsPrivileged&^cfg.Privileged != 0:
		return closeDisallowedIntents, "Disallowed intent(s)."
	}
	return 0, ""
}

// bareToken strips the prefix that some libraries leave on the token.
func bareToken(token string) string {
	const prefix = "Bot "
	if len(token) > len(prefix) && token[:len(prefix)] == prefix {
		return token[len(prefix):]
	}
	return token
}

// begin starts a session on a connection. What is in READY and the GUILD_CREATEs
// and what is dispatched afterwards meet without a seam, both being done under
// the world's lock.
func (s *Server) begin(c *conn, req Identify) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ses := newSession(&s.cfg, req.Shard, req.Shards, req.Intents)
	for _, older := range s.sessions {
		if older.shard == ses.shard && older.shards == ses.shards {
			older.supersede()
		}
	}
	ses.attach(c, 0, false)
	ses.append(newEvent("READY", 0, s.readyPayload(ses)))
	for _, id := range s.world.order {
		g := s.world.guilds[id]
		if ses.covers(id) && !g.out && ses.intents.wants(IntentGuilds) {
			ses.append(newEvent("GUILD_CREATE", id, s.guildCreate(g, ses.intents)))
		}
	}
	s.sessions = append(s.sessions, ses)
	c.ses.Store(ses)
	c.wake()
}

// supersede notes that a newer session of the shard exists.
func (ses *session) supersede() {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	ses.superseded = true
	ses.moved.ring()
}
