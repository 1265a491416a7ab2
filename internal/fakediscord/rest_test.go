package fakediscord_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/fakediscord"
)

// rewrite sends what is meant for discord.com to the stand-in.
type rewrite struct {
	base *url.URL
	next http.RoundTripper
}

func (r rewrite) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host, req.Host = r.base.Scheme, r.base.Host, ""
	return r.next.RoundTrip(req)
}

// library returns a discordgo session whose REST goes to the stand-in.
func library(t testing.TB, srv *fakediscord.Server) *discordgo.Session {
	t.Helper()
	s := must[*discordgo.Session](t)(discordgo.New("Bot " + srv.Token()))
	s.Client = &http.Client{Transport: rewrite{must[*url.URL](t)(url.Parse(srv.URL())), http.DefaultTransport}}
	s.MaxRestRetries = 0
	s.ShouldRetryOnRateLimit = false
	return s
}

// code returns Discord's code of a REST error.
func code(err error) int {
	var e *discordgo.RESTError
	if errors.As(err, &e) && e.Message != nil {
		return e.Message.Code
	}
	return 0
}

func TestLibraryReads(t *testing.T) {
	srv := start(t, fakediscord.Config{Privileged: fakediscord.IntentGuildMembers})
	s := library(t, srv)
	g := must[*discordgo.Guild](t)(s.GuildWithCounts(text(harbour)))
	if g.Name != "Harbour" || g.ApproximateMemberCount != 3 || len(g.Roles) != 3 || g.OwnerID != text(ana) {
		t.Errorf("guild %+v", g)
	}
	if ch := must[[]*discordgo.Channel](t)(s.GuildChannels(text(harbour))); len(ch) != 3 || ch[0].Name != "general" {
		t.Errorf("channels %+v", ch)
	}
	if r := must[[]*discordgo.Role](t)(s.GuildRoles(text(harbour))); len(r) != 3 {
		t.Errorf("roles %+v", r)
	}
	if e := must[[]*discordgo.Emoji](t)(s.GuildEmojis(text(harbour))); len(e) != 1 || e[0].Name != "anchor" {
		t.Errorf("emoji %+v", e)
	}
	if m := must[*discordgo.Member](t)(s.GuildMember(text(harbour), text(ben))); m.Nick != "Benny" || m.Roles[0] != text(mod) {
		t.Errorf("member %+v", m)
	}
	var after string
	var members []string
	for {
		page := must[[]*discordgo.Member](t)(s.GuildMembers(text(harbour), after, 2))
		if len(page) == 0 {
			break
		}
		for _, m := range page {
			members = append(members, m.User.ID)
		}
		after = members[len(members)-1]
	}
	equal(t, "members", members, []string{text(ana), text(ben), text(srv.Application())})
	if u := must[*discordgo.User](t)(s.User("@me")); u.ID != text(srv.Application()) || !u.Bot {
		t.Errorf("me %+v", u)
	}
	if a := must[*discordgo.Application](t)(s.Application("@me")); a.ID != text(srv.Application()) {
		t.Errorf("application %+v", a)
	}
	if b := must[*discordgo.GatewayBotResponse](t)(s.GatewayBot()); b.Shards != 1 || !strings.HasPrefix(b.URL, "ws://") {
		t.Errorf("gateway %+v", b)
	}
	if gs := must[[]*discordgo.UserGuild](t)(s.UserGuilds(10, "", "", true)); len(gs) != 1 || gs[0].Name != "Harbour" || gs[0].ApproximateMemberCount != 3 {
		t.Errorf("guilds %+v", gs)
	}
	if c := must[*discordgo.Channel](t)(s.Channel(text(talk))); c.Type != discordgo.ChannelTypeGuildVoice {
		t.Errorf("channel %+v", c)
	}
	if _, err := s.User("12345"); code(err) != 10013 {
		t.Errorf("unknown user: %v", err)
	}
	if _, err := s.Guild("1"); code(err) != 10004 {
		t.Errorf("unknown guild: %v", err)
	}
	if _, err := s.Channel("1"); code(err) != 10003 {
		t.Errorf("unknown channel: %v", err)
	}
	if _, err := s.Channel(text(hidden)); code(err) != 50001 {
		t.Errorf("hidden channel: %v", err)
	}
	if len(srv.Recording().Unknown) > 0 {
		t.Errorf("unknown calls %+v", srv.Recording().Unknown)
	}
}

func TestMembersWantTheIntent(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	if _, err := library(t, srv).GuildMembers(text(harbour), "", 10); code(err) != 50001 {
		t.Errorf("members: %v", err)
	}
	if n := srv.Recording().Invalid; n != 1 {
		t.Errorf("%d invalid requests", n)
	}
}

