//go:build unix

package pgtest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guildpulse/internal/pgtest"
)

// orphanEnv makes the test binary start a cluster and wait to be killed.
const orphanEnv = "PGTEST_ORPHAN"

func TestMain(m *testing.M) {
	if os.Getenv(orphanEnv) != "" {
		orphan()
		return
	}
	pgtest.Main(m)
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func query[T any](t *testing.T, conn *pgx.Conn, sql string) T {
	t.Helper()
	var v T
	if err := conn.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func exec1(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestDatabasesAreFreshAndApart(t *testing.T) {
	a, b := pgtest.Database(t), pgtest.Database(t)
	exec1(t, connect(t, a), "CREATE TABLE mine (n int)")
	if query[bool](t, connect(t, b), "SELECT to_regclass('mine') IS NOT NULL") {
		t.Error("a table of one test's database is in another's")
	}
}

func TestClusterIsDurable(t *testing.T) {
	conn := connect(t, pgtest.Database(t))
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		if got := query[string](t, conn, "SHOW "+setting); got != "on" {
			t.Errorf("%s is %s", setting, got)
		}
	}
}

func TestKillAndRestart(t *testing.T) {
	ctx := t.Context()
	cluster, err := pgtest.Start(ctx, "", "work_mem=3MB")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	}()
	url, err := cluster.CreateDatabase(ctx, "fault")
	if err != nil {
		t.Fatal(err)
	}
	conn := connect(t, url)
	if got := query[string](t, conn, "SHOW work_mem"); got != "3MB" {
		t.Errorf("work_mem is %s", got)
	}
	exec1(t, conn, "CREATE TABLE kept AS SELECT 7 AS n")

	if err := cluster.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "SELECT 1"); err == nil {
		t.Error("a killed server answers")
	}
	if cluster.PID() != 0 {
		t.Error("a killed server has a process id")
	}
	if err := cluster.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	if got := query[int](t, connect(t, url), "SELECT n FROM kept"); got != 7 {
		t.Errorf("what was committed reads %d after the kill", got)
	}
	if err := cluster.Restart(ctx); err != nil {
		t.Errorf("restart of a server that runs: %v", err)
	}
}

func TestStopRemovesTheCluster(t *testing.T) {
	dir := shortDir(t)
	cluster, err := pgtest.Start(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := cluster.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "cluster")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after Stop: %v", err)
	}
	if err := cluster.Restart(t.Context()); err == nil {
		t.Error("a stopped cluster starts again")
	}
}

// shortDir is a folder that every user may pass through, unlike t.TempDir's.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "open-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil { // that is its point
		t.Fatal(err)
	}
	return dir
}

// orphan is the program that is killed before it can stop its cluster.
func orphan() {
	cluster, err := pgtest.Start(context.Background(), os.Getenv(orphanEnv))
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println(cluster.URL())
	select {}
}

func TestKilledProgramLeavesNothing(t *testing.T) {
	dir := shortDir(t)
	cmd := exec.Command(os.Args[0]) // this very test binary
	cmd.Env = append(os.Environ(), orphanEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "postgres://") {
		t.Fatalf("%q, %v", line, err)
	}
	conn := connect(t, strings.TrimSpace(line))

	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the program was not killed")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := conn.WaitForNotification(ctx); err == nil || ctx.Err() != nil {
		t.Fatalf("the server lives on: %v", err)
	}
	awaitRemoval(ctx, t, filepath.Join(dir, "cluster"))
}

func awaitRemoval(ctx context.Context, t *testing.T, path string) {
	t.Helper()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("%s is still there", path)
		}
	}
}

func TestMissingProgramsNameTheRemedy(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := pgtest.Programs(filepath.Join(t.TempDir(), "*", "bin"))
	if !errors.Is(err, pgtest.ErrMissing) || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("got %v", err)
	}
}

func TestNewestProgramsAreTaken(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	root := t.TempDir()
	for _, file := range []string{"9/bin/initdb", "9/bin/postgres", "15/bin/initdb", "15/bin/postgres", "16/bin/initdb"} {
		path := filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o700); err != nil { // a program
			t.Fatal(err)
		}
	}
	got, err := pgtest.Programs(filepath.Join(root, "*", "bin"))
	if want := filepath.Join(root, "15", "bin"); err != nil || got != want {
		t.Errorf("got %s, %v; want %s: 16 has no server, and 9 is older", got, err, want)
	}
}

func TestClosedFolderIsNamed(t *testing.T) {
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o700); err != nil { // that is its point
		t.Fatal(err)
	}
	stranger := uint32(os.Getuid()) + 12345 // some other user
	err := pgtest.Reaches(stranger, stranger, closed)
	// The folder that t.TempDir stands in is closed too, and comes later.
	if err == nil || !strings.Contains(err.Error(), closed) || !strings.Contains(err.Error(), "stranger") {
		t.Errorf("got %v", err)
	}
	if err := pgtest.Reaches(stranger, stranger, string(filepath.Separator)); err != nil {
		t.Errorf("the root folder: %v", err)
	}
}
