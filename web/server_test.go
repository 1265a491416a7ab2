package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"guildpulse/web"
)

func TestConfigIsChecked(t *testing.T) {
	good := web.Config{Reader: newAlmanac(), Access: newRegister()}
	if _, err := web.New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*web.Config){
		"no reader":          func(c *web.Config) { c.Reader = nil },
		"no access":          func(c *web.Config) { c.Access = nil },
		"address":            func(c *web.Config) { c.Addr = "8080" },
		"plain http":         func(c *web.Config) { c.PublicURL = "http://stats.example.org" },
		"plain http at home": func(c *web.Config) { c.PublicURL = "http://192.168.1.20:8080" },
		"open to all":        func(c *web.Config) { c.Addr = ":8080" },
		"open to a network":  func(c *web.Config) { c.Addr = "192.168.1.20:8080" },
		"not an address":     func(c *web.Config) { c.PublicURL = "stats.example.org" },
		"other scheme":       func(c *web.Config) { c.PublicURL = "ftp://stats.example.org" },
		"a path":             func(c *web.Config) { c.PublicURL = "https://example.org/stats" },
		"no client secret":   func(c *web.Config) { c.OAuth.ClientID = "1" },
		"Discord elsewhere":  func(c *web.Config) { c.OAuth = web.OAuth{ClientID: "1", ClientSecret: "s", BaseURL: "nowhere"} },
	} {
		c := good
		change(&c)
		if _, err := web.New(c); !errors.Is(err, web.ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	good.Addr, good.PublicURL = "0.0.0.0:8080", "https://stats.example.org"
	if _, err := web.New(good); err != nil {
		t.Errorf("behind a proxy: %v", err)
	}
	good.PublicURL, good.Insecure = "http://192.168.1.20:8080", true
	if _, err := web.New(good); err != nil {
		t.Errorf("told expressly: %v", err)
	}
}

func TestRun(t *testing.T) {
	s, err := web.New(web.Config{Addr: "127.0.0.1:0", Reader: newAlmanac(), Access: newRegister()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.PublicURL() != "http://"+s.Addr() || strings.HasSuffix(s.Addr(), ":0") {
		t.Errorf("%s, %s", s.PublicURL(), s.Addr())
	}
	taken, err := web.New(web.Config{Addr: s.Addr(), Reader: newAlmanac(), Access: newRegister()})
	if err != nil {
		t.Fatal(err)
	}
	if err := taken.Run(t.Context()); err == nil || !strings.Contains(err.Error(), s.Addr()) {
		t.Errorf("an address in use: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	res, err := http.Get(s.PublicURL() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "ok\n" {
		t.Errorf("%q, %v", body, err)
	}
	res.Body.Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get(s.PublicURL() + "/healthz"); err == nil {
		t.Error("still there")
	}
}

func ExampleServer_Link() {
	s, err := web.New(web.Config{PublicURL: "https://stats.example.org", Reader: newAlmanac(), Access: newRegister()})
	if err != nil {
		fmt.Println(err)
		return
	}
	link, err := s.Link(context.Background(), home, member, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.HasPrefix(link, "https://stats.example.org/sign-in/"))

	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, strings.TrimPrefix(link, "https://stats.example.org"), http.NoBody))
	fmt.Println(w.Code, len(w.Result().Cookies()), "cookies")
	// Output:
	// true
	// 200 0 cookies
}
