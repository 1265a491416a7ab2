package fakediscord_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/fakediscord"
)

func TestCallbackRules(t *testing.T) {
	got := make(chan interaction, 4)
	b := answer(t, fakediscord.Config{
		InteractionDeadline: 400 * time.Millisecond, InteractionLife: 900 * time.Millisecond, RouteLimit: 1 << 20,
	}, func(_ *bot, i interaction) { got <- i })
	use := fakediscord.Interaction{Guild: harbour, Channel: general, User: ben, Command: "rank"}
	if _, err := b.srv.Interact(soon(t), use); !errors.Is(err, fakediscord.ErrNoReply) {
		t.Fatalf("no answer: %v", err)
	}
	late := <-got
	hello := &discordgo.InteractionResponseData{Content: "x"}
	if err := b.respond(late, discordgo.InteractionResponseChannelMessageWithSource, hello); code(err) != 10062 {
		t.Errorf("a late answer: %v", err)
	}
	if _, err := b.s.FollowupMessageCreate(late.Interaction, true, &discordgo.WebhookParams{Content: "x"}); code(err) != 10015 {
		t.Errorf("a followup without an answer: %v", err)
	}
	done := make(chan error, 1)
	go func() { _, err := b.srv.Interact(soon(t), use); done <- err }()
	i := <-got
	for name, tt := range map[string]struct {
		kind discordgo.InteractionResponseType
		data *discordgo.InteractionResponseData
		code int
	}{
		"update of nothing": {discordgo.InteractionResponseUpdateMessage, hello, 50035},
		"empty":             {discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{}, 50006},
		"too long":          {discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: strings.Repeat("x", 2001)}, 50035},
	} {
		if err := b.respond(i, tt.kind, tt.data); code(err) != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	no(t, b.respond(i, discordgo.InteractionResponseChannelMessageWithSource, hello))
	no(t, <-done)
	if err := b.respond(i, discordgo.InteractionResponseChannelMessageWithSource, hello); code(err) != 40060 && code(err) != 10062 {
		t.Errorf("a second answer: %v", err)
	}
	wrong := *i.Interaction
	wrong.AppID = "1"
	if _, err := b.s.InteractionResponse(&wrong); code(err) != 10015 {
		t.Errorf("another application: %v", err)
	}
	for { // until the token is dead
		if _, err := b.s.InteractionResponse(i.Interaction); err != nil {
			if code(err) != 50027 {
				t.Errorf("after its life: %v", err)
			}
			break
		}
	}
}

func TestCallbackWithResponse(t *testing.T) {
	out := make(chan string, 1)
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		_, body := callAs(b.t, b.srv, "", "POST", "/interactions/"+i.ID+"/"+i.Token+"/callback?with_response=true",
			map[string]any{"type": 4, "data": map[string]any{"content": "x", "flags": 64}})
		out <- string(body)
	})
	must[*fakediscord.Reply](t)(b.srv.Interact(soon(t), fakediscord.Interaction{Guild: harbour, Channel: general, User: ben, Command: "rank", CallbackOnly: true}))
	if body := <-out; !strings.Contains(body, `"response_message_ephemeral":true`) || !strings.Contains(body, `"content":"x"`) {
		t.Errorf("%s", body)
	}
}

func TestNobodyThere(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	must[[]*discordgo.ApplicationCommand](t)(library(t, srv).ApplicationCommandBulkOverwrite(text(srv.Application()), "", definitions))
	if _, err := srv.Interact(soon(t), fakediscord.Interaction{Guild: harbour, Channel: general, User: ben, Command: "rank"}); !errors.Is(err, fakediscord.ErrNobody) {
		t.Errorf("nobody: %v", err)
	}
}
