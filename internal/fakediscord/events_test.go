package fakediscord_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"guildpulse/internal/fakediscord"
)

// thumb is an emoji of Unicode, anchor one of the harbour's own.
var (
	thumb  = fakediscord.Emoji{Name: "👍"}
	anchor = fakediscord.Emoji{ID: 77, Name: "anchor", Animated: true}
)

// life is everything that can happen, as one story: what is done and what is
// dispatched for it to a bot with every intent it can have.
var life = []struct {
	do   func(s *story) error
	want []string
}{
	{func(s *story) (err error) {
		s.post, err = s.PostMessage(fakediscord.Message{Channel: general, Author: ana})
		return err
	}, []string{"MESSAGE_CREATE"}},
	{func(s *story) error { return s.EditMessage(general, s.post, "other words") }, []string{"MESSAGE_UPDATE"}},
	{func(s *story) error { return s.React(general, s.post, ben, thumb) }, []string{"MESSAGE_REACTION_ADD"}},
	{func(s *story) error { return s.React(general, s.post, ben, thumb) }, nil}, // there already
	{func(s *story) error { return s.React(general, s.post, ben, anchor) }, []string{"MESSAGE_REACTION_ADD"}},
	{func(s *story) error { return s.Unreact(general, s.post, ben, thumb) }, []string{"MESSAGE_REACTION_REMOVE"}},
	{func(s *story) error { return s.Unreact(general, s.post, ben, thumb) }, nil},
	{func(s *story) error { return s.ClearEmoji(general, s.post, anchor) }, []string{"MESSAGE_REACTION_REMOVE_EMOJI"}},
	{func(s *story) error { return s.ClearReactions(general, s.post) }, []string{"MESSAGE_REACTION_REMOVE_ALL"}},
	{func(s *story) error { return s.DeleteMessage(general, s.post) }, []string{"MESSAGE_DELETE"}},
	{func(s *story) error { return s.DeleteMessages(general, 1, 2) }, []string{"MESSAGE_DELETE_BULK"}},
	{func(s *story) error { return s.SetVoice(harbour, fakediscord.VoiceState{User: ben, Channel: talk}) }, []string{"VOICE_STATE_UPDATE"}},
	{func(s *story) error {
		return s.SetVoice(harbour, fakediscord.VoiceState{User: ben, Channel: talk, SelfDeaf: true})
	}, []string{"VOICE_STATE_UPDATE"}},
	{func(s *story) error { return s.LeaveVoice(harbour, ben) }, []string{"VOICE_STATE_UPDATE"}},
	{func(s *story) error { return s.LeaveVoice(harbour, ben) }, nil},
	{func(s *story) error { return s.Join(harbour, fakediscord.Member{User: 4242}) }, []string{"GUILD_MEMBER_ADD"}},
	{func(s *story) error { return s.Join(harbour, fakediscord.Member{User: 4242}) }, []string{"GUILD_MEMBER_ADD"}},
	{func(s *story) error {
		return s.UpdateMember(harbour, 4242, func(m *fakediscord.Member) { m.Nick = "new" })
	}, []string{"GUILD_MEMBER_UPDATE"}},
	{func(s *story) error { s.UpdateUser(4242, func(u *fakediscord.User) { u.GlobalName = "N" }); return nil }, []string{"GUILD_MEMBER_UPDATE"}},
	{func(s *story) error {
		_ = s.SetVoice(harbour, fakediscord.VoiceState{User: 4242, Channel: talk})
		return s.Leave(harbour, 4242)
	}, []string{"VOICE_STATE_UPDATE", "VOICE_STATE_UPDATE", "GUILD_MEMBER_REMOVE"}},
	{func(s *story) error {
		_, err := s.AddChannel(harbour, fakediscord.Channel{ID: 501, Name: "new"})
		return err
	}, []string{"CHANNEL_CREATE"}},
	{func(s *story) error {
		return s.UpdateChannel(501, func(c *fakediscord.Channel) { c.Topic = "t" })
	}, []string{"CHANNEL_UPDATE"}},
	{func(s *story) error {
		_, err := s.AddChannel(harbour, fakediscord.Channel{ID: 502, Name: "t", Parent: 501, Type: fakediscord.ChannelPublicThread, Owner: ben})
		return err
	}, []string{"THREAD_CREATE", "MESSAGE_CREATE"}},
	{func(s *story) error {
		_, err := s.PostMessage(fakediscord.Message{Channel: 502, Author: ben, Content: "in the thread"})
		return err
	}, []string{"MESSAGE_CREATE"}},
	{func(s *story) error {
		return s.UpdateChannel(502, func(c *fakediscord.Channel) { c.Archived = true })
	}, []string{"THREAD_UPDATE"}},
	{func(s *story) error { return s.DeleteChannel(502) }, []string{"THREAD_DELETE"}},
	{func(s *story) error { return s.DeleteChannel(501) }, []string{"CHANNEL_DELETE"}},
	{func(s *story) error {
		_, err := s.AddRole(harbour, fakediscord.Role{ID: 601, Name: "r"})
		return err
	}, []string{"GUILD_ROLE_CREATE"}},
	{func(s *story) error {
		return s.UpdateRole(harbour, 601, func(r *fakediscord.Role) { r.Color = 5 })
	}, []string{"GUILD_ROLE_UPDATE"}},
	{func(s *story) error { return s.DeleteRole(harbour, 601) }, []string{"GUILD_ROLE_DELETE"}},
	{func(s *story) error { return s.SetEmoji(harbour, []fakediscord.Emoji{anchor}) }, []string{"GUILD_EMOJIS_UPDATE"}},
	{func(s *story) (err error) {
		s.post, err = s.PostMessage(fakediscord.Message{Channel: general, Author: ana, Poll: &fakediscord.Poll{Question: "q", Answers: []string{"a", "b"}}})
		return err
	}, []string{"MESSAGE_CREATE"}},
	{func(s *story) error { return s.Vote(general, s.post, ben, 2) }, []string{"MESSAGE_POLL_VOTE_ADD"}},
	{func(s *story) error { return s.Vote(general, s.post, ben, 2) }, nil},
	{func(s *story) error { return s.Unvote(general, s.post, ben, 2) }, []string{"MESSAGE_POLL_VOTE_REMOVE"}},
	{func(s *story) error {
		_, err := s.Schedule(harbour, fakediscord.ScheduledEvent{ID: 701, Name: "regatta", Place: "bay", Start: time.Unix(1.8e9, 0)})
		return err
	}, []string{"GUILD_SCHEDULED_EVENT_CREATE"}},
	{func(s *story) error { return s.Interest(harbour, 701, ben) }, []string{"GUILD_SCHEDULED_EVENT_USER_ADD"}},
	{func(s *story) error { return s.Interest(harbour, 701, ben) }, nil},
	{func(s *story) error { return s.Disinterest(harbour, 701, ben) }, []string{"GUILD_SCHEDULED_EVENT_USER_REMOVE"}},
	{func(s *story) error { _, err := s.Invite(general, ana); return err }, []string{"INVITE_CREATE"}},
	{func(s *story) error {
		return s.UpdateGuild(harbour, func(g *fakediscord.Guild) { g.Name = "Haven"; g.SystemChannel = general })
	}, []string{"GUILD_UPDATE"}},
	{func(s *story) error { return s.Join(harbour, fakediscord.Member{User: 4343}) }, []string{"GUILD_MEMBER_ADD", "MESSAGE_CREATE"}},
	{func(s *story) error { return s.Outage(harbour) }, []string{"GUILD_DELETE"}},
	{func(s *story) error {
		_, err := s.PostMessage(fakediscord.Message{Channel: general, Author: ana})
		return err
	}, nil}, // nobody hears it
	{func(s *story) error { return s.Recover(harbour) }, []string{"GUILD_CREATE"}},
	{func(s *story) error { s.AddGuild(fakediscord.Guild{ID: 801, Name: "second"}); return nil }, []string{"GUILD_CREATE"}},
	{func(s *story) error { return s.RemoveGuild(801) }, []string{"GUILD_DELETE"}},
}

