package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"guildpulse/internal/guild"
)

// maxLinks bounds the links that wait to be opened.
const maxLinks = 10_000

// link is what a one-time link stands for.
type link struct {
	guild, user uint64
	name        string // untrusted text
}

// Link returns a one-time link that signs user in, for [LinkLife]. The caller
// vouches that user is that person and a member of guild with these permission
// bits, as an interaction that Discord has just delivered tells. Until Access is
// due to be asked, it is believed.
//
// The link opens a page with a button; only the button spends it.
func (s *Server) Link(ctx context.Context, guildID, user, permissions uint64) (string, error) {
	if guildID == 0 || user == 0 {
		return "", fmt.Errorf("sign-in link: server %d, member %d", guildID, user)
	}
	level := LevelMember
	if guild.Permissions(permissions).Insights() {
		level = LevelManager
	}
	a := s.gate.vouch(ctx, guildID, user, level)
	secret := s.links.put(link{guild: guildID, user: user, name: a.Self})
	return s.PublicURL() + "/sign-in/" + secret, nil
}

// linkPage answers GET /sign-in/{secret}. It spends nothing: previews, scanners
// and prefetching browsers open links too.
func (s *Server) linkPage(w http.ResponseWriter, r *http.Request) {
	secret := chi.URLParam(r, "secret")
	if !s.links.has(secret) {
		s.render(w, r, http.StatusGone, "gone", page{Title: "Link expired"})
		return
	}
	s.render(w, r, http.StatusOK, "link", page{Title: "Sign in", Data: secret})
}

// redeem answers POST /sign-in: it spends the link and begins a session.
func (s *Server) redeem(w http.ResponseWriter, r *http.Request) {
	l, ok := s.links.take(r.PostFormValue("secret"))
	if !ok {
		s.render(w, r, http.StatusGone, "gone", page{Title: "Link expired"})
		return
	}
	p := person{ID: l.user, Name: l.name, Guilds: []uint64{l.guild}}
	if was, ok := s.person(r.Context()); ok && was.ID == p.ID {
		p.Guilds = withGuild(was.Guilds, l.guild)
	}
	if err := s.signIn(r.Context(), p); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, guildPath(l.guild), http.StatusSeeOther)
}

// withGuild adds a server to those that a session knows of.
func withGuild(known []uint64, guildID uint64) []uint64 {
	if slices.Contains(known, guildID) || len(known) >= maxSessionGuilds {
		return known
	}
	return append(slices.Clone(known), guildID)
}

// maxSessionGuilds is as many as Discord lets a person join.
const maxSessionGuilds = 200

func guildPath(id uint64) string { return fmt.Sprintf("/g/%d/", id) }
