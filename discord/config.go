package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// DefaultBaseURL is Discord's REST API, which tells where the gateway is.
const DefaultBaseURL = "https://discord.com/api/v10"

// MaxFrame is the longest frame taken, compressed and inflated, in bytes.
const MaxFrame = 16 << 20

// Compression of the gateway's transport.
const (
	CompressNone = ""
	CompressZlib = "zlib-stream"
	CompressZstd = "zstd-stream"
)

// Config is what a Reader is made of. Only Token must be set.
type Config struct {
	Token    Secret // of the bot, without the word Bot
	BaseURL  string // of REST; DefaultBaseURL
	Shards   int    // 0: as many as Discord recommends
	Members  bool   // ask for GUILD_MEMBERS, which is privileged: joins and leaves
	Invites  bool   // ask for GUILD_INVITES
	Compress string // CompressNone, CompressZlib or CompressZstd; native only

	// Interactions gets the payload of every interaction, once, while the reader
	// waits: it must not block. The bytes are its own.
	Interactions func(json.RawMessage)
	// Budget hears how many IDENTIFYs Discord still allows until it counts anew.
	Budget func(remaining int)

	MarkEvery  time.Duration // between marks when nothing else is pushed; 5 s
	BackoffMin time.Duration // before the second attempt in a row to connect; 1 s
	BackoffMax time.Duration // before any; 1 min

	Log    *slog.Logger     // without names and secrets; nothing is logged if nil
	Now    func() time.Time // stamps events; waiting goes by the machine's clock regardless
	Random func() float64   // in [0, 1), for jitter; from many goroutines

	HTTP *http.Client // for REST
	// Dial connects websockets, and REST if HTTP is nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// userAgent names the program, in the form that Discord demands.
const userAgent = "DiscordBot (https://github.com/guildpulse/guildpulse, 1)"

func (c *Config) defaults() {
	if c.BaseURL == "" {
		c.BaseURL = DefaultBaseURL
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	wait := func(p *time.Duration, d time.Duration) {
		if *p <= 0 {
			*p = d
		}
	}
	wait(&c.MarkEvery, 5*time.Second)
	wait(&c.BackoffMin, time.Second)
	wait(&c.BackoffMax, time.Minute)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Float64
	}
	if c.Budget == nil {
		c.Budget = func(int) {}
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{Timeout: dialTimeout}).DialContext
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{Transport: c.transport(), Timeout: dialTimeout}
	}
}

// transport returns a transport for a single connection.
func (c *Config) transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           c.Dial,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: dialTimeout,
		DisableKeepAlives:     true,
	}
}

func (c *Config) validate() error {
	switch {
	case c.Token.Empty():
		return fmt.Errorf("%w: no token is set: copy it from the Bot page of the developer portal", ErrConfig)
	case c.Shards < 0 || c.Shards > maxShards:
		return fmt.Errorf("%w: %d shards, choose 0 (as Discord recommends) to %d", ErrConfig, c.Shards, maxShards)
	}
	switch c.Compress {
	case CompressNone, CompressZlib, CompressZstd:
	default:
		return fmt.Errorf("%w: compression %q, choose %q, %q or none", ErrConfig, c.Compress, CompressZlib, CompressZstd)
	}
	if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%w: base address %q, want one like %s", ErrConfig, c.BaseURL, DefaultBaseURL)
	}
	return nil
}

// maxShards is what an event's shard number can tell.
const maxShards = 1 << 16

// intents returns what to ask the gateway for.
func (c *Config) intents() Intents {
	i := BaseIntents
	if c.Members {
		i |= IntentGuildMembers
	}
	if c.Invites {
		i |= IntentGuildInvites
	}
	return i
}
