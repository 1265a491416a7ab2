package discord_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"guildpulse/discord"
	"guildpulse/internal/guild"
)

func TestAddresses(t *testing.T) {
	const (
		real   = "https://discord.com/api/v10"
		local  = "http://127.0.0.1:8080/api/v10"
		proxy  = "https://proxy.example/api/v10"
		wanted = "?encoding=json&v=10"
	)
	for _, tt := range []struct{ base, told, dial string }{
		{real, "wss://gateway.discord.gg", "wss://gateway.discord.gg/" + wanted},
		{real, "wss://gateway-us-east1-b.discord.gg/", "wss://gateway-us-east1-b.discord.gg/" + wanted},
		{real, "wss://GATEWAY.DISCORD.GG", "wss://GATEWAY.DISCORD.GG/" + wanted},
		{real, "wss://gateway.discord.gg/?v=9&x=y#shards=4", "wss://gateway.discord.gg/" + wanted},
		{real, "ws://gateway.discord.gg", ""},
		{real, "https://gateway.discord.gg", ""},
		{real, "wss://discord.gg.evil.example", ""},
		{real, "wss://evildiscord.gg", ""},
		{real, "wss://evil.example/gateway.discord.gg", ""},
		{real, "wss://gateway.discord.gg@evil.example", ""},
		{real, "wss://user@gateway.discord.gg", ""},
		{real, "wss://gateway.discord.gg:8443", ""},
		{real, "wss://127.0.0.1", ""},
		{real, "//gateway.discord.gg", ""},
		{real, "", ""},
		{real, "wss://%zz", ""},
		{local, "ws://127.0.0.1:9999/gateway/resume", "ws://127.0.0.1:9999/gateway/resume" + wanted},
		{local, "wss://127.0.0.1/gateway", "wss://127.0.0.1/gateway" + wanted},
		{local, "ws://127.0.0.2:8080", ""},
		{local, "ws://gateway.discord.gg", ""},
		{local, "wss://gateway.discord.gg", "wss://gateway.discord.gg/" + wanted},
		{proxy, "wss://proxy.example/ws", "wss://proxy.example/ws" + wanted},
		{proxy, "ws://proxy.example/ws", ""},
	} {
		got, err := discord.Address(discord.Config{BaseURL: tt.base}, tt.told)
		if got != tt.dial || (err == nil) != (tt.dial != "") || err != nil && !errors.Is(err, discord.ErrGateway) {
			t.Errorf("base %s, told %q: %q, %v; want %q", tt.base, tt.told, got, err, tt.dial)
		}
	}
	got, err := discord.Address(discord.Config{BaseURL: real, Compress: discord.CompressZstd}, "wss://gateway.discord.gg")
	if want := "wss://gateway.discord.gg/?compress=zstd-stream&encoding=json&v=10"; got != want || err != nil {
		t.Errorf("compressed: %q, %v", got, err)
	}
}

func TestSecretIsNeverSeen(t *testing.T) {
	s := discord.NewSecret(token)
	if s.Reveal() != token || s.Empty() || !discord.NewSecret("").Empty() {
		t.Error("the text is not there")
	}
	type holder struct {
		Token discord.Secret
		P     *discord.Secret
	}
	h := holder{s, &s}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+" "+verb+"\n", s, h)
	}
	fmt.Fprintln(&out, s, h, fmt.Errorf("token %s", s))
	b, err := json.Marshal(map[string]any{"a": s, "b": h, "c": []discord.Secret{s}})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(b)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "token", s, "holder", h, "config", discord.Config{Token: s})
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "token", s, "holder", h)
	if strings.Contains(out.String(), token) {
		t.Errorf("seen: %s", out.String())
	}
	if !strings.Contains(out.String(), "[redacted]") {
		t.Error("and no placeholder")
	}
	var read struct{ Token discord.Secret }
	if err := json.Unmarshal([]byte(`{"Token":"x"}`), &read); err != nil || read.Token.Reveal() != "x" {
		t.Errorf("read %q, %v", read.Token.Reveal(), err)
	}
}

func TestNewRefusesConfigurations(t *testing.T) {
	good := discord.Config{Token: discord.NewSecret("x")}
	for name, change := range map[string]func(*discord.Config) string{
		"no token":     func(c *discord.Config) string { c.Token = discord.NewSecret(""); return discord.Native },
		"shards":       func(c *discord.Config) string { c.Shards = -1; return discord.Native },
		"many shards":  func(c *discord.Config) string { c.Shards = 1 << 20; return discord.Native },
		"compression":  func(c *discord.Config) string { c.Compress = "gzip"; return discord.Native },
		"base":         func(c *discord.Config) string { c.BaseURL = "discord.com"; return discord.Native },
		"base scheme":  func(c *discord.Config) string { c.BaseURL = "ftp://discord.com"; return discord.Native },
		"kind":         func(c *discord.Config) string { return "disgo" },
		"kind's empty": func(c *discord.Config) string { return "" },
	} {
		cfg := good
		kind := change(&cfg)
		if r, err := discord.New(kind, cfg, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{})); !errors.Is(err, discord.ErrConfig) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	for _, kind := range []string{discord.Native, discord.DiscordGo} {
		r, err := discord.New(kind, good, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{}))
		if err != nil || r.Intents() != discord.BaseIntents || r.Stats().Frames != 0 {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestIntents(t *testing.T) {
	if got := discord.BaseIntents; got != 1<<0|1<<7|1<<9|1<<10|1<<16|1<<24 {
		t.Errorf("base %d", got)
	}
	const want = "GUILDS|GUILD_MEMBERS|GUILD_INVITES|GUILD_VOICE_STATES|GUILD_MESSAGES|GUILD_MESSAGE_REACTIONS|" +
		"GUILD_SCHEDULED_EVENTS|GUILD_MESSAGE_POLLS"
	cfg := discord.Config{Token: discord.NewSecret("x"), Members: true, Invites: true}
	r, err := discord.New(discord.Native, cfg, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{}))
	if err != nil || r.Intents().String() != want {
		t.Errorf("all: %s, %v", r.Intents(), err)
	}
	const contents, presences = 1 << 15, 1 << 8
	if r.Intents()&(contents|presences) != 0 {
		t.Error("asks for what nobody needs")
	}
}

func TestReasonsHaveNames(t *testing.T) {
	for r, want := range map[discord.Reason]string{
		discord.ReasonBot: "bot", discord.ReasonWebhook: "webhook", discord.ReasonSystem: "system",
		discord.ReasonDirect: "direct", discord.ReasonUnattributed: "unattributed", discord.ReasonKnown: "known",
		200: "reason(200)",
	} {
		if r.String() != want {
			t.Errorf("%s, want %s", r, want)
		}
	}
}

// compressor is the server's side of a transport compression.
type compressor interface {
	Write(p []byte) (int, error)
	Flush() error
	Close() error
}

func compress(t testing.TB, kind string, out *bytes.Buffer) compressor {
	if kind == discord.CompressZlib {
		return zlib.NewWriter(out)
	}
	z, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<17))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// pack compresses payloads as one stream, one message each.
