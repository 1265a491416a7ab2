package fakediscord

import (
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// consentPage is where a person lets an application in. It stands in for
// Discord's own and for its sign-in: whoever is listed can be chosen.
var consentPage = template.Must(template.New("consent").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Authorize {{.App}}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main>
<h1>{{.App}} wants access to your account</h1>
<p>This is not Discord but a stand-in for it on this machine. Nobody signs in here: choose who you are.</p>
<p>It asks for: {{range .Scopes}}<code>{{.}}</code> {{end}}</p>
<form method="post">
{{range .People}}<p><button type="submit" name="user" value="{{.ID}}">Authorize as {{.Name}}</button></p>
{{end}}<p><button type="submit" name="user" value="0">Cancel</button></p>
</form></main></body></html>
`))

// shownPeople is how many people the page lists.
const shownPeople = 20

// person is a choice on the page.
type person struct {
	ID   uint64
	Name string
}

// serveAuthorize serves /oauth2/authorize: the page, and what was chosen on it.
func (s *Server) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !s.goodAuthorize(w, q) {
		return
	}
	s.oauth.mu.Lock()
	user := s.oauth.auto
	s.oauth.mu.Unlock()
	switch {
	case r.Method == http.MethodPost:
		user, _ = strconv.ParseUint(r.PostFormValue("user"), 10, 64)
		s.consent(w, r, q, user)
	case user != 0:
		s.consent(w, r, q, user)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		_ = consentPage.Execute(w, map[string]any{
			"App": s.cfg.BotName, "Scopes": strings.Fields(q.Get("scope")), "People": s.people(),
		})
	}
}

// goodAuthorize checks a request for authorisation. What is wrong is told here,
// and not to an address that may not be the application's.
func (s *Server) goodAuthorize(w http.ResponseWriter, q url.Values) bool {
	switch {
	case q.Get("client_id") != strconv.FormatUint(s.cfg.Application, 10):
		oauthError(w, http.StatusBadRequest, "invalid_client", "Unknown application.")
	case !s.mayRedirect(q.Get("redirect_uri")):
		oauthError(w, http.StatusBadRequest, "invalid_request", "Invalid OAuth2 redirect_uri.")
	case q.Get("response_type") != "code":
		oauthError(w, http.StatusBadRequest, "unsupported_response_type", "Only the code flow is here.")
	case strings.TrimSpace(q.Get("scope")) == "":
		oauthError(w, http.StatusBadRequest, "invalid_scope", "The requested scope is invalid.")
	case q.Get("code_challenge") != "" && q.Get("code_challenge_method") != "S256":
		oauthError(w, http.StatusBadRequest, "invalid_request", "Only S256 challenges are taken.")
	default:
		return true
	}
	return false
}

// consent sends the person back to the application: with a code, or for user
// zero with a refusal.
func (s *Server) consent(w http.ResponseWriter, r *http.Request, q url.Values, user uint64) {
	back, _ := url.Parse(q.Get("redirect_uri")) // checked
	out := back.Query()
	if state := q.Get("state"); state != "" {
		out.Set("state", state)
	}
	if user == 0 {
		out.Set("error", "access_denied")
		out.Set("error_description", "The resource owner or authorization server denied the request")
	} else {
		out.Set("code", s.oauth.issue(grant{
			user: user, scopes: strings.Fields(q.Get("scope")), redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"),
		}))
	}
	back.RawQuery = out.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// people returns who can be chosen: owners first, then members as they come.
func (s *Server) people() []person {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []person
	seen := make(map[uint64]bool)
	add := func(id uint64) {
		u := named(s.world.user(id))
		if len(out) < shownPeople && !seen[id] && !u.Bot {
			seen[id] = true
			out = append(out, person{ID: id, Name: or(u.GlobalName, u.Name)})
		}
	}
	for _, id := range s.world.order {
		add(s.world.guilds[id].Owner)
	}
	for _, id := range s.world.order {
		for _, m := range s.world.guilds[id].memberIDs() {
			if len(out) == shownPeople {
				return out
			}
			add(m)
		}
	}
	return out
}
