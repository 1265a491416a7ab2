package web_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"guildpulse/internal/report"
	"guildpulse/web"
)

func TestHealth(t *testing.T) {
	broken := errors.New("the journal of host db-17 is full")
	var ready error
	st := newStand(t, func(c *web.Config) { c.Ready = func() error { return ready } })
	v := st.visitor()
	for _, test := range []struct {
		err  error
		path string
		want int
	}{
		{nil, "/healthz", http.StatusOK},
		{nil, "/readyz", http.StatusOK},
		{broken, "/healthz", http.StatusOK},
		{broken, "/readyz", http.StatusServiceUnavailable},
	} {
		ready = test.err
		res, body := v.get(test.path)
		if res.StatusCode != test.want || strings.Contains(body, "db-17") {
			t.Errorf("%s: %s %q", test.path, res.Status, body)
		}
	}
}

func TestOverview(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	for period, want := range map[string][]string{
		"": {
			"12,480", "+12.4 %", "303 h", "± 15", "15 – 21 Nov 2026", "Europe/Vienna", "as of", "12:42, 21 Nov",
			"Thu 19 Nov 2026", "20 Nov 03:42 – 03:46", "repaired", "lost", `id="h-table"`, "kestrel", "help-desk",
			"1,204", "± 38", `download>Download as CSV`, "Show as a table", `<rect class="now"`, "new",
		},
		"today": {"21 Nov 2026", `<rect class="now"`},
		"90d":   {"Messages by day", `<polyline class="line"`, `<polyline class="ghost"`, `<polygon class="area"`},
		"12m":   {"Messages by week", "22 Nov 2025 – 21 Nov 2026", "Week of 16 Nov 2026, so far", "Week of 17 Nov 2025"},
		"all":   {"Messages by month", "since the start", "November 2026, so far"},
	} {
		res, body := v.get(guildPage(home, "?period="+period))
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%q: %s", period, res.Status)
		}
		for _, text := range want {
			if !strings.Contains(html.UnescapeString(body), text) {
				t.Errorf("%q: no %q", period, text)
			}
		}
		if strings.Contains(body, "NaN") || strings.Contains(body, "ZgotmplZ") || strings.Contains(body, "<no value>") {
			t.Errorf("%q: nonsense in the page", period)
		}
	}
}

func TestMembersPages(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	for _, test := range []struct {
		query string
		want  []string
		not   []string
	}{
		{"", []string{"1–50 of 137", `rel="next"`, "A score fades", "4,321.0"}, []string{`rel="prev"`, `aria-label="Period"`}},
		{"?metric=messages&period=30d", []string{"1–50 of 137", "10.8 %", `aria-label="Period"`, "4,321"}, []string{"4,321.0"}},
		{"?metric=voice&offset=50", []string{"51–100 of 137", `rel="prev"`, `rel="next"`, "visitor-060"}, nil},
		{"?metric=voice&offset=100", []string{"101–137 of 137", `rel="prev"`}, []string{`rel="next"`}},
		{"?offset=4000", []string{"ends before this page", `rel="prev"`}, []string{`rel="next"`}},
	} {
		res, body := v.get(guildPage(home, "members"+test.query))
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", test.query, res.Status)
		}
		for _, text := range test.want {
			if !strings.Contains(body, text) {
				t.Errorf("%s: no %q", test.query, text)
			}
		}
		for _, text := range test.not {
			if strings.Contains(body, text) {
				t.Errorf("%s: %q", test.query, text)
			}
		}
	}
}

