package main

import (
	"slices"
	"testing"
	"time"

	"guildpulse/discord"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/guild"
)

func TestNamesAreAskedForOnceAndRemembered(t *testing.T) {
	const here, gone, nobody = uint64(7), uint64(8), uint64(9)
	srv, harbour := harbour(t, 1, 0)
	if err := srv.Join(harbour, fakediscord.Member{User: here, Nick: "Mira"}); err != nil {
		t.Fatal(err)
	}
	srv.AddUser(fakediscord.User{ID: gone, Name: "old", GlobalName: "Old Tom"})
	srv.InjectREST(fakediscord.RESTFault{Path: "/users/9", Status: 404, Times: -1})
	rest, err := discord.NewREST(discord.RESTConfig{
		Token: discord.NewSecret(srv.Token()), BaseURL: srv.URL() + "/api/v10",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer rest.Close()
	now := time.Now()
	names := guild.NewDirectory(guild.DirectoryConfig{})
	l := newLearner(rest, names, func() time.Time { return now })
	asked := func() int { return srv.Recording().Served }
	l.learn(t.Context(), harbour, []uint64{here, gone, nobody})
	for user, want := range map[uint64]string{here: "Mira", gone: "Old Tom", nobody: "member 9"} {
		if got := names.MemberName(harbour, user); got != want {
			t.Errorf("member %d is called %q, want %q", user, got, want)
		}
	}
	if m, _ := names.Member(harbour, gone); len(m.Roles) > 0 {
		t.Errorf("who left has roles %v", m.Roles)
	}
	before := asked()
	l.learn(t.Context(), harbour, []uint64{nobody})
	if n := asked() - before; n != 0 {
		t.Errorf("%d requests for somebody who was just asked for, want 0", n)
	}
	now = now.Add(learnAgain)
	l.learn(t.Context(), harbour, []uint64{nobody})
	if n := asked() - before; n != 2 {
		t.Errorf("%d requests an hour later, want 2: as a member, as a user", n)
	}
	many := slices.Repeat([]uint64{0}, 2*learnAtMost)
	for i := range many {
		many[i] = uint64(1000 + i)
	}
	if n := len(l.due(harbour, many)); n != learnAtMost {
		t.Errorf("%d people asked for by one answer, want %d", n, learnAtMost)
	}
}
