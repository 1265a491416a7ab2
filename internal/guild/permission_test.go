package guild_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"guildpulse/internal/guild"
)

const (
	server = uint64(41771983423143937) // also the id of @everyone
	owner  = uint64(80351110224678912)
	user   = uint64(53908232506183680)
	roleA  = uint64(41771983423143936)
	roleB  = uint64(41771983423143938)
	admins = uint64(41771983423143939)
)

func roles(everyone guild.Permissions) []guild.Role {
	return []guild.Role{
		{ID: roleA, Permissions: guild.AttachFiles},
		{ID: server, Permissions: everyone},
		{ID: roleB, Permissions: guild.EmbedLinks},
		{ID: admins, Permissions: guild.Administrator},
	}
}

// The bits, as Discord's table of flags has them.
func TestPermissionBits(t *testing.T) {
	for p, want := range map[guild.Permissions]uint64{
		guild.Administrator: 0x8, guild.ManageChannels: 0x10, guild.ManageGuild: 0x20, guild.ViewChannel: 0x400,
		guild.SendMessages: 0x800, guild.EmbedLinks: 0x4000, guild.AttachFiles: 0x8000,
		guild.ReadMessageHistory: 0x10000, guild.ViewGuildInsights: 0x80000, guild.Connect: 0x100000,
		guild.ManageRoles: 0x10000000, guild.ManageThreads: 0x400000000, guild.SendMessagesInThreads: 0x4000000000,
	} {
		if uint64(p) != want {
			t.Errorf("%#x, want %#x", uint64(p), want)
		}
	}
	p := guild.Permissions(0x40 | 0x800)
	if !p.Has(0x40) || !p.Has(guild.SendMessages) || p.Has(0x2) || p.Has(0x2|0x40) {
		t.Errorf("%#x", p)
	}
}

func TestBase(t *testing.T) {
	const everyone = guild.ViewChannel | guild.SendMessages
	for _, tc := range []struct {
		name  string
		user  uint64
		roles []guild.Role
		has   []uint64
		want  guild.Permissions
	}{
		{"no roles", user, roles(everyone), nil, everyone},
		{"a role", user, roles(everyone), []uint64{roleA}, everyone | guild.AttachFiles},
		{"two roles", user, roles(everyone), []uint64{roleB, roleA}, everyone | guild.AttachFiles | guild.EmbedLinks},
		{"@everyone named", user, roles(everyone), []uint64{server}, everyone},
		{"a role that is gone", user, roles(everyone), []uint64{999}, everyone},
		{"administrator", user, roles(0), []uint64{admins}, guild.AllPermissions},
		{"everyone administrates", user, roles(guild.Administrator), nil, guild.AllPermissions},
		{"owner", owner, roles(0), nil, guild.AllPermissions},
		{"owner of an unknown server", owner, nil, nil, guild.AllPermissions},
		{"unknown server", user, nil, []uint64{admins}, 0},
		{"@everyone unknown", user, roles(0)[:1], []uint64{roleA}, 0},
	} {
		if got := guild.Base(server, owner, tc.user, tc.roles, tc.has); got != tc.want {
			t.Errorf("%s: %#x, want %#x", tc.name, got, tc.want)
		}
	}
	if got := guild.Base(server, 0, 0, roles(0), nil); got != 0 {
		t.Errorf("nobody of a server without an owner: %#x", got)
	}
}

func role(id uint64, allow, deny guild.Permissions) guild.Overwrite {
	return guild.Overwrite{ID: id, Type: guild.OverwriteRole, Allow: allow, Deny: deny}
}

func person(id uint64, allow, deny guild.Permissions) guild.Overwrite {
	return guild.Overwrite{ID: id, Type: guild.OverwriteMember, Allow: allow, Deny: deny}
}

func TestInChannel(t *testing.T) {
	const view, send = guild.ViewChannel, guild.SendMessages
	for _, tc := range []struct {
		name       string
		base       guild.Permissions
		has        []uint64
		overwrites []guild.Overwrite
		want       guild.Permissions
	}{
		{"no overwrites", view | send, nil, nil, view | send},
		{"everyone denied", view | send, nil, []guild.Overwrite{role(server, 0, view)}, send},
		{"everyone allowed", send, nil, []guild.Overwrite{role(server, view, 0)}, view | send},
		{"denied before allowed", send, nil, []guild.Overwrite{role(server, view, view)}, view | send},
		// Discord's own example: role A denies, role B allows, so B wins whatever the positions.
		{"#coolstuff", view, []uint64{roleA, roleB}, []guild.Overwrite{role(roleB, view, 0), role(roleA, 0, view)}, view},
		{"#coolstuff, listed otherwise", view, []uint64{roleB, roleA}, []guild.Overwrite{role(roleA, 0, view), role(roleB, view, 0)}, view},
		{"a role beats everyone", view, []uint64{roleA}, []guild.Overwrite{role(roleA, view, 0), role(server, 0, view)}, view},
		{"a role of others", view, []uint64{roleB}, []guild.Overwrite{role(server, 0, view), role(roleA, view, 0)}, 0},
		{"the member beats roles", view, []uint64{roleA}, []guild.Overwrite{person(user, 0, view), role(roleA, view, 0)}, 0},
		{"the member is let in", 0, nil, []guild.Overwrite{person(user, view, 0), role(server, 0, view)}, view},
		{"another member", view, nil, []guild.Overwrite{person(owner, 0, view)}, view},
		{"a member with a role's id", view, []uint64{roleA}, []guild.Overwrite{person(roleA, 0, view)}, view},
		{"a role with the member's id", view, nil, []guild.Overwrite{role(user, 0, view)}, view},
		{"administrators pass by", guild.Administrator, nil, []guild.Overwrite{role(server, 0, view), person(user, 0, view)}, guild.AllPermissions},
		{"all pass by", guild.AllPermissions, nil, []guild.Overwrite{person(user, 0, guild.AllPermissions)}, guild.AllPermissions},
	} {
		if got := guild.InChannel(tc.base, server, user, tc.has, tc.overwrites); got != tc.want {
			t.Errorf("%s: %#x, want %#x", tc.name, got, tc.want)
		}
	}
}

