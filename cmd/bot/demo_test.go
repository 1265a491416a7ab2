package main

import (
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"guildpulse/events"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/simulate"
)

// TestDemoTellsItsStory looks at the demo as a newcomer does: its lines, a command
// at the terminal, one click into the dashboard, and Ctrl-C.
func TestDemoTellsItsStory(t *testing.T) {
	b := newBot(t, "")
	temp := t.TempDir()
	b.env = append(b.env, "TMPDIR="+temp, "DISCORD_TOKEN=a-real-token", "GUILDPULSE_DATABASE_URL=postgres://nowhere.invalid")
	p := b.prepare("demo", "--past", "1440h", "--seed", "3", "--listen", "127.0.0.1:0")
	typed, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.run()
	p.says("Ctrl-C")
	if left, _ := os.ReadDir(temp); len(left) != 1 {
		t.Errorf("%d entries in the temporary folder while it runs, want its own", len(left))
	}
	if _, err := io.WriteString(typed, "/top members period:30d\n/nonsense\n"); err != nil {
		t.Fatal(err)
	}
	p.says("try: /help")
	said := p.log.String()
	if places := regexp.MustCompile(`\*\*\d+\.\*\* .+ · \*\*[\d,.]+\*\*`).FindAllString(said, -1); len(places) != 10 {
		t.Errorf("/top members shows %d places, want 10", len(places))
	}
	if strings.Contains(said, "member 1") {
		t.Error("somebody's name is not known")
	}
	dashboard := regexp.MustCompile(`Dashboard\s+(http://\S+)`).FindStringSubmatch(said)
	if dashboard == nil {
		t.Fatal("no dashboard is named")
	}
	home, page := signIn(t, dashboard[1])
	for what, text := range map[string]string{"the servers": home, "a server's page": page} {
		if !strings.Contains(text, "Sample data.") {
			t.Errorf("%s: no ribbon says that it is made up", what)
		}
	}
	if n := len(regexp.MustCompile(`href="/g/\d+/"`).FindAllString(home, -1)); n != 3 {
		t.Errorf("%d servers to choose from, want 3\n%s", n, home)
	}
	if !regexp.MustCompile(`[1-9],\d{3}`).MatchString(page) {
		t.Error("no figure beyond a thousand on the first page")
	}
	_ = p.cmd.Process.Signal(os.Interrupt)
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // as a wrapper passes it on once more
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("it ended badly: %v\n%s", err, p.log.String())
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// signIn presses the one button of the dashboard's home page, then opens the first
// server.
func signIn(t *testing.T, address string) (home, page string) {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	read := func(r *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Body.Close() }()
		b, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s (%v)\n%s", r.Request.URL, r.Status, err, b)
		}
		return string(b)
	}
	read(browser.Get(address))
	post, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/sign-in/discord", nil)
	post.Header.Set("Origin", address)
	home = read(browser.Do(post))
	first := regexp.MustCompile(`/g/\d+`).FindString(home)
	return home, read(browser.Get(address + first))
}

// opening is a stage with so many days behind it.
func opening(t *testing.T, seed uint64, days int) (*stage, *history, *acts) {
	t.Helper()
	now := time.Date(2026, 11, 20, 19, 0, 0, 0, time.UTC)
	w, err := simulate.New(simulate.Config{Seed: seed, Start: now.AddDate(0, 0, -days), End: now, Servers: demoServers()})
	if err != nil {
		t.Fatal(err)
	}
	life := newActs(w)
	t.Cleanup(life.stop)
	h := gather(w, life, now)
	g := newStage(w, now)
	t.Cleanup(g.close)
	if err := g.open(h); err != nil {
		t.Fatal(err)
	}
	return g, h, life
}

// TestPastIsTheStandInsHistory compares what the demo imports with what the
// stand-in's REST serves, message by message.
func TestPastIsTheStandInsHistory(t *testing.T) {
	g, h, life := opening(t, 9, 40)
	for i, s := range g.world.Servers() {
		in := make(map[uint64][]uint64)
		for m := range h.servers[i].kept() {
			in[m.Channel] = append(in[m.Channel], m.ID)
			if events.SnowflakeTime(m.ID) != m.At {
				t.Fatalf("message %d is not of its time", m.ID)
			}
		}
		if len(in) < 5 {
			t.Errorf("%s: messages in %d channels", s.Name, len(in))
		}
		for c, ids := range in {
			if served := g.discord.Messages(c); !slices.Equal(served, ids) {
				t.Errorf("%s, channel %d: the stand-in has %d messages, the archive %d", s.Name, c, len(served), len(ids))
			}
		}
	}
	if deleted := slices.Collect(maps.Keys(h.servers[0].deleted)); len(deleted) == 0 {
		t.Error("nobody deleted anything in 40 days")
	}
	first, ok := life.take()
	if !ok || first.At <= g.now.UnixMilli() {
		t.Errorf("life goes on at %d, want after %d", first.At, g.now.UnixMilli())
	}
}

// TestEveryActHasItsWayIntoDiscord carries out two days of live acts.
func TestEveryActHasItsWayIntoDiscord(t *testing.T) {
	g, _, life := opening(t, 4, 30)
	l := &live{stage: g, ids: make(map[uint64]uint64)}
	seen := make(map[simulate.ActKind]int)
	for act := range life.until(g.now.AddDate(0, 0, 5).UnixMilli()) {
		seen[act.Kind]++
		if err := l.act(&act); err != nil && !expected(err) {
			t.Fatalf("%v: %v", act.Kind, err)
		}
	}
	for k := simulate.Say; k <= simulate.OpenThread; k++ {
		if seen[k] == 0 && k != simulate.Unreact {
			t.Errorf("nobody did %v in five days", k)
		}
	}
	if r := g.discord.Recording(); len(r.Violations) > 0 {
		t.Errorf("violations: %v", r.Violations)
	}
}

func TestCommandsAtTheTerminal(t *testing.T) {
	for value, want := range map[string]any{"7d": "7d", "25": 25, "<@1143323469699712912>": uint64(1143323469699712912)} {
		if got := option(value); got != want {
			t.Errorf("option %q is %v (%T), want %v", value, got, got, want)
		}
	}
	r := &fakediscord.Reply{Answer: fakediscord.Answer{
		Content: "hello", Embeds: []fakediscord.Embed{{Title: "T", Fields: []fakediscord.EmbedField{{Name: "n", Value: "v"}}}},
	}}
	if got := plainReply(r); got != "  hello\n  T\n  n\n  v\n" {
		t.Errorf("reply as text: %q", got)
	}
}
