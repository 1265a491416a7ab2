package fakediscord

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"sync"
	"time"
)

// Lives of what OAuth2 gives out.
const (
	codeLife  = time.Minute
	tokenLife = 7 * 24 * time.Hour
)

// grant is a person's consent: as a code until it is redeemed, then as tokens.
type grant struct {
	user      uint64
	scopes    []string
	redirect  string
	challenge string // of PKCE, S256; empty for none
	expires   time.Time
	access    string
	refresh   string
}

// allows reports whether a scope was granted.
func (g *grant) allows(scope string) bool { return slices.Contains(g.scopes, scope) }

// oauth holds the codes and tokens that are out.
type oauth struct {
	mu      sync.Mutex
	codes   map[string]*grant
	access  map[string]*grant
	refresh map[string]*grant
	auto    uint64 // who consents without being asked
}

func newOAuth() oauth {
	return oauth{codes: make(map[string]*grant), access: make(map[string]*grant), refresh: make(map[string]*grant)}
}

// ApproveAs lets every authorisation from now on be granted by a user without a
// page, as a browser that is signed in and has consented before does with
// prompt=none. Zero brings the page back.
func (s *Server) ApproveAs(user uint64) {
	s.oauth.mu.Lock()
	defer s.oauth.mu.Unlock()
	s.oauth.auto = user
}

// bearer returns the grant of an access token that is still good, or nil.
func (o *oauth) bearer(token string) *grant {
	o.mu.Lock()
	defer o.mu.Unlock()
	if g, ok := o.access[token]; ok && time.Now().Before(g.expires) {
		return g
	}
	return nil
}

// issue gives out a code for a consent.
func (o *oauth) issue(g grant) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	code := rand.Text()
	g.expires = time.Now().Add(codeLife)
	o.codes[code] = &g
	return code
}

// redeem turns a code into tokens, once. The redirect must be the one the code
// was given for, and the verifier the challenge's.
func (o *oauth) redeem(code, redirect, verifier string) *grant {
	o.mu.Lock()
	defer o.mu.Unlock()
	g, ok := o.codes[code]
	delete(o.codes, code)
	if !ok || time.Now().After(g.expires) || g.redirect != redirect || !g.proves(verifier) {
		return nil
	}
	return o.renew(g)
}

// proves checks a PKCE verifier against the challenge.
func (g *grant) proves(verifier string) bool {
	if g.challenge == "" {
		return verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	want := base64.RawURLEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(want), []byte(g.challenge)) == 1
}

// renew gives a grant fresh tokens; the caller has the lock.
func (o *oauth) renew(g *grant) *grant {
	fresh := *g
	fresh.access, fresh.refresh, fresh.expires = rand.Text(), rand.Text(), time.Now().Add(tokenLife)
	o.access[fresh.access] = &fresh
	o.refresh[fresh.refresh] = &fresh
	return &fresh
}

// refreshed turns a refresh token into new tokens.
func (o *oauth) refreshed(token string) *grant {
	o.mu.Lock()
	defer o.mu.Unlock()
	g, ok := o.refresh[token]
	if !ok {
		return nil
	}
	o.drop(g)
	return o.renew(g)
}

// revoke takes a grant's tokens back, whichever of the two is named.
func (o *oauth) revoke(token string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if g, ok := o.access[token]; ok {
		o.drop(g)
	} else if g, ok := o.refresh[token]; ok {
		o.drop(g)
	}
}

// drop forgets a grant's tokens; the caller has the lock.
func (o *oauth) drop(g *grant) {
	delete(o.access, g.access)
	delete(o.refresh, g.refresh)
}

// Tokens returns how many access tokens are out: none after a proper sign-out.
func (s *Server) Tokens() int {
	s.oauth.mu.Lock()
	defer s.oauth.mu.Unlock()
	return len(s.oauth.access)
}
