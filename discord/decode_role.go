package discord

import (
	"context"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

func (d *decoder) role() (r guild.Role) {
	s := &d.scan
	for s.object(); s.more(); {
		switch string(s.key) {
		case "id":
			r.ID = s.snowflake()
		case "name":
			r.Name = d.text()
		case "permissions":
			r.Permissions = guild.Permissions(s.bits())
		case "position":
			r.Position = int(s.int())
		default:
			s.skip()
		}
	}
	return r
}

func (d *decoder) rolePut(ctx context.Context, evs []events.Event) ([]events.Event, error) {
	guildID, _, r := d.rolePayload()
	if err := d.finish(guildID, r.ID); err != nil {
		return evs, err
	}
	if !d.dir.PutRole(guildID, r) {
		return evs, nil
	}
	return evs, d.publish(ctx, guildID)
}

func (d *decoder) roleDelete(ctx context.Context, evs []events.Event) ([]events.Event, error) {
	guildID, id, _ := d.rolePayload()
	if err := d.finish(guildID, id); err != nil {
		return evs, err
	}
	if !d.dir.DeleteRole(guildID, id) {
		return evs, nil
	}
	return evs, d.publish(ctx, guildID)
}

func (d *decoder) rolePayload() (guildID, id uint64, r guild.Role) {
	s := &d.scan
	for s.object(); s.more(); {
		switch string(s.key) {
		case "guild_id":
			guildID = s.snowflake()
		case "role_id":
			id = s.snowflake()
		case "role":
			r = d.role()
		default:
			s.skip()
		}
	}
	return guildID, id, r
}
