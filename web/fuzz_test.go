package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"guildpulse/web"
)

// direct answers without a network, as a member who is signed in.
func direct(f testing.TB) func(t testing.TB, method, target, cookie string) *httptest.ResponseRecorder {
	s, err := web.New(web.Config{Reader: newAlmanac(), Access: newRegister()})
	if err != nil {
		f.Fatal(err)
	}
	link, err := s.Link(f.Context(), home, member, 0)
	if err != nil {
		f.Fatal(err)
	}
	session := redeemDirectly(f, s, link)
	remote := 0
	return func(t testing.TB, method, target, cookie string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, "/", http.NoBody)
		if u, err := url.ParseRequestURI(target); err == nil {
			r.URL = u
		}
		remote++ // each from a household of its own: limits are tested elsewhere
		r.RemoteAddr = "[2001:db8:" + hex4(remote>>16) + ":" + hex4(remote) + "::1]:1"
		if cookie == "" {
			r.AddCookie(session)
		} else {
			r.Header.Set("Cookie", session.Name+"="+cookie)
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w
	}
}

func hex4(n int) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[n>>12&15], digits[n>>8&15], digits[n>>4&15], digits[n&15]})
}

// Whatever an address asks for, the answer is a page or a refusal, never a fault.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"?period=7d", "?period=all&x=1", "members?metric=voice&offset=50", "members?offset=-1", "members?offset=99999999999999999999",
		"members.csv?period=%00", "messages.csv?period=12m&period=7d", "channels.csv?metric=score", "../../../etc/passwd", "%2e%2e/", "members?;",
	} {
		f.Add(seed)
	}
	get := direct(f)
	f.Fuzz(func(t *testing.T, rest string) {
		for _, prefix := range []string{guildPage(home, ""), apiPath(home, ""), "/"} {
			w := get(t, http.MethodGet, prefix+rest, "")
			if w.Code >= http.StatusInternalServerError {
				t.Errorf("%q: %d", prefix+rest, w.Code)
			}
			if strings.Contains(w.Header().Get("Content-Type"), "html") && w.Header().Get("Content-Security-Policy") == "" {
				t.Errorf("%q: a page without a policy", prefix+rest)
			}
		}
	})
}

// No cookie that was not given out lets anybody in, or breaks anything.
func FuzzCookie(f *testing.F) {
	for _, seed := range []string{"x", strings.Repeat("A", 43), "\x00", `"`, strings.Repeat("=", 5000), "a; __Host-guildpulse=b"} {
		f.Add(seed)
	}
	get := direct(f)
	f.Fuzz(func(t *testing.T, cookie string) {
		if cookie == "" {
			return
		}
		if w := get(t, http.MethodGet, guildPage(home, ""), cookie); w.Code != http.StatusNotFound {
			t.Errorf("%q: %d", cookie, w.Code)
		}
	})
}

// A stored session that is damaged is an error or nobody, never a panic.
func FuzzStoredSession(f *testing.F) {
	for _, seed := range []string{``, `{}`, `null`, `{"deadline":"2026-11-21T00:00:00Z","person":{"id":1}}`, `{"deadline":1}`, `{"person":[]}`, `{"person":{"id":-1}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		deadline, values, err := web.Codec{}.Decode(b)
		if err != nil {
			return
		}
		again, err := web.Codec{}.Encode(deadline, values)
		if err != nil {
			t.Fatalf("%q cannot be written back: %v", b, err)
		}
		if _, _, err := (web.Codec{}).Decode(again); err != nil {
			t.Errorf("%q is written as %q, which cannot be read: %v", b, again, err)
		}
	})
}
