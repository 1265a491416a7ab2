package fakediscord_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/fakediscord"
)

// definitions are the commands of the bot in these tests.
var definitions = []*discordgo.ApplicationCommand{
	{Name: "rank", Description: "Your rank", Options: []*discordgo.ApplicationCommandOption{
		{Type: discordgo.ApplicationCommandOptionUser, Name: "member", Description: "Whose"},
	}},
	{Name: "top", Description: "The top", Options: []*discordgo.ApplicationCommandOption{
		{Type: discordgo.ApplicationCommandOptionSubCommand, Name: "members", Description: "Members", Options: []*discordgo.ApplicationCommandOption{
			{Type: discordgo.ApplicationCommandOptionString, Name: "window", Description: "When", Required: true, Choices: []*discordgo.ApplicationCommandOptionChoice{
				{Name: "7 days", Value: "7d"}, {Name: "30 days", Value: "30d"},
			}},
			{Type: discordgo.ApplicationCommandOptionInteger, Name: "count", Description: "How many"},
		}},
	}},
	{Name: "channel", Description: "A channel", Options: []*discordgo.ApplicationCommandOption{
		{Type: discordgo.ApplicationCommandOptionString, Name: "name", Description: "Which", Autocomplete: true},
	}},
	{Name: "config", Description: "Settings", DefaultMemberPermissions: new(int64(fakediscord.PermManageGuild))},
	{Name: "Show rank", Type: discordgo.UserApplicationCommand},
}

// bot is a bot that answers interactions with a function.
type bot struct {
	t   *testing.T
	srv *fakediscord.Server
	s   *discordgo.Session
	c   *client
}

// interaction is what the gateway tells of one.
type interaction struct {
	*discordgo.Interaction
	raw map[string]any
}

// answer runs a bot that answers every interaction by the function.
func answer(t *testing.T, cfg fakediscord.Config, by func(b *bot, i interaction)) *bot {
	t.Helper()
	srv := start(t, cfg)
	b := &bot{t: t, srv: srv, s: library(t, srv)}
	must[[]*discordgo.ApplicationCommand](t)(b.s.ApplicationCommandBulkOverwrite(text(srv.Application()), "", definitions))
	b.c = connect(t, srv, fakediscord.IntentGuilds|fakediscord.IntentGuildMessages)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			p, err := b.c.tryRead()
			if err != nil {
				return
			}
			if p.T != "INTERACTION_CREATE" {
				continue
			}
			i := interaction{Interaction: new(discordgo.Interaction)}
			if json.Unmarshal(p.D, i.Interaction) != nil || json.Unmarshal(p.D, &i.raw) != nil {
				t.Errorf("interaction %s", p.D)
				return
			}
			by(b, i)
		}
	}()
	t.Cleanup(func() { b.c.drop(); <-done })
	return b
}

// respond sends a callback.
func (b *bot) respond(i interaction, kind discordgo.InteractionResponseType, data *discordgo.InteractionResponseData) error {
	return b.s.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{Type: kind, Data: data})
}

