package fakediscord_test

import (
	"testing"

	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/fakediscord"
)

// discordgo's own gateway loop, unchanged but for where REST goes: it finds the
// websocket by GET /gateway, asks for payload compression, identifies with the
// prefix on its token, and counts.
func TestDiscordgoSession(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	s := library(t, srv)
	s.StateEnabled = false
	s.SyncEvents = true
	s.ShouldReconnectOnError = false // its Close races with its heartbeat
	s.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsGuildVoiceStates
	events := make(chan string, 16)
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		if e.Type != "" {
			events <- e.Type
		}
	})
	s.AddHandler(func(_ *discordgo.Session, m *discordgo.MessageCreate) {
		if m.Author.ID != text(ben) || m.Member.Nick != "Benny" || m.GuildID != text(harbour) || m.Content != "" {
			t.Errorf("message %+v", m.Message)
		}
	})
	no(t, s.Open())
	must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ben, Content: "secret"}))
	no(t, srv.SetVoice(harbour, fakediscord.VoiceState{User: ben, Channel: talk}))
	for _, want := range []string{"READY", "GUILD_CREATE", "MESSAGE_CREATE", "VOICE_STATE_UPDATE"} {
		if got := <-events; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	no(t, srv.Await(soon(t), func(r *fakediscord.Recording) bool { return r.Heartbeats > 0 }))
	no(t, s.Close())
	rec := srv.Recording()
	if len(rec.Identifies) != 1 || !rec.Identifies[0].Compress || len(rec.Violations)+len(rec.Unknown) > 0 {
		t.Errorf("recording %+v", rec)
	}
}
