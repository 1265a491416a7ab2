package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"guildpulse/internal/fakediscord"
	"guildpulse/web"
)

const application = 1100000000000000001

// withDiscord is a dashboard beside a local Discord, whose consent page is granted
// as a member.
func withDiscord(t *testing.T) (*stand, *fakediscord.Server) {
	t.Helper()
	discord := fakediscord.New(fakediscord.Config{Application: application})
	if err := discord.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = discord.Close() })
	discord.AddUser(fakediscord.User{ID: member, Name: "mara", GlobalName: "Mara Quill"})
	for _, g := range []uint64{home, other} {
		discord.AddGuild(fakediscord.Guild{ID: g, Name: "G", Members: []fakediscord.Member{{User: member}}})
	}
	discord.ApproveAs(member)
	return newStand(t, func(c *web.Config) {
		c.OAuth = web.OAuth{ClientID: strconv.Itoa(application), ClientSecret: "fake-secret", BaseURL: discord.URL() + "/api/v10"}
	}), discord
}

func TestOAuth(t *testing.T) {
	st, discord := withDiscord(t)
	v := st.visitor()
	if _, body := v.get("/"); !strings.Contains(body, `action="/sign-in/discord"`) {
		t.Error("no button")
	}
	res, body := v.post("/sign-in/discord", nil)
	if res.StatusCode != http.StatusOK || res.Request.URL.Path != "/" || !strings.Contains(body, "Lantern Harbour") || !strings.Contains(body, "Mara Quill") {
		t.Fatalf("%s at %s\n%s", res.Status, res.Request.URL, body)
	}
	if strings.Contains(body, "Größenwahn") {
		t.Error("Discord's list is not the bot's knowledge")
	}
	if n := discord.Tokens(); n != 0 {
		t.Errorf("%d tokens are out", n)
	}
	if res, _ := v.get(guildPage(home, "")); res.StatusCode != http.StatusOK {
		t.Errorf("%s", res.Status)
	}
	if res, _ := v.get(guildPage(other, "")); res.StatusCode != http.StatusNotFound {
		t.Errorf("a server of which the bot knows otherwise: %s", res.Status)
	}
}

// begin starts a sign-in and stops before Discord; it returns Discord's address.
func (v *visitor) begin() *url.URL {
	v.st.t.Helper()
	stop := *v.client
	stop.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, _ := (&visitor{v.st, &stop}).post("/sign-in/discord", nil)
	at, err := res.Location()
	if err != nil || res.StatusCode != http.StatusSeeOther {
		v.st.t.Fatalf("%s, %v", res.Status, err)
	}
	return at
}

// consent lets Discord answer, and returns the way back without going it.
func (v *visitor) consent(at *url.URL) string {
	v.st.t.Helper()
	stop := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := stop.Get(at.String())
	if err != nil {
		v.st.t.Fatal(err)
	}
	res.Body.Close()
	back, err := res.Location()
	if err != nil {
		v.st.t.Fatalf("%s: %v", res.Status, err)
	}
	return back.RequestURI()
}

func TestOAuthAsksForLittle(t *testing.T) {
	st, discord := withDiscord(t)
	v := st.visitor()
	at := v.begin()
	q := at.Query()
	if !strings.HasPrefix(at.String(), discord.URL()+"/oauth2/authorize?") || q.Get("scope") != "identify guilds" ||
		q.Get("response_type") != "code" || q.Get("redirect_uri") != st.web.RedirectURI() ||
		q.Get("code_challenge_method") != "S256" || len(q.Get("state")) != 43 {
		t.Errorf("%s", at)
	}
	cookies := v.client.Jar.Cookies(v.request(http.MethodGet, "/", http.NoBody).URL)
	if len(cookies) != 1 || cookies[0].Name != "__Host-guildpulse-state" || strings.Contains(at.String(), cookies[0].Value) {
		t.Errorf("%v", cookies)
	}
	res, _ := v.get("/")
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' "+discord.URL()+";") {
		t.Errorf("%s", policy)
	}
}

func TestOAuthStates(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(st *stand, v *visitor, back string) (*visitor, string)
		want  int
	}{
		"unspoilt":        {func(_ *stand, v *visitor, back string) (*visitor, string) { return v, back }, http.StatusOK},
		"another browser": {func(st *stand, _ *visitor, back string) (*visitor, string) { return st.visitor(), back }, http.StatusBadRequest},
		"another's sign-in": {func(st *stand, _ *visitor, back string) (*visitor, string) {
			w := st.visitor()
			w.begin()
			return w, back
		}, http.StatusBadRequest},
		"no state": {func(_ *stand, v *visitor, back string) (*visitor, string) { return v, without(back, "state") }, http.StatusBadRequest},
		"no code":  {func(_ *stand, v *visitor, back string) (*visitor, string) { return v, without(back, "code") }, http.StatusBadRequest},
		"a forged code": {func(_ *stand, v *visitor, back string) (*visitor, string) {
			return v, without(back, "code") + "&code=x"
		}, http.StatusBadGateway},
		"ten minutes later": {func(st *stand, v *visitor, back string) (*visitor, string) {
			st.clock.Advance(web.StateLife)
			return v, back
		}, http.StatusBadRequest},
		"just in time": {func(st *stand, v *visitor, back string) (*visitor, string) {
			st.clock.Advance(web.StateLife - time.Second)
			return v, back
		}, http.StatusOK},
		"a second time": {func(_ *stand, v *visitor, back string) (*visitor, string) { v.get(back); return v, back }, http.StatusBadRequest},
		"refused by Discord": {func(_ *stand, v *visitor, back string) (*visitor, string) {
			return v, without(back, "code") + "&error=access_denied"
		}, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			st, _ := withDiscord(t)
			v := st.visitor()
			who, back := test.spoil(st, v, v.consent(v.begin()))
			res, body := who.get(back)
			if res.StatusCode != test.want {
				t.Fatalf("%s", res.Status)
			}
			if signed := strings.Contains(body, "Sign out"); signed != (test.want == http.StatusOK) && name != "a second time" {
				t.Errorf("signed in: %v", signed)
			}
		})
	}
}

func without(address, key string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	q := u.Query()
	q.Del(key)
	u.RawQuery = q.Encode()
	return u.String()
}

// What Discord refuses or breaks signs nobody in, and no token stays out.
func TestOAuthFaults(t *testing.T) {
	for name, fault := range map[string]fakediscord.RESTFault{
		"token endpoint down": {Path: "/oauth2/token", Status: http.StatusServiceUnavailable},
		"who: 401":            {Path: "/users/@me", Status: http.StatusUnauthorized},
		"who: a proxy's page": {Path: "/users/@me", Status: http.StatusBadGateway, HTML: true},
		"which servers: 429":  {Path: "/users/@me/guilds", Status: http.StatusTooManyRequests, RetryAfter: time.Second},
		"connection lost":     {Path: "/users/@me/guilds", Drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			st, discord := withDiscord(t)
			fault.Times = -1
			discord.InjectREST(fault)
			v := st.visitor()
			res, body := v.post("/sign-in/discord", nil)
			if res.StatusCode != http.StatusBadGateway || strings.Contains(body, "Sign out") {
				t.Errorf("%s", res.Status)
			}
			if n := discord.Tokens(); n != 0 {
				t.Errorf("%d tokens are out", n)
			}
			st.http.Close()
			if strings.Contains(st.log.String(), "fake-secret") {
				t.Error("the log holds the client secret")
			}
		})
	}
}
