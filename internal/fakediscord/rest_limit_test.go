package fakediscord_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guildpulse/internal/fakediscord"
)

func TestRateLimits(t *testing.T) {
	srv := start(t, fakediscord.Config{RouteLimit: 2, RouteWindow: time.Hour, GlobalLimit: 5})
	get := func(path string) *http.Response {
		req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, srv.URL()+"/api/v10"+path, nil)
		req.Header.Set("Authorization", "Bot "+srv.Token())
		res, err := http.DefaultClient.Do(req)
		no(t, err)
		return res
	}
	for left := 1; left >= 0; left-- {
		res := get("/channels/" + text(general))
		if res.StatusCode != http.StatusOK || res.Header.Get("X-RateLimit-Remaining") != strconv.Itoa(left) ||
			res.Header.Get("X-RateLimit-Limit") != "2" || res.Header.Get("X-RateLimit-Bucket") == "" {
			t.Errorf("%d %v", res.StatusCode, res.Header)
		}
		_ = res.Body.Close()
	}
	res := get("/channels/" + text(general))
	var body struct {
		RetryAfter float64 `json:"retry_after"`
		Global     bool
	}
	no(t, json.NewDecoder(res.Body).Decode(&body))
	_ = res.Body.Close()
	if res.StatusCode != http.StatusTooManyRequests || body.Global || body.RetryAfter < 3000 || res.Header.Get("Retry-After") == "" {
		t.Errorf("%d %+v", res.StatusCode, body)
	}
	for _, path := range []string{"/channels/" + text(talk), "/users/@me"} { // other buckets
		res := get(path)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	res = get("/guilds/" + text(harbour))
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("X-RateLimit-Global") != "true" {
		t.Errorf("beyond the global limit: %d %v", res.StatusCode, res.Header)
	}
	_ = res.Body.Close()
}

func TestRESTFaults(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	path := "/channels/" + text(general)
	srv.InjectREST(
		fakediscord.RESTFault{Method: "GET", Path: "/channels/*", After: 1, Status: 429, RetryAfter: 1500 * time.Millisecond},
		fakediscord.RESTFault{Path: "/channels/*", Status: 429, Global: true, RetryAfter: time.Second},
		fakediscord.RESTFault{Path: "/channels/*", Status: 429, HTML: true, RetryAfter: time.Second},
		fakediscord.RESTFault{Path: "/channels/*", Status: 500},
		fakediscord.RESTFault{Path: "/channels/*", Status: 401, Times: 2},
		fakediscord.RESTFault{Path: "/channels/*", Status: 502, HTML: true},
		fakediscord.RESTFault{Path: "/channels/*", Status: 400, Body: `{"code":1}`},
	)
	for i, want := range []struct {
		status int
		body   string
	}{
		{200, `"name":"general"`}, {429, `"retry_after":1.5`}, {429, `"global":true`}, {429, "error code: 1015"},
		{500, "Internal Server Error"}, {401, `"code":0`}, {401, `"code":0`}, {502, "<html>"}, {400, `{"code":1}`}, {200, "general"},
	} {
		status, body := call(t, srv, "GET", path, nil)
		if status != want.status || !strings.Contains(string(body), want.body) {
			t.Errorf("request %d: %d %s", i, status, body)
		}
	}
	srv.InjectREST(fakediscord.RESTFault{Drop: true})
	fresh := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // a reused connection is tried again
	if _, err := fresh.Get(srv.URL() + "/api/v10/gateway"); err == nil {
		t.Error("a dropped request was answered")
	}
	srv.InjectREST(fakediscord.RESTFault{Delay: 20 * time.Millisecond})
	began := time.Now()
	if status, _ := call(t, srv, "GET", path, nil); status != 200 || time.Since(began) < 20*time.Millisecond {
		t.Errorf("slow answer: %d after %v", status, time.Since(began))
	}
	srv.InjectREST(fakediscord.RESTFault{Delay: time.Hour})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL()+"/api/v10/gateway", nil)
	if _, err := http.DefaultClient.Do(req); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a request without end: %v", err)
	}
}

func TestRequestsKept(t *testing.T) {
	srv := start(t, fakediscord.Config{KeepRequests: 3})
	for i := range 10 {
		call(t, srv, "GET", fmt.Sprint("/users/", i+1), nil)
	}
	rec := srv.Recording()
	if n := len(rec.Requests); n < 3 || n >= 6 || rec.Requests[n-1].Path != "/users/10" || rec.Served != 10 {
		t.Errorf("%d kept", n)
	}
}

// Both versions, and the unversioned paths, lead to the same; anything else is
// recorded.
func TestPaths(t *testing.T) {
	var mu bytes.Buffer
	lock := make(chan struct{}, 1)
	srv := start(t, fakediscord.Config{OnRequest: func(method, path string, body []byte) {
		lock <- struct{}{}
		fmt.Fprintf(&mu, "%s %s %s\n", method, path, body)
		<-lock
	}})
	for path, want := range map[string]int{
		"/api/v9/gateway": 200, "/api/v10/gateway": 200, "/api/gateway": 200,
		"/api/v8/gateway": 404, "/gateway2": 404, "/api/v10/nothing": 404,
	} {
		res, err := http.Get(srv.URL() + path)
		no(t, err)
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != want || want == 404 && string(body) != `{"message":"404: Not Found","code":0}` {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	call(t, srv, "POST", "/gateway", map[string]int{"a": 1})
	rec := srv.Recording()
	var unknown []string
	for _, q := range rec.Unknown {
		unknown = append(unknown, q.Method+" "+q.Path)
	}
	slices.Sort(unknown)
	equal(t, "unknown", unknown, []string{"GET /gateway2", "GET /nothing", "GET /v8/gateway", "POST /gateway"})
	if rec.Served != 7 || len(rec.Requests) != 7 || !strings.Contains(mu.String(), "POST /gateway {\"a\":1}\n") {
		t.Errorf("served %d, sink %q", rec.Served, mu.String())
	}
}

func TestAuthorization(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	for _, auth := range []string{"", "Bot wrong", srv.Token(), "Bearer " + srv.Token()} {
		status, body := callAs(t, srv, auth, "GET", "/users/@me", nil)
		if status != 401 || string(body) != `{"message":"401: Unauthorized","code":0}` {
			t.Errorf("%q: %d %s", auth, status, body)
		}
	}
	if status, _ := callAs(t, srv, "", "GET", "/gateway", nil); status != 200 {
		t.Errorf("GET /gateway without a token: %d", status)
	}
}