// story is the server a life happens on.
type story struct {
	*fakediscord.Server
	post uint64
}

// open is a server whose bot has all intents and may do anything.
func open(t *testing.T) *fakediscord.Server {
	return start(t, fakediscord.Config{
		Privileged:       fakediscord.IntentGuildMembers | fakediscord.IntentGuildPresences | fakediscord.IntentMessageContent,
		BotPermissions:   fakediscord.PermAdministrator,
		IdentifyInterval: time.Nanosecond,
	})
}

// all are the intents that events of this world need.
const all = counting | fakediscord.IntentGuildMembers | fakediscord.IntentMessageContent |
	fakediscord.IntentGuildExpressions | fakediscord.IntentGuildInvites

func TestLife(t *testing.T) {
	s := &story{Server: open(t)}
	c := connect(t, s.Server, all)
	for i, step := range life {
		before := c.seq
		if err := step.do(s); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		for n, name := range step.want {
			p := c.event(name)
			if p.S != before+uint64(n)+1 {
				t.Errorf("step %d: sequence %d after %d", i, p.S, before)
			}
		}
		c.quiet()
	}
	if len(s.Recording().Violations) > 0 {
		t.Errorf("%v", s.Recording().Violations)
	}
}

// Whatever the intents, a session hears exactly the events they name.
func TestIntents(t *testing.T) {
	groups := map[fakediscord.Intents][]string{
		fakediscord.IntentGuilds: {"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE", "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE",
			"GUILD_ROLE_DELETE", "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE"},
		fakediscord.IntentGuildMembers:     {"GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"},
		fakediscord.IntentGuildExpressions: {"GUILD_EMOJIS_UPDATE"},
		fakediscord.IntentGuildInvites:     {"INVITE_CREATE"},
		fakediscord.IntentGuildVoiceStates: {"VOICE_STATE_UPDATE"},
		fakediscord.IntentGuildMessages:    {"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"},
		fakediscord.IntentGuildReactions:   {"MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "MESSAGE_REACTION_REMOVE_ALL", "MESSAGE_REACTION_REMOVE_EMOJI"},
		fakediscord.IntentGuildEvents:      {"GUILD_SCHEDULED_EVENT_CREATE", "GUILD_SCHEDULED_EVENT_USER_ADD", "GUILD_SCHEDULED_EVENT_USER_REMOVE"},
		fakediscord.IntentGuildPolls:       {"MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE"},
		fakediscord.IntentGuildModeration:  {},
	}
	for intent, events := range groups {
		s := &story{Server: open(t)}
		c := dial(t, s.Server, "")
		c.want(10)
		c.identify(intent)
		want := []string{"READY"}
		if intent == fakediscord.IntentGuilds {
			want = append(want, "GUILD_CREATE")
		}
		for _, step := range life {
			for _, name := range step.want {
				if slices.Contains(events, name) {
					want = append(want, name)
				}
			}
		}
		var got []string
		got = append(got, c.event("READY").T)
		for _, step := range life {
			no(t, step.do(s))
		}
		for len(got) < len(want) {
			got = append(got, c.read().T)
		}
		equal(t, "events", got, want)
		c.quiet()
	}
}

// What a message shows without the message content intent, and where it shows
// everything all the same.
func TestMessageContent(t *testing.T) {
	srv := start(t, fakediscord.Config{Privileged: fakediscord.IntentMessageContent, IdentifyInterval: time.Nanosecond})
	first := must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ana, Content: "first"}))
	full := fakediscord.Message{
		Channel: general, Author: ben, Content: "secret", ReplyTo: first, Stickers: []string{"Wave"},
		Attachments: []fakediscord.Attachment{{Name: "a.png", Size: 3}}, Embeds: `[{"title":"t"}]`,
		Components: `[{"type":1,"components":[]}]`, Poll: &fakediscord.Poll{Question: "q", Answers: []string{"a"}},
		Mentions: []uint64{ana},
	}
	read := func(intents fakediscord.Intents, m fakediscord.Message) map[string]any {
		c := connect(t, srv, intents)
		must[uint64](t)(srv.PostMessage(m))
		return c.fields(c.event("MESSAGE_CREATE").D)
	}
	bare := read(counting, full)
	if bare["content"] != "" || bare["poll"] != nil || bare["type"] != 19.0 || bare["guild_id"] != text(harbour) {
		t.Errorf("bare message %v", bare)
	}
	for _, empty := range []string{"embeds", "attachments", "components"} {
		if len(bare[empty].([]any)) != 0 {
			t.Errorf("bare %s %v", empty, bare[empty])
		}
	}
	for _, there := range []string{"author", "member", "mentions", "message_reference", "referenced_message", "sticker_items", "timestamp", "flags", "nonce"} {
		if bare[there] == nil {
			t.Errorf("a bare message lacks %s", there)
		}
	}
	if r := bare["referenced_message"].(map[string]any); r["id"] != text(first) || r["content"] != "" {
		t.Errorf("bare reference %v", r)
	}
	whole := read(counting|fakediscord.IntentMessageContent, full)
	if whole["content"] != "secret" || whole["poll"] == nil || len(whole["embeds"].([]any)) != 1 ||
		len(whole["attachments"].([]any)) != 1 || len(whole["components"].([]any)) != 1 {
		t.Errorf("whole message %v", whole)
	}
	mention := full
	mention.Mentions = []uint64{srv.Application()}
	if m := read(counting, mention); m["content"] != "secret" {
		t.Errorf("a message that mentions the bot arrives without content: %v", m)
	}
	own := full
	own.Author = srv.Application()
	if m := read(counting, own); m["content"] != "secret" {
		t.Errorf("the bot's own message arrives without content: %v", m)
	}
}

