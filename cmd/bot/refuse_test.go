package main

import (
	"net"
	"strings"
	"testing"
	"time"

	"guildpulse/internal/fakediscord"
)

// ended waits for a bot that ends by itself and returns what it said.
func (p *process) ended() string {
	p.t.Helper()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case err := <-done:
		if err == nil {
			p.t.Error("the bot ended as if all were well")
		}
	case <-time.After(30 * time.Second):
		p.t.Fatalf("the bot goes on:\n%s", p.log.String())
	}
	return p.log.String()
}

func TestWhatCannotBeServedIsToldInALine(t *testing.T) {
	srv, _ := harbour(t, 1, 1)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, c := range map[string]struct {
		env  string
		want []string
	}{
		"a wrong token":          {"DISCORD_TOKEN=wrong", []string{"token", "discord.com/developers"}},
		"a port that is taken":   {"GUILDPULSE_WEB_LISTEN=" + taken.Addr().String(), []string{taken.Addr().String(), "web.listen"}},
		"no Discord":             {"GUILDPULSE_DISCORD_BASE_URL=http://127.0.0.1:1/api/v10", []string{"discord.base_url"}},
		"a database that is not": {"GUILDPULSE_DATABASE_URL=postgres://127.0.0.1:1/x", []string{"database.url"}},
		"no folder":              {"GUILDPULSE_DATA_DIR=/proc/none", []string{"data.dir"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBot(t, "")
			b.at(srv)
			b.env = append(b.env, c.env)
			said := strings.TrimSpace(b.start("serve").ended())
			last := said[strings.LastIndex(said, "\n")+1:]
			for _, w := range c.want {
				if !strings.Contains(last, w) {
					t.Errorf("the last line is %q, want it to name %s", last, w)
				}
			}
		})
	}
}

// TestRefusedIntentsAreDoneWithout: without GUILD_MEMBERS joins are not counted, and
// everything else is.
func TestRefusedIntentsAreDoneWithout(t *testing.T) {
	srv := fakediscord.New(fakediscord.Config{IdentifyInterval: time.Millisecond, HeartbeatInterval: 300 * time.Millisecond})
	srv.AddGuild(fakediscord.Guild{Name: "Harbour", Channels: []fakediscord.Channel{{ID: 1000, Name: "a"}}})
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	b := newBot(t, "")
	b.at(srv)
	p := b.start("serve")
	await(t, srv, "a session without the intent", func(r *fakediscord.Recording) bool {
		return len(r.Identifies) > 1 && r.Identifies[len(r.Identifies)-1].Code == 0 && r.Heartbeats > 0
	})
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(p.log.String(), "Intents ") && time.Now().Before(deadline); {
		<-time.After(20 * time.Millisecond)
	}
	p.stop()
	_, intents, _ := strings.Cut(p.log.String(), "Intents ")
	intents, _, _ = strings.Cut(intents, "\n")
	if !strings.Contains(intents, "GUILD_MESSAGES") || strings.Contains(intents, "GUILD_MEMBERS") {
		t.Errorf("intents obtained: %q, want those without GUILD_MEMBERS", intents)
	}
	if said := p.log.String(); !strings.Contains(said, "Server Members intent") {
		t.Errorf("the log does not name the intent:\n%s", said)
	}
}
