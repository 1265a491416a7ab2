package discord

import (
	"fmt"
	"net/url"
	"strings"
)

// address checks where the token would go. A stand-in for Discord is trusted where
// the base address names its host; plain ws only where the base is plain too.
type address struct {
	base     *url.URL
	compress string
}

func newAddress(cfg *Config) (address, error) {
	base, err := url.Parse(cfg.BaseURL)
	if err != nil {
		return address{}, fmt.Errorf("%w: base address: %w", ErrConfig, err)
	}
	return address{base: base, compress: cfg.Compress}, nil
}

// gateway returns the address to dial for one that Discord told.
func (a address) gateway(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || u.Hostname() == "" {
		return "", fmt.Errorf("%w: %.80q", ErrGateway, raw)
	}
	ours := strings.EqualFold(u.Hostname(), a.base.Hostname())
	secure := u.Scheme == "wss" || u.Scheme == "ws" && ours && a.base.Scheme == "http"
	if !secure || !ours && !onDiscord(u) {
		return "", fmt.Errorf("%w: %.80q is neither wss on discord.gg nor on %s", ErrGateway, raw, a.base.Hostname())
	}
	q := url.Values{"v": {"10"}, "encoding": {"json"}}
	if a.compress != CompressNone {
		q.Set("compress", a.compress)
	}
	u.RawQuery, u.Fragment = q.Encode(), ""
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), nil
}

func onDiscord(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return (host == "discord.gg" || strings.HasSuffix(host, ".discord.gg")) && u.Port() == ""
}
