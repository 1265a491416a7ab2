package sqlite_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guildpulse/events"
	"guildpulse/persist"
	"guildpulse/persist/sqlite"
)

func open(t testing.TB, config sqlite.Config) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// message returns the batch of record n: one message.
func message(cursor persist.Cursor) *persist.Batch {
	return &persist.Batch{
		From: cursor.Next, To: cursor.Next + 1, Epoch: cursor.Epoch,
		Rows: []persist.Row{{Guild: 1, Member: 3, Kind: events.KindMessage, Count: 1}},
		Days: []persist.RollUp{{Guild: 1, Member: 3, Kind: events.KindMessage, Count: 1}},
	}
}

func take(t testing.TB, store *sqlite.Store) persist.Cursor {
	t.Helper()
	cursor, err := store.Take(t.Context(), [16]byte{1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return cursor
}

// messages counts the messages that a store holds, of quarters and days alike.
func messages(t testing.TB, store *sqlite.Store) (count int64, cursor persist.Cursor) {
	t.Helper()
	err := store.View(t.Context(), func(v persist.View) error {
		cursor = v.Cursor()
		for _, grain := range []persist.Grain{persist.GrainDay, persist.GrainQuarter} {
			sums, err := v.Sums(t.Context(), persist.SumQuery{Guild: 1, Grain: grain, To: math.MaxInt32})
			if err != nil {
				return err
			}
			before := count
			count = 0
			for _, s := range sums {
				count += s.Count
			}
			if grain == persist.GrainQuarter && count != before {
				t.Errorf("%d messages in quarters, %d in days", count, before)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return count, cursor
}

func TestFilesAreTheOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil { // too open, on purpose
		t.Fatal(err)
	}
	store := open(t, sqlite.Config{Path: path})
	if err := store.Apply(t.Context(), message(take(t, store))); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(file)
		if err != nil {
			t.Error(err)
			continue
		}
		if info.Mode() != 0o600 {
			t.Errorf("%s has mode %v", filepath.Base(file), info.Mode())
		}
	}
}

func TestNewFilesAreTheOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	open(t, sqlite.Config{Path: path})
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestPathsAreTakenAsTheyAre(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"plain", "with space.db", "question?mode=memory", "hash#tag", "percent%41", "plus+&=", "ünïcode 🗄"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			store, err := sqlite.Open(t.Context(), sqlite.Config{Path: path})
			if err != nil {
				t.Fatal(err)
			}
			take(t, store)
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(path); err != nil || info.Size() == 0 {
				t.Errorf("the database is not there: %v", err)
			}
			if cursor := take(t, open(t, sqlite.Config{Path: path})); cursor.Epoch != 2 {
				t.Errorf("opened again it is at epoch %d", cursor.Epoch)
			}
		})
	}
	t.Run("relative", func(t *testing.T) {
		t.Chdir(dir)
		open(t, sqlite.Config{Path: "relative.db"})
		if _, err := os.Stat(filepath.Join(dir, "relative.db")); err != nil {
			t.Error(err)
		}
	})
}

func TestOpenFails(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "garbage.db")
	if err := os.WriteFile(garbage, []byte("this is not a database, and long enough to see it"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		config sqlite.Config
		want   error
	}{
		{"no path", sqlite.Config{}, nil},
		{"no folder", sqlite.Config{Path: filepath.Join(t.TempDir(), "missing", "store.db")}, fs.ErrNotExist},
		{"a folder", sqlite.Config{Path: t.TempDir()}, nil},
		{"no database", sqlite.Config{Path: garbage}, nil},
		{"no readers", sqlite.Config{Path: filepath.Join(t.TempDir(), "store.db"), Readers: -1}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store, err := sqlite.Open(t.Context(), tt.config)
			if err == nil {
				t.Fatal("it opens", store.Close())
			}
			if tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func setting(t *testing.T, db *sql.DB, name string) (value string) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// TestSettings asks the connections themselves: a power failure is not to be had.
func TestSettings(t *testing.T) {
	store := open(t, sqlite.Config{Path: filepath.Join(t.TempDir(), "store.db"), BusyTimeout: 1234 * time.Millisecond})
	tests := []struct {
		db         *sql.DB
		name, want string
	}{
		{sqlite.Writer(store), "journal_mode", "wal"},
		{sqlite.Writer(store), "synchronous", "2"}, // FULL
		{sqlite.Writer(store), "busy_timeout", "1234"},
		{sqlite.Readers(store), "query_only", "1"},
		{sqlite.Readers(store), "busy_timeout", "1234"},
	}
	for _, tt := range tests {
		if got := setting(t, tt.db, tt.name); got != tt.want {
			t.Errorf("%s is %s, want %s", tt.name, got, tt.want)
		}
	}
	if _, err := sqlite.Readers(store).ExecContext(t.Context(), "DELETE FROM cursor"); err == nil {
		t.Error("a reader writes")
	}
}
