package web

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"guildpulse/internal/guild"
)

// ErrNotMember is what a [MemberSource] answers about people who are not in the
// server.
var ErrNotMember = errors.New("not a member of this server")

// MemberSource asks Discord itself about a member. It returns ErrNotMember,
// wrapped or not, for people who are not in the server.
type MemberSource interface {
	Member(ctx context.Context, guild, user uint64) (guild.Member, error)
}

// DirectoryAccess is an [Access] by the bot's directory of servers and members.
//
// The directory hears of people who leave, or lose a role, only with the
// GUILD_MEMBERS intent (Live). Without it, and for members that the directory has
// no room for, Members is asked; without Members they see nothing.
type DirectoryAccess struct {
	Names   *guild.Directory
	Live    func() bool  // the directory hears of joins, leaves and roles
	Members MemberSource // may be nil
}

// May implements [Access].
func (d *DirectoryAccess) May(ctx context.Context, id, user uint64) (GuildAccess, error) {
	g, present := d.Names.Guild(id)
	if !present || user == 0 {
		return GuildAccess{ID: id}, nil
	}
	m, err := d.member(ctx, id, user)
	if errors.Is(err, ErrNotMember) {
		return GuildAccess{ID: id}, nil
	}
	if err != nil {
		return GuildAccess{}, err
	}
	return d.access(g, m), nil
}

// member returns what is known for certain of a member.
func (d *DirectoryAccess) member(ctx context.Context, id, user uint64) (guild.Member, error) {
	if d.live() {
		if m, ok := d.Names.Member(id, user); ok {
			if m.Left {
				return m, ErrNotMember
			}
			return m, nil
		}
	}
	if d.Members == nil {
		return guild.Member{}, ErrNotMember
	}
	return d.Members.Member(ctx, id, user)
}

func (d *DirectoryAccess) live() bool { return d.Live != nil && d.Live() }

func (d *DirectoryAccess) access(g guild.Guild, m guild.Member) GuildAccess {
	a := GuildAccess{ID: g.ID, Name: d.Names.GuildName(g.ID), Self: cmp.Or(m.Name, m.Username), Level: LevelMember}
	if d.Names.Permissions(g.ID, m.ID, m.Roles).Insights() {
		a.Level = LevelManager
	}
	return a
}

// Guilds implements [Access]: it lists from the directory alone, and nothing
// unless it is live.
func (d *DirectoryAccess) Guilds(_ context.Context, user uint64) ([]GuildAccess, error) {
	if !d.live() {
		return nil, nil
	}
	var all []GuildAccess
	for _, g := range d.Names.Guilds() {
		if m, ok := d.Names.Member(g.ID, user); ok && !m.Left {
			all = append(all, d.access(g, m))
		}
	}
	slices.SortFunc(all, byName)
	return all, nil
}
