package discord_test

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/guild"
)

//go:embed testdata/payloads
var payloadFiles embed.FS

// payload is a dispatch as Discord sends it.
type payload struct {
	name, kind, data string
}

func load(name, kind string) payload {
	b, err := fs.ReadFile(payloadFiles, "testdata/payloads/"+name+".json")
	if err != nil {
		panic(err)
	}
	return payload{name, kind, string(b)}
}

// The cast of the payloads.
const (
	theGuild   = 197038439483310086
	theChannel = 281223784518418433
	theThread  = 1107393939393939393
	voiceRoom  = 281223784518418500
	afkRoom    = 281223784518418501
	hiddenRoom = 281223784518418600
	whisper    = 1107393939393939394 // a thread of it
	ada        = 80351110224678912
	bob        = 53908232506183680
	carol      = 66666666666666666
	mee6       = 159985870458322944
	stranger   = 77777777777777777
	theMessage = 1312345678901234567
	theEvent   = 941234567890123456

	lastInThreads = 1312345678901234000
)

var (
	arrival = time.Date(2024, 12, 1, 10, 20, 30, 456e6, time.UTC)
	at      = arrival.UnixMilli()
	origin  = events.Origin{Shard: 0, Seq: 7}
)

// payloads are decoded in this order by a decoder that has seen the server.
var payloads = []struct {
	payload
	want     []events.Event
	filtered map[discord.Reason]uint64
	hidden   []uint64 // nil: nothing is told
}{
	{payload: load("guild", "GUILD_CREATE"), hidden: []uint64{hiddenRoom, whisper},
		want: []events.Event{
			head(theChannel, theMessage), head(voiceRoom, voiceRoom), head(afkRoom, afkRoom), // empty: the channel's own id
			head(hiddenRoom, hiddenRoom), head(theThread, lastInThreads), head(whisper, lastInThreads),
			events.VoiceSync(origin, theGuild, at, false),
			events.VoiceState(origin, theGuild, voiceRoom, ada, at, 0),
			events.VoiceState(origin, theGuild, afkRoom, bob, at, events.FlagMuted|events.FlagDeafened|events.FlagAFK),
			events.VoiceState(origin, theGuild, voiceRoom, stranger, at, events.FlagMuted),
			events.VoiceSync(origin, theGuild, at, true),
		},
		filtered: one(discord.ReasonBot)},

	{payload: load("message", "MESSAGE_CREATE"), want: said(theChannel, 0)},
	{payload: load("message_reply", "MESSAGE_CREATE"), want: said(theChannel, events.FlagReply)},
	{payload: load("message_sticker_thread", "MESSAGE_CREATE"),
		want: said(theThread, events.FlagInThread|events.FlagSticker|events.FlagAttachment)},
	{payload: load("message_components", "MESSAGE_CREATE"), want: said(theChannel, 0)},
	{payload: load("message_bot", "MESSAGE_CREATE"), want: seen(), filtered: one(discord.ReasonBot)},
	{payload: load("message_command_answer", "MESSAGE_CREATE"), want: seen(), filtered: one(discord.ReasonWebhook)},
	{payload: load("message_webhook", "MESSAGE_CREATE"), want: seen(), filtered: one(discord.ReasonWebhook)},
	{payload: load("message_join", "MESSAGE_CREATE"), want: seen(), filtered: one(discord.ReasonSystem)},
	{payload: load("message_future", "MESSAGE_CREATE"), want: seen(), filtered: one(discord.ReasonSystem)},
	{payload: load("message_discord", "MESSAGE_CREATE"), want: seen(), filtered: one(discord.ReasonSystem)},
	{payload: load("message_direct", "MESSAGE_CREATE"), filtered: one(discord.ReasonDirect)},
	{payload: load("message", "MESSAGE_UPDATE")},
	{payload: load("message_delete", "MESSAGE_DELETE"),
		want: []events.Event{events.MessageDelete(origin, theGuild, theChannel, theMessage, at)}},
	{payload: load("message_delete_bulk", "MESSAGE_DELETE_BULK"),
		want: []events.Event{
			events.MessageDelete(origin, theGuild, theChannel, theMessage, at),
			events.MessageDelete(origin, theGuild, theChannel, theMessage+1, at),
			events.MessageDelete(origin, theGuild, theChannel, theMessage+2, at),
		}},

	{payload: load("reaction_add", "MESSAGE_REACTION_ADD"), want: reacted(bob, 1)},
	{payload: load("reaction_add_custom", "MESSAGE_REACTION_ADD"), want: reacted(bob, 2)},
	{payload: load("reaction_add_deleted_emoji", "MESSAGE_REACTION_ADD"), want: reacted(bob, 2)},
	{payload: load("reaction_add_webhook_message", "MESSAGE_REACTION_ADD"), want: reacted(0, 1)},
	{payload: load("reaction_add_bot", "MESSAGE_REACTION_ADD"), filtered: one(discord.ReasonBot)},
	{payload: load("reaction_remove", "MESSAGE_REACTION_REMOVE"),
		want: []events.Event{events.ReactionRemove(origin, theGuild, theChannel, theMessage, ada, 1, at)}},
	{payload: load("reaction_remove_all", "MESSAGE_REACTION_REMOVE_ALL"), filtered: one(discord.ReasonUnattributed)},
	{payload: load("reaction_remove_emoji", "MESSAGE_REACTION_REMOVE_EMOJI"), filtered: one(discord.ReasonUnattributed)},
	{payload: load("poll_vote", "MESSAGE_POLL_VOTE_ADD"),
		want: []events.Event{events.PollVote(origin, theGuild, theChannel, theMessage, ada, 3, at, true)}},
	{payload: load("poll_vote", "MESSAGE_POLL_VOTE_REMOVE"),
		want: []events.Event{events.PollVote(origin, theGuild, theChannel, theMessage, ada, 3, at, false)}},

	{payload: load("voice_join", "VOICE_STATE_UPDATE"), want: voiced(voiceRoom, 0)},
	{payload: load("voice_muted", "VOICE_STATE_UPDATE"), want: voiced(voiceRoom, events.FlagMuted)},
	{payload: load("voice_deafened", "VOICE_STATE_UPDATE"), want: voiced(voiceRoom, events.FlagMuted|events.FlagDeafened)},
	{payload: load("voice_audience", "VOICE_STATE_UPDATE"), want: voiced(voiceRoom, events.FlagMuted)},
	{payload: load("voice_afk", "VOICE_STATE_UPDATE"), want: voiced(afkRoom, events.FlagAFK)},
	{payload: load("voice_leave", "VOICE_STATE_UPDATE"), want: voiced(0, events.FlagLeft)},
	{payload: load("voice_bot", "VOICE_STATE_UPDATE"), filtered: one(discord.ReasonBot)},
	{payload: load("voice_direct_call", "VOICE_STATE_UPDATE"), filtered: one(discord.ReasonDirect)},

	{payload: load("thread_create", "THREAD_CREATE"),
		want: []events.Event{
			head(theMessage+3, theMessage+3), events.Thread(origin, theGuild, theChannel, theMessage+3, ada),
		}},
	{payload: load("thread_create_shown", "THREAD_CREATE"), filtered: one(discord.ReasonKnown),
		want: []events.Event{head(theMessage+4, theMessage+4)}},
	{payload: load("thread_create_bot", "THREAD_CREATE"), filtered: one(discord.ReasonBot),
		want: []events.Event{head(theMessage+5, theMessage+5)}},
	{payload: load("thread_create_hidden", "THREAD_CREATE"), hidden: []uint64{hiddenRoom, whisper, theMessage + 6},
		want: []events.Event{
			head(theMessage+6, theMessage+6), events.Thread(origin, theGuild, hiddenRoom, theMessage+6, ada),
		}},
	{payload: load("thread_list_sync", "THREAD_LIST_SYNC"),
		want:   []events.Event{head(whisper+1, lastInThreads)},
		hidden: []uint64{hiddenRoom, whisper, whisper + 1, theMessage + 6}},
	{payload: load("thread_delete", "THREAD_DELETE")},

	{payload: load("member_add", "GUILD_MEMBER_ADD"),
		want: []events.Event{events.Join(origin, theGuild, carol, 1733048370456)}},
	{payload: load("member_add_known", "GUILD_MEMBER_ADD"), filtered: one(discord.ReasonKnown)},
	{payload: load("member_add_bot", "GUILD_MEMBER_ADD"), filtered: one(discord.ReasonBot)},
	{payload: load("member_update", "GUILD_MEMBER_UPDATE")},
	{payload: load("member_remove", "GUILD_MEMBER_REMOVE"),
		want: []events.Event{events.Leave(origin, theGuild, ada, at)}},
	{payload: load("member_remove_bot", "GUILD_MEMBER_REMOVE"), filtered: one(discord.ReasonBot)},

	{payload: load("event_user_add", "GUILD_SCHEDULED_EVENT_USER_ADD"),
		want: []events.Event{events.Interest(origin, theGuild, theEvent, ada, at, true)}},
	{payload: load("event_user_add", "GUILD_SCHEDULED_EVENT_USER_REMOVE"),
		want: []events.Event{events.Interest(origin, theGuild, theEvent, ada, at, false)}},
	{payload: load("invite_create", "INVITE_CREATE"),
		want: []events.Event{events.Invite(origin, theGuild, theChannel, ada, 1733048400000)}},
	{payload: load("invite_create_widget", "INVITE_CREATE"), filtered: one(discord.ReasonUnattributed)},
	{payload: load("interaction_command", "INTERACTION_CREATE"),
		want: []events.Event{events.Command(origin, theGuild, theChannel, 1312345678901230000, ada)}},
	{payload: load("interaction_button", "INTERACTION_CREATE")},
	{payload: load("interaction_direct", "INTERACTION_CREATE"), filtered: one(discord.ReasonDirect)},

	{payload: load("role_create", "GUILD_ROLE_CREATE")},
	{payload: load("role_delete", "GUILD_ROLE_DELETE")},
	{payload: load("channel_create_direct", "CHANNEL_CREATE"), filtered: one(discord.ReasonDirect)},
	{payload: load("channel_create_obfuscated", "CHANNEL_CREATE"),
		hidden: []uint64{hiddenRoom, hiddenRoom + 100, whisper, whisper + 1, theMessage + 6}},
	{payload: load("channel_update_hidden", "CHANNEL_UPDATE"), // with all its threads
		hidden: []uint64{theChannel, hiddenRoom, hiddenRoom + 100, theThread, whisper, whisper + 1,
			theMessage + 3, theMessage + 4, theMessage + 5, theMessage + 6}},
	{payload: load("channel_delete", "CHANNEL_DELETE")},
	{payload: load("role_update_closed", "GUILD_ROLE_UPDATE"), // and all other channels
		hidden: []uint64{281223784518418400, theChannel, voiceRoom, afkRoom, hiddenRoom, hiddenRoom + 100,
			theThread, whisper, whisper + 1, theMessage + 3, theMessage + 4, theMessage + 5, theMessage + 6}},
	{payload: load("guild_update_closed", "GUILD_UPDATE")},
	{payload: load("guild_outage", "GUILD_CREATE")},
	{payload: load("guild_outage", "GUILD_DELETE")},
	{payload: load("guild_removed", "GUILD_DELETE"),
		want: []events.Event{
			events.VoiceSync(origin, theGuild, at, false),
			events.VoiceSync(origin, theGuild, at, true),
		}},
	{payload: load("ready", "SOMETHING_NEW")},
}

