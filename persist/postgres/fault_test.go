package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"guildpulse/internal/pgtest"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
)

// scissors cut a connection at the nth message after they were set.
type scissors struct {
	mu   sync.Mutex
	left int // messages until the cut; 0 when not set
}

func (s *scissors) set(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = n
}

// unset puts the scissors away and tells whether they had cut.
func (s *scissors) unset() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	cut := s.left == 0
	s.left = 0
	return cut
}

func (s *scissors) inspect(pgtest.Message) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left == 0 {
		return false
	}
	s.left--
	return s.left == 0
}

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

// cut applies the next batch with the connection cut at message n. It returns
// false when the batch has fewer messages.
func (w *writer) cut(s *scissors, n int, reader *postgres.Store) bool {
	w.t.Helper()
	b := w.next()
	s.set(n)
	err := w.Apply(w.t.Context(), b)
	cut := s.unset()
	switch {
	case err == nil && cut:
		w.t.Errorf("message %d is lost and not missed", n)
	case err != nil && !errors.Is(err, persist.ErrUnavailable):
		w.t.Errorf("cut at message %d: %v", n, err)
	}
	w.settle(b, reader)
	w.check(reader)
	return cut
}

// TestCutAtEveryMessage cuts the connection of a flush at each of its messages in
// turn, those of COMMIT and its answer among them. The cursor decides what to do,
// and every batch is applied once.
func TestCutAtEveryMessage(t *testing.T) {
	url := pgtest.Database(t)
	var s scissors
	w := take(t, postgres.Config{URL: startProxy(t, url, s.inspect).URL()})
	reader := open(t, postgres.Config{URL: url})
	cuts := 0
	for w.cut(&s, cuts+1, reader) && !t.Failed() {
		cuts++
		w.apply() // the next flush finds its statements prepared
	}
	t.Logf("%d messages", cuts)
	if cuts < 60 {
		t.Errorf("a flush has only %d messages", cuts)
	}
}

// TestCutOfANewConnection cuts at messages of a first flush, which opens the
// writer's connection and prepares its statements.
func TestCutOfANewConnection(t *testing.T) {
	url := pgtest.Database(t)
	var s scissors
	proxy := startProxy(t, url, s.inspect)
	reader := open(t, postgres.Config{URL: url})
	for n, cut := 1, true; cut && !t.Failed(); n += 9 {
		cursor, err := reader.Take(t.Context(), [16]byte{1}, 1)
		if err != nil {
			t.Fatal(err)
		}
		w := &writer{Store: open(t, postgres.Config{URL: proxy.URL()}), t: t, cursor: cursor}
		cut = w.cut(&s, n, reader)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

const ours = "application_name = 'guildpulse' AND datname = current_database()"

// TestBackendTerminated ends the server's side in the midst of a transaction, by
// way of a Rezone.
func TestBackendTerminated(t *testing.T) {
	url := pgtest.Database(t)
	w := take(t, postgres.Config{URL: url})
	w.apply()
	terminated := false
	b := w.next()
	b.Rezone = []persist.Rezone{{Guild: guild, Cut: func(int32) (day, month int32) {
		if !terminated {
			terminated = true
			mustExecute(t, url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "+ours)
		}
		return 0, 0
	}}}
	if err := w.Apply(t.Context(), b); !errors.Is(err, persist.ErrUnavailable) {
		t.Errorf("the backend was terminated: %v", err)
	}
	reader := open(t, postgres.Config{URL: url})
	w.check(reader)
	w.settle(b, reader)
	w.check(reader)
}

// TestServerKilled kills the server in the midst of flushes, and looks what is
// there when it is back: all that was answered, and nothing of the rest.
func TestServerKilled(t *testing.T) {
	ctx := t.Context()
	cluster, err := pgtest.Start(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	}()
	url, err := cluster.CreateDatabase(ctx, "store")
	if err != nil {
		t.Fatal(err)
	}
	w := take(t, postgres.Config{URL: url})
	w.apply()
	for range 3 {
		b := w.next()
		b.Rezone = []persist.Rezone{{Guild: guild, Cut: func(int32) (day, month int32) {
			if err := cluster.Kill(); err != nil {
				t.Error(err)
			}
			return 0, 0
		}}}
		w.withoutServer(ctx, b)
		if err := cluster.Restart(ctx); err != nil {
			t.Fatal(err)
		}
		reader := open(t, postgres.Config{URL: url})
		w.check(reader)
		b.Rezone = nil
		w.settle(b, reader)
		w.check(reader)
	}
}

// withoutServer asks everything of a store whose server goes away.
func (w *writer) withoutServer(ctx context.Context, b *persist.Batch) {
	w.t.Helper()
	questions := map[string]func() error{
		"Cursor": func() error { _, err := w.Cursor(ctx); return err },
		"View":   func() error { return w.View(ctx, func(persist.View) error { return nil }) },
		"SaveDirectory": func() error {
			return w.SaveDirectory(ctx, &persist.Directory{Guilds: []persist.GuildName{{ID: guild}}})
		},
		"LoadDirectory": func() error { _, err := w.LoadDirectory(ctx, guild); return err },
		"Take":          func() error { _, err := w.Take(ctx, [16]byte{1}, 1); return err },
		"Apply again":   func() error { return w.Apply(ctx, b) },
	}
	if err := w.Apply(ctx, b); !errors.Is(err, persist.ErrUnavailable) {
		w.t.Errorf("Apply on a killed server: %v", err)
	}
	for name, ask := range questions {
		if err := ask(); !errors.Is(err, persist.ErrUnavailable) {
			w.t.Errorf("%s on a killed server: %v", name, err)
		}
	}
}