func pack(t testing.TB, kind string, payloads ...string) (messages [][]byte) {
	var out bytes.Buffer
	z := compress(t, kind, &out)
	defer z.Close()
	for _, p := range payloads {
		out.Reset()
		if _, err := z.Write([]byte(p)); err != nil {
			t.Fatal(err)
		}
		if err := z.Flush(); err != nil {
			t.Fatal(err)
		}
		messages = append(messages, bytes.Clone(out.Bytes()))
	}
	return messages
}

func TestInflater(t *testing.T) {
	big := strings.Repeat(`{"id":"1312345678901234567"},`, 60_000) // beyond every window and buffer
	all := []string{`{"op":10}`, `{}`, big, `{"op":11}`, load("guild", "GUILD_CREATE").data, big, `{"op":0}`}
	for _, kind := range []string{discord.CompressZlib, discord.CompressZstd} {
		t.Run(kind, func(t *testing.T) {
			z := discord.NewInflater(kind, discord.MaxFrame)
			defer z.Close()
			for i, m := range pack(t, kind, all...) {
				got, err := z.Message(m)
				if err != nil || string(got) != all[i] {
					t.Fatalf("message %d: %d bytes, %v", i, len(got), err)
				}
			}
		})
	}
}

// A zlib-stream's payload may come in several messages: it ends with the flush.
func TestInflaterJoinsMessages(t *testing.T) {
	z := discord.NewInflater(discord.CompressZlib, discord.MaxFrame)
	defer z.Close()
	all := []string{`{"op":10}`, `{"op":11}`}
	for n, m := range pack(t, discord.CompressZlib, all...) {
		for i := range m {
			want := ""
			if i == len(m)-1 {
				want = all[n]
			}
			if got, err := z.Message(m[i : i+1]); string(got) != want || err != nil {
				t.Fatalf("byte %d of message %d: %q, %v", i, n, got, err)
			}
		}
	}
}

func TestInflaterRefuses(t *testing.T) {
	for _, kind := range []string{discord.CompressZlib, discord.CompressZstd} {
		bomb := pack(t, kind, strings.Repeat("x", 2<<20))[0]
		good := pack(t, kind, `{"op":10}`, `{"op":11}`)
		for name, messages := range map[string][][]byte{
			"a bomb":               {bomb},
			"garbage":              {[]byte("this is no stream at all")},
			"garbage in the midst": {good[0], append([]byte{0xff, 0xff, 0xff}, good[1]...)},
		} {
			t.Run(kind+"/"+name, func(t *testing.T) {
				z := discord.NewInflater(kind, 1<<20)
				defer z.Close()
				var err error
				for _, m := range messages {
					if _, err = z.Message(m); err != nil {
						break
					}
				}
				if err == nil {
					t.Fatal("no error")
				}
				if _, again := z.Message(good[0]); again == nil {
					t.Error("a broken stream goes on")
				}
			})
		}
	}
}

// TestZlibHeader holds our reading of a stream's first bytes to a zlib reader's.
func TestZlibHeader(t *testing.T) {
	for n := range 1 << 16 {
		header := [2]byte{byte(n >> 8), byte(n)}
		_, err := zlib.NewReader(bytes.NewReader(append(header[:], 0, 0, 0, 0)))
		if got := discord.ZlibHeader(header); got != (err == nil) {
			t.Fatalf("%x: %v, by zlib %v", header, got, err)
		}
	}
}

func FuzzInflater(f *testing.F) {
	for i, kind := range []string{discord.CompressZlib, discord.CompressZstd} {
		for _, m := range pack(f, kind, `{"op":10}`, `{"op":11,"d":[1,2,3]}`) {
			f.Add(i == 0, m, m)
		}
	}
	f.Fuzz(func(t *testing.T, isZlib bool, a, b []byte) {
		kind := discord.CompressZstd
		if isZlib {
			kind = discord.CompressZlib
		}
		const limit = 64 << 10
		z := discord.NewInflater(kind, limit)
		defer z.Close()
		for _, m := range [][]byte{a, b, a} {
			got, err := z.Message(m)
			if len(got) > limit {
				t.Fatalf("%d bytes", len(got))
			}
			if err != nil {
				return
			}
		}
	})
}