func one(r discord.Reason) map[discord.Reason]uint64 { return map[discord.Reason]uint64{r: 1} }

func said(channel uint64, f events.Flags) []events.Event {
	return []events.Event{events.Message(origin, theGuild, channel, theMessage, ada, f)}
}

func seen() []events.Event {
	return []events.Event{events.Seen(origin, theGuild, theChannel, theMessage)}
}

func head(channel, last uint64) events.Event { return events.Head(origin, theGuild, channel, last, at) }

func reacted(author uint64, emoji uint32) []events.Event {
	return []events.Event{
		events.Reaction(origin, theGuild, theChannel, theMessage, ada, author, emoji, at),
	}
}

func voiced(channel uint64, f events.Flags) []events.Event {
	return []events.Event{events.VoiceState(origin, theGuild, channel, ada, at, f)}
}

// TestDecode runs a day's payloads through one decoder.
func TestDecode(t *testing.T) {
	sink, dir := newRecorder(), guild.NewDirectory(guild.DirectoryConfig{})
	d := discord.NewDecoder(0, 1, sink, dir, nil)
	before := map[discord.Reason]uint64{}
	for _, p := range payloads {
		t.Run(p.name+"/"+p.kind, func(t *testing.T) {
			controls := len(sink.controls(events.ControlVisibility))
			got, err := d.Decode(t.Context(), p.kind, origin.Seq, []byte(p.data), arrival, false, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(got)+len(p.want) > 0 && !reflect.DeepEqual(got, p.want) {
				t.Errorf("events\n%+v\nwant\n%+v", got, p.want)
			}
			after := d.Stats().Filtered
			for r, n := range after {
				if n-before[r] != p.filtered[r] {
					t.Errorf("filtered as %s: %d, want %d", r, n-before[r], p.filtered[r])
				}
			}
			before = after
			var hidden []string
			if p.hidden != nil {
				hidden = []string{body(events.Visibility{Hidden: p.hidden})}
			}
			if told := sink.controls(events.ControlVisibility)[controls:]; len(told)+len(hidden) > 0 &&
				!reflect.DeepEqual(told, hidden) {
				t.Errorf("told to be hidden\n%v\nwant\n%v", told, hidden)
			}
		})
	}
}

func TestDecodeFillsTheDirectory(t *testing.T) {
	dir := guild.NewDirectory(guild.DirectoryConfig{})
	d := discord.NewDecoder(0, 1, newRecorder(), dir, nil)
	decode := func(p payload) {
		t.Helper()
		if _, err := d.Decode(t.Context(), p.kind, 1, []byte(p.data), arrival, false, nil); err != nil {
			t.Fatal(err)
		}
	}
	decode(load("guild", "GUILD_CREATE"))
	g, ok := dir.Guild(theGuild)
	if !ok || g.Name != "Analytical Engine" || g.Owner != bob || g.AFKChannel != afkRoom || g.MemberCount != 4211 ||
		g.Icon != "86e39f7ae3307e811784e2ffd11a7310" || g.Locale != "en-GB" || len(g.Roles) != 3 {
		t.Errorf("server %+v", g)
	}
	c, _ := dir.Channel(theGuild, theChannel)
	want := guild.Channel{ID: theChannel, Guild: theGuild, Parent: 281223784518418400, Name: "general",
		Position: 1, LastMessage: theMessage}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("channel %+v, want %+v", c, want)
	}
	if th, _ := dir.Channel(theGuild, theThread); !th.Thread() || th.Parent != theChannel {
		t.Errorf("thread %+v", th)
	}
	name := func(want string) {
		t.Helper()
		if got := dir.MemberName(theGuild, ada); got != want {
			t.Errorf("ada is called %q, want %q", got, want)
		}
	}
	name("La Première")
	decode(load("message", "MESSAGE_CREATE"))
	name("La \"Première\" ☃")
	m, _ := dir.Member(theGuild, ada)
	if m.Username != "ada" || m.Avatar != "a_d5efa99b3eeaa7dd43acca82f5692432" || m.Bot || m.Left ||
		!reflect.DeepEqual(m.Roles, []uint64{197038439483310087}) || m.Joined != 1614834367890 {
		t.Errorf("member %+v", m)
	}
	decode(load("member_update", "GUILD_MEMBER_UPDATE"))
	name("Countess")
	if m, _ := dir.Member(theGuild, ada); m.Joined != 1614834367890 {
		t.Errorf("an update without joined_at made it %d", m.Joined)
	}
	decode(load("member_remove", "GUILD_MEMBER_REMOVE"))
	if m, _ := dir.Member(theGuild, ada); !m.Left {
		t.Error("who left has not")
	}
	if m, _ := dir.Member(theGuild, mee6); !m.Bot {
		t.Error("the bot is none")
	}
	decode(load("guild_outage", "GUILD_DELETE"))
	if g, ok := dir.Guild(theGuild); !ok || !g.Unavailable || g.Name == "" {
		t.Errorf("after an outage began: %+v, %v", g, ok)
	}
	decode(load("guild_removed", "GUILD_DELETE"))
	if _, ok := dir.Guild(theGuild); ok {
		t.Error("a server that removed the bot is still there")
	}
}

