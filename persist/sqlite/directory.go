package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"guildpulse/persist"
)

// SaveDirectory implements persist.Store.
func (s *Store) SaveDirectory(ctx context.Context, d *persist.Directory) error {
	if len(d.Guilds)+len(d.Channels)+len(d.Members) == 0 {
		return nil
	}
	err := s.write(ctx, func(tx *transaction) error { return saveNames(ctx, tx, d) })
	if err != nil {
		return fmt.Errorf("save names: %w", failure(ctx, err))
	}
	return nil
}

func saveNames(ctx context.Context, tx *transaction, d *persist.Directory) error {
	clean := persist.CleanText
	err := each(ctx, tx, sqlUpsertGuild, d.Guilds, func(g *persist.GuildName) []any {
		return []any{signed(g.ID), clean(g.Name), clean(g.Icon), signed(g.Owner), g.Left}
	})
	if err != nil {
		return err
	}
	err = each(ctx, tx, sqlUpsertChannel, d.Channels, func(c *persist.ChannelName) []any {
		return []any{signed(c.Guild), signed(c.ID), signed(c.Parent), clean(c.Name), int64(c.Type), int64(c.Position), c.Deleted}
	})
	if err != nil {
		return err
	}
	return each(ctx, tx, sqlUpsertMember, d.Members, func(m *persist.MemberName) []any {
		return []any{signed(m.Guild), signed(m.ID), clean(m.Name), clean(m.Avatar), m.Bot, m.Left, m.Joined}
	})
}

// LoadDirectory implements persist.Store.
func (s *Store) LoadDirectory(ctx context.Context, guild uint64) (*persist.Directory, error) {
	var d persist.Directory
	err := s.read(ctx, func(tx *transaction) (err error) {
		if d.Guilds, err = collect(ctx, tx, "servers' names", sqlDirectoryGuilds, scanGuildName, signed(guild)); err != nil {
			return err
		}
		if d.Channels, err = collect(ctx, tx, "channels' names", sqlDirectoryChannels, scanChannelName, signed(guild)); err != nil {
			return err
		}
		if guild != 0 {
			d.Members, err = collect(ctx, tx, "members' names", sqlDirectoryMembers, scanMemberName, signed(guild))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load names: %w", failure(ctx, err))
	}
	return &d, nil
}

func scanGuildName(rows *sql.Rows, g *persist.GuildName) error {
	var id, owner int64
	err := rows.Scan(&id, &g.Name, &g.Icon, &owner, &g.Left)
	g.ID, g.Owner = unsigned(id), unsigned(owner)
	return err
}

func scanChannelName(rows *sql.Rows, c *persist.ChannelName) error {
	var guild, id, parent int64
	err := rows.Scan(&guild, &id, &parent, &c.Name, &c.Type, &c.Position, &c.Deleted)
	c.Guild, c.ID, c.Parent = unsigned(guild), unsigned(id), unsigned(parent)
	return err
}

func scanMemberName(rows *sql.Rows, m *persist.MemberName) error {
	var guild, id int64
	err := rows.Scan(&guild, &id, &m.Name, &m.Avatar, &m.Bot, &m.Left, &m.Joined)
	m.Guild, m.ID = unsigned(guild), unsigned(id)
	return err
}