func TestWrongQuestions(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	for _, path := range []string{
		"?period=8d", "members?metric=karma", "members?offset=-1", "members?offset=1e3", "members?offset=99999999999999999999",
		"channels.csv?metric=score", "messages.csv?period=x", "members.csv?period=%00",
	} {
		if res, _ := v.get(guildPage(home, path)); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
}

func TestErrorsOfTheReader(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	for _, test := range []struct {
		err  error
		want int
		text string
	}{
		{report.ErrNoGuild, http.StatusNotFound, "No numbers yet"},
		{report.ErrRebuilding, http.StatusServiceUnavailable, "Counting anew"},
		{fmt.Errorf("ask host db-17: %w", report.ErrUnavailable), http.StatusServiceUnavailable, "The database is away"},
		{errors.New("secret of host db-17"), http.StatusInternalServerError, "Something went wrong"},
	} {
		st.reader.err = test.err
		for _, page := range []string{"", "members", "messages.csv", "members.csv", "channels.csv"} {
			res, body := v.get(guildPage(home, page))
			if res.StatusCode != test.want || !strings.Contains(body, test.text) || strings.Contains(body, "db-17") {
				t.Errorf("%v, %q: %s", test.err, page, res.Status)
			}
			if retry := res.Header.Get("Retry-After"); (retry != "") != (test.want == http.StatusServiceUnavailable) {
				t.Errorf("%v: Retry-After %q", test.err, retry)
			}
		}
	}
}

func TestHome(t *testing.T) {
	st := newStand(t)
	if res, body := st.visitor().get("/"); res.StatusCode != http.StatusOK || !strings.Contains(body, "/dashboard") || strings.Contains(body, "Lantern") {
		t.Errorf("nobody: %s", res.Status)
	}
	if _, body := st.signedIn(home, manager).get("/"); !strings.Contains(body, "Lantern Harbour") || strings.Contains(body, "Größenwahn") || !strings.Contains(body, "Manager") {
		t.Error("the manager's servers")
	}
	if _, body := st.signedIn(home, former).get("/"); strings.Contains(body, "Größenwahn") {
		t.Error("a former member's servers")
	}
}

func TestRibbon(t *testing.T) {
	for sample, want := range map[bool]bool{true: true, false: false} {
		st := newStand(t, func(c *web.Config) { c.Sample = sample })
		if _, body := st.visitor().get("/"); strings.Contains(body, "Sample data.") != want {
			t.Errorf("sample %v", sample)
		}
	}
}

func TestCSV(t *testing.T) {
	st := newStand(t)
	st.reader.people[0] = `=HYPERLINK("http://evil","x")`
	st.reader.people[1] = "a \"quoted\", name\nof two lines"
	for i, lead := range []string{"+1", "-1", "@sum", "\tx", "\rx", "\nx"} {
		st.reader.people[2+i] = lead
	}
	v := st.signedIn(home, member)
	for path, rows := range map[string]int{
		"members.csv?metric=messages": 138, "members.csv": 138, "channels.csv?period=90d": 11, "messages.csv?period=30d": 31, "messages.csv": 8,
	} {
		res, body := v.get(guildPage(home, path))
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/csv") || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment;") {
			t.Errorf("%s: %v", path, res.Header)
		}
		all, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil || len(all) != rows {
			t.Fatalf("%s: %d rows, %v", path, len(all), err)
		}
		for _, row := range all {
			for _, c := range row {
				if c != "" && strings.ContainsRune("=+-@\t\r\n", rune(c[0])) {
					t.Errorf("%s: %q begins a formula", path, c)
				}
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	st := newStand(t)
	for _, path := range []string{"/", "/nowhere", "/healthz", guildPage(home, ""), "/api/v1/nowhere", "/static/nothing.css"} {
		res, _ := st.visitor().get(path)
		for key, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
			"Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got := res.Header.Get(key); got != want {
				t.Errorf("%s: %s: %q", path, key, got)
			}
		}
		policy := res.Header.Get("Content-Security-Policy")
		for _, part := range []string{
			"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'",
			"require-trusted-types-for 'script'", "trusted-types 'none'",
		} {
			if !strings.Contains(policy+";", part+";") {
				t.Errorf("%s: %q lacks %s", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%q", policy)
		}
	}
}

// Nothing in a page would need an inline script or style, or another host.
func TestPagesKeepThePolicy(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	for _, path := range []string{"/", guildPage(home, ""), guildPage(home, "?period=12m"), guildPage(home, "members"), "/nowhere"} {
		_, body := v.get(path)
		for _, bad := range []string{" style=", "<style", "<script>", " onclick", " onload", "javascript:", "http://", "https://"} {
			if strings.Contains(strings.ReplaceAll(body, st.http.URL, ""), bad) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
	}
}

func TestAssets(t *testing.T) {
	st := newStand(t)
	_, body := st.visitor().get("/")
	_, rest, ok := strings.Cut(body, `rel="stylesheet" href="`)
	path, _, _ := strings.Cut(rest, `"`)
	res, css := st.visitor().get(path)
	if !ok || res.StatusCode != http.StatusOK || !strings.Contains(css, "--accent") || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %s", path, res.Status)
	}
	for _, path := range []string{"/static/", "/static/style.css", "/static/../server.go", "/static/%2e%2e/doc.go"} {
		if res, _ := st.visitor().get(path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
}

// A binary without the bundle says so and refers to none of it.
func TestWithoutBundle(t *testing.T) {
	for there, want := range map[bool]bool{true: true, false: false} {
		st := newStand(t)
		c := web.Config{Reader: st.reader, Access: st.access, Now: st.clock.Now, PublicURL: st.http.URL, Log: slog.New(slog.NewTextHandler(st.log, nil))}
		var err error
		if st.web, err = web.NewBundled(c, there); err != nil {
			t.Fatal(err)
		}
		_, body := st.signedIn(home, member).get(guildPage(home, ""))
		if strings.Contains(body, "<script") != want || strings.Contains(body, "/static/app.") != want || strings.Contains(body, "Built without scripts") == want {
			t.Errorf("bundle %v: %s", there, body)
		}
		if !strings.Contains(body, `<rect class="now"`) || strings.Contains(st.log.String(), "without the bundle") == want {
			t.Errorf("bundle %v: %s", there, st.log)
		}
	}
}

// Limits are by the peer, and by what a configured proxy says of it.
func TestLimitsBehindAProxy(t *testing.T) {
	for name, test := range map[string]struct {
		proxies []netip.Prefix
		want    int
	}{
		"no proxy configured": {nil, http.StatusTooManyRequests},
		"configured":          {[]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, http.StatusGone},
	} {
		st := newStand(t, func(c *web.Config) { c.Proxies = test.proxies })
		last := 0
		for i := range 25 {
			v := st.visitor()
			req := v.request(http.MethodPost, "/sign-in", http.NoBody)
			req.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.9, 203.0.113.%d", i))
			res, _ := v.do(req)
			last = res.StatusCode
		}
		if last != test.want {
			t.Errorf("%s: %d", name, last)
		}
	}
}

func TestTooManyRequests(t *testing.T) {
	st := newStand(t)
	v := st.visitor()
	last := 0
	for range 25 {
		res, _ := v.post("/sign-in", nil)
		last = res.StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the 25th attempt: %d", last)
	}
	if res, _ := v.get("/"); res.StatusCode != http.StatusOK {
		t.Errorf("reading: %s", res.Status)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	st := newStand(t)
	v := st.visitor()
	req := v.request(http.MethodPost, "/sign-in", strings.NewReader("secret="+strings.Repeat("a", 1<<20)))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if res, _ := v.do(req); res.StatusCode != http.StatusGone {
		t.Errorf("%s", res.Status)
	}
}

func TestEmptyServer(t *testing.T) {
	st := newStand(t)
	st.reader.people, st.reader.channels = nil, nil
	v := st.signedIn(home, member)
	if res, body := v.get(guildPage(home, "")); res.StatusCode != http.StatusOK || !strings.Contains(body, "Nobody yet.") {
		t.Errorf("%s", res.Status)
	}
}