// A channel of a server that the directory does not know as a whole must not end
// in a list that would uncover all others.
func TestDecodeTellsNoVisibilityOfUnknownServers(t *testing.T) {
	sink := newRecorder()
	d := discord.NewDecoder(0, 1, sink, guild.NewDirectory(guild.DirectoryConfig{}), nil)
	for _, p := range []payload{
		load("channel_update_hidden", "CHANNEL_UPDATE"), load("role_update_closed", "GUILD_ROLE_UPDATE"),
		load("guild_update_closed", "GUILD_UPDATE"), load("thread_create_hidden", "THREAD_CREATE"),
		load("guild_outage", "GUILD_CREATE"), load("channel_delete", "CHANNEL_DELETE"),
	} {
		if _, err := d.Decode(t.Context(), p.kind, 1, []byte(p.data), arrival, false, nil); err != nil {
			t.Fatal(err)
		}
	}
	if told := sink.controls(events.ControlVisibility); len(told) > 0 {
		t.Errorf("told %v", told)
	}
	if n := d.Stats().Unknown; n == 0 {
		t.Error("and counted nothing")
	}
}

func TestDecodeCutsHiddenListsToAControl(t *testing.T) {
	sink, dir := newRecorder(), guild.NewDirectory(guild.DirectoryConfig{})
	d := discord.NewDecoder(0, 1, sink, dir, nil)
	channels := []guild.Channel{{ID: 1 << 62, Type: guild.ChannelPrivateThread}}
	for i := range uint64(4000) {
		channels = append(channels, guild.Channel{ID: 1<<62 + i, Type: guild.ChannelPrivateThread, Deleted: i%4 == 0})
	}
	dir.PutGuild(guild.Guild{ID: theGuild, Roles: []guild.Role{{ID: theGuild}}}, channels)
	p := load("role_create", "GUILD_ROLE_CREATE")
	if _, err := d.Decode(t.Context(), p.kind, 1, []byte(p.data), arrival, false, nil); err != nil {
		t.Fatal(err)
	}
	told := sink.controls(events.ControlVisibility)
	if len(told) != 1 {
		t.Fatalf("told %d times", len(told))
	}
	var v events.Visibility
	if err := json.Unmarshal([]byte(told[0]), &v); err != nil {
		t.Fatal(err)
	}
	for i := range uint64(4000) {
		id := 1<<62 + i
		if found := strings.Contains(told[0], jsonNumber(id)); found != (i%4 != 0) {
			t.Fatalf("channel %d, deleted %v, is told: %v", i, i%4 == 0, found)
		}
	}
	if n := d.Stats().Unhidden; n != 1000 {
		t.Errorf("%d counted as not told", n)
	}
}

