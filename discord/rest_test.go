package discord_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"guildpulse/discord"
	"guildpulse/internal/fakediscord"
)

func TestFetching(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		g, err := d.rest.Guild(t.Context(), harbour)
		if err != nil || g.Name != "Harbour" || g.ApproximateMemberCount == 0 {
			t.Errorf("guild %+v, %v", g, err)
		}
		m, err := d.rest.Member(t.Context(), harbour, ben)
		if err != nil || m.Nick != "Benny" {
			t.Errorf("member %+v, %v", m, err)
		}
		u, err := d.rest.Me(t.Context())
		if err != nil || !u.Bot {
			t.Errorf("me %+v, %v", u, err)
		}
		_, err = d.rest.Member(t.Context(), harbour, 404)
		var e *discord.RESTError
		if !errors.As(err, &e) || e.Status != 404 || e.Code != 10007 {
			t.Errorf("nobody: %v", err)
		}
	})
}

func TestAWrongTokenIsARefusal(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.srv.InjectREST(fakediscord.RESTFault{Status: 401})
		_, err := d.rest.Application(t.Context())
		if !errors.Is(err, discord.ErrRefused) {
			t.Errorf("%v", err)
		}
	})
	if _, err := discord.NewREST(discord.RESTConfig{}); !errors.Is(err, discord.ErrConfig) {
		t.Errorf("without a token: %v", err)
	}
}

// TestAnswersSurviveDiscordsBadDays lets every request of an answer meet a fault
// that passes.
func TestAnswersSurviveDiscordsBadDays(t *testing.T) {
	const callback, patch = "/interactions/*/*/callback", "/webhooks/*/*/messages/@original"
	for _, tt := range []struct {
		name  string
		fault fakediscord.RESTFault
	}{
		{"callback 500", fakediscord.RESTFault{Path: callback, Status: 500}},
		{"callback 503 in HTML", fakediscord.RESTFault{Path: callback, Status: 503, HTML: true}},
		{"callback dropped", fakediscord.RESTFault{Path: callback, Drop: true}},
		{"callback 429", fakediscord.RESTFault{Path: callback, Status: 429, RetryAfter: time.Second}},
		{"edit 502", fakediscord.RESTFault{Path: patch, Status: 502, Times: 3}},
		{"edit dropped", fakediscord.RESTFault{Path: patch, Drop: true}},
		{"edit 429", fakediscord.RESTFault{Path: patch, Status: 429, RetryAfter: 3 * time.Second}},
		{"edit global 429", fakediscord.RESTFault{Path: patch, Status: 429, RetryAfter: 3 * time.Second, Global: true}},
		{"edit 429 in HTML", fakediscord.RESTFault{Path: patch, Status: 429, RetryAfter: 3 * time.Second, HTML: true}},
		{"edit hangs", fakediscord.RESTFault{Path: patch, Delay: 40 * time.Second}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			atDesk(t, func(t *testing.T, d *desk) {
				d.srv.InjectREST(tt.fault)
				if tt.fault.Path == patch {
					d.slowly(func() { contains(t, d.ask("top members", nil).Answer, "Person 1") })
				} else {
					contains(t, d.ask("top members", nil).Answer, "Person 1")
				}
				d.must(d.handler.Close(t.Context()))
				if st := d.handler.Stats(); st.Answered != 1 || st.Failed+st.Late != 0 {
					t.Errorf("stats %+v", st)
				}
			})
		})
	}
}

// TestATokenIsNeverTold lets a request fail in every way and looks for the tokens
// in what is said of it.
func TestATokenIsNeverTold(t *testing.T) {
	for name, fault := range map[string]fakediscord.RESTFault{
		"dropped": {Path: "/interactions/*/*/callback", Drop: true, Times: -1},
		"500":     {Path: "/interactions/*/*/callback", Status: 500, Times: -1},
		"404":     {Path: "/interactions/*/*/callback", Status: 404},
		"429":     {Path: "/interactions/*/*/callback", Status: 429, RetryAfter: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			atDesk(t, func(t *testing.T, d *desk) {
				d.srv.InjectREST(fault)
				_, err := d.srv.Interact(t.Context(), fakediscord.Interaction{
					Guild: harbour, Channel: general, User: ana, Command: "help"})
				if !errors.Is(err, fakediscord.ErrNoReply) {
					t.Errorf("%v", err)
				}
				d.must(d.handler.Close(t.Context()))
				if st := d.handler.Stats(); st.Failed+st.Late != 1 {
					t.Errorf("stats %+v", st)
				}
				if logs := d.logs.String(); strings.Contains(logs, "aW50ZXJhY3Rpb24") || !strings.Contains(logs, "answer an interaction") {
					t.Errorf("logs:\n%s", logs)
				}
			})
		})
	}
}

// slowly lets something happen while the reader takes five seconds.
func (d *desk) slowly(f func()) {
	gate := make(chan struct{})
	d.reader.hold(gate)
	go func() {
		<-time.After(5 * time.Second)
		close(gate)
	}()
	f()
	d.reader.hold(nil)
}

func ExampleTransport() {
	t, err := discord.NewTransport(discord.TransportConfig{BaseURL: "https://proxy.example/api/v10"})
	if err != nil {
		fmt.Println(err)
		return
	}
	client := http.Client{Transport: t} // discordgo.Session.Client, for one
	_, err = client.Get("https://elsewhere.example/")
	fmt.Println(errors.Is(err, discord.ErrHost), t.Stats().Requests)
	// Output: true 0
}

func ExampleREST_Register() {
	srv := fakediscord.New(fakediscord.Config{})
	if err := srv.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	rest, err := discord.NewREST(discord.RESTConfig{Token: discord.NewSecret(srv.Token()), BaseURL: srv.URL() + "/api/v10"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer rest.Close()
	notes := memo{}
	for range 2 {
		did, err := rest.Register(context.Background(), notes, srv.Application(), discord.Definitions())
		fmt.Println(did, err, len(srv.Commands(0)) == len(discord.Definitions()))
	}
	// Output:
	// true <nil> true
	// false <nil> true
}
