package fakediscord_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/fakediscord"
)

func TestComponents(t *testing.T) {
	buttons := func(page int) []discordgo.MessageComponent {
		return []discordgo.MessageComponent{
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{
				discordgo.Button{Label: "Next", CustomID: fmt.Sprint("page:", page+1), Style: discordgo.PrimaryButton},
			}},
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{
				discordgo.SelectMenu{MenuType: discordgo.UserSelectMenu, CustomID: "who"},
			}},
		}
	}
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		if i.Type == discordgo.InteractionApplicationCommand {
			no(b.t, b.respond(i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "page 0", Components: buttons(0)}))
			return
		}
		d := i.MessageComponentData()
		if i.Message == nil {
			b.t.Error("a component without its message")
		}
		if d.CustomID == "who" {
			no(b.t, b.respond(i, discordgo.InteractionResponseDeferredMessageUpdate, nil))
			content := "chose " + d.Resolved.Users[d.Values[0]].ID
			must[*discordgo.Message](b.t)(b.s.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &content}))
			return
		}
		no(b.t, b.respond(i, discordgo.InteractionResponseUpdateMessage, &discordgo.InteractionResponseData{
			Content: d.CustomID, Components: buttons(int(d.CustomID[5] - '0')),
		}))
	})
	ctx := soon(t)
	on := fakediscord.Interaction{Guild: harbour, Channel: general, User: ben}
	use := func(customID string, reply *fakediscord.Reply, values ...string) *fakediscord.Reply {
		i := on
		i.CustomID, i.On, i.Values = customID, reply, values
		return must[*fakediscord.Reply](t)(b.srv.Interact(ctx, i))
	}
	command := on
	command.Command = "rank"
	r := must[*fakediscord.Reply](t)(b.srv.Interact(ctx, command))
	second := use("page:1", r)
	third := use("page:2", second)
	if third.Callback != fakediscord.CallbackUpdate || third.Content != "page:2" || third.Message != r.Message {
		t.Errorf("third page %+v", third)
	}
	if chosen := use("who", third, text(ana)); chosen.Content != "chose "+text(ana) {
		t.Errorf("chosen %+v", chosen)
	}
	i := on
	i.CustomID, i.On = "page:1", r // that button is gone
	if _, err := b.srv.Interact(ctx, i); !errors.Is(err, fakediscord.ErrNoComponent) {
		t.Errorf("a button that is gone: %v", err)
	}
	i.On, i.Message = nil, r.Message // by id, as of an old message
	i.CustomID = "page:3"
	must[*fakediscord.Reply](t)(b.srv.Interact(ctx, i))
	i.Message = 1
	if _, err := b.srv.Interact(ctx, i); !errors.Is(err, fakediscord.ErrUnknownMessage) {
		t.Errorf("an unknown message: %v", err)
	}
	i.On = &fakediscord.Reply{}
	if _, err := b.srv.Interact(ctx, i); !errors.Is(err, fakediscord.ErrUnknownReply) {
		t.Errorf("a reply of nobody: %v", err)
	}
}

// A button on a followup is used on the followup, not on the first answer.
func TestComponentOfFollowup(t *testing.T) {
	row := func(id string) []discordgo.MessageComponent {
		return []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.Button{Label: "x", CustomID: id, Style: discordgo.PrimaryButton},
		}}}
	}
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		if i.Type == discordgo.InteractionMessageComponent {
			no(b.t, b.respond(i, discordgo.InteractionResponseUpdateMessage, &discordgo.InteractionResponseData{Content: "was " + i.Message.Content}))
			return
		}
		no(b.t, b.respond(i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "first", Components: row("a")}))
		must[*discordgo.Message](b.t)(b.s.FollowupMessageCreate(i.Interaction, true, &discordgo.WebhookParams{Content: "second", Components: row("b")}))
	})
	on := fakediscord.Interaction{Guild: harbour, Channel: general, User: ben, Command: "rank"}
	r := must[*fakediscord.Reply](t)(b.srv.Interact(soon(t), on))
	r = must[*fakediscord.Reply](t)(b.srv.WaitReply(soon(t), r, func(r *fakediscord.Reply) bool { return len(r.Followups) == 1 }))
	for id, want := range map[string]string{"a": "was first", "b": "was second"} {
		on.Command, on.CustomID, on.On = "", id, r
		if got := must[*fakediscord.Reply](t)(b.srv.Interact(soon(t), on)); got.Content != want {
			t.Errorf("%s: %q", id, got.Content)
		}
	}
}

