package fakediscord

import (
	"net"
	"time"
)

// Config says what kind of Discord to be. The zero value is a usable one: it
// listens on a free port of loopback, grants no privileged intent and keeps
// Discord's own intervals and limits.
type Config struct {
	Token        string   // the bot's; "fake-token" when empty
	Application  uint64   // the application's id, which is the bot's too
	BotName      string   // "Guildpulse" when empty
	ClientSecret string   // of OAuth2; "fake-secret" when empty
	RedirectURIs []string // registered for OAuth2; empty allows any on loopback

	Addr      string       // where to listen; "127.0.0.1:0" when empty
	Listener  net.Listener // instead of Addr: a Pipe, say
	PublicURL string       // how clients reach us, when the listener's address does not tell

	// Now is Discord's own clock: it stamps ids and every time in a payload.
	// Deadlines and intervals go by the machine's clock regardless.
	Now func() time.Time

	HeartbeatInterval time.Duration // told in HELLO; 41.25 s
	HeartbeatGrace    time.Duration // silence that ends a connection with 4009; two intervals and 10 s
	IdentifyInterval  time.Duration // between IDENTIFYs of one bucket; 5 s
	MaxConcurrency    int           // buckets of IDENTIFY; 1
	StartLimit        int           // IDENTIFYs a day; 1,000
	LenientIdentify   bool          // record IDENTIFYs that come too soon, but serve them
	Shards            int           // the number recommended by /gateway/bot; 1
	SendLimit         int           // frames a client may send in SendWindow; 120
	SendWindow        time.Duration // 60 s
	Privileged        Intents       // the privileged intents granted to the application

	ReplayBuffer    int           // dispatches kept a session for RESUME; 2,097,152
	ReplayBytes     int           // bytes of payloads kept beside them; 64 MiB
	ResumeWindow    time.Duration // how long a session outlives its connection; 3 min
	Backlog         int           // unsent dispatches at which Play waits; 16,384
	TrimOnHeartbeat bool          // forget for good what a heartbeat's sequence acknowledges

	RouteLimit  int           // requests a route's bucket takes in RouteWindow; 50
	RouteWindow time.Duration // 1 s
	GlobalLimit int           // requests a second over all routes; 0 is no limit

	InteractionDeadline time.Duration // for the first answer; 3 s
	InteractionLife     time.Duration // of a token; 15 min

	BotPermissions uint64 // of the bot's own role where a Guild says nothing; DefaultBotPermissions

	// OnRequest sees every REST call before it is served: the path without
	// /api and version, and the body (of a multipart one its payload_json).
	// It is called from many goroutines.
	OnRequest    func(method, path string, body []byte)
	KeepRequests int // recorded requests kept, the newest; 4,096
}

// withDefaults fills what was left empty.
func (c Config) withDefaults() Config {
	c.Token = or(c.Token, "fake-token")
	c.Application = or(c.Application, 1100000000000000001)
	c.BotName = or(c.BotName, "Guildpulse")
	c.ClientSecret = or(c.ClientSecret, "fake-secret")
	c.Addr = or(c.Addr, "127.0.0.1:0")
	if c.Now == nil {
		c.Now = time.Now
	}
	c.HeartbeatInterval = or(c.HeartbeatInterval, 41250*time.Millisecond)
	c.HeartbeatGrace = or(c.HeartbeatGrace, 2*c.HeartbeatInterval+10*time.Second)
	c.IdentifyInterval = or(c.IdentifyInterval, 5*time.Second)
	c.MaxConcurrency = or(c.MaxConcurrency, 1)
	c.StartLimit = or(c.StartLimit, 1000)
	c.Shards = or(c.Shards, 1)
	c.SendLimit = or(c.SendLimit, 120)
	c.SendWindow = or(c.SendWindow, time.Minute)
	c.ReplayBuffer = or(c.ReplayBuffer, 1<<21)
	c.ReplayBytes = or(c.ReplayBytes, 64<<20)
	c.ResumeWindow = or(c.ResumeWindow, 3*time.Minute)
	c.Backlog = or(c.Backlog, 1<<14)
	c.RouteLimit = or(c.RouteLimit, 50)
	c.RouteWindow = or(c.RouteWindow, time.Second)
	c.InteractionDeadline = or(c.InteractionDeadline, 3*time.Second)
	c.InteractionLife = or(c.InteractionLife, 15*time.Minute)
	c.BotPermissions = or(c.BotPermissions, DefaultBotPermissions)
	c.KeepRequests = or(c.KeepRequests, 4096)
	return c
}

// or returns v, or the fallback where v is the zero value.
func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}
