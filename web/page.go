package web

import (
	"bytes"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// page is what every template gets: its own Data and what surrounds it.
type page struct {
	Title string
	Data  any

	Guild  *GuildAccess // the server that the page is about, or nil
	Here   string       // "overview", "members": the entry of the menu
	Person string       // who is signed in; untrusted text
	Signed bool
	Canonical
}

// Canonical is what is the same on all pages of a server.
type Canonical struct {
	Version string
	Sample  bool
	Scripts bool
	OAuth   bool
}

// pages are the parsed templates by name.
type pages map[string]*template.Template

// parsePages parses what is embedded; it cannot fail at run time.
func parsePages(a *assets) pages {
	funcs := template.FuncMap{
		"asset": a.path, "count": count, "id": formatID,
		"duration": duration, "percent": percent, "guildPath": guildPath, "monogram": monogram,
	}
	shared := template.Must(template.New("layout.html").Funcs(funcs).ParseFS(templates, "templates/layout.html", "templates/part_*.html"))
	names, err := fs.Glob(templates, "templates/page_*.html")
	if err != nil {
		panic(err)
	}
	all := make(pages, len(names))
	for _, name := range names {
		key := strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "page_"), ".html")
		all[key] = template.Must(template.Must(shared.Clone()).ParseFS(templates, name))
	}
	return all
}

// render writes a page with what the request tells of person and server.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, p page) {
	if s.sessionLoaded(r) {
		if who, ok := s.person(r.Context()); ok {
			p.Signed, p.Person = true, who.Name
		}
	}
	if a, ok := r.Context().Value(guildKey{}).(GuildAccess); ok {
		p.Guild = &a
		if a.Self != "" {
			p.Person = a.Self
		}
	}
	s.renderBare(w, r, status, name, p)
}

// sessionLoaded reports whether the request has passed the middleware of sessions:
// limits and refusals come before it.
func (s *Server) sessionLoaded(r *http.Request) (loaded bool) {
	defer func() {
		if recover() != nil { // how scs says that it has not
			loaded = false
		}
	}()
	s.sessions.Status(r.Context())
	return true
}

// renderBare writes a page that is the same for everybody. A page that fails half
// way is not sent.
func (s *Server) renderBare(w http.ResponseWriter, r *http.Request, status int, name string, p page) {
	p.Canonical = Canonical{
		Version: s.cfg.Version, Sample: s.cfg.Sample, Scripts: s.assets.scripts, OAuth: s.cfg.OAuth.enabled(),
	}
	var b bytes.Buffer
	if err := s.pages[name].ExecuteTemplate(&b, "layout.html", p); err != nil {
		s.cfg.Log.ErrorContext(r.Context(), "page failed", "page", name, "error", err)
		plain(w, http.StatusInternalServerError, "Something went wrong; it has been logged.")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// home answers GET /: the servers of who is signed in, or the ways to sign in.
func (s *Server) home(w http.ResponseWriter, r *http.Request) {
	p, ok := s.person(r.Context())
	if !ok {
		s.render(w, r, http.StatusOK, "welcome", page{Title: "Sign in"})
		return
	}
	all, err := s.gate.guilds(r.Context(), p.ID, p.Guilds)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "home", page{Title: "Your servers", Data: all})
}
