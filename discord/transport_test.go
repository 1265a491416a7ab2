package discord_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/discord"
)

// wire is what carries a Transport's requests in these tests: a list of answers,
// the last of which stays.
type wire struct {
	mu      sync.Mutex
	answers []answer
	sent    []sent
}

type answer struct {
	status int
	header map[string]string
	body   string
	err    error
	hang   bool
}

type sent struct {
	at     time.Time
	method string
	url    string
	body   string
	header http.Header
}

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	body := ""
	if req.Body != nil {
		b, _ := io.ReadAll(req.Body)
		body = string(b)
	}
	w.mu.Lock()
	w.sent = append(w.sent, sent{time.Now(), req.Method, req.URL.String(), body, req.Header})
	a := answer{status: 200, body: "{}"}
	if len(w.answers) > 0 {
		a = w.answers[0]
		if len(w.answers) > 1 {
			w.answers = w.answers[1:]
		}
	}
	w.mu.Unlock()
	if a.hang {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	if a.err != nil {
		return nil, a.err
	}
	resp := &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), Request: req}
	for k, v := range a.header {
		resp.Header.Set(k, v)
	}
	return resp, nil
}

// pauses returns the times between what was sent.
func (w *wire) pauses() (all []time.Duration) {
	for i := 1; i < len(w.sent); i++ {
		all = append(all, w.sent[i].at.Sub(w.sent[i-1].at))
	}
	return all
}

// carrier is a Transport on a wire, in a bubble.
type carrier struct {
	*testing.T
	*wire
	tr   *discord.Transport
	logs *bytes.Buffer
}

func carry(t *testing.T, cfg discord.TransportConfig, answers []answer, f func(c *carrier)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := &carrier{T: t, wire: &wire{answers: answers}, logs: &bytes.Buffer{}}
		cfg.Base, cfg.Random = c.wire, func() float64 { return 1 }
		cfg.Log = slog.New(slog.NewTextHandler(c.logs, nil))
		var err error
		if c.tr, err = discord.NewTransport(cfg); err != nil {
			t.Fatal(err)
		}
		f(c)
	})
}

// do sends one request and returns the status and the body.
func (c *carrier) do(ctx context.Context, method, url, body string) (int, string, error) {
	c.Helper()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	resp, err := c.tr.RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

const me = "https://discord.com/api/v9/users/@me"

func TestTransportSendsToTheBaseAddress(t *testing.T) {
	for _, tt := range []struct{ base, url, want string }{
		{"", me, "https://discord.com/api/v10/users/@me"},
		{"", "https://discord.com/api/users/@me?a=b", "https://discord.com/api/v10/users/@me?a=b"},
		{"http://127.0.0.1:9/api/v10/", me, "http://127.0.0.1:9/api/v10/users/@me"},
		{"http://127.0.0.1:9/proxy", me, "http://127.0.0.1:9/proxy/users/@me"},
		{"http://127.0.0.1:9/api/v10", "http://127.0.0.1:9/api/v10/gateway/bot", "http://127.0.0.1:9/api/v10/gateway/bot"},
	} {
		carry(t, discord.TransportConfig{BaseURL: tt.base}, nil, func(c *carrier) {
			if _, _, err := c.do(c.Context(), "POST", tt.url, "body"); err != nil {
				t.Fatal(err)
			}
			if got := c.sent[0]; got.url != tt.want || got.body != "body" || !strings.HasPrefix(got.header.Get("User-Agent"), "DiscordBot (") {
				t.Errorf("%s by %s: sent %+v, want to %s", tt.url, tt.base, got, tt.want)
			}
		})
	}
}

func TestTransportRefusesOtherHosts(t *testing.T) {
	carry(t, discord.TransportConfig{}, nil, func(c *carrier) {
		_, _, err := c.do(c.Context(), "GET", "https://discord.com.example.org/api/v10/users/@me", "")
		if !errors.Is(err, discord.ErrHost) || len(c.sent) != 0 {
			t.Errorf("error %v, sent %v", err, c.sent)
		}
	})
	for _, base := range []string{"discord.com", "ftp://discord.com", "http://"} {
		if _, err := discord.NewTransport(discord.TransportConfig{BaseURL: base}); !errors.Is(err, discord.ErrConfig) {
			t.Errorf("base address %q: %v", base, err)
		}
	}
}

func TestTransportRepeats(t *testing.T) {
	broken := answer{err: errors.New("connection reset")}
	ok := answer{status: 200, body: "{}"}
	limited := func(after, scope, global string) answer {
		return answer{status: 429, header: map[string]string{"Retry-After": after, "X-RateLimit-Scope": scope, "X-RateLimit-Global": global},
			body: `{"message":"You are being rate limited.","retry_after":` + after + `,"global":false}`}
	}
	for _, tt := range []struct {
		name    string
		method  string
		answers []answer
		status  int
		pauses  []time.Duration
	}{
		{"500", "GET", []answer{{status: 500}, {status: 502}, {status: 503}, {status: 504}, ok}, 200,
			[]time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second}},
		{"not for ever", "GET", []answer{{status: 503}}, 503,
			[]time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second}},
		{"PATCH", "PATCH", []answer{{status: 502}, ok}, 200, []time.Duration{250 * time.Millisecond}},
		{"a broken connection", "GET", []answer{broken, ok}, 200, []time.Duration{250 * time.Millisecond}},
		{"not a POST", "POST", []answer{{status: 500}, ok}, 500, nil},
		{"not a 404", "GET", []answer{{status: 404}, ok}, 404, nil},
		{"429", "GET", []answer{limited("1.5", "user", ""), ok}, 200, []time.Duration{1500 * time.Millisecond}},
		{"429 of a POST", "POST", []answer{limited("2", "user", ""), ok}, 200, []time.Duration{2 * time.Second}},
		{"global 429", "GET", []answer{limited("3", "global", "true"), ok}, 200, []time.Duration{3 * time.Second}},
		{"429 in HTML", "GET", []answer{{status: 429, header: map[string]string{"Retry-After": "4"}, body: "<html>"}, ok}, 200, []time.Duration{4 * time.Second}},
		{"a 429 beyond the deadline", "GET", []answer{limited("600", "user", ""), ok}, 429, nil},
		{"an HTML 429 without a time", "GET", []answer{{status: 429, body: "<html>error code: 1015"}, ok}, 429, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			carry(t, discord.TransportConfig{}, tt.answers, func(c *carrier) {
				status, body, err := c.do(c.Context(), tt.method, me, "body")
				if err != nil || status != tt.status || !slices.Equal(c.pauses(), tt.pauses) {
					t.Errorf("status %d, error %v, pauses %v; want %d, %v", status, err, c.pauses(), tt.status, tt.pauses)
				}
				var limit struct{ Message string }
				if status == 429 && (json.Unmarshal([]byte(body), &limit) != nil || limit.Message == "") {
					t.Errorf("the 429's body is %s", body)
				}
				for _, s := range c.sent {
					if s.body != "body" {
						t.Errorf("sent %q", s.body)
					}
				}
				if st := c.tr.Stats(); int(st.Requests) != len(c.sent) || int(st.Retries) != len(tt.pauses) {
					t.Errorf("stats %+v", st)
				}
			})
		})
	}
}

