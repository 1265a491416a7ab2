package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"guildpulse/internal/report"
)

// ErrConfig is wrapped by every refusal of a [Config].
var ErrConfig = errors.New("dashboard configuration")

// Config is what a [Server] is made of. Reader and Access must be set.
type Config struct {
	Addr      string // where to listen; "127.0.0.1:8080"
	PublicURL string // as people type it; "http://" and the address listened on
	Insecure  bool   // allow an address that is neither https nor loopback

	Reader   report.Reader
	Access   Access
	Sessions SessionStore // where a restart finds them, [OpenSessions]; else a [MemorySessions]
	OAuth    OAuth        // off unless ClientID is set

	// Ready reports why requests should not come yet, for /readyz; nil: always ready.
	Ready func() error
	// Proxies are peers whose X-Forwarded-For is believed, for limits only.
	Proxies []netip.Prefix

	Version string
	Sample  bool // show that all figures are made up

	Log *slog.Logger     // without names and secrets; nothing is logged if nil
	Now func() time.Time // the clock; time.Now
}

// Limits of time. A session ends a day after its last use, and a week after it
// began.
const (
	LinkLife    = 5 * time.Minute
	StateLife   = 10 * time.Minute
	SessionIdle = 24 * time.Hour
	SessionLife = 7 * 24 * time.Hour
	AccessTTL   = 30 * time.Second
)

func (c *Config) defaults() {
	if c.Addr == "" {
		c.Addr = "127.0.0.1:8080"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sessions == nil {
		c.Sessions = NewMemorySessions(c.Now)
	}
	if c.Ready == nil {
		c.Ready = func() error { return nil }
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	c.OAuth.defaults()
}

func (c *Config) validate() error {
	if c.Reader == nil || c.Access == nil {
		return fmt.Errorf("%w: a Reader and an Access are needed", ErrConfig)
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		return fmt.Errorf("%w: listen address: %w", ErrConfig, err)
	}
	u, err := url.Parse(c.address())
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" || u.RawQuery != "" {
		return fmt.Errorf("%w: public address %q, want one like https://stats.example.org", ErrConfig, c.PublicURL)
	}
	if !trustworthy(u) && !c.Insecure {
		return fmt.Errorf("%w: people would open %s, which is not https: put a proxy with TLS before it and name its public address, or allow it expressly", ErrConfig, u)
	}
	return c.OAuth.validate()
}

// address returns what people open, as far as it is known before listening.
func (c *Config) address() string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return "http://" + c.Addr
}

// trustworthy reports whether browsers keep what travels to u to themselves: over
// TLS, or within the machine.
func trustworthy(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	host := u.Hostname()
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