func TestThreads(t *testing.T) {
	srv := start(t, fakediscord.Config{BotPermissions: fakediscord.DefaultBotPermissions | fakediscord.PermManageThreads})
	s := library(t, srv)
	at := func(day int) time.Time { return time.Date(2026, 2, day, 0, 0, 0, 0, time.UTC) }
	var archived []string
	for day := 1; day <= 5; day++ {
		id := must[uint64](t)(srv.AddChannel(harbour, fakediscord.Channel{
			Name: fmt.Sprint("day ", day), Parent: general, Type: fakediscord.ChannelPublicThread, Owner: ben, Archived: true, ArchivedAt: at(day),
		}))
		archived = append([]string{text(id)}, archived...)
	}
	open := must[uint64](t)(srv.AddChannel(harbour, fakediscord.Channel{Name: "open", Parent: general, Type: fakediscord.ChannelPublicThread, Owner: ben}))
	private := must[uint64](t)(srv.AddChannel(harbour, fakediscord.Channel{Name: "private", Parent: general, Type: fakediscord.ChannelPrivateThread, Owner: ben, Archived: true}))

	active := must[*discordgo.ThreadsList](t)(s.GuildThreadsActive(text(harbour)))
	if len(active.Threads) != 1 || active.Threads[0].ID != text(open) || active.Threads[0].ThreadMetadata.Archived {
		t.Errorf("active %+v", active.Threads)
	}
	var got []string
	var before *time.Time
	for more := true; more; {
		page := must[*discordgo.ThreadsList](t)(s.ThreadsArchived(text(general), before, 2))
		for _, th := range page.Threads {
			got = append(got, th.ID)
			before = &th.ThreadMetadata.ArchiveTimestamp
		}
		more = page.HasMore
	}
	equal(t, "archived", got, archived)
	if p := must[*discordgo.ThreadsList](t)(s.ThreadsPrivateArchived(text(general), nil, 10)); len(p.Threads) != 1 || p.Threads[0].ID != text(private) {
		t.Errorf("private %+v", p.Threads)
	}
	if status, _ := call(t, srv, "GET", "/channels/"+text(general)+"/threads/archived/public?before=x", nil); status != 400 {
		t.Errorf("bad time: %d", status)
	}
}

func TestLibraryWrites(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	s := library(t, srv)
	c := connect(t, srv, counting)
	m := must[*discordgo.Message](t)(s.ChannelMessageSendComplex(text(general), &discordgo.MessageSend{
		Content: "hello", Embeds: []*discordgo.MessageEmbed{{Title: "t", Fields: []*discordgo.MessageEmbedField{{Name: "n", Value: "v"}}}},
		Files: []*discordgo.File{{Name: "a.csv", ContentType: "text/csv", Reader: strings.NewReader("1,2")}},
	}))
	if m.Content != "hello" || len(m.Embeds) != 1 || m.Author.ID != text(srv.Application()) {
		t.Errorf("posted %+v", m)
	}
	e := c.fields(c.event("MESSAGE_CREATE").D)
	if e["content"] != "hello" || e["id"] != m.ID { // its own content it always sees
		t.Errorf("dispatched %v", e)
	}
	must[*discordgo.Message](t)(s.ChannelMessageEdit(text(general), m.ID, "changed"))
	if e := c.fields(c.event("MESSAGE_UPDATE").D); e["content"] != "changed" || e["edited_timestamp"] == nil {
		t.Errorf("updated %v", e)
	}
	if got := must[*discordgo.Message](t)(s.ChannelMessage(text(general), m.ID)); got.Content != "changed" || len(got.Embeds) != 1 {
		t.Errorf("read back %+v", got)
	}
	no(t, s.ChannelMessageDelete(text(general), m.ID))
	c.event("MESSAGE_DELETE")

	other := text(post(t, srv))
	c.event("MESSAGE_CREATE")
	if _, err := s.ChannelMessageEdit(text(general), other, "x"); code(err) != 50005 {
		t.Errorf("edit of another's message: %v", err)
	}
	if err := s.ChannelMessageDelete(text(general), other); code(err) != 50005 {
		t.Errorf("delete of another's message: %v", err)
	}
	if _, err := s.ChannelMessageSend(text(hidden), "x"); code(err) != 50001 {
		t.Errorf("post into a hidden channel: %v", err)
	}
	no(t, srv.UpdateChannel(general, func(ch *fakediscord.Channel) {
		ch.Overwrites = []fakediscord.Overwrite{{ID: srv.Application(), Member: true, Deny: fakediscord.PermSendMessages}}
	}))
	if _, err := s.ChannelMessageSend(text(general), "x"); code(err) != 50013 {
		t.Errorf("post without permission: %v", err)
	}
	if raw, err := srv.Posted(general, 1); !errors.Is(err, fakediscord.ErrUnknownMessage) {
		t.Errorf("posted %s, %v", raw, err)
	}
}

