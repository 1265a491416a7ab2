package fakediscord

import (
	"slices"
	"time"
)

// The permissions this Discord acts upon. Others pass through as bits.
const (
	PermKickMembers        uint64 = 1 << 1
	PermAdministrator      uint64 = 1 << 3
	PermManageChannels     uint64 = 1 << 4
	PermManageGuild        uint64 = 1 << 5
	PermAddReactions       uint64 = 1 << 6
	PermViewChannel        uint64 = 1 << 10
	PermSendMessages       uint64 = 1 << 11
	PermManageMessages     uint64 = 1 << 13
	PermEmbedLinks         uint64 = 1 << 14
	PermAttachFiles        uint64 = 1 << 15
	PermReadMessageHistory uint64 = 1 << 16
	PermUseExternalEmojis  uint64 = 1 << 18
	PermViewGuildInsights  uint64 = 1 << 19
	PermConnect            uint64 = 1 << 20
	PermSpeak              uint64 = 1 << 21
	PermManageRoles        uint64 = 1 << 28
	PermUseCommands        uint64 = 1 << 31
	PermManageThreads      uint64 = 1 << 34
	PermCreateThreads      uint64 = 1 << 35
	PermSendInThreads      uint64 = 1 << 38
	PermModerateMembers    uint64 = 1 << 40

	// AllPermissions is what owners and administrators have.
	AllPermissions uint64 = 1<<53 - 1
)

// DefaultPermissions is what @everyone may do in a new server.
const DefaultPermissions = PermAddReactions | PermViewChannel | PermSendMessages |
	PermEmbedLinks | PermAttachFiles | PermReadMessageHistory | PermUseExternalEmojis |
	PermConnect | PermSpeak | PermUseCommands | PermCreateThreads | PermSendInThreads

// DefaultBotPermissions is what the bot's own role allows unless told: to look,
// to read back, to answer.
const DefaultBotPermissions = PermViewChannel | PermReadMessageHistory | PermSendMessages |
	PermEmbedLinks | PermAttachFiles | PermUseExternalEmojis | PermSendInThreads

// timeoutPermissions is what is left to a member in time-out.
const timeoutPermissions = PermViewChannel | PermReadMessageHistory

// base returns what a member may do in the guild before any channel has its say,
// and 0 for people who are not members.
func (g *guild) base(user uint64) uint64 {
	m, ok := g.members[user]
	if !ok {
		return 0
	}
	if user == g.Owner {
		return AllPermissions
	}
	p := g.roles[g.ID].Permissions
	for _, id := range m.Roles {
		if r, ok := g.roles[id]; ok {
			p |= r.Permissions
		}
	}
	if p&PermAdministrator != 0 {
		return AllPermissions
	}
	return p
}

// permissions returns what a member may do in a channel at a time: the base,
// then the overwrites of @everyone, of roles together, of the member. A thread
// takes its parent's; a private one is seen by its owner and by who manages
// threads.
func (g *guild) permissions(user uint64, c *channel, now time.Time) uint64 {
	p := g.base(user)
	if p == 0 || p == AllPermissions {
		return p
	}
	m := g.members[user]
	p = overwrite(p, g.placeOf(c).Overwrites, g.ID, user, m.Roles)
	if c.Type == ChannelPrivateThread && c.Owner != user && p&PermManageThreads == 0 {
		p &^= PermViewChannel
	}
	if p&PermViewChannel == 0 {
		return 0
	}
	if m.TimeoutUntil.After(now) {
		p &= timeoutPermissions
	}
	return p
}

// placeOf returns the channel whose overwrites count for c.
func (g *guild) placeOf(c *channel) *channel {
	if !c.thread() {
		return c
	}
	if parent, ok := g.channels[c.Parent]; ok {
		return parent
	}
	return c
}

// overwrite applies a channel's overwrites in Discord's order.
func overwrite(p uint64, list []Overwrite, everyone, user uint64, roles []uint64) uint64 {
	var allow, deny uint64
	var own Overwrite
	for _, o := range list {
		switch {
		case o.Member:
			if o.ID == user {
				own = o
			}
		case o.ID == everyone:
			p = p&^o.Deny | o.Allow
		case has(roles, o.ID):
			allow |= o.Allow
			deny |= o.Deny
		}
	}
	p = p&^deny | allow
	return p&^own.Deny | own.Allow
}

// has reports whether the list holds the id.
func has(list []uint64, id uint64) bool { return slices.Contains(list, id) }
