package discord

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// Errors of the Transport.
var (
	// ErrInvalidRequests: so many answers of 401, 403 and 429 came within ten
	// minutes that Discord would soon ban this address. Nothing is sent until
	// they are past.
	ErrInvalidRequests = errors.New("too many invalid requests, Discord would ban this address; waiting until they are past")
	// ErrHost: a request to a host that must not see the bot's token.
	ErrHost = errors.New("this host is not Discord")
)

// Discord's limits, and how far from them the Transport stays.
const (
	// Of 50 requests a second. A bucket of burst b that fills with r a second
	// lets at most b+r pass in any second.
	globalRate  = 44
	globalBurst = 5
	// Of 10,000 invalid requests in ten minutes.
	invalidLimit = 2000

	requestTimeout = 15 * time.Second
	requestsWithin = time.Minute // all attempts, where the context has no deadline
	maxAttempts    = 5
	retryFirst     = 250 * time.Millisecond
	retryLast      = 8 * time.Second
	banWait        = time.Minute // after a 429 that does not say how long
	maxResponse    = 32 << 20
)

// TransportConfig is what a Transport is made of. All of it may be left out.
type TransportConfig struct {
	BaseURL      string            // DefaultBaseURL, or a proxy's or stand-in's
	Base         http.RoundTripper // carries the requests; a plain *http.Transport
	InvalidLimit int               // within ten minutes; 2,000 of Discord's 10,000
	Timeout      time.Duration     // of one attempt, body included; 15 s
	Log          *slog.Logger      // without paths and secrets; nothing is logged if nil
	Random       func() float64    // in [0, 1), for jitter
}

// Transport carries every REST request to Discord, and keeps its rules whoever
// asks: discordgo's Session or we ourselves. It
//
//   - sends what was meant for discord.com, in any version of the API, to the
//     configured base address, and refuses other hosts;
//   - keeps the global limit of 50 requests a second, from which interactions are
//     exempt, and the limits of routes as their headers tell them;
//   - waits as a 429 demands, for all requests where it is a global one or a page
//     of the proxy in front of Discord, which comes out as JSON;
//   - repeats idempotent requests after 500, 502, 503, 504 and broken connections,
//     with growing pauses and jitter;
//   - stops long before Discord bans the address for invalid requests;
//   - ends every wait when the request's context does, and at once when its
//     deadline would pass before.
//
// The whole answer is read before it is given, within the attempt's timeout.
type Transport struct {
	base    http.RoundTripper
	target  *url.URL
	timeout time.Duration
	log     *slog.Logger
	random  func() float64

	global  *rate.Limiter
	barred  pause // the whole address: the proxy in front of Discord says so
	paused  pause // all but interactions: Discord's global limit
	buckets buckets
	invalid invalidCounter
	count   transportCounters
}

// NewTransport makes a Transport. It fails only on a base address that is none.
func NewTransport(cfg TransportConfig) (*Transport, error) {
	if cfg.BaseURL == "" {
		cfg.BaseURL = DefaultBaseURL
	}
	target, err := url.Parse(strings.TrimSuffix(cfg.BaseURL, "/"))
	if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
		return nil, fmt.Errorf("%w: base address %q, want one like %s", ErrConfig, cfg.BaseURL, DefaultBaseURL)
	}
	t := &Transport{
		base: cfg.Base, target: target, timeout: cfg.Timeout, log: cfg.Log, random: cfg.Random,
		global:  rate.NewLimiter(globalRate, globalBurst),
		invalid: invalidCounter{limit: cfg.InvalidLimit},
	}
	t.defaults()
	return t, nil
}

func (t *Transport) defaults() {
	if t.base == nil {
		t.base = &http.Transport{
			Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 16,
			IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: dialTimeout,
		}
	}
	if t.timeout <= 0 {
		t.timeout = requestTimeout
	}
	if t.log == nil {
		t.log = slog.New(slog.DiscardHandler)
	}
	if t.random == nil {
		t.random = rand.Float64
	}
	if t.invalid.limit <= 0 {
		t.invalid.limit = invalidLimit
	}
}

// RoundTrip carries one request, as often as it takes and may be repeated. The
// request is not changed. Errors bear no address, as it may hold a token.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	at, err := t.address(req.URL)
	if err != nil {
		return nil, err
	}
	ctx := req.Context()
	if _, bounded := ctx.Deadline(); !bounded {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, requestsWithin)
		defer stop()
	}
	call := &call{t: t, req: req, at: at, body: body, route: routeOf(req.Method, at.Path)}
	return call.carry(ctx)
}

// CloseIdleConnections lets go of connections that nobody uses.
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// readBody takes the body in, so that it can be sent more than once.
func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	b, err := io.ReadAll(req.Body)
	if err = errors.Join(err, req.Body.Close()); err != nil {
		return nil, fmt.Errorf("read the request's body: %w", err)
	}
	return b, nil
}

// address returns where a request goes: what stands behind /api and the version,
// under the base address.
func (t *Transport) address(u *url.URL) (*url.URL, error) {
	if u.Host != t.target.Host && u.Host != "discord.com" && u.Host != "discordapp.com" {
		return nil, fmt.Errorf("%w: %s", ErrHost, u.Host)
	}
	at := *t.target
	at.Path = t.target.Path + versionless(strings.TrimPrefix(u.Path, t.target.Path))
	at.RawPath, at.RawQuery = "", u.RawQuery
	return &at, nil
}

// versionless strips /api and a version in front of a path.
func versionless(path string) string {
	rest, ok := strings.CutPrefix(path, "/api/")
	if !ok {
		return path
	}
	version, after, ok := strings.Cut(rest, "/")
	if ok && len(version) > 1 && version[0] == 'v' && strings.Trim(version[1:], "0123456789") == "" {
		rest = after
	}
	return "/" + rest
}

// answered returns a response that holds its whole body.
func answered(resp *http.Response, body []byte) *http.Response {
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp
}
