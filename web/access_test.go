package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"guildpulse/web"
)

// open are the routes that everybody may visit, with what nobody gets there. A
// route that is neither here nor below a server turns the test red.
var open = map[string]int{
	"GET /":                         http.StatusOK,
	"GET /healthz":                  http.StatusOK,
	"GET /readyz":                   http.StatusOK,
	"GET /static/*":                 http.StatusNotFound,
	"GET /sign-in/{secret}":         http.StatusGone,
	"POST /sign-in":                 http.StatusGone,
	"POST /sign-in/discord":         http.StatusNotFound, // not configured
	"GET /sign-in/discord/callback": http.StatusBadRequest,
	"POST /sign-out":                http.StatusOK, // at home again
	"GET /api/v1/openapi.json":      http.StatusOK,
}

// answer is what tells one refusal from another.
type answer struct {
	status int
	header string
	body   string
}

func (v *visitor) answer(method, path string) answer {
	v.st.t.Helper()
	req := v.request(method, path, http.NoBody)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, body := v.do(req)
	res.Header.Del("Date")
	res.Header.Del("Set-Cookie") // a session's own, wherever it goes
	return answer{res.StatusCode, fmt.Sprint(res.Header), body}
}

// Every route × everybody × bot present and absent: who may see a server sees it,
// and all others get the same bytes as for a page that does not exist.
func TestWhoMaySeeWhat(t *testing.T) {
	st := newStand(t)
	people := map[string]*visitor{
		"nobody": st.visitor(), "other server": st.signedIn(other, foreign), "former member": st.signedIn(home, former),
		"member": st.signedIn(home, member), "manager": st.signedIn(home, manager),
	}
	st.clock.Advance(web.AccessTTL) // the links' word no longer counts
	visited := 0
	err := chi.Walk(st.web.Routes(), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if !strings.Contains(route, "{guild}") {
			want, known := open[method+" "+route]
			if got := people["nobody"].answer(method, strings.ReplaceAll(route, "*", "x")); !known || got.status != want {
				t.Errorf("%s %s: %d, listed as %d", method, route, got.status, want)
			}
			return nil
		}
		visited++
		nowhere := people["nobody"].answer(method, strings.ReplaceAll(route, "{guild}", "nowhere"))
		if nowhere.status != http.StatusNotFound {
			t.Errorf("%s %s: nowhere is %d", method, route, nowhere.status)
		}
		for name, v := range people {
			own := v.answer(method, strings.ReplaceAll(route, "{guild}", "nowhere")) // with the session's headers
			if own.body != nowhere.body || own.status != nowhere.status {
				t.Errorf("%s %s, %s: nowhere is elsewhere for them", method, route, name)
			}
			for _, id := range []uint64{home, absent} {
				got := v.answer(method, strings.ReplaceAll(route, "{guild}", fmt.Sprint(id)))
				allowed := id == home && (name == "member" || name == "manager")
				if allowed && got.status != http.StatusOK {
					t.Errorf("%s %s, %s: %d", method, route, name, got.status)
				}
				if !allowed && got != own {
					t.Errorf("%s %s, %s, server %d: not the uniform answer:\n%v\n%v", method, route, name, id, got, own)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if visited < 7 {
		t.Errorf("only %d routes of servers", visited)
	}
}

// A server has one address: other spellings of its id do not exist.
func TestIDsHaveOneSpelling(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	for _, id := range []string{"0%d", "+%d", "%d0", "-%d", "%%31%d", "%d%%20", "0x%x", "%d.0"} {
		path := "/g/" + fmt.Sprintf(id, home) + "/"
		if res, _ := v.get(path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
}

func TestAccessIsAskedAnew(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	look := func() int {
		res, _ := v.get(guildPage(home, ""))
		return res.StatusCode
	}
	st.clock.Advance(web.AccessTTL)
	for range 5 {
		if got := look(); got != http.StatusOK {
			t.Fatal(got)
		}
	}
	st.access.set(home, member, web.LevelNone)
	st.clock.Advance(web.AccessTTL - time.Millisecond)
	if got := look(); got != http.StatusOK {
		t.Errorf("asked before its time: %d", got)
	}
	st.clock.Advance(time.Millisecond)
	if got := look(); got != http.StatusNotFound {
		t.Errorf("after leaving: %d", got)
	}
	st.access.set(home, member, web.LevelMember)
	st.web.Forget(home, 0)
	if got := look(); got != http.StatusOK {
		t.Errorf("after coming back: %d", got)
	}
	st.access.set(home, member, web.LevelNone)
	st.web.Forget(home, member)
	if got := look(); got != http.StatusNotFound {
		t.Errorf("told to forget: %d", got)
	}
}

// When Access does not answer the door is closed, and tells strangers nothing.
func TestClosedWhenStale(t *testing.T) {
	st := newStand(t)
	known, stranger := st.signedIn(home, member), st.signedIn(other, foreign)
	st.access.fail(errors.New("Discord is away"))
	if res, _ := known.get(guildPage(home, "")); res.StatusCode != http.StatusOK {
		t.Errorf("while trusted: %s", res.Status)
	}
	st.clock.Advance(web.AccessTTL)
	if res, body := known.get(guildPage(home, "")); res.StatusCode != http.StatusServiceUnavailable || strings.Contains(body, "12,480") {
		t.Errorf("when stale: %s", res.Status)
	}
	if res, _ := stranger.get(guildPage(home, "")); res.StatusCode != http.StatusNotFound {
		t.Errorf("a stranger: %s", res.Status)
	}
}

// Discord's word at /dashboard counts until the bot can be asked.
func TestLinkVouches(t *testing.T) {
	st := newStand(t)
	st.access.set(home, member, web.LevelNone)
	v := st.signedIn(home, member)
	if res, _ := v.get(guildPage(home, "")); res.StatusCode != http.StatusOK {
		t.Errorf("just vouched for: %s", res.Status)
	}
	st.clock.Advance(web.AccessTTL)
	if res, _ := v.get(guildPage(home, "")); res.StatusCode != http.StatusNotFound {
		t.Errorf("later: %s", res.Status)
	}
}