func TestAuthors(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	srv.AddUser(fakediscord.User{ID: 900, Name: "robot", Bot: true})
	c := connect(t, srv, counting)
	for _, tt := range []struct {
		name string
		m    fakediscord.Message
		ok   func(m, author map[string]any) bool
	}{
		{"person", fakediscord.Message{Author: ben}, func(m, a map[string]any) bool {
			return a["bot"] == nil && m["webhook_id"] == nil && m["member"].(map[string]any)["nick"] == "Benny"
		}},
		{"bot", fakediscord.Message{Author: 900}, func(m, a map[string]any) bool {
			return a["bot"] == true && a["username"] == "robot" && m["webhook_id"] == nil
		}},
		{"webhook", fakediscord.Message{Author: 901, Webhook: "news"}, func(m, a map[string]any) bool {
			return a["bot"] == true && a["username"] == "news" && m["webhook_id"] == "901" && m["member"] == nil
		}},
		{"stranger", fakediscord.Message{Author: 1 << 40}, func(m, a map[string]any) bool {
			return a["username"] != "" && a["id"] == text(1<<40) && m["member"] != nil
		}},
		{"system", fakediscord.Message{Author: ben, Type: fakediscord.MessageUserJoin}, func(m, _ map[string]any) bool {
			return m["type"] == 7.0
		}},
		{"hostile", fakediscord.Message{Author: 902, Webhook: "<b>\"\\\n\x01\u202e\xff</b>"}, func(_, a map[string]any) bool {
			return a["username"] == "<b>\"\\\n\x01\u202e\ufffd</b>"
		}},
	} {
		tt.m.Channel = general
		must[uint64](t)(srv.PostMessage(tt.m))
		m := c.fields(c.event("MESSAGE_CREATE").D)
		if !tt.ok(m, m["author"].(map[string]any)) {
			t.Errorf("%s: %v", tt.name, m)
		}
	}
}

