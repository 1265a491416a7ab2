package discord_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"guildpulse/discord"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/guild"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The harbour, where the tests of readers play.
const (
	harbour uint64 = 1000000000000000001 + iota
	general
	backroom
	parlour
	ana
	ben
)

// era is how far from the bubble's clock, which starts in 2000, Discord's is.
const era = 26 * 365 * 24 * time.Hour

const token = "canary.token-that-must-not.be-seen"

// stand is a reader before a stand-in for Discord.
type stand struct {
	t        *testing.T
	kind     string
	srv      *fakediscord.Server
	sink     *recorder
	dir      *guild.Directory
	cfg      discord.Config
	logs     *lockedBuffer
	interval time.Duration // between heartbeats
	clock    func() time.Time

	reader discord.Reader
	cancel context.CancelFunc
	ended  chan error
}

// bubble runs a test of the native reader in a synctest bubble: minutes pass at
// once, and a goroutine that is left over fails the test.
func bubble(t *testing.T, cfg fakediscord.Config, f func(s *stand)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { newStand(t, discord.Native, cfg).play(f) })
}

// loopback runs a test of the discordgo reader on the real clock, for discordgo
// sleeps while it holds a lock, at which time in a bubble stands still.
func loopback(t *testing.T, f func(s *stand)) {
	s := newStand(t, discord.DiscordGo, fakediscord.Config{
		HeartbeatInterval: time.Second,
		LenientIdentify:   true, // it identifies again at once
	})
	s.sink.patience = 30 * time.Second
	s.cfg.MarkEvery, s.cfg.BackoffMin, s.cfg.BackoffMax = 50*time.Millisecond, 10*time.Millisecond, time.Second
	s.play(f)
}

