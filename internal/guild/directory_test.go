package guild_test

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

func directory(cfg guild.DirectoryConfig) *guild.Directory { return guild.NewDirectory(cfg) }

const (
	lounge  = uint64(1001) // text, open
	staff   = uint64(1002) // text, hidden
	stage   = uint64(1003) // voice, open
	thread  = uint64(2001) // of lounge
	secret  = uint64(2002) // private, of lounge
	staffs  = uint64(2003) // of staff
	orphan  = uint64(2004) // of a channel that is not known
	nowhere = uint64(9999)
)

func sampleGuild() guild.Guild {
	return guild.Guild{
		ID: server, Name: "Lighthouse", Icon: "cf3ced8600b777c9486c6d8d84fb4327", Owner: owner, MemberCount: 3, Locale: "de",
		Roles: []guild.Role{
			{ID: admins, Name: "keepers", Permissions: guild.Administrator, Position: 2},
			{ID: server, Name: "@everyone", Permissions: guild.ViewChannel | guild.SendMessages},
			{ID: roleA, Name: "staff", Permissions: guild.ManageThreads, Position: 1},
		},
	}
}

func sampleChannels() []guild.Channel {
	return []guild.Channel{
		{ID: lounge, Name: "lounge", Position: 2, LastMessage: 5000},
		{ID: staff, Name: "staff", Position: 1, Overwrites: []guild.Overwrite{role(server, 0, guild.ViewChannel), role(roleA, guild.ViewChannel, 0)}},
		{ID: stage, Name: "stage", Type: guild.ChannelVoice, Position: 3},
		{ID: thread, Name: "a thread", Type: guild.ChannelPublicThread, Parent: lounge},
		{ID: secret, Name: "a secret", Type: guild.ChannelPrivateThread, Parent: lounge},
		{ID: staffs, Name: "of staff", Type: guild.ChannelPublicThread, Parent: staff},
		{ID: orphan, Name: "orphan", Type: guild.ChannelAnnouncementThread, Parent: nowhere},
	}
}

func sampleDirectory() *guild.Directory {
	d := directory(guild.DirectoryConfig{})
	d.PutGuild(sampleGuild(), sampleChannels())
	return d
}

