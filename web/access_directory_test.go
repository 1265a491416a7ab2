package web_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"guildpulse/internal/guild"
	"guildpulse/web"
)

// rest is a MemberSource of a few people.
type rest struct {
	members map[uint64]guild.Member
	err     error
}

func (r rest) Member(_ context.Context, _, user uint64) (guild.Member, error) {
	if r.err != nil {
		return guild.Member{}, r.err
	}
	m, ok := r.members[user]
	if !ok {
		return m, fmt.Errorf("GET member: %w", web.ErrNotMember)
	}
	return m, nil
}

func directory() *guild.Directory {
	d := guild.NewDirectory(guild.DirectoryConfig{})
	d.PutGuild(guild.Guild{ID: home, Name: "Lantern Harbour", Owner: 9, Roles: []guild.Role{
		{ID: home, Permissions: guild.ViewChannel}, {ID: 77, Permissions: guild.ManageGuild},
	}}, nil)
	d.PutMember(guild.Member{Guild: home, ID: member, Name: "Mara"})
	d.PutMember(guild.Member{Guild: home, ID: manager, Name: "Tobias", Roles: []uint64{77}})
	d.PutMember(guild.Member{Guild: home, ID: former, Name: "Noor"})
	d.MemberLeft(home, former)
	return d
}

func TestDirectoryAccess(t *testing.T) {
	away := errors.New("Discord is away")
	asked := rest{members: map[uint64]guild.Member{manager: {Guild: home, ID: manager, Name: "Tobias"}, 9: {Guild: home, ID: 9, Name: "Owner"}}}
	for _, test := range []struct {
		name        string
		live        bool
		source      web.MemberSource
		guild, user uint64
		want        web.Level
		err         error
	}{
		{"live member", true, nil, home, member, web.LevelMember, nil},
		{"live manager", true, nil, home, manager, web.LevelManager, nil},
		{"live former", true, nil, home, former, web.LevelNone, nil},
		{"former, although the source says otherwise", true, rest{members: map[uint64]guild.Member{former: {}}}, home, former, web.LevelNone, nil},
		{"stranger", true, nil, home, foreign, web.LevelNone, nil},
		{"nobody", true, asked, home, 0, web.LevelNone, nil},
		{"no bot", true, asked, absent, member, web.LevelNone, nil},
		{"forgotten owner", true, asked, home, 9, web.LevelManager, nil},
		{"deaf directory", false, nil, home, member, web.LevelNone, nil},
		{"deaf directory, left since", false, asked, home, member, web.LevelNone, nil},
		{"deaf directory, role lost since", false, asked, home, manager, web.LevelMember, nil},
		{"source away", false, rest{err: away}, home, member, web.LevelNone, away},
	} {
		a := &web.DirectoryAccess{Names: directory(), Live: func() bool { return test.live }, Members: test.source}
		got, err := a.May(t.Context(), test.guild, test.user)
		if got.Level != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s: %s, %v", test.name, got.Level, err)
		}
	}
}

func TestDirectoryAccessLists(t *testing.T) {
	d := directory()
	d.PutGuild(guild.Guild{ID: other, Name: "Aquarium", Roles: []guild.Role{{ID: other}}}, nil)
	d.PutMember(guild.Member{Guild: other, ID: member, Name: "M."})
	live := false
	a := &web.DirectoryAccess{Names: d, Live: func() bool { return live }}
	if got, err := a.Guilds(t.Context(), member); len(got) != 0 || err != nil {
		t.Errorf("deaf: %v, %v", got, err)
	}
	live = true
	got, err := a.Guilds(t.Context(), member)
	if err != nil || len(got) != 2 || got[0].Name != "Aquarium" || got[1].Self != "Mara" || got[1].Level != web.LevelMember {
		t.Errorf("%v, %v", got, err)
	}
	if got, _ := a.Guilds(t.Context(), former); len(got) != 0 {
		t.Errorf("a former member: %v", got)
	}
}

func ExampleDirectoryAccess() {
	names := guild.NewDirectory(guild.DirectoryConfig{})
	names.PutGuild(guild.Guild{ID: 1, Name: "Lantern Harbour", Owner: 7, Roles: []guild.Role{{ID: 1}}}, nil)
	names.PutMember(guild.Member{Guild: 1, ID: 7, Name: "Mara"})

	access := &web.DirectoryAccess{Names: names, Live: func() bool { return true }}
	for _, user := range []uint64{7, 8} {
		a, err := access.May(context.Background(), 1, user)
		fmt.Println(user, a.Level, err)
	}
	// Output:
	// 7 manager <nil>
	// 8 none <nil>
}