func newStand(t *testing.T, kind string, cfg fakediscord.Config) *stand {
	pipe := fakediscord.NewPipe()
	cfg.Token, cfg.Listener = token, pipe
	s := &stand{
		t: t, kind: kind, sink: newRecorder(), logs: &lockedBuffer{}, interval: cfg.HeartbeatInterval,
		dir: guild.NewDirectory(guild.DirectoryConfig{}), clock: time.Now,
	}
	if kind == discord.Native {
		s.clock = func() time.Time { return time.Now().Add(era) }
	}
	cfg.Now = s.clock
	s.srv = fakediscord.New(cfg)
	s.srv.AddGuild(harbourGuild(s.srv.Application()))
	s.srv.AddUser(fakediscord.User{ID: ana, Name: "ana", GlobalName: "Ana"})
	if err := s.srv.Start(); err != nil {
		t.Fatal(err)
	}
	s.cfg = discord.Config{
		Token: discord.NewSecret(token), BaseURL: s.srv.URL() + "/api/v10",
		Dial: pipe.DialContext, Now: s.clock,
		Log: slog.New(slog.NewJSONHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	return s
}

func harbourGuild(bot uint64) fakediscord.Guild {
	return fakediscord.Guild{
		ID: harbour, Name: "Harbour", Owner: ana,
		Channels: []fakediscord.Channel{
			{ID: general, Name: "general"},
			{ID: backroom, Name: "backroom", Overwrites: []fakediscord.Overwrite{
				{ID: harbour, Deny: fakediscord.PermViewChannel},
				{ID: bot, Member: true, Allow: fakediscord.PermViewChannel},
			}},
			{ID: parlour, Name: "parlour", Type: fakediscord.ChannelVoice},
		},
		Members: []fakediscord.Member{{User: ana}, {User: ben, Nick: "Benny"}},
	}
}

// play runs the test and looks behind it.
func (s *stand) play(f func(s *stand)) {
	defer func() {
		if s.t.Failed() {
			s.t.Logf("the reader's log:\n%s", s.logs)
		}
	}()
	f(s)
	if s.cancel != nil {
		s.stop()
	}
	s.must(s.srv.Close())
	for _, secret := range []string{token, "Ana", "Benny", "Harbour"} {
		if strings.Contains(s.logs.String(), secret) {
			s.t.Errorf("%q is in the logs:\n%s", secret, s.logs)
		}
	}
}

// start lets a new reader run, a new process as it were.
func (s *stand) start() {
	s.t.Helper()
	r, err := discord.New(s.kind, s.cfg, s.sink, s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.reader, s.cancel, s.ended = r, cancel, make(chan error, 1)
	ended := s.ended
	go func() { ended <- r.Run(ctx) }()
}

// stop ends the reader, which is no error.
func (s *stand) stop() {
	s.t.Helper()
	s.cancel()
	if err := <-s.ended; err != nil {
		s.t.Errorf("a reader that was told to end: %v", err)
	}
	s.cancel = nil
}

// fails waits until the reader ends by itself.
func (s *stand) fails() error {
	err := <-s.ended
	s.cancel()
	s.cancel = nil
	return err
}

// sessions waits until n READYs have come.
func (s *stand) sessions(n int) {
	s.sink.until(s.t, func() bool { return s.sink.readies(false) >= n })
}

// resumed waits until n RESUMEDs have come.
func (s *stand) resumed(n int) {
	s.sink.until(s.t, func() bool { return s.sink.readies(true) >= n })
}

// post posts n messages and returns their ids.
func (s *stand) post(n int) (ids []uint64) {
	s.t.Helper()
	for range n {
		id, err := s.srv.PostMessage(fakediscord.Message{Channel: general, Author: ana})
		if err != nil {
			s.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// counted waits until a message is counted, and then reports whether all of ids
// are, in order and each once.
func (s *stand) counted(ids []uint64) {
	s.t.Helper()
	last := ids[len(ids)-1]
	s.sink.until(s.t, func() bool { return s.sink.has(last) })
	if got := s.sink.messages(); !slices.Equal(got, ids) {
		s.t.Errorf("counted %d messages, want %d: missing %v", len(got), len(ids), missing(ids, got))
	}
}

func missing(want, got []uint64) (out []uint64) {
	for _, id := range want {
		if !slices.Contains(got, id) {
			out = append(out, id)
		}
	}
	return out
}

// clean reports what Discord would hold against the reader.
func (s *stand) clean() fakediscord.Recording {
	s.t.Helper()
	rec := s.srv.Recording()
	if len(rec.Violations) > 0 {
		s.t.Errorf("violations: %q", rec.Violations)
	}
	return rec
}

// pass lets time pass: in the bubble all of it, on the real clock a moment.
func (s *stand) pass(d time.Duration) {
	if s.kind != discord.Native {
		d = 100 * time.Millisecond
	}
	<-time.After(d)
}

// register tells Discord of a command.
func (s *stand) register() {
	s.t.Helper()
	url := fmt.Sprintf("%s/applications/%d/commands", s.cfg.BaseURL, s.srv.Application())
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(`{"name":"status","description":"how it does","type":1}`))
	s.must(err)
	req.Header.Set("Authorization", "Bot "+token)
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{DialContext: s.cfg.Dial, DisableKeepAlives: true}}
	resp, err := client.Do(req)
	s.must(err)
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		s.t.Fatalf("register a command: %s", resp.Status)
	}
}

// must fails the test on an error.
func (s *stand) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// refusal is the error of a reader that Discord will not let in.
func refusal(t *testing.T, err error) *discord.RefusedError {
	t.Helper()
	var refused *discord.RefusedError
	if !errors.As(err, &refused) || !errors.Is(err, discord.ErrRefused) {
		t.Fatalf("error %v is no refusal", err)
	}
	if refused.Remedy == "" || !strings.Contains(err.Error(), refused.Remedy) {
		t.Errorf("no remedy in %q", err)
	}
	return refused
}

// gaps returns the gaps that were recorded.
func (s *stand) gaps() (all []gap) {
	s.t.Helper()
	for _, body := range s.sink.controls(controlGap) {
		var g gap
		s.must(json.Unmarshal([]byte(body), &g))
		all = append(all, g)
	}
	return all
}

// lockedBuffer is a buffer for many writers.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
