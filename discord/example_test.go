package discord_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/guild"
)

// printer is a Sink that hands on when a session begins and what is said in it.
type printer struct {
	*recorder
	heard chan events.Event
}

func (p printer) Push(ctx context.Context, evs []events.Event) error {
	for _, e := range evs {
		switch e.Kind {
		case events.KindReady, events.KindMessage, events.KindSeen:
			p.heard <- e
		}
	}
	return p.recorder.Push(ctx, evs)
}

// A reader puts what happens into a sink, until it is told to stop.
func ExampleNew() {
	srv := fakediscord.New(fakediscord.Config{Token: "secret"}) // in place of Discord
	srv.AddGuild(harbourGuild(srv.Application()))
	if err := srv.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	sink := printer{newRecorder(), make(chan events.Event)}
	names := guild.NewDirectory(guild.DirectoryConfig{})
	r, err := discord.New(discord.Native, discord.Config{
		Token:   discord.NewSecret("secret"),
		BaseURL: srv.URL() + "/api/v10",
	}, sink, names)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()

	e := <-sink.heard
	fmt.Println(e.Kind)
	_, _ = srv.PostMessage(fakediscord.Message{Channel: general, Author: ben})
	e = <-sink.heard
	fmt.Println(e.Kind, "of", names.MemberName(e.Guild, e.User), "in", names.ChannelName(e.Guild, e.Channel))
	_, _ = srv.PostMessage(fakediscord.Message{Channel: general, Author: 99, Webhook: "news"})
	e = <-sink.heard
	fmt.Println(e.Kind, "and nobody counted")

	stop()
	fmt.Println(<-ended, r.Stats().Filtered)
	// Output:
	// ready
	// message of Benny in general
	// seen and nobody counted
	// <nil> map[webhook:1]
}

// A Secret can be used and not be seen.
func ExampleSecret() {
	token := discord.NewSecret("do not tell")
	fmt.Println(token, len(token.Reveal()))
	fmt.Printf("%v %q %#v\n", token, token, struct{ Token discord.Secret }{token})
	// Output:
	// [redacted] 11
	// [redacted] [redacted] struct { Token discord.Secret }{Token:[redacted]}
}

// Counting needs no privileged intent.
func ExampleIntents() {
	fmt.Println(discord.BaseIntents.Has(discord.IntentGuildMembers))
	fmt.Println(discord.IntentGuilds | discord.IntentGuildMessages)
	// Output:
	// false
	// GUILDS|GUILD_MESSAGES
}

// A refusal tells what the operator can do.
func ExampleRefusedError() {
	var err error = &discord.RefusedError{Code: 4004, Reason: "authentication failed", Remedy: "Check the bot's token."}
	if refused := new(discord.RefusedError); errors.As(err, &refused) {
		fmt.Fprintln(os.Stdout, refused.Remedy, errors.Is(err, discord.ErrRefused))
	}
	// Output: Check the bot's token. true
}
