package fakediscord_test

import (
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"pgregory.net/rapid"

	"guildpulse/internal/fakediscord"
)

// slowOverwrite applies overwrites one permission at a time, as Discord's
// documentation tells it in words.
func slowOverwrite(p uint64, list []fakediscord.Overwrite, everyone, user uint64, roles []uint64) uint64 {
	member := make(map[uint64]bool)
	for _, r := range roles {
		member[r] = true
	}
	out := uint64(0)
	for bit := uint64(1); bit != 0 && bit < 1<<53; bit <<= 1 {
		has := p&bit != 0
		for _, o := range list {
			if !o.Member && o.ID == everyone {
				has = (has && o.Deny&bit == 0) || o.Allow&bit != 0
			}
		}
		denied, allowed := false, false
		for _, o := range list {
			if !o.Member && o.ID != everyone && member[o.ID] {
				denied, allowed = denied || o.Deny&bit != 0, allowed || o.Allow&bit != 0
			}
		}
		has = (has && !denied) || allowed
		for _, o := range list {
			if o.Member && o.ID == user {
				has = (has && o.Deny&bit == 0) || o.Allow&bit != 0
			}
		}
		if has {
			out |= bit
		}
	}
	return out
}

func TestOverwrites(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const everyone, user = 1, 2
		used := make(map[[2]uint64]bool)
		list := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) fakediscord.Overwrite {
			return fakediscord.Overwrite{
				ID: rapid.Uint64Range(1, 5).Draw(r, "id"), Member: rapid.Bool().Draw(r, "member"),
				Allow: rapid.Uint64Range(0, 255).Draw(r, "allow"), Deny: rapid.Uint64Range(0, 255).Draw(r, "deny"),
			}
		}), 0, 6).Draw(r, "overwrites")
		var unique []fakediscord.Overwrite
		for _, o := range list { // a channel has one overwrite a role or member
			k := [2]uint64{o.ID}
			if o.Member {
				k[1] = 1
			}
			if !used[k] {
				used[k] = true
				unique = append(unique, o)
			}
		}
		roles := rapid.SliceOfDistinct(rapid.Uint64Range(3, 5), rapid.ID[uint64]).Draw(r, "roles")
		p := rapid.Uint64Range(0, 255).Draw(r, "base")
		got := fakediscord.Overwritten(p, unique, everyone, user, roles)
		if want := slowOverwrite(p, unique, everyone, user, roles); got != want {
			r.Fatalf("%b, want %b", got, want)
		}
	})
}

// What a person sees of their own guilds follows roles and ownership.
func TestGuildPermissions(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	no(t, srv.Join(harbour, fakediscord.Member{User: 4242}))
	no(t, srv.UpdateRole(harbour, mod, func(r *fakediscord.Role) { r.Permissions = fakediscord.PermManageGuild }))
	for user, want := range map[uint64]uint64{
		ana:  fakediscord.AllPermissions,
		ben:  fakediscord.DefaultPermissions | fakediscord.PermManageGuild,
		4242: fakediscord.DefaultPermissions,
	} {
		token := authorize(t, srv, user, "identify guilds").Access
		gs := must[[]*discordgo.UserGuild](t)(bearer(t, srv, token).UserGuilds(10, "", "", false))
		if len(gs) != 1 || uint64(gs[0].Permissions) != want || gs[0].Owner != (user == ana) {
			t.Errorf("user %d: %+v, want %d", user, gs[0], want)
		}
	}
}

// In time-out a member may look and read, no more; the bot in time-out still
// hears.
func TestTimeout(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	s := library(t, srv)
	no(t, srv.UpdateMember(harbour, srv.Application(), func(m *fakediscord.Member) { m.TimeoutUntil = time.Now().Add(time.Hour) }))
	if _, err := s.ChannelMessageSend(text(general), "x"); code(err) != 50013 {
		t.Errorf("speaking in time-out: %v", err)
	}
	must[[]*discordgo.Message](t)(s.ChannelMessages(text(general), 5, "", "", ""))
}
