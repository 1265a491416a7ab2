//go:build shareddata

package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"guildpulse/internal/fakediscord"
	"guildpulse/internal/pgtest"
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

// The stand-in mints an id for a channel 0, so live ids are moved up.
const moved = 1000

// lines reads the archive as what a stand-in plays.
func lines(t *testing.T, path string) func(yield func(fakediscord.Line) bool) {
	return func(yield func(fakediscord.Line) bool) {
		f, err := os.Open(path)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		in, err := gzip.NewReader(f)
		if err != nil {
			t.Error(err)
			return
		}
		scan := bufio.NewScanner(in)
		scan.Scan()
		for scan.Scan() {
			fields := strings.Split(scan.Text(), ",")
			ts, _ := strconv.ParseInt(fields[0], 10, 64)
			channel, _ := strconv.ParseUint(fields[1], 10, 64)
			user, _ := strconv.ParseUint(fields[2], 10, 64)
			if !yield(fakediscord.Line{Channel: channel + moved, User: user + moved, At: ts * 1000}) {
				return
			}
		}
	}
}

func up(m map[string]int) map[string]int {
	out := make(map[string]int, len(m))
	for k, n := range m {
		id, _ := strconv.Atoi(k)
		out[strconv.Itoa(id+moved)] = n
	}
	return out
}

// sessions counts how often a session began or went on.
func sessions(r fakediscord.Recording) int { return len(r.Identifies) + len(r.Resumes) }

// quiet waits until the bot has not said something for a while.
func (p *process) quiet(text string, while time.Duration) {
	p.t.Helper()
	for said := -1; ; {
		n := strings.Count(p.log.String(), text)
		if n == said {
			return
		}
		said = n
		<-time.After(while)
	}
}

// TestARealArchivePlayedLive: eight years of a real server as fast as the bot reads
// them, through the gateway; with our reader under twenty kills.
func TestARealArchivePlayedLive(t *testing.T) {
	path := lean(t)
	want := countLean(t, path)
	want.channel, want.member = up(want.channel), up(want.member)
	for _, c := range []struct {
		name, reader string
		kills        int
		postgres     bool
	}{
		{"native into PostgreSQL", "native", 0, true},
		{"native into PostgreSQL under kills", "native", 20, true},
		{"native into SQLite under kills", "native", 20, false},
		{"discordgo into PostgreSQL", "discordgo", 0, true},
		{"discordgo into PostgreSQL under kills", "discordgo", 20, true},
		{"discordgo into SQLite under kills", "discordgo", 20, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			database := ""
			if c.postgres {
				database = pgtest.Database(t)
			}
			heartbeat := 300 * time.Millisecond
			if c.reader == "discordgo" { // it gives a session up that it thinks dead after five
				heartbeat = 5 * time.Second
			}
			srv, guild := harbourAt(t, 95, 1, heartbeat)
			b := newBot(t, database)
			b.at(srv)
			b.env = append(b.env, "GUILDPULSE_DISCORD_READER="+c.reader, "GUILDPULSE_LOG_LEVEL=info")
			p := b.start("serve")
			await(t, srv, "a session", heard)
			if c.reader == "native" { // the session becomes durable
				p.stop()
				p = b.start("serve")
				await(t, srv, "RESUME", func(r *fakediscord.Recording) bool { return len(r.Resumes) > 0 })
			}
			ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
			defer stop()
			began, played := time.Now(), make(chan error, 1)
			go func() {
				// What cannot be resumed is read back.
				forget := c.reader == "native" || c.kills == 0
				_, err := srv.Play(ctx, fakediscord.Playback{Guild: guild, Lines: lines(t, path), Forget: forget})
				played <- err
			}()
			rnd := rand.New(rand.NewPCG(1, 1))
			for range c.kills {
				life := time.NewTimer(time.Duration(100+rnd.IntN(700)) * time.Millisecond)
				<-life.C
				p.kill()
				before := sessions(srv.Recording())
				p = b.start("serve")
				await(t, srv, "a session", func(r *fakediscord.Recording) bool { return sessions(*r) > before })
			}
			if err := <-played; err != nil {
				t.Fatalf("play: %v\n%s", err, p.log.String())
			}
			if err := srv.Drain(ctx); err != nil {
				t.Fatalf("drain: %v\n%s", err, p.log.String())
			}
			t.Logf("%.0f events/s", float64(want.rows)/time.Since(began).Seconds())
			if c.reader == "native" {
				p.stop()
				b.settle(srv)
			} else { // no RESUME over a restart: let it read what was sent, and what it missed
				b.read(srv, p)
				p.quiet("read back", 5*time.Second)
				p.stop()
			}
			t.Log(p.log.String()[strings.LastIndex(strings.TrimSpace(p.log.String()), "\n")+1:])
			want.same(t, b, guild)
		})
	}
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

// TestARealArchiveImportedUnderKills: twenty kills while the archive is read, sorted
// and counted cost nothing and count nothing twice.
func TestARealArchiveImportedUnderKills(t *testing.T) {
	path := lean(t)
	want := countLean(t, path)
	databases(t, func(t *testing.T, url string) {
		b := newBot(t, url)
		rnd := rand.New(rand.NewPCG(11, 12))
		for range 20 {
			p := b.start("import", "--guild", "42", path)
			life := time.NewTimer(time.Duration(300+rnd.IntN(3000)) * time.Millisecond)
			<-life.C
			p.kill()
		}
		t.Log(b.output("import", "--guild", "42", path))
		want.same(t, b, 42)
	})
}