func TestAutocompleteModalAndMenu(t *testing.T) {
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		var err error
		switch i.Type {
		case discordgo.InteractionApplicationCommandAutocomplete:
			typed := i.ApplicationCommandData().Options[0]
			if !typed.Focused {
				b.t.Error("no option is focused")
			}
			err = b.respond(i, discordgo.InteractionApplicationCommandAutocompleteResult, &discordgo.InteractionResponseData{
				Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: typed.StringValue() + "eral", Value: "1"}},
			})
		case discordgo.InteractionModalSubmit:
			in := i.ModalSubmitData().Components[0].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput)
			err = b.respond(i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: i.ModalSubmitData().CustomID + in.Value})
		default:
			d := i.ApplicationCommandData()
			if d.TargetID != "" {
				err = b.respond(i, discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: d.Resolved.Users[d.TargetID].ID})
				break
			}
			err = b.respond(i, discordgo.InteractionResponseModal, &discordgo.InteractionResponseData{
				CustomID: "form", Title: "Settings", Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
					discordgo.TextInput{CustomID: "half-life", Label: "Half-life", Style: discordgo.TextInputShort},
				}}},
			})
		}
		no(b.t, err)
	})
	ctx := soon(t)
	on := fakediscord.Interaction{Guild: harbour, Channel: general, User: ana}
	typing := on
	typing.Command, typing.Options, typing.Focus = "channel", map[string]any{"name": "gen"}, "name"
	if r := must[*fakediscord.Reply](t)(b.srv.Interact(ctx, typing)); len(r.Choices) != 1 || r.Choices[0].Name != "general" {
		t.Errorf("choices %+v", r.Choices)
	}
	open := on
	open.Command = "config"
	r := must[*fakediscord.Reply](t)(b.srv.Interact(ctx, open))
	if !strings.Contains(string(r.Modal), "half-life") {
		t.Errorf("modal %s", r.Modal)
	}
	submit := on
	submit.CustomID, submit.Fields = "form", map[string]string{"half-life": "7"}
	if r := must[*fakediscord.Reply](t)(b.srv.Interact(ctx, submit)); r.Content != "form7" {
		t.Errorf("submitted %+v", r)
	}
	menu := on
	menu.Command, menu.Target = "Show rank", ben
	if r := must[*fakediscord.Reply](t)(b.srv.Interact(ctx, menu)); r.Content != text(ben) {
		t.Errorf("menu %+v", r)
	}
}

// Autocomplete and modals are held to their limits.
func TestRefusedCallbacks(t *testing.T) {
	var choices []*discordgo.ApplicationCommandOptionChoice
	for range 26 {
		choices = append(choices, &discordgo.ApplicationCommandOptionChoice{Name: "n", Value: "v"})
	}
	b := answer(t, fakediscord.Config{}, func(b *bot, i interaction) {
		if i.Type == discordgo.InteractionApplicationCommandAutocomplete {
			for _, bad := range [][]*discordgo.ApplicationCommandOptionChoice{choices, {{Name: "", Value: "v"}}} {
				if err := b.respond(i, discordgo.InteractionApplicationCommandAutocompleteResult, &discordgo.InteractionResponseData{Choices: bad}); code(err) != 50035 {
					b.t.Errorf("choices: %v", err)
				}
			}
			no(b.t, b.respond(i, discordgo.InteractionApplicationCommandAutocompleteResult, &discordgo.InteractionResponseData{Choices: choices[:25]}))
			return
		}
		in := discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.TextInput{CustomID: "i", Label: "l", Style: discordgo.TextInputShort}}}
		for _, bad := range []*discordgo.InteractionResponseData{
			{CustomID: "m", Title: strings.Repeat("t", 46), Components: []discordgo.MessageComponent{in}},
			{Title: "t", Components: []discordgo.MessageComponent{in}},
			{CustomID: "m", Title: "t", Components: []discordgo.MessageComponent{}},
		} {
			if err := b.respond(i, discordgo.InteractionResponseModal, bad); code(err) != 50035 {
				b.t.Errorf("modal: %v", err)
			}
		}
		no(b.t, b.respond(i, discordgo.InteractionResponseModal, &discordgo.InteractionResponseData{CustomID: "m", Title: "t", Components: []discordgo.MessageComponent{in}}))
	})
	on := fakediscord.Interaction{Guild: harbour, Channel: general, User: ana, Command: "config"}
	must[*fakediscord.Reply](t)(b.srv.Interact(soon(t), on))
	on.Command, on.Options, on.Focus = "channel", map[string]any{"name": "x"}, "name"
	if r := must[*fakediscord.Reply](t)(b.srv.Interact(soon(t), on)); len(r.Choices) != 25 {
		t.Errorf("%d choices", len(r.Choices))
	}
}