// The bot hears nothing of a channel it cannot view, and of threads in it.
func TestHiddenChannel(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	c := connect(t, srv, counting)
	id := must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: hidden, Author: ana}))
	no(t, srv.React(hidden, id, ben, thumb))
	no(t, srv.DeleteMessage(hidden, id))
	must[uint64](t)(srv.AddChannel(harbour, fakediscord.Channel{Name: "t", Parent: hidden, Type: fakediscord.ChannelPublicThread}))
	c.quiet()
	no(t, srv.UpdateChannel(hidden, func(ch *fakediscord.Channel) { ch.Overwrites = nil }))
	c.event("CHANNEL_UPDATE")
	must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: hidden, Author: ana}))
	c.event("MESSAGE_CREATE")
}

// The bot hears of its own membership without the members intent.
func TestOwnMember(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	c := connect(t, srv, counting)
	no(t, srv.UpdateMember(harbour, ben, func(m *fakediscord.Member) { m.Nick = "x" }))
	no(t, srv.UpdateMember(harbour, srv.Application(), func(m *fakediscord.Member) { m.Nick = "bot" }))
	if m := c.fields(c.event("GUILD_MEMBER_UPDATE").D); m["nick"] != "bot" {
		t.Errorf("%v", m)
	}
	c.quiet()
}