func TestInteract(t *testing.T) {
	seen := make(chan interaction, 1)
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		seen <- i
		no(b.t, b.respond(i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{
			Content: "You are **1st**", Flags: discordgo.MessageFlagsEphemeral,
			Embeds:          []*discordgo.MessageEmbed{{Title: "Rank", Fields: []*discordgo.MessageEmbedField{{Name: "Score", Value: "12"}}}},
			Files:           []*discordgo.File{{Name: "rank.png", ContentType: "image/png", Reader: strings.NewReader("png")}},
			AllowedMentions: &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}},
			Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
				discordgo.Button{Label: "More", CustomID: "more:1", Style: discordgo.PrimaryButton},
			}}},
		}))
	})
	r := must[*fakediscord.Reply](t)(b.srv.Interact(soon(t), fakediscord.Interaction{
		Guild: harbour, Channel: general, User: ben, Locale: "de", Command: "rank", Options: map[string]any{"member": ana},
	}))
	if r.Callback != fakediscord.CallbackMessage || !r.Ephemeral() || r.Content != "You are **1st**" || r.Embeds[0].Fields[0].Value != "12" ||
		len(r.Files) != 1 || string(r.Files[0].Data) != "png" || len(r.AllowedMentions.Parse) != 0 ||
		!strings.Contains(string(r.Components), "more:1") || !json.Valid(r.Raw) {
		t.Errorf("reply %+v", r)
	}
	i := <-seen
	d := i.ApplicationCommandData()
	if i.Locale != "de" || *i.GuildLocale != "en-US" || i.Member.User.ID != text(ben) || i.Member.Nick != "Benny" ||
		i.Member.Permissions&int64(fakediscord.PermManageMessages) == 0 || i.AppPermissions&int64(fakediscord.PermViewChannel) == 0 {
		t.Errorf("interaction %+v", i.Interaction)
	}
	if d.Options[0].UserValue(nil).ID != text(ana) || d.Resolved.Users[text(ana)] == nil || d.Resolved.Members[text(ana)] == nil {
		t.Errorf("data %+v", d)
	}
	for _, key := range []string{"version", "token", "entitlements", "context", "channel", "guild", "authorizing_integration_owners", "attachment_size_limit", "application_id"} {
		if i.raw[key] == nil {
			t.Errorf("an interaction lacks %s", key)
		}
	}
	if n := b.srv.Messages(general); len(n) != 0 {
		t.Errorf("an ephemeral answer is in the channel: %v", n)
	}
}

// An answer for everyone is a message in the channel, which the bot hears of.
func TestPublicAnswer(t *testing.T) {
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		no(b.t, b.respond(i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "public"}))
	})
	r := must[*fakediscord.Reply](t)(b.srv.Interact(soon(t), fakediscord.Interaction{Guild: harbour, Channel: general, User: ben, Command: "rank"}))
	equal(t, "history", b.srv.Messages(general), []uint64{r.Message})
	var m discordgo.Message
	no(t, json.Unmarshal(must[json.RawMessage](t)(b.srv.Posted(general, r.Message)), &m))
	if m.WebhookID != text(b.srv.Application()) || m.Type != discordgo.MessageTypeChatInputCommand || m.InteractionMetadata.User.ID != text(ben) {
		t.Errorf("message %+v", m)
	}
}

func TestSubCommandsAndChoices(t *testing.T) {
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		sub := i.ApplicationCommandData().Options[0]
		said := []string{sub.Name}
		for _, o := range sub.Options {
			said = append(said, fmt.Sprint(o.Name, "=", o.Value))
		}
		no(b.t, b.respond(i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: strings.Join(said, " ")}))
	})
	try := func(command string, options map[string]any) (*fakediscord.Reply, error) {
		return b.srv.Interact(soon(t), fakediscord.Interaction{Guild: harbour, Channel: general, User: ben, Command: command, Options: options})
	}
	r := must[*fakediscord.Reply](t)(try("top members", map[string]any{"window": "7d", "count": 5}))
	if r.Content != "members window=7d count=5" {
		t.Errorf("%q", r.Content)
	}
	for name, tt := range map[string]struct {
		command string
		options map[string]any
	}{
		"no such command": {"nothing", nil},
		"no sub-command":  {"top", nil},
		"no such one":     {"top rivers", nil},
		"missing option":  {"top members", nil},
		"no such choice":  {"top members", map[string]any{"window": "8d"}},
		"no such option":  {"top members", map[string]any{"window": "7d", "size": 1}},
		"empty":           {" ", nil},
	} {
		if _, err := try(tt.command, tt.options); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestNotAllowed(t *testing.T) {
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		no(b.t, b.respond(i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "ok"}))
	})
	use := func(user, channel uint64) error {
		_, err := b.srv.Interact(soon(t), fakediscord.Interaction{Guild: harbour, Channel: channel, User: user, Command: "config"})
		return err
	}
	no(t, use(ana, general))
	if err := use(ben, general); !errors.Is(err, fakediscord.ErrNotAllowed) {
		t.Errorf("without the permission: %v", err)
	}
	if err := use(1, general); !errors.Is(err, fakediscord.ErrUnknownUser) {
		t.Errorf("no member: %v", err)
	}
	if err := use(ana, 1); !errors.Is(err, fakediscord.ErrUnknownChannel) {
		t.Errorf("no channel: %v", err)
	}
	no(t, srvHide(b.srv, general))
	if _, err := b.srv.Interact(soon(t), fakediscord.Interaction{Guild: harbour, Channel: general, User: ben, Command: "rank"}); !errors.Is(err, fakediscord.ErrNotAllowed) {
		t.Errorf("in a channel the member cannot view: %v", err)
	}
}

