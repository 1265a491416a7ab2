package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/bwmarrin/discordgo"
)

// RESTConfig is what a REST is made of. Token must be set.
type RESTConfig struct {
	Token     Secret     // of the bot, without the word Bot
	BaseURL   string     // DefaultBaseURL; not used if there is a Transport
	Transport *Transport // made of BaseURL and Log when nil
	Log       *slog.Logger
}

// REST asks Discord's HTTP API for what the bot needs, by way of discordgo and
// the Transport. All methods are safe for concurrent use, end when ctx does, and
// return a *RESTError where Discord says no.
type REST struct {
	session   *discordgo.Session
	transport *Transport
}

// NewREST makes a REST. Nothing is asked yet.
func NewREST(cfg RESTConfig) (*REST, error) {
	if cfg.Token.Empty() {
		return nil, fmt.Errorf("%w: no token is set", ErrConfig)
	}
	t := cfg.Transport
	if t == nil {
		var err error
		if t, err = NewTransport(TransportConfig{BaseURL: cfg.BaseURL, Log: cfg.Log}); err != nil {
			return nil, err
		}
	}
	s, err := discordgo.New("Bot " + cfg.Token.Reveal())
	if err != nil {
		return nil, fmt.Errorf("make a discordgo session: %w", err)
	}
	s.StateEnabled, s.State = false, nil
	s.Client = &http.Client{Transport: t}
	// The Transport waits and repeats: discordgo's waits know no contexts.
	s.ShouldRetryOnRateLimit, s.MaxRestRetries = false, 0
	s.UserAgent = userAgent
	return &REST{session: s, transport: t}, nil
}

// Transport returns what carries the requests.
func (r *REST) Transport() *Transport { return r.transport }

// Close lets go of idle connections. The REST can be used on.
func (r *REST) Close() { r.transport.CloseIdleConnections() }

// access says whose request it is.
type access bool

const (
	asBot   access = false
	asToken access = true // the interaction's token in the path is authority enough
)

// ask sends a request and reads the answer into out, if there is to be one. what
// names it in errors, in place of the path: that may hold a token.
func (r *REST) ask(ctx context.Context, what, method, url string, as access, in, out any) error {
	body, err := marshalBody(in)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	options := []discordgo.RequestOption{discordgo.WithContext(ctx)}
	if as == asToken {
		options = append(options, func(cfg *discordgo.RequestConfig) { cfg.Request.Header.Del("Authorization") })
	}
	// A limiter of its own: discordgo's would wait without ctx, put all tokens in
	// one bucket, and never forget any.
	bucket := discordgo.NewRatelimiter().LockBucket(what)
	answer, err := r.session.RequestWithLockedBucket(method, url, "application/json", body, bucket, 0, options...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, restError(err))
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("%s: read the answer: %w", what, err)
	}
	return nil
}

func marshalBody(in any) ([]byte, error) {
	if in == nil {
		return nil, nil
	}
	return json.Marshal(in)
}

// Application returns the bot's application: its id, name, owner and flags.
func (r *REST) Application(ctx context.Context) (*discordgo.Application, error) {
	out := new(discordgo.Application)
	return out, r.ask(ctx, "get the application", http.MethodGet, discordgo.EndpointAPI+"applications/@me", asBot, nil, out)
}

// Me returns the bot's user.
func (r *REST) Me(ctx context.Context) (*discordgo.User, error) {
	out := new(discordgo.User)
	return out, r.ask(ctx, "get the bot's user", http.MethodGet, discordgo.EndpointUser("@me"), asBot, nil, out)
}

// Guild returns a server, with its approximate counts.
func (r *REST) Guild(ctx context.Context, guild uint64) (*discordgo.Guild, error) {
	out := new(discordgo.Guild)
	url := discordgo.EndpointGuild(id(guild)) + "?with_counts=true"
	return out, r.ask(ctx, "get a server", http.MethodGet, url, asBot, nil, out)
}

// Member returns a member of a server. A RESTError of status 404 says that this
// person is none.
func (r *REST) Member(ctx context.Context, guild, user uint64) (*discordgo.Member, error) {
	out := new(discordgo.Member)
	return out, r.ask(ctx, "get a member", http.MethodGet, discordgo.EndpointGuildMember(id(guild), id(user)), asBot, nil, out)
}

// User returns a person by id, of whatever servers.
func (r *REST) User(ctx context.Context, user uint64) (*discordgo.User, error) {
	out := new(discordgo.User)
	return out, r.ask(ctx, "get a user", http.MethodGet, discordgo.EndpointUser(id(user)), asBot, nil, out)
}

// id writes a snowflake as Discord does.
func id(snowflake uint64) string { return strconv.FormatUint(snowflake, 10) }