func TestUnknown(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	for name, tt := range map[string]struct{ got, want error }{
		"guild":        {srv.Join(1, fakediscord.Member{}), fakediscord.ErrUnknownGuild},
		"outage":       {srv.Outage(1), fakediscord.ErrUnknownGuild},
		"recover":      {srv.Recover(1), fakediscord.ErrUnknownGuild},
		"remove":       {srv.RemoveGuild(1), fakediscord.ErrUnknownGuild},
		"emoji":        {srv.SetEmoji(1, nil), fakediscord.ErrUnknownGuild},
		"update":       {srv.UpdateGuild(1, nil), fakediscord.ErrUnknownGuild},
		"channel":      {srv.DeleteChannel(1), fakediscord.ErrUnknownChannel},
		"bulk":         {srv.DeleteMessages(1), fakediscord.ErrUnknownChannel},
		"message":      {srv.DeleteMessage(general, 1), fakediscord.ErrUnknownMessage},
		"edit":         {srv.EditMessage(general, 1, ""), fakediscord.ErrUnknownMessage},
		"react":        {srv.React(general, 1, ben, thumb), fakediscord.ErrUnknownMessage},
		"unreact":      {srv.Unreact(general, 1, ben, thumb), fakediscord.ErrUnknownMessage},
		"clear":        {srv.ClearReactions(general, 1), fakediscord.ErrUnknownMessage},
		"clear emoji":  {srv.ClearEmoji(general, 1, thumb), fakediscord.ErrUnknownMessage},
		"vote":         {srv.Vote(general, 1, ben, 1), fakediscord.ErrUnknownMessage},
		"member":       {srv.Leave(harbour, 1), fakediscord.ErrUnknownUser},
		"voice":        {srv.LeaveVoice(harbour, 1), fakediscord.ErrUnknownUser},
		"voice where":  {srv.SetVoice(harbour, fakediscord.VoiceState{User: ben, Channel: general}), fakediscord.ErrUnknownChannel},
		"role":         {srv.DeleteRole(harbour, 1), fakediscord.ErrUnknownRole},
		"everyone":     {srv.DeleteRole(harbour, harbour), fakediscord.ErrUnknownRole},
		"update role":  {srv.UpdateRole(harbour, 1, nil), fakediscord.ErrUnknownRole},
		"event":        {srv.Interest(harbour, 1, ben), fakediscord.ErrUnknownEvent},
		"update other": {srv.UpdateChannel(1, nil), fakediscord.ErrUnknownChannel},
	} {
		if !errors.Is(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", name, tt.got, tt.want)
		}
	}
	if err := srv.Leave(harbour, srv.Application()); err == nil {
		t.Error("the bot left as a member")
	}
	if _, err := srv.AddChannel(harbour, fakediscord.Channel{ID: general}); !errors.Is(err, fakediscord.ErrDuplicate) {
		t.Errorf("channel twice: %v", err)
	}
	id := must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ana}))
	if _, err := srv.PostMessage(fakediscord.Message{ID: id, Channel: general, Author: ana}); !errors.Is(err, fakediscord.ErrDuplicate) {
		t.Errorf("message twice: %v", err)
	}
	if err := srv.Vote(general, id, ben, 1); err == nil {
		t.Error("a vote without a poll")
	}
}