func TestDirectoryNames(t *testing.T) {
	d := sampleDirectory()
	d.PutMember(guild.Member{Guild: server, ID: user, Name: "Ada", Username: "ada_l"})
	d.PutMember(guild.Member{Guild: server, ID: 8, Username: "eve"})
	for got, want := range map[string]string{
		d.GuildName(server):                    "Lighthouse",
		d.GuildName(5):                         "server 5",
		d.ChannelName(server, lounge):          "lounge",
		d.ChannelName(server, 4):               "channel 4",
		d.ChannelName(5, 6):                    "channel 6",
		d.MemberName(server, user):             "Ada",
		d.MemberName(server, 8):                "eve",
		d.MemberName(server, 9):                "member 9",
		d.MemberName(5, 10):                    "member 10",
		d.MemberName(server, events.Anonymous): "erased members",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for id, want := range map[uint64]bool{user: false, 8: false, 9: true, events.Anonymous: false} {
		if got := d.Unnamed(server, id); got != want {
			t.Errorf("Unnamed(%d) = %v", id, got)
		}
	}
}

func TestDirectoryPutReportsChange(t *testing.T) {
	d := directory(guild.DirectoryConfig{})
	m := guild.Member{Guild: server, ID: user, Name: "Ada", Joined: 1, Roles: []uint64{roleA}}
	for i, step := range []struct {
		put  func() bool
		want bool
	}{
		{func() bool { return d.PutGuild(sampleGuild(), sampleChannels()) }, true},
		{func() bool { return d.PutGuild(sampleGuild(), sampleChannels()) }, false},
		{func() bool { return d.UpdateGuild(guild.Guild{ID: server, Name: "Beacon"}) }, true},
		{func() bool { return d.UpdateGuild(guild.Guild{ID: server, Name: "Beacon"}) }, false},
		{func() bool { return d.SetUnavailable(server, true) }, true},
		{func() bool { return d.SetUnavailable(server, true) }, false},
		{func() bool { return d.PutChannel(guild.Channel{Guild: server, ID: lounge, Name: "hall"}) }, true},
		{func() bool { return d.PutChannel(guild.Channel{Guild: server, ID: lounge, Name: "hall"}) }, false},
		{func() bool { return d.DeleteChannel(server, lounge) }, true},
		{func() bool { return d.DeleteChannel(server, lounge) }, false},
		{func() bool { return d.DeleteChannel(server, 4) }, false},
		{func() bool { return d.PutRole(server, guild.Role{ID: roleB, Name: "b"}) }, true},
		{func() bool { return d.PutRole(server, guild.Role{ID: roleB, Name: "b"}) }, false},
		{func() bool { return d.PutRole(server, guild.Role{ID: roleB, Name: "c"}) }, true},
		{func() bool { return d.DeleteRole(server, roleB) }, true},
		{func() bool { return d.DeleteRole(server, roleB) }, false},
		{func() bool { return d.PutMember(m) }, true},
		{func() bool { return d.PutMember(m) }, false},
		{func() bool { return d.ObserveMember(m) }, false},
		{func() bool { return d.MemberLeft(server, user) }, true},
		{func() bool { return d.MemberLeft(server, user) }, false},
		{func() bool { return d.MemberLeft(server, 77) }, false},
	} {
		if got := step.put(); got != step.want {
			t.Errorf("step %d: %v", i, got)
		}
	}
}

func TestDirectoryUpdateGuildKeepsWhatIsNotTold(t *testing.T) {
	d := sampleDirectory()
	d.UpdateGuild(guild.Guild{ID: server, Name: "Beacon", Owner: user})
	g, ok := d.Guild(server)
	if !ok || g.Name != "Beacon" || g.Owner != user || g.MemberCount != 3 || len(g.Roles) != 3 {
		t.Errorf("%+v", g)
	}
	if c, ok := d.Channel(server, lounge); !ok || c.Deleted {
		t.Errorf("%+v", c)
	}
}

func TestDirectoryDeletedChannels(t *testing.T) {
	d := sampleDirectory()
	d.DeleteChannel(server, staff)
	for id, deleted := range map[uint64]bool{staff: true, staffs: true, lounge: false, thread: false} {
		if c, ok := d.Channel(server, id); !ok || c.Deleted != deleted || c.Name == "" {
			t.Errorf("%d: %+v", id, c)
		}
	}
	if !slices.Contains(d.Hidden(server), staff) {
		t.Error("what was hidden shows once it is deleted")
	}
	// A list without the lounge: it went while nobody listened, its archived
	// threads with it. The threads of others are archived, not gone.
	d.PutGuild(sampleGuild(), sampleChannels()[1:3])
	for id, deleted := range map[uint64]bool{lounge: true, thread: true, secret: true, staff: false, staffs: true, stage: false, orphan: false} {
		if c, _ := d.Channel(server, id); c.Deleted != deleted {
			t.Errorf("%s: deleted %v", c.Name, c.Deleted)
		}
	}
}

func TestDirectoryChannelsInOrder(t *testing.T) {
	var got []uint64
	for _, c := range sampleDirectory().Channels(server) {
		got = append(got, c.ID)
		if c.Guild != server {
			t.Errorf("%s is of server %d", c.Name, c.Guild)
		}
	}
	if want := []uint64{thread, secret, staffs, orphan, staff, lounge, stage}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := directory(guild.DirectoryConfig{}).Channels(server); got != nil {
		t.Errorf("%v of an unknown server", got)
	}
}

func TestDirectoryVisibility(t *testing.T) {
	d := sampleDirectory()
	if got, want := d.Hidden(server), []uint64{staff, secret, staffs, orphan}; !slices.Equal(got, want) {
		t.Errorf("hidden %v, want %v", got, want)
	}
	for id, want := range map[uint64]bool{lounge: true, stage: true, thread: true, staff: false, secret: false, staffs: false, orphan: false, nowhere: false} {
		if got := d.EveryoneMayView(server, id); got != want {
			t.Errorf("everyone may view %d: %v", id, got)
		}
	}
	for _, tc := range []struct {
		name  string
		user  uint64
		roles []uint64
		want  []uint64
	}{
		{"a member", user, nil, []uint64{lounge, stage, thread}},
		{"a moderator", user, []uint64{roleA}, []uint64{lounge, staff, stage, thread, secret, staffs}},
		{"a keeper", user, []uint64{admins}, []uint64{lounge, staff, stage, thread, secret, staffs, orphan}},
		{"the owner", owner, nil, []uint64{lounge, staff, stage, thread, secret, staffs, orphan}},
	} {
		if got := d.Viewable(server, tc.user, tc.roles); !slices.Equal(got, tc.want) {
			t.Errorf("%s views %v, want %v", tc.name, got, tc.want)
		}
		for _, c := range sampleChannels() {
			p := d.ChannelPermissions(server, c.ID, tc.user, tc.roles)
			if viewable := slices.Contains(tc.want, c.ID); p.Has(guild.ViewChannel) != viewable || (p == 0) == viewable {
				t.Errorf("%s in %s: %#x", tc.name, c.Name, p)
			}
		}
	}
	if d.Permissions(server, owner, nil) != guild.AllPermissions || d.Permissions(server, user, nil).Has(guild.ManageThreads) {
		t.Error("wrong permissions in the server")
	}
}

func TestDirectoryVisibilityFollows(t *testing.T) {
	d := sampleDirectory()
	d.PutRole(server, guild.Role{ID: server})
	if got := len(d.Hidden(server)); got != 7 {
		t.Errorf("%d channels are hidden from an @everyone without permissions", got)
	}
	d.PutChannel(guild.Channel{Guild: server, ID: lounge, Overwrites: []guild.Overwrite{role(server, guild.ViewChannel, 0)}})
	if !d.EveryoneMayView(server, thread) {
		t.Error("the thread does not follow its channel")
	}
}

// Discord hides names and permissions of channels that the bot may not view.
func TestDirectoryObfuscatedChannel(t *testing.T) {
	d := sampleDirectory()
	d.PutChannel(guild.Channel{Guild: server, ID: lounge, Name: "___hidden___", Obfuscated: true, Position: 2})
	c, ok := d.Channel(server, lounge)
	if !ok || c.Name != "lounge" || c.LastMessage != 5000 || !c.Obfuscated {
		t.Errorf("%+v", c)
	}
	if d.EveryoneMayView(server, lounge) || d.EveryoneMayView(server, thread) || d.ChannelPermissions(server, thread, user, []uint64{roleA}) != 0 {
		t.Error("what the bot may not view is open")
	}
	if d.ChannelPermissions(server, lounge, owner, nil) != guild.AllPermissions {
		t.Error("the owner may not view it")
	}
	d.PutChannel(guild.Channel{Guild: server, ID: 1009, Name: "___hidden___", Obfuscated: true})
	if got := d.ChannelName(server, 1009); got != "channel 1009" {
		t.Errorf("a name that nobody gave: %q", got)
	}
	d.PutChannel(guild.Channel{Guild: server, ID: lounge, Name: "lounge"})
	if !d.EveryoneMayView(server, lounge) {
		t.Error("it stays closed")
	}
}

// What is not known is closed, and a stray event makes no server.
func TestDirectoryUnknownServer(t *testing.T) {
	d := directory(guild.DirectoryConfig{})
	d.ObserveMember(guild.Member{Guild: server, ID: user, Name: "Ada"})
	d.PutChannel(guild.Channel{Guild: server, ID: lounge, Name: "lounge"})
	d.PutRole(server, guild.Role{ID: server, Permissions: guild.AllPermissions})
	if g, ok := d.Guild(server); ok || len(d.Guilds()) != 0 {
		t.Errorf("%+v", g)
	}
	if d.EveryoneMayView(server, lounge) || d.Permissions(server, user, nil) != 0 || !slices.Equal(d.Hidden(server), []uint64{lounge}) {
		t.Error("open")
	}
	if d.Hidden(5) != nil || d.Viewable(5, user, nil) != nil || d.Permissions(5, user, nil) != 0 || d.ChannelPermissions(5, 6, user, nil) != 0 || d.EveryoneMayView(5, 6) {
		t.Error("something is known of a server that is not")
	}
	d.SetUnavailable(server, true) // it is ours, and its roles are not known yet
	d.DeleteRole(server, server)
	d.PutChannel(guild.Channel{Guild: server, ID: lounge, Overwrites: []guild.Overwrite{person(user, guild.ViewChannel, 0), role(server, guild.ViewChannel, 0)}})
	if d.EveryoneMayView(server, lounge) || d.ChannelPermissions(server, lounge, user, nil) != 0 {
		t.Error("open before its roles are known")
	}
	if d.MemberName(server, user) != "Ada" {
		t.Error("the name is lost")
	}
	d.PutGuild(sampleGuild(), sampleChannels())
	if !d.EveryoneMayView(server, lounge) || d.MemberName(server, user) != "Ada" {
		t.Error("the server is not known yet")
	}
}

func TestDirectoryOutageTakesNothing(t *testing.T) {
	d := sampleDirectory()
	d.SetUnavailable(server, true)
	d.SetUnavailable(77, true) // as READY lists servers before their GUILD_CREATE
	g, ok := d.Guild(server)
	if !ok || !g.Unavailable || g.Name != "Lighthouse" || len(d.Channels(server)) != 7 || len(d.Guilds()) != 2 {
		t.Errorf("%+v", g)
	}
	d.RemoveGuild(server)
	d.RemoveGuild(nowhere)
	if _, ok := d.Guild(server); ok || d.Channels(server) != nil || len(d.Guilds()) != 1 {
		t.Error("the server is still there")
	}
}

func TestDirectoryObserveKeepsWhatIsNotTold(t *testing.T) {
	d := directory(guild.DirectoryConfig{})
	full := guild.Member{Guild: server, ID: user, Name: "Ada", Username: "ada_l", Avatar: "f00", Joined: 42, Roles: []uint64{roleA}}
	for _, tc := range []struct {
		name string
		seen guild.Member
		want func(m *guild.Member)
	}{
		{"nothing", guild.Member{}, func(*guild.Member) {}},
		{"a new name", guild.Member{Name: "Countess", Avatar: "ba5"}, func(m *guild.Member) { m.Name, m.Avatar = "Countess", "ba5" }},
		{"no avatar any more", guild.Member{Name: "Ada", Username: "ada_l"}, func(m *guild.Member) { m.Avatar = "" }},
		{"no role any more", guild.Member{Roles: []uint64{}}, func(m *guild.Member) { m.Roles = nil }},
		{"another role", guild.Member{Roles: []uint64{roleB}, Joined: 43}, func(m *guild.Member) { m.Roles, m.Joined = []uint64{roleB}, 43 }},
	} {
		d.PutMember(full)
		tc.seen.Guild, tc.seen.ID = server, user
		want := full
		tc.want(&want)
		changed := d.ObserveMember(tc.seen)
		got, _ := d.Member(server, user)
		if len(got.Roles) == 0 {
			got.Roles = nil
		}
		if !reflect.DeepEqual(got, want) || changed == reflect.DeepEqual(want, full) {
			t.Errorf("%s: %+v, changed %v", tc.name, got, changed)
		}
	}
}

func TestDirectoryWhoLeft(t *testing.T) {
	d := directory(guild.DirectoryConfig{})
	d.PutMember(guild.Member{Guild: server, ID: user, Name: "Ada", Roles: []uint64{roleA}})
	d.MemberLeft(server, user)
	if m, ok := d.Member(server, user); !ok || !m.Left || m.Name != "Ada" || len(m.Roles) != 0 {
		t.Errorf("%+v", m)
	}
	// An old message of theirs, read from history, does not bring them back.
	d.ObserveMember(guild.Member{Guild: server, ID: user, Name: "Ada"})
	if m, _ := d.Member(server, user); !m.Left {
		t.Error("they came back by an old message")
	}
	d.ObserveMember(guild.Member{Guild: server, ID: user, Name: "Ada", Roles: []uint64{}})
	if m, _ := d.Member(server, user); m.Left {
		t.Error("they are here and are said to have left")
	}
}

func TestDirectoryForgetsOldestMembers(t *testing.T) {
	d := directory(guild.DirectoryConfig{MembersPerGuild: 3, Members: 4})
	see := func(guildID, id uint64) { d.ObserveMember(guild.Member{Guild: guildID, ID: id, Name: fmt.Sprint(id)}) }
	known := func(guildID uint64) (ids []uint64) {
		for id := range uint64(10) {
			if _, ok := d.Member(guildID, id); ok {
				ids = append(ids, id)
			}
		}
		return ids
	}
	for _, id := range []uint64{1, 2, 3, 1, 4} { // 2 was observed longest ago
		see(server, id)
	}
	if got := known(server); !slices.Equal(got, []uint64{1, 3, 4}) {
		t.Errorf("%v", got)
	}
	see(2, 1)
	see(2, 2) // the fifth of all: this server's own oldest gives way
	see(3, 1) // one of each server is remembered
	if a, b, c := known(server), known(2), known(3); len(a) != 3 || !slices.Equal(b, []uint64{2}) || !slices.Equal(c, []uint64{1}) {
		t.Errorf("%v %v %v", a, b, c)
	}
	d.RemoveGuild(server)
	see(2, 3)
	if got := known(2); !slices.Equal(got, []uint64{2, 3}) {
		t.Errorf("after a server went: %v", got)
	}
}

func TestDirectoryForgetsOldThreads(t *testing.T) {
	d := directory(guild.DirectoryConfig{ChannelsPerGuild: 16})
	d.PutGuild(sampleGuild(), sampleChannels())
	for i := range uint64(100) {
		d.PutChannel(guild.Channel{Guild: server, ID: 3000 + i, Type: guild.ChannelPublicThread, Parent: lounge})
	}
	all := d.Channels(server)
	if len(all) > 16 {
		t.Errorf("%d channels", len(all))
	}
	if got, want := d.Hidden(server), []uint64{staff, secret, staffs, orphan}; !slices.Equal(got, want) {
		t.Errorf("hidden %v, want %v", got, want)
	}
	for _, id := range []uint64{lounge, stage, 3099} {
		if _, ok := d.Channel(server, id); !ok {
			t.Errorf("%d is forgotten", id)
		}
	}
	// The bound gives way to channels that exist.
	for i := range uint64(40) {
		d.PutChannel(guild.Channel{Guild: server, ID: 500 + i})
	}
	d.PutGuild(sampleGuild(), nil) // all are deleted now
	if got := len(d.Channels(server)); got > 16 {
		t.Errorf("%d channels once they are deleted", got)
	}
}

// A channel that is gone outlives its threads: without it they would be hidden.
func TestDirectoryForgetsThreadsBeforeTheirChannel(t *testing.T) {
	d := directory(guild.DirectoryConfig{ChannelsPerGuild: 16})
	d.PutGuild(sampleGuild(), []guild.Channel{{ID: lounge, Name: "lounge"}})
	for i := range uint64(20) {
		d.PutChannel(guild.Channel{Guild: server, ID: 3000 + i, Type: guild.ChannelPublicThread, Parent: lounge})
		d.DeleteChannel(server, lounge)
	}
	if got := d.Hidden(server); got != nil || len(d.Channels(server)) > 16 {
		t.Errorf("%d channels, hidden %v", len(d.Channels(server)), got)
	}
}

func TestDirectoryDirty(t *testing.T) {
	d := sampleDirectory()
	d.PutMember(guild.Member{Guild: server, ID: user, Name: "Ada"})
	d.PutMember(guild.Member{Guild: server, ID: 7, Name: "Bob"})
	first := d.Dirty()
	if len(first.Guilds) != 1 || len(first.Channels) != 7 || len(first.Members) != 2 || first.Members[0].ID != 7 || first.Empty() {
		t.Errorf("%+v", first)
	}
	if c := d.Dirty(); !c.Empty() {
		t.Errorf("again: %+v", c)
	}
	d.ObserveMember(guild.Member{Guild: server, ID: user, Name: "Ada"})
	if c := d.Dirty(); !c.Empty() {
		t.Errorf("nothing new: %+v", c)
	}
	d.ObserveMember(guild.Member{Guild: server, ID: user, Name: "Lovelace"})
	d.DeleteChannel(server, thread)
	if c := d.Dirty(); len(c.Guilds) != 0 || len(c.Channels) != 1 || !c.Channels[0].Deleted || len(c.Members) != 1 || c.Members[0].Name != "Lovelace" {
		t.Errorf("%+v", c)
	}
	d.Again(first)
	if c := d.Dirty(); len(c.Guilds) != 1 || len(c.Channels) != 7 || len(c.Members) != 2 || c.Members[1].Name != "Lovelace" {
		t.Errorf("%+v", c)
	}
	d.RemoveGuild(server)
	gone := d.Dirty()
	if !slices.Equal(gone.Removed, []uint64{server}) || len(gone.Guilds)+len(gone.Channels)+len(gone.Members) != 0 {
		t.Errorf("%+v", gone)
	}
	d.Again(gone)
	d.Again(first)
	if c := d.Dirty(); !slices.Equal(c.Removed, []uint64{server}) || len(c.Guilds) != 0 {
		t.Errorf("%+v", c)
	}
	d.PutGuild(sampleGuild(), nil)
	d.Again(gone)
	if c := d.Dirty(); c.Removed != nil || len(c.Guilds) != 1 {
		t.Errorf("it is back: %+v", c)
	}
	d.RemoveGuild(server)
	d.PutGuild(sampleGuild(), nil)
	if c := d.Dirty(); c.Removed != nil || len(c.Guilds) != 1 {
		t.Errorf("it was away for a moment: %+v", c)
	}
}

func TestDirectoryRestore(t *testing.T) {
	old := sampleDirectory()
	old.PutMember(guild.Member{Guild: server, ID: user, Name: "Ada", Roles: []uint64{roleA}})
	old.PutMember(guild.Member{Guild: server, ID: 7, Name: "Bob"})
	stored := old.Dirty()

	d := directory(guild.DirectoryConfig{})
	d.Restore(stored)
	if c := d.Dirty(); !c.Empty() {
		t.Errorf("what was stored is to be stored: %+v", c)
	}
	if !reflect.DeepEqual(d.Guilds(), old.Guilds()) || !reflect.DeepEqual(d.Channels(server), old.Channels(server)) ||
		!slices.Equal(d.Hidden(server), old.Hidden(server)) || d.MemberName(server, user) != "Ada" {
		t.Error("not as it was")
	}
	d.MemberLeft(server, 7)
	if c := d.Dirty(); len(c.Guilds)+len(c.Channels) != 0 || len(c.Members) != 1 || c.Members[0].ID != 7 {
		t.Errorf("one member left: %+v", c)
	}

	late := directory(guild.DirectoryConfig{})
	g := sampleGuild()
	g.Name = "Beacon"
	late.PutGuild(g, []guild.Channel{{ID: lounge, Name: "hall"}})
	late.ObserveMember(guild.Member{Guild: server, ID: user, Name: "Lovelace"})
	late.Restore(stored)
	if late.GuildName(server) != "Beacon" || late.ChannelName(server, lounge) != "hall" || late.MemberName(server, user) != "Lovelace" {
		t.Error("what was stored took the place of what is")
	}
	if late.ChannelName(server, staff) != "staff" || late.MemberName(server, 7) != "Bob" {
		t.Error("what was stored is missing")
	}
}

func TestDirectoryKeepsNothingOfThePayload(t *testing.T) {
	d := directory(guild.DirectoryConfig{})
	g, channels := sampleGuild(), sampleChannels()
	m := guild.Member{Guild: server, ID: user, Name: "Ada", Roles: []uint64{roleA}}
	d.PutGuild(g, channels)
	d.PutMember(m)
	if !reflect.DeepEqual(g, sampleGuild()) {
		t.Error("the payload was changed")
	}
	g.Roles[1].Permissions, channels[1].Overwrites[0].Deny, m.Roles[0] = 0, 0, 0
	if d.EveryoneMayView(server, staff) || !d.EveryoneMayView(server, lounge) {
		t.Error("the payload's memory is shared")
	}
	if kept, _ := d.Member(server, user); kept.Roles[0] != roleA {
		t.Error("the member's roles are shared")
	}
	before, _ := d.Guild(server)
	d.PutRole(server, guild.Role{ID: server})
	d.DeleteRole(server, roleA)
	if len(before.Roles) != 3 || before.Roles[1].Permissions == 0 {
		t.Error("a reader's roles were changed")
	}
}

func TestObserveMemberAllocatesNothing(t *testing.T) {
	d := directory(guild.DirectoryConfig{})
	m := guild.Member{Guild: server, ID: user, Name: "Ada", Username: "ada_l", Roles: []uint64{roleA}}
	d.ObserveMember(m)
	if n := testing.AllocsPerRun(100, func() { d.ObserveMember(m) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestRosterOracle holds the members that are remembered against a plain list in
// the order of observation.
func TestRosterOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 6).Draw(t, "bound")
		d := directory(guild.DirectoryConfig{MembersPerGuild: most})
		var order []uint64
		names := make(map[uint64]string)
		unstored := make(map[uint64]bool)
		t.Repeat(map[string]func(*rapid.T){
			"observe": func(t *rapid.T) {
				id := rapid.Uint64Range(1, 9).Draw(t, "id")
				name := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name")
				order = slices.DeleteFunc(order, func(x uint64) bool { return x == id })
				order = append(order, id)
				known, ok := names[id]
				if changed := d.ObserveMember(guild.Member{Guild: 1, ID: id, Name: name}); changed != (!ok || known != name) {
					t.Fatalf("%d %s: changed %v", id, name, changed)
				} else if changed {
					names[id], unstored[id] = name, true
				}
				if len(order) > most {
					delete(names, order[0])
					delete(unstored, order[0])
					order = order[1:]
				}
			},
			"store": func(t *rapid.T) {
				members := d.Dirty().Members
				if len(members) != len(unstored) {
					t.Fatalf("%d members to store, want %d", len(members), len(unstored))
				}
				for _, m := range members {
					if !unstored[m.ID] || names[m.ID] != m.Name {
						t.Fatalf("%+v", m)
					}
				}
				clear(unstored)
			},
			"": func(t *rapid.T) {
				for id := uint64(1); id < 10; id++ {
					m, ok := d.Member(1, id)
					if name, want := names[id]; ok != want || m.Name != name {
						t.Fatalf("%d: %q %v, want %q %v", id, m.Name, ok, name, want)
					}
				}
			},
		})
	})
}

