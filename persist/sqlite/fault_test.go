package sqlite_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"guildpulse/events"
	"guildpulse/persist"
	"guildpulse/persist/sqlite"
)

// killedEnv makes the test binary write to the database that it names until it
// is killed.
const killedEnv = "SQLITE_STORE_KILLED"

func TestMain(m *testing.M) {
	if path := os.Getenv(killedEnv); path != "" {
		fmt.Println(writeForever(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForever applies batches of a message, and prints how far each has come.
func writeForever(path string) error {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, sqlite.Config{Path: path})
	if err != nil {
		return err
	}
	cursor, err := store.Take(ctx, [16]byte{1}, 1)
	if err != nil {
		return err
	}
	for {
		if err := store.Apply(ctx, message(cursor)); err != nil {
			return err
		}
		cursor.Next++
		fmt.Println(cursor.Next)
	}
}

// TestKilledWriter kills a process that writes and looks at what is there: all
// that it had told, at most one batch more, and each batch once.
func TestKilledWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	for kill := range 5 {
		told := runAndKill(t, path, 5+kill*3)
		store := open(t, sqlite.Config{Path: path})
		count, cursor := messages(t, store)
		if cursor.Next < told || cursor.Next > told+1 {
			t.Errorf("the store is at %d, the process had told %d", cursor.Next, told)
		}
		if count != int64(cursor.Next)-1 { // small
			t.Errorf("at %d there are %d messages", cursor.Next, count)
		}
		if got := setting(t, sqlite.Writer(store), "integrity_check"); got != "ok" {
			t.Errorf("integrity: %s", got)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// runAndKill kills a writing process after it has told some batches, and returns
// the last cursor that it told.
func runAndKill(t *testing.T, path string, batches int) (told events.Seq) {
	t.Helper()
	cmd := exec.Command(os.Args[0]) // this very test binary
	cmd.Env = append(os.Environ(), killedEnv+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); batches-- {
		n, err := strconv.ParseUint(lines.Text(), 10, 64)
		if err != nil {
			t.Errorf("the process says %s", lines.Text())
		}
		told = events.Seq(n)
		if batches == 0 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the process was not killed")
	}
	return told
}

// TestBusy has another process write for longer than the store waits.
func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	store := open(t, sqlite.Config{Path: path, BusyTimeout: 20 * time.Millisecond})
	cursor := take(t, store)
	other, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Apply(t.Context(), message(cursor)); !errors.Is(err, persist.ErrUnavailable) {
		t.Errorf("while another writes: %v", err)
	}
	if count, _ := messages(t, store); count != 0 {
		t.Errorf("%d messages", count)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := store.Apply(t.Context(), message(cursor)); err != nil {
		t.Errorf("when the other is done: %v", err)
	}
}

// TestFull fills a database that may not grow.
func TestFull(t *testing.T) {
	store := open(t, sqlite.Config{Path: filepath.Join(t.TempDir(), "store.db")})
	cursor := take(t, store)
	if got := setting(t, sqlite.Writer(store), "max_page_count=1"); got == "1" { // at least what it has
		t.Fatal("the database has no page")
	}
	large := message(cursor)
	large.Emoji = []persist.Emoji{{Guild: 1, Name: strings.Repeat("long", 1<<20)}}
	if err := store.Apply(t.Context(), large); !errors.Is(err, persist.ErrUnavailable) {
		t.Errorf("a full disk: %v", err)
	}
	if count, at := messages(t, store); count != 0 || at != cursor {
		t.Errorf("%d messages at %+v", count, at)
	}
	setting(t, sqlite.Writer(store), "max_page_count=100000")
	if err := store.Apply(t.Context(), large); err != nil {
		t.Errorf("when there is room again: %v", err)
	}
}

func TestWhatDoesNotPass(t *testing.T) {
	store := open(t, sqlite.Config{Path: filepath.Join(t.TempDir(), "store.db")})
	for _, query := range []string{
		"INSERT INTO cursor VALUES (1, 0, 0, zeroblob(16))",
		"SELECT * FROM missing",
		"INSERT INTO days VALUES (1, 2, 3, 4, 5, 6.5, 7)",
	} {
		_, err := sqlite.Writer(store).ExecContext(t.Context(), query)
		if err = sqlite.Failure(t.Context(), err); err == nil || errors.Is(err, persist.ErrUnavailable) {
			t.Errorf("%s: %v", query, err)
		}
	}
}