func TestMemberRoles(t *testing.T) {
	srv := start(t, fakediscord.Config{BotPermissions: fakediscord.PermManageRoles | fakediscord.PermViewChannel})
	s := library(t, srv)
	c := connect(t, srv, counting) // without the members intent nothing is heard
	no(t, s.GuildMemberRoleAdd(text(harbour), text(ana), text(mod)))
	no(t, s.GuildMemberRoleAdd(text(harbour), text(ana), text(mod)))
	if m := must[*discordgo.Member](t)(s.GuildMember(text(harbour), text(ana))); len(m.Roles) != 1 {
		t.Errorf("roles %v", m.Roles)
	}
	no(t, s.GuildMemberRoleRemove(text(harbour), text(ana), text(mod)))
	if m := must[*discordgo.Member](t)(s.GuildMember(text(harbour), text(ana))); len(m.Roles) != 0 {
		t.Errorf("roles %v", m.Roles)
	}
	c.quiet()
	above := must[uint64](t)(srv.AddRole(harbour, fakediscord.Role{Name: "captain", Position: 90}))
	if err := s.GuildMemberRoleAdd(text(harbour), text(ana), text(above)); code(err) != 50013 {
		t.Errorf("a role above the bot's: %v", err)
	}
	if err := s.GuildMemberRoleAdd(text(harbour), text(ana), "1"); code(err) != 10011 {
		t.Errorf("unknown role: %v", err)
	}
	if err := s.GuildMemberRoleAdd(text(harbour), "1", text(mod)); code(err) != 10007 {
		t.Errorf("unknown member: %v", err)
	}
}

func TestScheduledEvents(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	s := library(t, srv)
	id := must[uint64](t)(srv.Schedule(harbour, fakediscord.ScheduledEvent{Name: "regatta", Channel: talk, Start: time.Unix(1.8e9, 0)}))
	no(t, srv.Interest(harbour, id, ana))
	no(t, srv.Interest(harbour, id, ben))
	no(t, srv.Disinterest(harbour, id, ana))
	ev := must[[]*discordgo.GuildScheduledEvent](t)(s.GuildScheduledEvents(text(harbour), true))
	if len(ev) != 1 || ev[0].Name != "regatta" || ev[0].UserCount != 1 {
		t.Errorf("events %+v", ev[0])
	}
	users := must[[]*discordgo.GuildScheduledEventUser](t)(s.GuildScheduledEventUsers(text(harbour), text(id), 10, false, "", ""))
	if len(users) != 1 || users[0].User.ID != text(ben) {
		t.Errorf("users %+v", users)
	}
}

func TestOutageAnswers(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	no(t, srv.Outage(harbour))
	for _, path := range []string{"/guilds/" + text(harbour), "/channels/" + text(general)} {
		if status, _ := call(t, srv, "GET", path, nil); status != 503 {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _ := call(t, srv, "DELETE", "/users/@me/guilds/"+text(harbour), nil); status != 204 {
		t.Error("the bot cannot leave")
	}
	if status, _ := call(t, srv, "GET", "/guilds/"+text(harbour), nil); status != 404 {
		t.Error("the guild is still there")
	}
}

func TestStartAndClose(t *testing.T) {
	srv := fakediscord.New(fakediscord.Config{PublicURL: "http://discord.test/"})
	no(t, srv.Start())
	no(t, srv.Start())
	if srv.URL() != "http://discord.test" {
		t.Errorf("URL %q", srv.URL())
	}
	no(t, srv.Close())
	no(t, srv.Close())
	never := fakediscord.New(fakediscord.Config{})
	no(t, never.Close())
	if err := never.Start(); !errors.Is(err, fakediscord.ErrClosed) {
		t.Errorf("start after close: %v", err)
	}
	if err := fakediscord.New(fakediscord.Config{Addr: "256.0.0.1:0"}).Start(); err == nil {
		t.Error("listened nowhere")
	}
}

// REST counts reactions, and shows what a message has when the application is
// granted its content.
func TestMessageOverREST(t *testing.T) {
	srv := start(t, fakediscord.Config{Privileged: fakediscord.IntentMessageContent})
	s := library(t, srv)
	id := must[uint64](t)(srv.PostMessage(fakediscord.Message{
		Channel: general, Author: ana, Content: "words", Poll: &fakediscord.Poll{Question: "q", Answers: []string{"a", "b"}},
	}))
	no(t, srv.React(general, id, ben, thumb))
	no(t, srv.React(general, id, ana, thumb))
	no(t, srv.Vote(general, id, ben, 2))
	m := must[*discordgo.Message](t)(s.ChannelMessage(text(general), text(id)))
	if m.Content != "words" || len(m.Reactions) != 1 || m.Reactions[0].Count != 2 || m.Reactions[0].Me || m.Poll.Results.AnswerCounts[0].Count != 1 {
		t.Errorf("message %+v, poll %+v", m, m.Poll)
	}
	bare := post(t, srv)
	no(t, srv.React(general, bare, ben, thumb))
	first := must[*discordgo.Message](t)(s.ChannelMessage(text(general), text(bare)))
	if first.Content == "" || first.Reactions[0].Emoji.Name != "👍" {
		t.Errorf("made-up message %+v", first)
	}
}
