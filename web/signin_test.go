package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/web"
)

func TestLinkSignsInOnce(t *testing.T) {
	st := newStand(t)
	link := st.link(home, member)
	if !strings.HasPrefix(link, st.http.URL+"/sign-in/") || len(link) != len(st.http.URL)+len("/sign-in/")+43 {
		t.Fatalf("link %q", link)
	}
	v := st.visitor()
	res, body := v.redeem(link)
	if res.StatusCode != http.StatusOK || res.Request.URL.Path != guildPage(home, "") {
		t.Fatalf("%s at %s", res.Status, res.Request.URL)
	}
	if !strings.Contains(body, "<h1>Overview</h1>") || !strings.Contains(body, "Mara Quill") {
		t.Error("not the overview")
	}
	if res, _ := st.visitor().redeem(link); res.StatusCode != http.StatusGone {
		t.Errorf("a spent link: %s", res.Status)
	}
}

// Chat programs, mail scanners and browsers open links before people do.
func TestPreviewsSpendNothing(t *testing.T) {
	st := newStand(t)
	link := st.link(home, member)
	path := strings.TrimPrefix(link, st.http.URL)
	for range 5 {
		preview := st.visitor()
		res, body := preview.get(path)
		if res.StatusCode != http.StatusOK || len(res.Cookies()) != 0 || !strings.Contains(body, `method="post" action="/sign-in"`) {
			t.Fatalf("%s, cookies %v", res.Status, res.Cookies())
		}
		if res, _ := preview.do(preview.request(http.MethodHead, path, http.NoBody)); len(res.Cookies()) != 0 {
			t.Fatalf("HEAD: %s", res.Status)
		}
		if res, _ := preview.get("/sign-in?secret=" + path[len("/sign-in/"):]); res.StatusCode != http.StatusNotFound {
			t.Fatalf("redeemed by GET: %s", res.Status)
		}
	}
	if res, _ := st.visitor().redeem(link); res.StatusCode != http.StatusOK {
		t.Errorf("after previews: %s", res.Status)
	}
}

func TestLinkExpires(t *testing.T) {
	for _, test := range []struct {
		after time.Duration
		want  int
	}{
		{web.LinkLife - time.Second, http.StatusOK},
		{web.LinkLife, http.StatusGone},
	} {
		st := newStand(t)
		link := st.link(home, member)
		st.clock.Advance(test.after)
		if res, _ := st.visitor().get(strings.TrimPrefix(link, st.http.URL)); res.StatusCode != test.want {
			t.Errorf("page after %s: %s", test.after, res.Status)
		}
		if res, _ := st.visitor().redeem(link); res.StatusCode != test.want {
			t.Errorf("after %s: %s", test.after, res.Status)
		}
	}
}

func TestForgedLinks(t *testing.T) {
	st := newStand(t)
	st.link(home, member)
	for _, secret := range []string{"", "x", strings.Repeat("A", 43), "../../healthz", strings.Repeat("A", 5000)} {
		if res, _ := st.visitor().post("/sign-in", url.Values{"secret": {secret}}); res.StatusCode != http.StatusGone {
			t.Errorf("%.20q: %s", secret, res.Status)
		}
	}
}

func TestLinkNeedsSomebody(t *testing.T) {
	st := newStand(t)
	for _, who := range [][2]uint64{{0, member}, {home, 0}} {
		if link, err := st.web.Link(t.Context(), who[0], who[1], 0); err == nil {
			t.Errorf("%v: %s", who, link)
		}
	}
}

// A session that was there before, or was planted, is not the one that is signed
// in.
func TestSignInRotatesTheSession(t *testing.T) {
	st := newStand(t)
	v := st.visitor()
	at := st.visitor().request(http.MethodGet, "/", http.NoBody).URL
	v.redeem(st.link(home, member))
	before := v.client.Jar.Cookies(at)
	v.redeem(st.link(home, manager))
	after := v.client.Jar.Cookies(at)
	if len(before) != 1 || len(after) != 1 || before[0].Value == after[0].Value {
		t.Fatalf("%v, then %v", before, after)
	}
	thief := st.visitor()
	thief.client.Jar.SetCookies(at, before)
	if res, _ := thief.get(guildPage(home, "")); res.StatusCode != http.StatusNotFound {
		t.Errorf("the old session: %s", res.Status)
	}
	planted := st.visitor()
	planted.client.Jar.SetCookies(at, []*http.Cookie{{Name: before[0].Name, Value: strings.Repeat("A", 43), Path: "/", Secure: true}})
	planted.redeem(st.link(home, member))
	if c := planted.client.Jar.Cookies(at); len(c) != 1 || c[0].Value == strings.Repeat("A", 43) {
		t.Errorf("a planted session lives: %v", c)
	}
}

