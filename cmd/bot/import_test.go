package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// archiveOf writes a CSV of n messages and returns what it counts.
func archiveOf(t *testing.T, n int) (path string, byChannel, byMember map[string]int) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(5, 6))
	byChannel, byMember = map[string]int{}, map[string]int{}
	var b strings.Builder
	b.WriteString("ts,channel,user\n")
	at := 1600000000
	for range n {
		at += rnd.IntN(90)
		channel, user := rnd.IntN(9), rnd.IntN(60)
		byChannel[strconv.Itoa(channel)]++
		byMember[strconv.Itoa(user)]++
		fmt.Fprintf(&b, "%d,%d,%d\n", at, channel, user)
	}
	path = filepath.Join(t.TempDir(), "archive.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, byChannel, byMember
}

func TestImportKilledAndRepeatedCountsOnce(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		path, byChannel, byMember := archiveOf(t, 120_000)
		b := newBot(t, url)
		args := []string{"import", "--guild", "42", path}
		rnd := rand.New(rand.NewPCG(7, 8))
		for range 20 {
			p := b.start(args...)
			life := time.NewTimer(time.Duration(100+rnd.IntN(700)) * time.Millisecond)
			<-life.C
			p.kill()
		}
		out := b.output(args...)
		if !strings.Contains(out, "bad 0") {
			t.Errorf("the last import says %q", out)
		}
		if out := b.output(args...); !strings.Contains(out, "counted 0, already covered 120000, bad 0") {
			t.Errorf("once more: %q", out)
		}
		sameTotals(t, "channel", b.totals(42, "channel"), byChannel)
		sameTotals(t, "member", b.totals(42, "member"), byMember)
		if out := b.output("journal", "verify"); !strings.Contains(out, "whole") {
			t.Errorf("journal verify says %q", out)
		}
	})
}

func TestTwoProcessesOnOneDataFolder(t *testing.T) {
	srv, _ := harbour(t, 1, 1)
	b := newBot(t, "")
	b.at(srv)
	p := b.start("serve")
	await(t, srv, "a session", heard)
	var out, errs strings.Builder
	for _, e := range b.env {
		if k, v, ok := strings.Cut(e, "="); ok && strings.HasPrefix(k, envPrefix) && k != asBot {
			t.Setenv(k, v)
		}
	}
	if code := run([]string{"export", "totals", "--guild", "1", "--by", "day"}, &out, &errs); code == 0 ||
		!strings.Contains(errs.String(), "another bot runs on the data folder") ||
		!strings.Contains(errs.String(), strconv.Itoa(p.cmd.Process.Pid)) {
		t.Errorf("the second process: code %d, says %q", code, errs.String())
	}
	p.stop()
}
