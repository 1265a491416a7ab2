package postgres_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guildpulse/events"
	"guildpulse/internal/pgtest"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
)

// raise has every insert of a day fail with an SQLSTATE.
func raise(t *testing.T, url, code string) {
	t.Helper()
	mustExecute(t, url, fmt.Sprintf(`
		CREATE OR REPLACE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '%s'; END $$;
		CREATE OR REPLACE TRIGGER fault BEFORE INSERT ON days EXECUTE FUNCTION fault()`, code))
}

func TestWhatPasses(t *testing.T) {
	tests := []struct {
		code, name  string
		unavailable bool
	}{
		{"40001", "serialization failure", true},
		{"40P01", "deadlock", true},
		{"53100", "disk full", true},
		{"53300", "too many connections", true},
		{"57P01", "admin shutdown", true},
		{"57014", "query cancelled", true},
		{"25006", "the primary became a standby", true},
		{"08006", "connection failure", true},
		{"22003", "number out of range", false},
		{"23505", "unique violation", false},
		{"42501", "insufficient privilege", false},
		{"42P01", "undefined table", false},
		{"XX001", "data corrupted", false},
	}
	url := pgtest.Database(t)
	w := take(t, postgres.Config{URL: url})
	w.apply()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raise(t, url, tt.code)
			err := w.Apply(t.Context(), w.next())
			if err == nil || errors.Is(err, persist.ErrUnavailable) != tt.unavailable {
				t.Errorf("unavailable is not %v: %v", tt.unavailable, err)
			}
			if err != nil && !strings.Contains(err.Error(), tt.code) {
				t.Errorf("the cause is lost: %v", err)
			}
			w.check(w.Store)
		})
	}
	mustExecute(t, url, "DROP TRIGGER fault ON days")
	w.apply()
	w.check(w.Store)
}

func TestStatementTimeout(t *testing.T) {
	url := pgtest.Database(t)
	w := take(t, postgres.Config{URL: url, StatementTimeout: 200 * time.Millisecond})
	w.apply()
	mustExecute(t, url, `
		CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
		CREATE TRIGGER dawdle BEFORE INSERT ON days EXECUTE FUNCTION dawdle()`)
	if err := w.Apply(t.Context(), w.next()); !errors.Is(err, persist.ErrUnavailable) {
		t.Errorf("a statement that takes too long: %v", err)
	}
	w.check(w.Store)
}

// TestDeadlock has another transaction hold a day and wait for the cursor, which
// the flush holds, when the flush comes to the day. The other one is patient, so
// that the flush is the victim.
func TestDeadlock(t *testing.T) {
	url := pgtest.Database(t)
	w := take(t, postgres.Config{URL: with(t, url, "options", "-c deadlock_timeout=50ms")})
	w.extra = func(b *persist.Batch) {
		b.Rows = append(b.Rows, persist.Row{Guild: 2, Member: 3, Kind: events.KindMessage, Count: 1})
	}
	w.apply()
	watch, other := connect(t, url), connect(t, with(t, url, "options", "-c deadlock_timeout=10min"))
	tx, err := other.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "UPDATE days SET amount = amount"); err != nil {
		t.Fatal(err)
	}
	freed := make(chan error, 1)
	w.extra = func(b *persist.Batch) { // the rezone of another server is where the flush can be met
		b.Rezone = []persist.Rezone{{Guild: 2, Cut: func(int32) (day, month int32) {
			go func() {
				_, err := tx.Exec(context.Background(), "UPDATE cursor SET epoch = epoch")
				freed <- errors.Join(err, tx.Rollback(context.Background()))
			}()
			awaitLock(t, watch, other.PgConn().PID())
			return 0, 0
		}}}
	}
	if err := w.Apply(t.Context(), w.next()); !errors.Is(err, persist.ErrUnavailable) || !strings.Contains(err.Error(), "40P01") {
		t.Errorf("a deadlock: %v", err)
	}
	if err := <-freed; err != nil {
		t.Error(err)
	}
	w.extra = nil
	w.apply()
	w.check(w.Store)
}

// TestConnectionLimit has no connection left for the writer.
func TestConnectionLimit(t *testing.T) {
	admin := pgtest.Database(t)
	role := "limited_" + strings.ToLower(rand.Text())
	mustExecute(t, admin, "CREATE ROLE "+role+" LOGIN")
	t.Cleanup(func() { // while the database is still there, and the role's sessions are not
		for _, sql := range []string{
			"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '" + role + "'",
			"REASSIGN OWNED BY " + role + " TO CURRENT_USER",
			"DROP ROLE " + role,
		} {
			if err := execute(context.Background(), admin, sql); err != nil {
				t.Error(err)
			}
		}
	})
	mustExecute(t, admin, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO "+role+"', current_database()); END $$")
	store := open(t, postgres.Config{URL: with(t, admin, "user", role)}) // its writer connects later
	mustExecute(t, admin, "ALTER ROLE "+role+" CONNECTION LIMIT 0")
	if _, err := store.Take(t.Context(), [16]byte{1}, 1); !errors.Is(err, persist.ErrUnavailable) || !strings.Contains(err.Error(), "53300") {
		t.Errorf("no connection is left: %v", err)
	}
	mustExecute(t, admin, "ALTER ROLE "+role+" CONNECTION LIMIT -1")
	if _, err := store.Take(t.Context(), [16]byte{1}, 1); err != nil {
		t.Errorf("a connection is left: %v", err)
	}
}

// awaitLock returns when a backend waits for a lock.
func awaitLock(t *testing.T, watch *pgx.Conn, pid uint32) {
	t.Helper()
	const ask = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity, pg_sleep(0.01) WHERE pid = $1"
	for waiting := false; !waiting; {
		if err := watch.QueryRow(t.Context(), ask, pid).Scan(&waiting); err != nil {
			t.Error(err)
			return
		}
	}
}
