package web_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"guildpulse/internal/report"
	"guildpulse/web"
)

func scrape(t *testing.T, h http.Handler, host, path string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(body)
}

func TestMetrics(t *testing.T) {
	reader := newAlmanac()
	m, err := web.NewMetricsServer("127.0.0.1:0", reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	status, body := scrape(t, m.Handler(), "127.0.0.1:9090", "/metrics")
	for _, line := range []string{
		"# HELP guildpulse_events_journaled_total Events made durable.", "# TYPE guildpulse_events_journaled_total counter",
		"guildpulse_events_journaled_total 962529", "guildpulse_events_dropped_total 0", `guildpulse_cursor_behind{cursor="store"} 7`,
		`guildpulse_info{reader="native",store="postgres",version="1.2.3"} 1`, "go_goroutines ", "process_resident_memory_bytes ",
	} {
		if status != http.StatusOK || !strings.Contains(body, line) {
			t.Errorf("%d: no %q", status, line)
		}
	}
	reader.err = report.ErrUnavailable
	if status, body := scrape(t, m.Handler(), "localhost:9090", "/metrics"); status != http.StatusOK || strings.Contains(body, "events_journaled") || !strings.Contains(body, "go_goroutines ") {
		t.Errorf("while the reader is away: %d", status)
	}
	if status, body := scrape(t, m.Handler(), "[::1]:9090", "/debug/pprof/goroutine?debug=1"); status != http.StatusOK || !strings.Contains(body, "goroutine profile") {
		t.Errorf("pprof: %d", status)
	}
	if status, _ := scrape(t, m.Handler(), "rebound.example:9090", "/metrics"); status != http.StatusForbidden {
		t.Errorf("a foreign name: %d", status)
	}
}

func TestMetricsStayLocal(t *testing.T) {
	for _, addr := range []string{":9090", "0.0.0.0:9090", "[::]:9090", "192.168.1.2:9090", "example.org:9090", "localhost"} {
		if _, err := web.NewMetricsServer(addr, newAlmanac(), nil); !errors.Is(err, web.ErrConfig) {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

func TestMetricsRun(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	ctx, stop := context.WithCancel(t.Context())
	run := func(addr string) error {
		m, err := web.NewMetricsServer(addr, newAlmanac(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return m.Run(ctx)
	}
	if err := run(taken.Addr().String()); err == nil {
		t.Error("an address in use")
	}
	stop()
	if err := run("127.0.0.1:0"); err != nil {
		t.Errorf("an orderly end: %v", err)
	}
}
