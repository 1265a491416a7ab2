package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Names of the cookies. Browsers take one that begins with __Host- only over TLS
// (or within the machine), for this host alone and for all its paths, so that no
// other host can plant one.
const (
	hostPrefix    = "__Host-"
	sessionCookie = "guildpulse"
	stateCookie   = "guildpulse-state"
)

// person is who a session belongs to.
type person struct {
	ID     uint64   `json:"id"`
	Name   string   `json:"name"`             // untrusted text
	Guilds []uint64 `json:"guilds,omitempty"` // worth asking Access about
}

const personKey = "person"

// personCodec writes sessions as JSON. A session holds a person or nothing.
type personCodec struct{}

type sessionBody struct {
	Deadline time.Time       `json:"deadline"`
	Person   json.RawMessage `json:"person,omitempty"`
}

// Encode implements [scs.Codec].
func (personCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	body := sessionBody{Deadline: deadline}
	if p, ok := values[personKey].(person); ok {
		b, err := json.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("encode session: %w", err)
		}
		body.Person = b
	}
	return json.Marshal(body)
}

// Decode implements [scs.Codec].
func (personCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	var body sessionBody
	if err := json.Unmarshal(b, &body); err != nil {
		return time.Time{}, nil, fmt.Errorf("decode session: %w", err)
	}
	values := make(map[string]any)
	if len(body.Person) > 0 {
		var p person
		if err := json.Unmarshal(body.Person, &p); err != nil {
			return time.Time{}, nil, fmt.Errorf("decode session: %w", err)
		}
		values[personKey] = p
	}
	return body.Deadline, values, nil
}

// newSessions does without scs.New, which starts a goroutine that nothing can end.
// The zero key under which a request's context holds the session is scs's own type
// and, with one manager, as good as another.
func newSessions(c *Config, secure bool, onError func(http.ResponseWriter, *http.Request, error)) *scs.SessionManager {
	return &scs.SessionManager{
		Store:            newRevoking(c.Sessions, c.Now),
		Codec:            personCodec{},
		Lifetime:         SessionLife,
		IdleTimeout:      SessionIdle,
		HashTokenInStore: true,
		ErrorFunc:        onError,
		Cookie: scs.SessionCookie{
			Name:     cookieName(sessionCookie, secure),
			Secure:   secure,
			HttpOnly: true,
			SameSite: http.SameSiteLaxMode,
			Path:     "/",
			Persist:  true,
		},
	}
}

func cookieName(name string, secure bool) string {
	if secure {
		return hostPrefix + name
	}
	return name
}

// person returns who sent the request; false for nobody.
func (s *Server) person(ctx context.Context) (person, bool) {
	p, ok := s.sessions.Get(ctx, personKey).(person)
	return p, ok && p.ID != 0
}

// signIn makes the session that of p, under a new token: one that was planted
// before is worth nothing.
func (s *Server) signIn(ctx context.Context, p person) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	s.sessions.Put(ctx, personKey, p)
	return nil
}

// signOut answers POST /sign-out.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		s.fail(w, r, fmt.Errorf("sign out: %w", err))
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
