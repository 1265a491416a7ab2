package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// OAuth configures signing in with Discord. It is off without a ClientID.
type OAuth struct {
	ClientID     string
	ClientSecret string
	BaseURL      string       // of REST; "https://discord.com/api/v10"
	HTTP         *http.Client // for REST; one that waits at most 10 s
}

// ErrOAuth is wrapped by failures to sign in with Discord.
var ErrOAuth = errors.New("sign in with Discord")

// Bounds of what Discord answers, and of sign-ins under way.
const (
	maxAnswer   = 1 << 20
	maxLogins   = 10_000
	oauthWithin = 10 * time.Second
)

func (o *OAuth) defaults() {
	o.BaseURL = strings.TrimSuffix(cmp.Or(o.BaseURL, "https://discord.com/api/v10"), "/")
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: oauthWithin}
	}
}

func (o *OAuth) enabled() bool { return o.ClientID != "" }

func (o *OAuth) validate() error {
	if !o.enabled() {
		return nil
	}
	if o.ClientSecret == "" {
		return fmt.Errorf("%w: signing in with Discord needs the client secret too", ErrConfig)
	}
	if u, err := url.Parse(o.BaseURL); err != nil || u.Host == "" {
		return fmt.Errorf("%w: Discord's address %q", ErrConfig, o.BaseURL)
	}
	return nil
}

// origin returns the site on which people consent.
func (o *OAuth) origin() string {
	u, err := url.Parse(o.BaseURL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// oauth returns the code flow, with the two scopes that tell who somebody is and
// which servers are worth asking about.
func (s *Server) oauth() *oauth2.Config {
	return &oauth2.Config{
		ClientID:     s.cfg.OAuth.ClientID,
		ClientSecret: s.cfg.OAuth.ClientSecret,
		Scopes:       []string{"identify", "guilds"},
		RedirectURL:  s.RedirectURI(),
		Endpoint: oauth2.Endpoint{
			AuthURL:   s.cfg.OAuth.origin() + "/oauth2/authorize",
			TokenURL:  s.cfg.OAuth.BaseURL + "/oauth2/token",
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// RedirectURI returns the address to enter on the OAuth2 page of the developer
// portal.
func (s *Server) RedirectURI() string { return s.PublicURL() + "/sign-in/discord/callback" }

// login is a sign-in under way. Its secret is the state that Discord hands back;
// cookie binds it to the browser that began.
type login struct {
	cookie   string
	verifier string // PKCE
}

// oauthBegin answers POST /sign-in/discord: it sends the browser to Discord.
func (s *Server) oauthBegin(w http.ResponseWriter, r *http.Request) {
	if !s.cfg.OAuth.enabled() {
		s.notFound(w, r)
		return
	}
	l := login{cookie: newSecret(), verifier: oauth2.GenerateVerifier()}
	state := s.logins.put(l)
	s.setStateCookie(w, l.cookie, int(StateLife.Seconds()))
	http.Redirect(w, r, s.oauth().AuthCodeURL(state, oauth2.S256ChallengeOption(l.verifier),
		oauth2.SetAuthURLParam("prompt", "none")), http.StatusSeeOther)
}

func (s *Server) setStateCookie(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(stateCookie, s.secure), Value: value, Path: "/", MaxAge: maxAge,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// oauthEnd answers GET /sign-in/discord/callback: the way back from Discord.
func (s *Server) oauthEnd(w http.ResponseWriter, r *http.Request) {
	l, ok := s.takeLogin(r)
	s.setStateCookie(w, "", -1)
	code := r.URL.Query().Get("code")
	if !ok || code == "" {
		s.render(w, r, http.StatusBadRequest, "oauth", page{Title: "Sign-in did not work"})
		return
	}
	p, err := s.identify(r.Context(), code, l.verifier)
	if err != nil {
		s.cfg.Log.WarnContext(r.Context(), "sign-in with Discord failed", "error", err)
		s.render(w, r, http.StatusBadGateway, "oauth", page{Title: "Sign-in did not work"})
		return
	}
	if err := s.signIn(r.Context(), p); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// takeLogin spends the state that the address bears, if this browser began with
// it.
func (s *Server) takeLogin(r *http.Request) (login, bool) {
	cookie, err := r.Cookie(cookieName(stateCookie, s.secure))
	if err != nil {
		return login{}, false
	}
	l, ok := s.logins.take(r.URL.Query().Get("state"))
	return l, ok && l.cookie == cookie.Value
}

// identify trades a code for who its bearer is, and gives the tokens back at once:
// nothing here needs them again.
func (s *Server) identify(ctx context.Context, code, verifier string) (person, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, s.cfg.OAuth.HTTP)
	token, err := s.oauth().Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return person{}, fmt.Errorf("%w: exchange the code: %w", ErrOAuth, redact(err))
	}
	defer s.revoke(context.WithoutCancel(ctx), token)
	var me struct {
		ID         snowflake `json:"id"`
		Username   string    `json:"username"`
		GlobalName string    `json:"global_name"`
	}
	if err := s.ask(ctx, token, "/users/@me", &me); err != nil {
		return person{}, err
	}
	var guilds []struct {
		ID snowflake `json:"id"`
	}
	if err := s.ask(ctx, token, "/users/@me/guilds", &guilds); err != nil {
		return person{}, err
	}
	p := person{ID: uint64(me.ID), Name: cmp.Or(me.GlobalName, me.Username)}
	for _, g := range guilds {
		p.Guilds = withGuild(p.Guilds, uint64(g.ID))
	}
	if p.ID == 0 {
		return person{}, fmt.Errorf("%w: Discord named nobody", ErrOAuth)
	}
	return p, nil
}
