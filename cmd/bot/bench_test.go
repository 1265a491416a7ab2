package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestBenchTellsEveryStageAndLeavesNothing(t *testing.T) {
	b := newBot(t, "")
	out := b.output("bench", "--scale", "0.02")
	for _, line := range []string{
		`disk, write and sync 4 KiB +\d`, `ring +[\d,]+ events/s`, `gateway, native reader +[\d,]+ events/s`,
		`durable and in memory +[\d,]+ events/s`, `in the database \(SQLite\) +[\d,]+ events/s`,
		`top 10 by score +\d`, `top 10 of 7 days +\d`, `rank of a member, explained +\d`, `carries servers of [\d,]+ members`,
	} {
		if !regexp.MustCompile(line).MatchString(out) {
			t.Errorf("no line like %q in\n%s", line, out)
		}
	}
	left, err := os.ReadDir(b.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if strings.Contains(f.Name(), "bench") {
			t.Errorf("left behind: %s", f.Name())
		}
	}
}

func TestNumbersAreRounded(t *testing.T) {
	for v, want := range map[float64]string{0.4: "0", 7: "7", 99: "99", 123: "120", 45_678: "46,000", 8_123_456: "8,100,000"} {
		if got := round(v); got != want {
			t.Errorf("round(%v) = %q, want %q", v, got, want)
		}
	}
}