func TestSignOutRevokes(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	at := v.request(http.MethodGet, "/", http.NoBody).URL
	cookies := v.client.Jar.Cookies(at)
	if res, _ := v.get("/sign-out"); res.StatusCode != http.StatusNotFound {
		t.Errorf("GET: %s", res.Status)
	}
	if res, _ := v.get(guildPage(home, "")); res.StatusCode != http.StatusOK {
		t.Fatalf("signed in: %s", res.Status)
	}
	if res, body := v.post("/sign-out", nil); res.StatusCode != http.StatusOK || !strings.Contains(body, "/dashboard") {
		t.Errorf("%s", res.Status)
	}
	v.client.Jar.SetCookies(at, cookies)
	if res, _ := v.get(guildPage(home, "")); res.StatusCode != http.StatusNotFound {
		t.Errorf("the session lives on: %s", res.Status)
	}
}

func TestSessionEnds(t *testing.T) {
	for name, test := range map[string]struct {
		step, until time.Duration
		want        int
	}{
		"used":     {12 * time.Hour, 36 * time.Hour, http.StatusOK},
		"idle":     {25 * time.Hour, 25 * time.Hour, http.StatusNotFound},
		"absolute": {12 * time.Hour, 8 * 24 * time.Hour, http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, err := web.New(web.Config{Reader: newAlmanac(), Access: newRegister()})
				if err != nil {
					t.Fatal(err)
				}
				link, err := s.Link(t.Context(), home, member, 0)
				if err != nil {
					t.Fatal(err)
				}
				cookie := redeemDirectly(t, s, link)
				var status int
				for at := test.step; at <= test.until; at += test.step {
					time.Sleep(test.step) // the bubble's clock
					w := httptest.NewRecorder()
					r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, guildPage(home, ""), http.NoBody)
					r.AddCookie(cookie)
					s.Handler().ServeHTTP(w, r)
					status = w.Code
				}
				if status != test.want {
					t.Errorf("%d, want %d", status, test.want)
				}
			})
		})
	}
}

// redeemDirectly spends a link without a network and returns the session's cookie.
func redeemDirectly(t testing.TB, s *web.Server, link string) *http.Cookie {
	t.Helper()
	form := url.Values{"secret": {link[strings.LastIndexByte(link, '/')+1:]}}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/sign-in", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(cookies) != 1 {
		t.Fatalf("%d, cookies %v", w.Code, cookies)
	}
	return cookies[0]
}

func TestCookies(t *testing.T) {
	for _, test := range []struct {
		public   string
		insecure bool
		want     string
	}{
		{"https://stats.example.org", false, "__Host-guildpulse"},
		{"http://localhost:8080", false, "__Host-guildpulse"},
		{"http://[::1]:8080", false, "__Host-guildpulse"},
		{"http://192.168.1.20:8080", true, "guildpulse"},
	} {
		st := newStand(t, func(c *web.Config) { c.PublicURL, c.Insecure = test.public, test.insecure })
		v := st.visitor()
		v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		res, _ := v.redeem(st.link(home, member))
		if len(res.Cookies()) != 1 {
			t.Fatalf("%s: cookies %v", test.public, res.Cookies())
		}
		c := res.Cookies()[0]
		secure := strings.HasPrefix(test.want, "__Host-")
		if c.Name != test.want || c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) < 43 {
			t.Errorf("%s: %s", test.public, res.Header.Get("Set-Cookie"))
		}
	}
}

func TestForeignSitesChangeNothing(t *testing.T) {
	st := newStand(t)
	link := st.link(home, member)
	secret := url.Values{"secret": {link[strings.LastIndexByte(link, '/')+1:]}}.Encode()
	for name, header := range map[string]http.Header{
		"fetch metadata": {"Sec-Fetch-Site": {"cross-site"}},
		"same site":      {"Sec-Fetch-Site": {"same-site"}},
		"origin":         {"Origin": {"https://evil.example"}},
		"null origin":    {"Origin": {"null"}},
	} {
		v := st.visitor()
		req := v.request(http.MethodPost, "/sign-in", strings.NewReader(secret))
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header = header
		if res, _ := v.do(req); res.StatusCode != http.StatusForbidden || len(res.Cookies()) != 0 {
			t.Errorf("%s: %s", name, res.Status)
		}
	}
	if res, _ := st.visitor().redeem(link); res.StatusCode != http.StatusOK {
		t.Errorf("afterwards: %s", res.Status)
	}
}

// A secret is nowhere in what is logged.
func TestLogsNameNobody(t *testing.T) {
	st := newStand(t)
	link := st.link(home, member)
	v := st.visitor()
	v.get(strings.TrimPrefix(link, st.http.URL))
	v.redeem(link)
	v.get(guildPage(home, "members"))
	st.http.Close()
	text := st.log.String()
	if !strings.Contains(text, `"route":"/g/{guild}/members"`) {
		t.Fatalf("not logged: %s", text)
	}
	for _, canary := range []string{link[strings.LastIndexByte(link, '/')+1:], "Mara", "Lantern", "1100000000000000"} {
		if strings.Contains(text, canary) {
			t.Errorf("the log holds %q", canary)
		}
	}
}