func srvHide(srv *fakediscord.Server, channel uint64) error {
	return srv.UpdateChannel(channel, func(c *fakediscord.Channel) {
		c.Overwrites = []fakediscord.Overwrite{{ID: harbour, Deny: fakediscord.PermViewChannel}}
	})
}

func TestDeferredEditsAndFollowups(t *testing.T) {
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		no(b.t, b.respond(i, discordgo.InteractionResponseDeferredChannelMessageWithSource, nil))
		content := "done"
		must[*discordgo.Message](b.t)(b.s.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &content}))
		m := must[*discordgo.Message](b.t)(b.s.FollowupMessageCreate(i.Interaction, true, &discordgo.WebhookParams{Content: "more", Flags: discordgo.MessageFlagsEphemeral}))
		more := "even more"
		must[*discordgo.Message](b.t)(b.s.FollowupMessageEdit(i.Interaction, m.ID, &discordgo.WebhookEdit{Content: &more}))
		if got := must[*discordgo.Message](b.t)(b.s.InteractionResponse(i.Interaction)); got.Content != "done" {
			b.t.Errorf("read back %q", got.Content)
		}
		no(b.t, b.s.FollowupMessageDelete(i.Interaction, m.ID))
		no(b.t, b.s.InteractionResponseDelete(i.Interaction))
	})
	first := must[*fakediscord.Reply](t)(b.srv.Interact(soon(t), fakediscord.Interaction{Guild: harbour, Channel: general, User: ben, Command: "rank"}))
	if first.Callback != fakediscord.CallbackDeferred || first.Edits < 1 || first.Content != "done" {
		t.Errorf("reply %+v", first)
	}
	last := must[*fakediscord.Reply](t)(b.srv.WaitReply(soon(t), first, func(r *fakediscord.Reply) bool { return r.Deleted }))
	if last.Edits != 1 || len(last.Followups) != 0 || len(b.srv.Messages(general)) != 0 {
		t.Errorf("at last %+v", last)
	}
	if _, err := b.srv.WaitReply(soon(t), &fakediscord.Reply{Token: "x"}, nil); !errors.Is(err, fakediscord.ErrUnknownReply) {
		t.Errorf("unknown reply: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.srv.WaitReply(ctx, first, func(*fakediscord.Reply) bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The first followup after a deferral takes the place of "is thinking…".
func TestFollowupAfterDeferral(t *testing.T) {
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		no(b.t, b.respond(i, discordgo.InteractionResponseDeferredChannelMessageWithSource, &discordgo.InteractionResponseData{Flags: discordgo.MessageFlagsEphemeral}))
		must[*discordgo.Message](b.t)(b.s.FollowupMessageCreate(i.Interaction, true, &discordgo.WebhookParams{Content: "one"}))
		must[*discordgo.Message](b.t)(b.s.FollowupMessageCreate(i.Interaction, true, &discordgo.WebhookParams{Content: "two"}))
	})
	r := must[*fakediscord.Reply](t)(b.srv.Interact(soon(t), fakediscord.Interaction{Guild: harbour, Channel: general, User: ben, Command: "rank"}))
	r = must[*fakediscord.Reply](t)(b.srv.WaitReply(soon(t), r, func(r *fakediscord.Reply) bool { return len(r.Followups) == 1 }))
	if r.Content != "one" || !r.Ephemeral() || r.Flags&fakediscord.FlagLoading != 0 || r.Followups[0].Content != "two" || r.Followups[0].Ephemeral() {
		t.Errorf("reply %+v", r)
	}
}
