package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
)

type guildKey struct{}

// guildAccess returns the server that the request is about, as [Server.guild]
// let it pass.
func guildAccess(ctx context.Context) GuildAccess {
	return ctx.Value(guildKey{}).(GuildAccess) //nolint:forcetypeassert // routes put it behind the middleware
}

// guild is the one door to everything about a server: it takes the server from the
// path, the person from the session, and asks what that person may see there.
// Whoever may see nothing gets the answer of a page that does not exist.
func (s *Server) guild(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, ok := parseID(chi.URLParam(r, "guild"))
		p, known := s.person(r.Context())
		if !ok || !known {
			s.notFound(w, r)
			return
		}
		a, err := s.gate.may(r.Context(), id, p.ID)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if a.Level < LevelMember {
			s.notFound(w, r)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), guildKey{}, a)))
	})
}

// parseID reads a snowflake in its one spelling.
func parseID(text string) (uint64, bool) {
	id, err := strconv.ParseUint(text, 10, 64)
	return id, err == nil && id != 0 && strconv.FormatUint(id, 10) == text
}