func TestTransportEndsAnAttemptThatHangs(t *testing.T) {
	carry(t, discord.TransportConfig{Timeout: 3 * time.Second}, []answer{{hang: true}, {status: 200}}, func(c *carrier) {
		status, _, err := c.do(c.Context(), "GET", me, "")
		if err != nil || status != 200 || c.pauses()[0] != 3*time.Second+250*time.Millisecond {
			t.Errorf("status %d, error %v, pauses %v", status, err, c.pauses())
		}
	})
}

func TestAGlobal429StopsAllButInteractions(t *testing.T) {
	global := answer{status: 429, header: map[string]string{"X-RateLimit-Global": "true"}, body: `{"message":"m","retry_after":5,"global":true}`}
	carry(t, discord.TransportConfig{}, []answer{global, {status: 200}}, func(c *carrier) {
		from := time.Now()
		_, _, err := c.do(c.Context(), "GET", me, "")
		if err != nil || time.Since(from) != 5*time.Second {
			t.Errorf("error %v after %v", err, time.Since(from))
		}
		c.answers = []answer{global, {status: 200}}
		var wg sync.WaitGroup
		from = time.Now()
		wg.Go(func() { _, _, _ = c.do(c.Context(), "GET", me, "") })
		synctest.Wait()
		if _, _, err := c.do(c.Context(), "POST", "https://discord.com/api/v9/interactions/1/tok/callback", ""); err != nil || time.Since(from) != 0 {
			t.Errorf("an interaction: error %v after %v", err, time.Since(from))
		}
		if _, _, err := c.do(c.Context(), "GET", "https://discord.com/api/v9/guilds/1", ""); err != nil || time.Since(from) != 5*time.Second {
			t.Errorf("another request: error %v after %v", err, time.Since(from))
		}
		wg.Wait()
	})
}

func TestTransportKeepsRoutesApart(t *testing.T) {
	empty := answer{status: 200, header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "7"}}
	carry(t, discord.TransportConfig{}, []answer{empty, {status: 200}}, func(c *carrier) {
		edit := func(token string) time.Duration {
			from := time.Now()
			if _, _, err := c.do(c.Context(), "PATCH", "https://discord.com/api/v9/webhooks/5/"+token+"/messages/@original", "{}"); err != nil {
				t.Fatal(err)
			}
			return time.Since(from)
		}
		if d := edit("aaa"); d != 0 {
			t.Errorf("the first edit waited %v", d)
		}
		if d := edit("bbb"); d != 0 {
			t.Errorf("another token's edit waited %v", d)
		}
		if d := edit("aaa"); d != 7*time.Second {
			t.Errorf("the second edit waited %v", d)
		}
	})
}