// TestDirectoryConcurrently is for the race detector; in the end nothing may be
// lost that is within the bounds.
func TestDirectoryConcurrently(t *testing.T) {
	d := directory(guild.DirectoryConfig{})
	var stored sync.Map
	drain := func() {
		for _, m := range d.Dirty().Members {
			stored.Store([2]uint64{m.Guild, m.ID}, m.Name)
		}
	}
	var wg sync.WaitGroup
	for g := range uint64(3) {
		wg.Go(func() {
			channels := sampleChannels()
			for i := range uint64(200) {
				s := sampleGuild()
				s.ID, s.MemberCount = g, int(i)
				d.PutGuild(s, channels)
				d.ObserveMember(guild.Member{Guild: g, ID: i, Name: fmt.Sprint(i)})
				d.PutRole(g, guild.Role{ID: i + 1})
				d.PutChannel(guild.Channel{Guild: g, ID: i + 1})
				d.RemoveGuild(g + 100*(i%2+1))
				d.ObserveMember(guild.Member{Guild: g + 100*(i%2+1), ID: i})
			}
		})
		wg.Go(func() {
			for i := range uint64(200) {
				d.Guilds()
				d.Channels(g)
				d.Hidden(g)
				d.Viewable(g, i, []uint64{i})
				d.MemberName(g, i)
				drain()
			}
		})
	}
	wg.Wait()
	drain()
	for g := range uint64(3) {
		for i := range uint64(200) {
			if name, ok := stored.Load([2]uint64{g, i}); !ok || name != fmt.Sprint(i) {
				t.Fatalf("member %d of %d is stored as %v", i, g, name)
			}
		}
	}
}

func BenchmarkObserveMember(b *testing.B) {
	d := directory(guild.DirectoryConfig{})
	m := guild.Member{Guild: server, ID: user, Name: "Ada", Username: "ada_l", Roles: []uint64{roleA, roleB}}
	b.ReportAllocs()
	for b.Loop() {
		d.ObserveMember(m)
	}
}
