package fakediscord_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/fakediscord"
)

// tokens is what the token endpoint gives.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Type    string `json:"token_type"`
	Scope   string `json:"scope"`
	Expires int    `json:"expires_in"`
	Error   string `json:"error"`
}

const callback = "http://127.0.0.1:8080/auth/callback"

// question is a request for authorisation.
func question(srv *fakediscord.Server, scope string) url.Values {
	sum := sha256.Sum256([]byte("verifier"))
	return url.Values{
		"client_id": {text(srv.Application())}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {scope},
		"state": {"state-1"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
}

// browser follows no redirect.
var browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// ask opens the authorisation page, and with a user chooses them.
func ask(t testing.TB, srv *fakediscord.Server, q url.Values, user string) (*http.Response, string) {
	t.Helper()
	address := srv.URL() + "/oauth2/authorize?" + q.Encode()
	res, err := browser.Get(address)
	if user != "" {
		_ = res.Body.Close()
		res, err = browser.PostForm(address, url.Values{"user": {user}})
	}
	no(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	no(t, err)
	return res, string(body)
}

// exchange calls the token endpoint.
func exchange(t testing.TB, srv *fakediscord.Server, form url.Values) (int, tokens) {
	t.Helper()
	if form.Get("client_id") == "" {
		form.Set("client_id", text(srv.Application()))
		form.Set("client_secret", srv.ClientSecret())
	}
	res, err := http.PostForm(srv.URL()+"/api/oauth2/token", form)
	no(t, err)
	defer res.Body.Close()
	var tk tokens
	no(t, json.NewDecoder(res.Body).Decode(&tk))
	return res.StatusCode, tk
}

// redeem is the form that redeems a code.
func redeem(code string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {"verifier"}}
}

// authorize goes the whole way for a user.
func authorize(t testing.TB, srv *fakediscord.Server, user uint64, scope string) tokens {
	t.Helper()
	res, body := ask(t, srv, question(srv, scope), text(user))
	back, err := res.Location()
	if err != nil {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if !strings.HasPrefix(back.String(), callback+"?") || back.Query().Get("state") != "state-1" {
		t.Fatalf("sent back to %s", back)
	}
	status, tk := exchange(t, srv, redeem(back.Query().Get("code")))
	if status != 200 {
		t.Fatalf("token: %d %+v", status, tk)
	}
	return tk
}

// bearer is a session with a person's token.
func bearer(t testing.TB, srv *fakediscord.Server, token string) *discordgo.Session {
	s := library(t, srv)
	s.Token = "Bearer " + token
	return s
}

func TestOAuth(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	srv.AddUser(fakediscord.User{ID: ana, Name: "ana", GlobalName: "Ana <3"})
	_, page := ask(t, srv, question(srv, "identify guilds"), "")
	if !strings.Contains(page, "Authorize as Ana &lt;3") || !strings.Contains(page, "identify") {
		t.Errorf("page %s", page)
	}
	tk := authorize(t, srv, ana, "identify guilds")
	if tk.Type != "Bearer" || tk.Scope != "identify guilds" || tk.Expires != 604800 {
		t.Errorf("tokens %+v", tk)
	}
	s := bearer(t, srv, tk.Access)
	if u := must[*discordgo.User](t)(s.User("@me")); u.ID != text(ana) || u.GlobalName != "Ana <3" {
		t.Errorf("me %+v", u)
	}
	if gs := must[[]*discordgo.UserGuild](t)(s.UserGuilds(200, "", "", false)); len(gs) != 1 || !gs[0].Owner {
		t.Errorf("guilds %+v", gs)
	}
	status, body := callAs(t, srv, "Bearer "+tk.Access, "GET", "/oauth2/@me", nil)
	if status != 200 || !strings.Contains(string(body), `"scopes":["identify","guilds"]`) {
		t.Errorf("%d %s", status, body)
	}
	if _, err := s.Guild(text(harbour)); err == nil {
		t.Error("a person's token reads like a bot's")
	}

	_, fresh := exchange(t, srv, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tk.Refresh}})
	if _, err := bearer(t, srv, tk.Access).User("@me"); err == nil {
		t.Error("the old token is still good")
	}
	must[*discordgo.User](t)(bearer(t, srv, fresh.Access).User("@me"))
	res, err := http.PostForm(srv.URL()+"/api/oauth2/token/revoke", url.Values{
		"token": {fresh.Access}, "client_id": {text(srv.Application())}, "client_secret": {srv.ClientSecret()},
	})
	no(t, err)
	_ = res.Body.Close()
	if _, err := bearer(t, srv, fresh.Access).User("@me"); err == nil || srv.Tokens() != 0 {
		t.Errorf("after revocation: %v, %d tokens", err, srv.Tokens())
	}
}

func TestOAuthScopes(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	s := bearer(t, srv, authorize(t, srv, ben, "identify").Access)
	if _, err := s.UserGuilds(10, "", "", false); code(err) != 50001 {
		t.Errorf("guilds without the scope: %v", err)
	}
	s = bearer(t, srv, authorize(t, srv, ben, "guilds").Access)
	if _, err := s.User("@me"); code(err) != 50001 {
		t.Errorf("identity without the scope: %v", err)
	}
}

func TestOAuthRefused(t *testing.T) {
	srv := start(t, fakediscord.Config{RedirectURIs: []string{callback}})
	for name, change := range map[string]func(url.Values){
		"client":    func(q url.Values) { q.Set("client_id", "1") },
		"redirect":  func(q url.Values) { q.Set("redirect_uri", callback+"/x") },
		"type":      func(q url.Values) { q.Set("response_type", "token") },
		"scope":     func(q url.Values) { q.Set("scope", " ") },
		"challenge": func(q url.Values) { q.Set("code_challenge_method", "plain") },
	} {
		q := question(srv, "identify")
		change(q)
		if res, body := ask(t, srv, q, ""); res.StatusCode != http.StatusBadRequest || !strings.Contains(body, `"error"`) {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
	}
	res, _ := ask(t, srv, question(srv, "identify"), "0")
	if back := must[*url.URL](t)(res.Location()); back.Query().Get("error") != "access_denied" || back.Query().Get("code") != "" {
		t.Errorf("cancelled: %s", back)
	}
	srv.ApproveAs(ben)
	give := func() string {
		res, _ := ask(t, srv, question(srv, "identify"), "")
		return must[*url.URL](t)(res.Location()).Query().Get("code")
	}
	for name, change := range map[string]func(url.Values){
		"code":     func(f url.Values) { f.Set("code", "x") },
		"redirect": func(f url.Values) { f.Set("redirect_uri", "http://127.0.0.1/") },
		"verifier": func(f url.Values) { f.Set("code_verifier", "other") },
		"none":     func(f url.Values) { f.Del("code_verifier") },
		"grant":    func(f url.Values) { f.Set("grant_type", "password") },
		"refresh":  func(f url.Values) { f.Set("grant_type", "refresh_token") },
		"secret": func(f url.Values) {
			f.Set("client_id", text(srv.Application()))
			f.Set("client_secret", "x")
		},
	} {
		form := redeem(give())
		change(form)
		if status, tk := exchange(t, srv, form); status/100 != 4 || tk.Error == "" {
			t.Errorf("%s: %d %+v", name, status, tk)
		}
	}
	once := give()
	if status, _ := exchange(t, srv, redeem(once)); status != 200 {
		t.Errorf("a good code: %d", status)
	}
	if status, tk := exchange(t, srv, redeem(once)); status != 400 || tk.Error != "invalid_grant" {
		t.Errorf("a code used twice: %d %+v", status, tk)
	}
	req, _ := http.NewRequestWithContext(context.Background(), http.MethodPost, srv.URL()+"/api/oauth2/token", strings.NewReader(redeem(give()).Encode()))
	req.SetBasicAuth(text(srv.Application()), srv.ClientSecret())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	no(t, err)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("basic authentication: %d", res.StatusCode)
	}
}

func TestRedirectOnLoopback(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	for address, want := range map[string]int{
		"http://localhost:1/x": 200, "http://[::1]/x": 200, "http://127.9.9.9/": 200,
		"https://example.com/": 400, "http://127.0.0.1.example.com/": 400, "://": 400,
	} {
		q := question(srv, "identify")
		q.Set("redirect_uri", address)
		if res, _ := ask(t, srv, q, ""); res.StatusCode != want {
			t.Errorf("%s: %d", address, res.StatusCode)
		}
	}
}
