package discord

import "guildpulse/internal/guild"

// Directory is the best-effort path beside the events: what servers, channels and
// members are called and who may view what. guild.Directory is one. Methods that
// take something in report whether it was news, and keep copies: what they are
// given is the reader's again when they return.
type Directory interface {
	PutGuild(g guild.Guild, channels []guild.Channel) bool
	UpdateGuild(g guild.Guild) bool
	SetUnavailable(guild uint64, unavailable bool) bool
	RemoveGuild(guild uint64)
	PutChannel(c guild.Channel) bool
	DeleteChannel(guild, channel uint64) bool
	PutRole(guild uint64, role guild.Role) bool
	DeleteRole(guild, role uint64) bool
	PutMember(m guild.Member) bool
	ObserveMember(m guild.Member) bool
	MemberLeft(guild, user uint64) bool

	// Guild, Guilds, Channel, Member and Hidden tell what was taken in: the
	// decoder asks for AFK channels, threads, bots and what is not public.
	Guild(guild uint64) (guild.Guild, bool)
	Guilds() []guild.Guild
	Channel(guild, channel uint64) (guild.Channel, bool)
	Member(guild, user uint64) (guild.Member, bool)
	Hidden(guild uint64) []uint64
}

var _ Directory = (*guild.Directory)(nil)
