package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/web"
)

// stores are all implementations, to be asked alike.
func stores(t interface{ Fatal(...any) }, dir string, now func() time.Time) map[string]func() web.SessionStore {
	memory := web.NewMemorySessions(now)
	return map[string]func() web.SessionStore{
		"memory": func() web.SessionStore { return memory },
		"file": func() web.SessionStore { // opened anew every time
			f, err := web.OpenSessions(filepath.Join(dir, "sessions"), now)
			if err != nil {
				t.Fatal(err)
			}
			return f
		},
	}
}

// Both stores are a map whose entries end.
func TestSessionStores(t *testing.T) {
	type entry struct {
		data  string
		until time.Time
	}
	for name := range stores(t, t.TempDir(), nil) {
		dir := t.TempDir()
		rapid.Check(t, func(t *rapid.T) {
			_ = os.Remove(filepath.Join(dir, "sessions"))
			now := &clock{at: noon}
			open := stores(t, dir, now.Now)[name]
			oracle := make(map[string]entry)
			token := rapid.SampledFrom([]string{"a", "b", "c"})
			t.Repeat(map[string]func(*rapid.T){
				"commit": func(t *rapid.T) {
					key, e := token.Draw(t, "token"), entry{rapid.StringN(0, 5, -1).Draw(t, "data"), now.Now().Add(24 * time.Hour)}
					if err := open().Commit(key, []byte(e.data), e.until); err != nil {
						t.Fatal(err)
					}
					oracle[key] = e
				},
				"delete": func(t *rapid.T) {
					key := token.Draw(t, "token")
					if err := open().Delete(key); err != nil {
						t.Fatal(err)
					}
					delete(oracle, key)
				},
				"wait": func(t *rapid.T) {
					now.Advance(time.Duration(rapid.IntRange(1, 20).Draw(t, "hours")) * time.Hour)
				},
				"": func(t *rapid.T) {
					for _, key := range []string{"a", "b", "c"} {
						data, ok, err := open().Find(key)
						e, known := oracle[key]
						known = known && now.Now().Before(e.until)
						if err != nil || ok != known || ok && string(data) != e.data {
							t.Fatalf("%s: %q %v %v, want %q %v", key, data, ok, err, e.data, known)
						}
					}
				},
			})
		})
	}
}

// People stay signed in over a restart, and who signed out stays out.
func TestSessionsSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sessions")
	start := func() *stand {
		return newStand(t, func(c *web.Config) {
			s, err := web.OpenSessions(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			c.Sessions = s
		})
	}
	first := start()
	stays, leaves := first.signedIn(home, member), first.signedIn(home, manager)
	at := stays.request(http.MethodGet, "/", http.NoBody).URL
	left := leaves.client.Jar.Cookies(at)
	leaves.post("/sign-out", nil)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	b, err := os.ReadFile(path)
	if err != nil || bytes.Contains(b, []byte(stays.client.Jar.Cookies(at)[0].Value)) {
		t.Errorf("the file holds a token (%v)", err)
	}

	second := start()
	for name, test := range map[string]struct {
		cookies []*http.Cookie
		want    int
	}{
		"stays": {stays.client.Jar.Cookies(at), http.StatusOK}, "leaves": {left, http.StatusNotFound},
	} {
		v := second.visitor()
		v.client.Jar.SetCookies(v.request(http.MethodGet, "/", http.NoBody).URL, withPath(test.cookies))
		if res, _ := v.get(guildPage(home, "")); res.StatusCode != test.want {
			t.Errorf("%s: %s", name, res.Status)
		}
	}
	leftover, err := filepath.Glob(path + ".*")
	if err != nil || len(leftover) != 0 {
		t.Errorf("left behind: %v, %v", leftover, err)
	}
}

func withPath(cookies []*http.Cookie) []*http.Cookie {
	var all []*http.Cookie
	for _, c := range cookies {
		all = append(all, &http.Cookie{Name: c.Name, Value: c.Value, Path: "/", Secure: true})
	}
	return all
}

func TestSpoiltSessionsAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sessions")
	if err := os.WriteFile(path, []byte("not sessions"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := web.OpenSessions(path, nil); err == nil || !strings.Contains(err.Error(), "sign in again") {
		t.Errorf("%v", err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "not sessions" {
		t.Errorf("touched: %q, %v", b, err)
	}
}

// Looking at pages does not write the file.
func TestReadingCostsNoDisk(t *testing.T) {
	now := &clock{at: noon}
	path := filepath.Join(t.TempDir(), "sessions")
	s, err := web.OpenSessions(path, now.Now)
	if err != nil {
		t.Fatal(err)
	}
	use := func(until time.Time) bool {
		t.Helper()
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if err := s.Commit("token", []byte("data"), until); err != nil {
			t.Fatal(err)
		}
		_, err := os.Stat(path)
		return err == nil
	}
	for _, test := range []struct {
		until time.Duration
		want  bool
	}{{time.Hour, true}, {time.Hour + time.Minute, false}, {time.Hour + 9*time.Minute, false}, {time.Hour + 10*time.Minute, true}} {
		if got := use(noon.Add(test.until)); got != test.want {
			t.Errorf("until %s: written %v", test.until, got)
		}
	}
}

// slowly delays a commit until told, as a request does that is under way at
// sign-out.
type slowly struct {
	web.SessionStore
	held   atomic.Bool
	inside chan struct{}
	leave  chan struct{}
}

func (s *slowly) Find(token string) ([]byte, bool, error) {
	b, ok, err := s.SessionStore.Find(token)
	if ok && s.held.CompareAndSwap(false, true) {
		close(s.inside)
		<-s.leave
	}
	return b, ok, err
}

// A request that began before a sign-out and ends after it does not bring the
// session back.
func TestSignOutIsFinal(t *testing.T) {
	store := &slowly{SessionStore: web.NewMemorySessions(nil), inside: make(chan struct{}), leave: make(chan struct{})}
	st := newStand(t, func(c *web.Config) { c.Sessions = store })
	v := st.visitor()
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	v.redeem(st.link(home, member)) // and looks at no page yet
	at := v.request(http.MethodGet, "/", http.NoBody).URL
	cookies := v.client.Jar.Cookies(at)
	slow := st.visitor()
	slow.client.Jar.SetCookies(at, withPath(cookies))
	done := make(chan struct{})
	go func() {
		defer close(done)
		slow.get(guildPage(home, ""))
	}()
	<-store.inside
	v.post("/sign-out", nil)
	close(store.leave)
	<-done
	again := st.visitor()
	again.client.Jar.SetCookies(at, withPath(cookies))
	if res, _ := again.get(guildPage(home, "")); res.StatusCode != http.StatusNotFound {
		t.Errorf("the session is back: %s", res.Status)
	}
}

func ExampleOpenSessions() {
	dir, err := os.MkdirTemp("", "sessions")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	until := time.Now().Add(time.Hour)
	for range 2 { // the second time is after a restart
		s, err := web.OpenSessions(filepath.Join(dir, "sessions"), nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, known, _ := s.Find("hash")
		fmt.Println(known, s.Commit("hash", []byte("who"), until))
	}
	// Output:
	// false <nil>
	// true <nil>
}

func ExampleMemorySessions() {
	now := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	s := web.NewMemorySessions(func() time.Time { return now })
	_ = s.Commit("hash", []byte("who"), now.Add(time.Hour))
	data, known, _ := s.Find("hash")
	fmt.Printf("%s %v\n", data, known)
	now = now.Add(time.Hour)
	_, known, _ = s.Find("hash")
	fmt.Println(known)
	// Output:
	// who true
	// false
}