func TestThoseWhoWaitDoNotPassAtOnce(t *testing.T) {
	one := answer{status: 200, header: map[string]string{
		"X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "2"}}
	carry(t, discord.TransportConfig{}, []answer{one}, func(c *carrier) {
		if _, _, err := c.do(c.Context(), "GET", me, ""); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() { _, _, _ = c.do(c.Context(), "GET", me, "") })
		}
		wg.Wait()
		for _, d := range c.pauses() {
			if d < 2*time.Second {
				t.Errorf("pauses %v", c.pauses())
			}
		}
	})
}

func TestBucketsOfTokensAreForgotten(t *testing.T) {
	some := answer{status: 200, header: map[string]string{"X-RateLimit-Remaining": "4", "X-RateLimit-Reset-After": "1"}}
	carry(t, discord.TransportConfig{}, []answer{some}, func(c *carrier) {
		for n := range 5000 {
			_, _, err := c.do(c.Context(), "POST", "https://discord.com/api/v9/interactions/1/token"+string(rune('a'+n%26))+time.Duration(n).String()+"/callback", "")
			if err != nil {
				t.Fatal(err)
			}
			<-time.After(10 * time.Millisecond)
		}
		if n := c.tr.Stats().Buckets; n > 1100 {
			t.Errorf("%d buckets are kept", n)
		}
	})
}

func TestTransportKeepsTheGlobalLimit(t *testing.T) {
	carry(t, discord.TransportConfig{}, nil, func(c *carrier) {
		var wg sync.WaitGroup
		for range 500 {
			wg.Go(func() {
				if _, _, err := c.do(c.Context(), "GET", me, ""); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		times := make([]time.Time, len(c.sent))
		for i, s := range c.sent {
			times[i] = s.at
		}
		slices.SortFunc(times, time.Time.Compare)
		for i := 50; i < len(times); i++ {
			if d := times[i].Sub(times[i-50]); d < time.Second {
				t.Fatalf("51 requests within %v", d)
			}
		}
		if d := times[499].Sub(times[0]); d > 12*time.Second {
			t.Errorf("500 requests took %v", d)
		}
	})
}

func TestTransportStopsBeforeABan(t *testing.T) {
	carry(t, discord.TransportConfig{InvalidLimit: 20}, []answer{{status: 403}}, func(c *carrier) {
		for range 20 {
			if status, _, err := c.do(c.Context(), "GET", me, ""); status != 403 || err != nil {
				t.Fatal(status, err)
			}
		}
		_, _, err := c.do(c.Context(), "GET", me, "")
		if !errors.Is(err, discord.ErrInvalidRequests) || len(c.sent) != 20 {
			t.Errorf("error %v after %d requests", err, len(c.sent))
		}
		if n := strings.Count(c.logs.String(), "too many requests were refused"); n != 1 {
			t.Errorf("said so %d times", n)
		}
		<-time.After(9 * time.Minute)
		if _, _, err := c.do(c.Context(), "GET", me, ""); !errors.Is(err, discord.ErrInvalidRequests) {
			t.Errorf("after nine minutes: %v", err)
		}
		<-time.After(2 * time.Minute)
		if _, _, err := c.do(c.Context(), "GET", me, ""); err != nil {
			t.Errorf("after eleven minutes: %v", err)
		}
		if st := c.tr.Stats(); st.Invalid != 1 || st.Refused != 2 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestTransportWaitsEndWithTheContext(t *testing.T) {
	empty := answer{status: 200, header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "30"}}
	carry(t, discord.TransportConfig{}, []answer{empty}, func(c *carrier) {
		if _, _, err := c.do(c.Context(), "GET", me, ""); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(c.Context())
		go func() {
			<-time.After(2 * time.Second)
			cancel()
		}()
		from := time.Now()
		if _, _, err := c.do(ctx, "GET", me, ""); !errors.Is(err, context.Canceled) || time.Since(from) != 2*time.Second {
			t.Errorf("cancelled: %v after %v", err, time.Since(from))
		}
		ctx, cancel = context.WithTimeout(c.Context(), 3*time.Second)
		defer cancel()
		from = time.Now()
		if _, _, err := c.do(ctx, "GET", me, ""); !errors.Is(err, context.DeadlineExceeded) || time.Since(from) != 0 {
			t.Errorf("a deadline that would pass: %v after %v", err, time.Since(from))
		}
	})
}