func jsonNumber(n uint64) string { return body(n) }

func TestDecodeHandsInteractionsOnOnce(t *testing.T) {
	var got []json.RawMessage
	d := discord.NewDecoder(0, 1, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{}),
		func(b json.RawMessage) { got = append(got, b) })
	p := load("interaction_button", "INTERACTION_CREATE")
	data := []byte(p.data)
	for _, replay := range []bool{false, true} {
		if _, err := d.Decode(t.Context(), p.kind, 1, data, arrival, replay, nil); err != nil {
			t.Fatal(err)
		}
	}
	clear(data) // the frame's buffer is used again
	if len(got) != 1 || string(got[0]) != p.data {
		t.Errorf("handed on %d payloads", len(got))
	}
}

func TestDecodeJoinsByEitherClock(t *testing.T) {
	join := load("member_add", "GUILD_MEMBER_ADD")
	joined := time.UnixMilli(1733048370456)
	message := strings.ReplaceAll(load("message", "MESSAGE_CREATE").data, jsonString(theMessage),
		jsonString(events.MakeSnowflake(joined.UnixMilli()+1000, 0)))
	for name, tt := range map[string]struct {
		clock   time.Time
		message bool
		counts  bool
	}{
		"right":                                 {joined, false, true},
		"replayed ten minutes later":            {joined.Add(10 * time.Minute), false, true},
		"an hour ahead":                         {joined.Add(time.Hour), false, false},
		"an hour ahead, with a message before":  {joined.Add(time.Hour), true, true},
		"an hour behind, with a message before": {joined.Add(-time.Hour), true, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := discord.NewDecoder(0, 1, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{}), nil)
			if tt.message {
				if _, err := d.Decode(t.Context(), "MESSAGE_CREATE", 1, []byte(message), tt.clock, false, nil); err != nil {
					t.Fatal(err)
				}
			}
			got, err := d.Decode(t.Context(), join.kind, 1, []byte(join.data), tt.clock, false, nil)
			if err != nil || (len(got) == 1) != tt.counts {
				t.Errorf("%d events, %v", len(got), err)
			}
		})
	}
}

