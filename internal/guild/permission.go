package guild

import "slices"

// Permissions is a set of Discord's permission bits.
type Permissions uint64

// The permissions that this program asks about. Others are kept as they come.
const (
	Administrator         Permissions = 1 << 3 // all permissions, whatever channels say
	ManageChannels        Permissions = 1 << 4
	ManageGuild           Permissions = 1 << 5
	ViewChannel           Permissions = 1 << 10
	SendMessages          Permissions = 1 << 11
	EmbedLinks            Permissions = 1 << 14
	AttachFiles           Permissions = 1 << 15
	ReadMessageHistory    Permissions = 1 << 16
	ViewGuildInsights     Permissions = 1 << 19
	Connect               Permissions = 1 << 20
	ManageRoles           Permissions = 1 << 28
	ManageThreads         Permissions = 1 << 34 // views private threads too
	SendMessagesInThreads Permissions = 1 << 38

	AllPermissions Permissions = 1<<64 - 1
)

// Has reports whether all of want are in the set.
func (p Permissions) Has(want Permissions) bool { return p&want == want }

// Insights reports whether the set lets a person see what single members did over
// time: Administrator, Manage Server or View Server Insights.
func (p Permissions) Insights() bool {
	return p&(Administrator|ManageGuild|ViewGuildInsights) != 0
}

// Role is a role of a server. The one whose id is the server's is @everyone.
type Role struct {
	ID          uint64
	Name        string
	Permissions Permissions
	Position    int
}

// OverwriteType says whom an [Overwrite] is about.
type OverwriteType uint8

// The types, with Discord's numbers.
const (
	OverwriteRole   OverwriteType = 0
	OverwriteMember OverwriteType = 1
)

// Overwrite is what a channel denies and allows to a role or a member, whatever
// the server says.
type Overwrite struct {
	ID    uint64
	Type  OverwriteType
	Allow Permissions
	Deny  Permissions
}

func (o Overwrite) apply(p Permissions) Permissions { return p&^o.Deny | o.Allow }

// Base returns what a member may do in a server, channels aside, after Discord's
// documented algorithm: the owner all; others what @everyone and their roles
// allow together, which is all if Administrator is among it. Roles that are not
// in the list give nothing, and without @everyone in it the result is nothing: the
// server is not known well enough. O(len(roles)·len(memberRoles)).
func Base(guild, owner, user uint64, roles []Role, memberRoles []uint64) Permissions {
	if user == owner && owner != 0 {
		return AllPermissions
	}
	p, known := ofEveryone(guild, roles)
	if !known {
		return 0
	}
	for i := range roles {
		if slices.Contains(memberRoles, roles[i].ID) {
			p |= roles[i].Permissions
		}
	}
	if p.Has(Administrator) {
		return AllPermissions
	}
	return p
}

// InChannel returns what a member may do in a channel, of what it may do in the
// server (base): first the overwrite of @everyone, then those of the member's
// roles together, then the member's own; each denies before it allows, and an
// administrator passes by them all. For a thread, give the overwrites of its
// parent.
//
// What is implied is left to the caller: who may not view a channel can do
// nothing in it.
func InChannel(base Permissions, guild, user uint64, memberRoles []uint64, overwrites []Overwrite) Permissions {
	if base.Has(Administrator) {
		return AllPermissions
	}
	var everyone, roles, member Overwrite
	for _, o := range overwrites {
		switch {
		case o.Type == OverwriteMember:
			if o.ID == user {
				member = o
			}
		case o.ID == guild:
			everyone = o
		case slices.Contains(memberRoles, o.ID):
			roles.Allow |= o.Allow
			roles.Deny |= o.Deny
		}
	}
	return member.apply(roles.apply(everyone.apply(base)))
}

// EveryoneMayView reports whether a member without any role may view a channel
// with these overwrites: of everything public it is the test. Without @everyone
// among the roles nothing is public.
func EveryoneMayView(guild uint64, roles []Role, overwrites []Overwrite) bool {
	p, known := ofEveryone(guild, roles)
	if !known || p.Has(Administrator) {
		return known
	}
	for _, o := range overwrites {
		if o.Type == OverwriteRole && o.ID == guild {
			p = o.apply(p)
		}
	}
	return p.Has(ViewChannel)
}

// ofEveryone returns what @everyone may do in a server, channels aside.
func ofEveryone(guild uint64, roles []Role) (p Permissions, known bool) {
	for i := range roles {
		if roles[i].ID == guild {
			return roles[i].Permissions, true
		}
	}
	return 0, false
}
