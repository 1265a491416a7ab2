//go:build shareddata

package main

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// count is an independent count over the archive: a loop and four maps.
type count struct {
	rows                   int
	channel, member, month map[string]int
	day, elsewhere         map[string]int
}

const elsewhere = "Asia/Kathmandu" // +5:45

func countLean(t *testing.T, path string) count {
	t.Helper()
	zone, err := time.LoadLocation(elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	c := count{
		channel: map[string]int{}, member: map[string]int{}, month: map[string]int{},
		day: map[string]int{}, elsewhere: map[string]int{},
	}
	lines := bufio.NewScanner(in)
	lines.Scan()
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ",")
		ts, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(ts, 0).UTC()
		c.rows++
		c.channel[fields[1]]++
		c.member[fields[2]]++
		c.month[at.Format("2006-01")]++
		c.day[at.Format(time.DateOnly)]++
		c.elsewhere[at.In(zone).Format(time.DateOnly)]++
	}
	return c
}

// lean finds the archive; without it the test fails, for it is what is asked for.
func lean(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("GUILDPULSE_SHARED_DATA")
	if dir == "" {
		t.Fatal("GUILDPULSE_SHARED_DATA must name the folder with lean-events.csv.gz")
	}
	return filepath.Join(dir, "lean-events.csv.gz")
}

func (c *count) same(t *testing.T, b *bot, guild uint64) {
	t.Helper()
	sameTotals(t, "channel", b.totals(guild, "channel"), c.channel)
	sameTotals(t, "member", b.totals(guild, "member"), c.member)
	sameTotals(t, "month", b.totals(guild, "month"), c.month)
	sameTotals(t, "day", b.totals(guild, "day", "--zone", "UTC"), c.day)
	sameTotals(t, "day in "+elsewhere, b.totals(guild, "day", "--zone", elsewhere), c.elsewhere)
}

func TestARealArchiveImportedWhole(t *testing.T) {
	path := lean(t)
	want := countLean(t, path)
	if want.rows != 962_529 {
		t.Fatalf("the archive has %d messages, want 962529", want.rows)
	}
	databases(t, func(t *testing.T, url string) {
		b := newBot(t, url)
		began := time.Now()
		out := b.output("import", "--guild", "42", path)
		t.Logf("%s%.0f rows/s", out, float64(want.rows)/time.Since(began).Seconds())
		want.same(t, b, 42)
		if out := b.output("import", "--guild", "42", path); !strings.Contains(out, "counted 0, already covered 962529") {
			t.Errorf("twice: %q", out)
		}
		want.same(t, b, 42)
	})
}