func jsonString(n uint64) string { return `"` + jsonNumber(n) + `"` }

func TestDecodeMalformed(t *testing.T) {
	for _, tt := range []payload{
		{"no id", "MESSAGE_CREATE", `{"channel_id":"1","guild_id":"2","author":{"id":"3"},"type":0}`},
		{"no author", "MESSAGE_CREATE", `{"id":"1","channel_id":"1","guild_id":"2","type":0}`},
		{"type of type", "MESSAGE_CREATE", `{"id":"1","channel_id":"1","guild_id":"2","author":{"id":"3"},"type":"0"}`},
		{"author is text", "MESSAGE_CREATE", `{"id":"1","channel_id":"1","guild_id":"2","author":"x","type":0}`},
		{"bot is a number", "MESSAGE_CREATE", `{"id":"1","channel_id":"1","author":{"id":"3","bot":1}}`},
		{"not an object", "MESSAGE_CREATE", `[]`},
		{"null", "MESSAGE_CREATE", `null`},
		{"empty", "MESSAGE_CREATE", ``},
		{"cut", "MESSAGE_CREATE", `{"id":"1","channel_id":"1"`},
		{"more", "MESSAGE_DELETE", `{"id":"1","channel_id":"1","guild_id":"1"}{}`},
		{"huge id", "MESSAGE_DELETE", `{"id":"99999999999999999999","channel_id":"1","guild_id":"1"}`},
		{"no emoji", "MESSAGE_REACTION_ADD", `{"user_id":"1","channel_id":"1","message_id":"1","guild_id":"1"}`},
		{"long emoji", "MESSAGE_REACTION_ADD", `{"user_id":"1","channel_id":"1","message_id":"1","guild_id":"1","emoji":{"name":"` +
			strings.Repeat("x", 200) + `"}}`},
		{"no session", "GUILD_MEMBER_ADD", `{"guild_id":"1"}`},
		{"no server", "THREAD_CREATE", `{"id":"1","newly_created":true,"owner_id":"2"}`},
		{"roles no list", "GUILD_CREATE", `{"id":"1","roles":{}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := discord.NewDecoder(0, 1, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{}), nil)
			before := []events.Event{events.Mark(origin, 1)}
			got, err := d.Decode(t.Context(), tt.kind, 1, []byte(tt.data), arrival, false, before)
			if !errors.Is(err, discord.ErrMalformed) || len(got) != 1 {
				t.Errorf("%d events, %v", len(got), err)
			}
		})
	}
}

// What only names something is no reason to lose a count.
func TestDecodeToleratesNames(t *testing.T) {
	d := discord.NewDecoder(0, 1, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{}), nil)
	const text = `{"id":"1","channel_id":"2","guild_id":"3","type":0,
		"author":{"id":"4","username":7,"global_name":["x"],"avatar":{"a":1}},
		"member":{"nick":false,"joined_at":12,"roles":null}}`
	got, err := d.Decode(t.Context(), "MESSAGE_CREATE", 7, []byte(text), arrival, false, nil)
	if err != nil || len(got) != 1 || got[0] != events.Message(origin, 3, 2, 1, 4, 0) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDecodeAllocations(t *testing.T) {
	for name, most := range map[string]float64{
		"message": 0, "message_bot": 0, "voice_join": 0, "reaction_add": 3, "message_delete": 0,
	} {
		kind := map[string]string{
			"message": "MESSAGE_CREATE", "message_bot": "MESSAGE_CREATE", "message_delete": "MESSAGE_DELETE",
			"voice_join": "VOICE_STATE_UPDATE", "reaction_add": "MESSAGE_REACTION_ADD",
		}[name]
		d := discord.NewDecoder(0, 1, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{}), nil)
		text := []byte(`{"t":"` + kind + `","s":42,"op":0,"d":` + load(name, kind).data + `}`)
		evs := make([]events.Event, 0, 8)
		ctx := context.Background()
		got := testing.AllocsPerRun(200, func() {
			var err error
			if evs, err = d.Frame(ctx, text, arrival, evs[:0]); err != nil {
				t.Fatal(err)
			}
		})
		if got > most {
			t.Errorf("%s: %v allocations, at most %v (of which the test's sink makes some for emoji)", name, got, most)
		}
	}
}

func BenchmarkDecodeMessage(b *testing.B) {
	d := discord.NewDecoder(0, 1, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{}), nil)
	var compact any
	if err := json.Unmarshal([]byte(load("message", "MESSAGE_CREATE").data), &compact); err != nil {
		b.Fatal(err)
	}
	text := []byte(`{"t":"MESSAGE_CREATE","s":42,"op":0,"d":` + body(compact) + `}`)
	evs := make([]events.Event, 0, 8)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		evs, _ = d.Frame(b.Context(), text, arrival, evs[:0])
	}
}