func TestEveryoneMayView(t *testing.T) {
	const view = guild.ViewChannel
	for _, tc := range []struct {
		name       string
		roles      []guild.Role
		overwrites []guild.Overwrite
		want       bool
	}{
		{"open", roles(view), nil, true},
		{"closed server", roles(0), nil, false},
		{"opened", roles(0), []guild.Overwrite{role(server, view, 0)}, true},
		{"closed", roles(view), []guild.Overwrite{role(server, 0, view)}, false},
		{"opened to a role", roles(view), []guild.Overwrite{role(server, 0, view), role(roleA, view, 0)}, false},
		{"opened to a person without id", roles(view), []guild.Overwrite{role(server, 0, view), person(0, view, 0)}, false},
		{"everyone administrates", roles(guild.Administrator), []guild.Overwrite{role(server, 0, view)}, true},
		{"unknown server", nil, []guild.Overwrite{role(server, view, 0)}, false},
	} {
		if got := guild.EveryoneMayView(server, tc.roles, tc.overwrites); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}

func TestInsights(t *testing.T) {
	for _, p := range []guild.Permissions{guild.Administrator, guild.ManageGuild, guild.ViewGuildInsights, guild.AllPermissions} {
		if !p.Insights() {
			t.Errorf("%#x: no insights", p)
		}
	}
	if p := ^(guild.Administrator | guild.ManageGuild | guild.ViewGuildInsights); p.Insights() {
		t.Errorf("%#x: insights", p)
	}
}

// slowMay follows the documentation's eight steps for one permission bit.
func slowMay(bit guild.Permissions, isOwner bool, all []guild.Role, has []uint64, overwrites []guild.Overwrite) bool {
	if isOwner {
		return true
	}
	server := func(p guild.Permissions) bool {
		for _, r := range all {
			if (r.ID == 0 || slices.Contains(has, r.ID)) && r.Permissions&p != 0 {
				return true
			}
		}
		return false
	}
	if server(guild.Administrator) {
		return true
	}
	may := server(bit)
	for _, level := range []func(guild.Overwrite) bool{
		func(o guild.Overwrite) bool { return o.Type == guild.OverwriteRole && o.ID == 0 },
		func(o guild.Overwrite) bool {
			return o.Type == guild.OverwriteRole && o.ID != 0 && slices.Contains(has, o.ID)
		},
		func(o guild.Overwrite) bool { return o.Type == guild.OverwriteMember && o.ID == 7 },
	} {
		denied := func(o guild.Overwrite) bool { return level(o) && o.Deny&bit != 0 }
		allowed := func(o guild.Overwrite) bool { return level(o) && o.Allow&bit != 0 }
		may = (may && !slices.ContainsFunc(overwrites, denied)) || slices.ContainsFunc(overwrites, allowed)
	}
	return may
}

func TestPermissionsOracle(t *testing.T) {
	bits := rapid.Custom(func(t *rapid.T) guild.Permissions {
		return guild.Permissions(rapid.Uint64Range(0, 63).Draw(t, "bits")) << 5 // without Administrator
	})
	rapid.Check(t, func(t *rapid.T) {
		all := []guild.Role{{ID: 0, Permissions: bits.Draw(t, "everyone")}}
		for id := uint64(1); id <= 3; id++ {
			p := bits.Draw(t, "role")
			if rapid.IntRange(0, 9).Draw(t, "administrates") == 0 {
				p |= guild.Administrator
			}
			all = append(all, guild.Role{ID: id, Permissions: p})
		}
		has := rapid.SliceOfDistinct(rapid.Uint64Range(1, 4), rapid.ID[uint64]).Draw(t, "has")
		overwrites := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) guild.Overwrite {
			return guild.Overwrite{
				ID:   rapid.SampledFrom([]uint64{0, 1, 2, 3, 7, 8}).Draw(t, "id"),
				Type: rapid.SampledFrom([]guild.OverwriteType{guild.OverwriteRole, guild.OverwriteMember}).Draw(t, "type"),
				Deny: bits.Draw(t, "deny"), Allow: bits.Draw(t, "allow"),
			}
		}), 0, 6, func(o guild.Overwrite) [2]uint64 { return [2]uint64{o.ID, uint64(o.Type)} }).Draw(t, "overwrites")
		isOwner := rapid.IntRange(0, 9).Draw(t, "owner") == 0
		ownerID := uint64(99)
		if isOwner {
			ownerID = 7
		}
		got := guild.InChannel(guild.Base(0, ownerID, 7, all, has), 0, 7, has, overwrites)
		for i := range 12 {
			bit := guild.Permissions(1) << i
			if bit == guild.Administrator {
				continue
			}
			if want := slowMay(bit, isOwner, all, has, overwrites); got.Has(bit) != want {
				t.Fatalf("bit %d: %v, want %v", i, !want, want)
			}
		}
		everyone := slowMay(guild.ViewChannel, false, all, nil, slices.DeleteFunc(slices.Clone(overwrites), func(o guild.Overwrite) bool {
			return o.Type == guild.OverwriteMember
		}))
		if guild.EveryoneMayView(0, all, overwrites) != everyone {
			t.Fatalf("everyone may view: %v, want %v", !everyone, everyone)
		}
	})
}
