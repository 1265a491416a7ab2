package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"guildpulse/persist"
)

// SaveDirectory implements persist.Store: one pipeline, one transaction. Keys are
// sorted, so that two that save at once wait for each other in one order.
func (s *Store) SaveDirectory(ctx context.Context, d *persist.Directory) error {
	var batch pgx.Batch
	queueGuilds(&batch, d.Guilds)
	queueChannels(&batch, d.Channels)
	queueMembers(&batch, d.Members)
	if batch.Len() == 0 {
		return nil
	}
	if err := s.readers.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("save names: %w", failure(ctx, err))
	}
	return nil
}

func queueGuilds(batch *pgx.Batch, given []persist.GuildName) {
	if len(given) == 0 {
		return
	}
	guilds := newest(given, func(g *persist.GuildName) uint64 { return g.ID })
	slices.SortFunc(guilds, func(a, b *persist.GuildName) int { return cmp.Compare(a.ID, b.ID) })
	batch.Queue(sqlUpsertGuilds,
		ids(guilds, func(g *persist.GuildName) uint64 { return g.ID }),
		names(guilds, func(g *persist.GuildName) string { return g.Name }),
		names(guilds, func(g *persist.GuildName) string { return g.Icon }),
		ids(guilds, func(g *persist.GuildName) uint64 { return g.Owner }),
		column(guilds, func(g *persist.GuildName) int64 { return g.Left }))
}

type place struct{ guild, id uint64 } // the key of a channel or a member

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.guild, o.guild), cmp.Compare(p.id, o.id))
}

func queueChannels(batch *pgx.Batch, given []persist.ChannelName) {
	if len(given) == 0 {
		return
	}
	key := func(c *persist.ChannelName) place { return place{c.Guild, c.ID} }
	channels := newest(given, key)
	slices.SortFunc(channels, func(a, b *persist.ChannelName) int { return key(a).compare(key(b)) })
	batch.Queue(sqlUpsertChannels,
		ids(channels, func(c *persist.ChannelName) uint64 { return c.Guild }),
		ids(channels, func(c *persist.ChannelName) uint64 { return c.ID }),
		ids(channels, func(c *persist.ChannelName) uint64 { return c.Parent }),
		names(channels, func(c *persist.ChannelName) string { return c.Name }),
		column(channels, func(c *persist.ChannelName) int16 { return c.Type }),
		column(channels, func(c *persist.ChannelName) int32 { return c.Position }),
		column(channels, func(c *persist.ChannelName) bool { return c.Deleted }))
}

func queueMembers(batch *pgx.Batch, given []persist.MemberName) {
	if len(given) == 0 {
		return
	}
	key := func(m *persist.MemberName) place { return place{m.Guild, m.ID} }
	members := newest(given, key)
	slices.SortFunc(members, func(a, b *persist.MemberName) int { return key(a).compare(key(b)) })
	batch.Queue(sqlUpsertMembers,
		ids(members, func(m *persist.MemberName) uint64 { return m.Guild }),
		ids(members, func(m *persist.MemberName) uint64 { return m.ID }),
		names(members, func(m *persist.MemberName) string { return m.Name }),
		names(members, func(m *persist.MemberName) string { return m.Avatar }),
		column(members, func(m *persist.MemberName) bool { return m.Bot }),
		column(members, func(m *persist.MemberName) bool { return m.Left }),
		column(members, func(m *persist.MemberName) int64 { return m.Joined }))
}

// LoadDirectory implements persist.Store.
func (s *Store) LoadDirectory(ctx context.Context, guild uint64) (*persist.Directory, error) {
	var d persist.Directory
	err := s.read(ctx, func(tx pgx.Tx) (err error) {
		if d.Guilds, err = collect(ctx, tx, "servers' names", scanGuildName, sqlDirectoryGuilds, signed(guild)); err != nil {
			return err
		}
		if d.Channels, err = collect(ctx, tx, "channels' names", scanChannelName, sqlDirectoryChannels, signed(guild)); err != nil {
			return err
		}
		if guild != 0 {
			d.Members, err = collect(ctx, tx, "members' names", scanMemberName, sqlDirectoryMembers, signed(guild))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load names: %w", failure(ctx, err))
	}
	return &d, nil
}

func scanGuildName(row pgx.CollectableRow) (persist.GuildName, error) {
	var g persist.GuildName
	var id, owner int64
	err := row.Scan(&id, &g.Name, &g.Icon, &owner, &g.Left)
	g.ID, g.Owner = unsigned(id), unsigned(owner)
	return g, err
}

func scanChannelName(row pgx.CollectableRow) (persist.ChannelName, error) {
	var c persist.ChannelName
	var guild, id, parent int64
	err := row.Scan(&guild, &id, &parent, &c.Name, &c.Type, &c.Position, &c.Deleted)
	c.Guild, c.ID, c.Parent = unsigned(guild), unsigned(id), unsigned(parent)
	return c, err
}

func scanMemberName(row pgx.CollectableRow) (persist.MemberName, error) {
	var m persist.MemberName
	var guild, id int64
	err := row.Scan(&guild, &id, &m.Name, &m.Avatar, &m.Bot, &m.Left, &m.Joined)
	m.Guild, m.ID = unsigned(guild), unsigned(id)
	return m, err
}
