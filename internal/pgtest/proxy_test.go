//go:build unix

package pgtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"guildpulse/internal/pgtest"
)

func startProxy(t *testing.T, url string, inspect func(pgtest.Message) bool) *pgtest.Proxy {
	t.Helper()
	proxy, err := pgtest.StartProxy(url, inspect)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := proxy.Close(); err != nil {
			t.Error(err)
		}
	})
	return proxy
}

func TestProxySeesEveryMessage(t *testing.T) {
	types := make(chan byte, 1024)
	proxy := startProxy(t, pgtest.Database(t), func(m pgtest.Message) bool {
		if m.Type != 'S' { // the server's settings, whose number differs, and Sync
			types <- m.Type
		}
		return false
	})
	conn := connect(t, proxy.URL())
	if got := query[int](t, conn, "SELECT 6*7"); got != 42 {
		t.Errorf("through the proxy: %d", got)
	}
	var seen []byte
	for len(types) > 0 {
		seen = append(seen, <-types)
	}
	// The client's greeting, Authentication, BackendKeyData, ReadyForQuery; Parse,
	// Describe; ParseComplete, ParameterDescription, RowDescription, ReadyForQuery;
	// Bind, Execute; BindComplete, DataRow, CommandComplete, ReadyForQuery.
	if want := "\x00RKZPD1tTZBE2DCZ"; string(seen) != want {
		t.Errorf("messages %q, want %q", seen, want)
	}
}

func TestProxyCutsBeforeAMessage(t *testing.T) {
	url := pgtest.Database(t)
	direct := connect(t, url)
	exec1(t, direct, "CREATE TABLE log (line text)")
	tests := []struct {
		name  string
		at    pgtest.Message
		lines int // what the server was told
	}{
		{"the question", pgtest.Message{FromClient: true, Type: 'Q'}, 0},
		{"the answer", pgtest.Message{Type: 'C'}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			exec1(t, direct, "TRUNCATE log")
			proxy := startProxy(t, url, func(m pgtest.Message) bool {
				return m.FromClient == tt.at.FromClient && m.Type == tt.at.Type
			})
			conn := connect(t, proxy.URL())
			_, err := conn.Exec(t.Context(), "INSERT INTO log VALUES ('was here')", pgx.QueryExecModeSimpleProtocol)
			if err == nil || !conn.IsClosed() {
				t.Errorf("the connection was not cut: %v", err)
			}
			if got := query[int](t, direct, "SELECT count(*) FROM log"); got != tt.lines {
				t.Errorf("%d lines, want %d", got, tt.lines)
			}
		})
	}
}
