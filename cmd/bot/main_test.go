package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"guildpulse/internal/fakediscord"
	"guildpulse/internal/pgtest"
)

// asBot makes the test binary be the bot, so that tests can kill it.
const asBot = "GUILDPULSE_TEST_AS_BOT"

func TestMain(m *testing.M) {
	if os.Getenv(asBot) != "" {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	pgtest.Main(m)
}

// process is a running bot.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	log lockedBuffer
}

type lockedBuffer struct {
	mu   sync.Mutex
	b    bytes.Buffer
	grew chan struct{} // closed at the next write
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.grew != nil {
		close(l.grew)
		l.grew = nil
	}
	return l.b.Write(p)
}

// wait waits until text was written.
func (l *lockedBuffer) wait(text string, within time.Duration) bool {
	end := time.After(within)
	for {
		l.mu.Lock()
		if strings.Contains(l.b.String(), text) {
			l.mu.Unlock()
			return true
		}
		if l.grew == nil {
			l.grew = make(chan struct{})
		}
		grew := l.grew
		l.mu.Unlock()
		select {
		case <-grew:
		case <-end:
			return false
		}
	}
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// bot is how a test calls the binary: with one data folder and one database.
type bot struct {
	t   *testing.T
	dir string
	env []string
}

func newBot(t *testing.T, database string) *bot {
	t.Helper()
	b := &bot{t: t, dir: t.TempDir()}
	b.env = append(os.Environ(), asBot+"=1", "GUILDPULSE_DATA_DIR="+filepath.Join(b.dir, "data"),
		"GUILDPULSE_DATABASE_URL="+database, "GUILDPULSE_LOG_LEVEL=warn", "GUILDPULSE_WEB_LISTEN=127.0.0.1:0")
	return b
}

// at makes the bot talk to a stand-in.
func (b *bot) at(srv *fakediscord.Server) {
	b.env = append(b.env, "GUILDPULSE_DISCORD_BASE_URL="+srv.URL()+"/api/v10", "DISCORD_TOKEN="+srv.Token())
}

func (b *bot) start(args ...string) *process {
	b.t.Helper()
	p := b.prepare(args...)
	p.run()
	return p
}

func (b *bot) prepare(args ...string) *process {
	p := &process{t: b.t, cmd: exec.Command(os.Args[0], args...)}
	p.cmd.Env, p.cmd.Dir = b.env, b.dir
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	return p
}

func (p *process) run() {
	p.t.Helper()
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = p.cmd.Process.Kill() })
}

// says waits until the process has printed something.
func (p *process) says(text string) {
	p.t.Helper()
	if !p.log.wait(text, time.Minute) {
		p.t.Fatalf("it never said %q:\n%s", text, p.log.String())
	}
}

// output runs a command to its end.
func (b *bot) output(args ...string) string {
	b.t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env, cmd.Dir = b.env, b.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		b.t.Fatalf("bot %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// stop ends the bot in good order.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatalf("the bot is gone: %v\n%s", err, p.log.String())
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Fatalf("the bot ended badly: %v\n%s", err, p.log.String())
	}
}

// totals reads `bot export totals`.
func (b *bot) totals(guild uint64, by string, more ...string) map[string]int {
	b.t.Helper()
	args := append([]string{"export", "totals", "--guild", strconv.FormatUint(guild, 10), "--by", by}, more...)
	out := make(map[string]int)
	for i, line := range strings.Split(strings.TrimSpace(b.output(args...)), "\n") {
		key, count, ok := strings.Cut(line, ",")
		if i == 0 {
			continue
		}
		n, err := strconv.Atoi(count)
		if !ok || err != nil {
			b.t.Fatalf("line %q of the export", line)
		}
		out[key] = n
	}
	return out
}

func sameTotals(t *testing.T, what string, got, want map[string]int) {
	t.Helper()
	wrong := 0
	for k, n := range want {
		if got[k] != n {
			wrong++
			if wrong <= 5 {
				t.Errorf("%s %s: %d, want %d", what, k, got[k], n)
			}
		}
	}
	if len(got) > len(want) || wrong > 5 {
		t.Errorf("%s: %d keys, want %d; %d are wrong", what, len(got), len(want), wrong)
	}
}

// databases runs a test on each store.
func databases(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "") })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.Database(t)) })
}

// harbour is a stand-in with one server of a few channels and members. Its
// heartbeats are quick, so that tests need not wait for them.
func harbour(t *testing.T, channels, members int) (srv *fakediscord.Server, guild uint64) {
	t.Helper()
	return harbourAt(t, channels, members, 300*time.Millisecond)
}

func harbourAt(t *testing.T, channels, members int, heartbeat time.Duration) (srv *fakediscord.Server, guild uint64) {
	t.Helper()
	srv = fakediscord.New(fakediscord.Config{
		IdentifyInterval: time.Millisecond, HeartbeatInterval: heartbeat, Privileged: 1 << 1, ReplayBuffer: 1 << 21,
	})
	spec := fakediscord.Guild{Name: "Harbour"}
	for i := range channels {
		spec.Channels = append(spec.Channels, fakediscord.Channel{ID: uint64(1000 + i), Name: fmt.Sprintf("room-%d", i)})
	}
	for i := range members {
		spec.Members = append(spec.Members, fakediscord.Member{User: uint64(1 + i), Nick: fmt.Sprintf("Ana %d", i)})
	}
	guild = srv.AddGuild(spec)
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return srv, guild
}

// settled stops the bot once it has read what was sent.
func (b *bot) settled(srv *fakediscord.Server, p *process) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	if err := srv.Drain(ctx); err != nil {
		b.t.Fatalf("the bot does not read: %v\n%s", err, p.log.String())
	}
	sent := srv.Recording().Heartbeats
	await(b.t, srv, "a few heartbeats", func(r *fakediscord.Recording) bool { return r.Heartbeats > sent+2 })
	p.stop()
}

// settle runs the bot until what the stand-in has sent is durable: until it asks to
// RESUME from where it did before, the RESUMED between them aside.
func (b *bot) settle(srv *fakediscord.Server) {
	b.t.Helper()
	for last := -10; ; {
		before := srv.Recording()
		p := b.start("serve")
		await(b.t, srv, "RESUME", func(r *fakediscord.Recording) bool { return len(r.Resumes) > len(before.Resumes) })
		b.settled(srv, p)
		resumes := srv.Recording().Resumes
		if seq := int(resumes[len(resumes)-1].Seq); seq > last+1 {
			last = seq
			continue
		}
		return
	}
}

// heard tells that a session began and went on for a heartbeat.
func heard(r *fakediscord.Recording) bool { return len(r.Identifies) > 0 && r.Heartbeats > 0 }

func await(t *testing.T, srv *fakediscord.Server, what string, met func(*fakediscord.Recording) bool) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	if err := srv.Await(ctx, met); err != nil {
		t.Fatalf("waiting for %s: %v", what, err)
	}
}
