package discord

import (
	"context"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

// channelObfuscated is the flag of a channel whose name and permissions Discord
// hides, since the bot may not view it.
const channelObfuscated = 1 << 17

// channelPayload is what is read of a channel or thread.
type channelPayload struct {
	guild.Channel
	owner uint64 // of a thread
	fresh bool   // a thread that has just been opened
}

func (d *decoder) channel() (c channelPayload) {
	s := &d.scan
	for s.object(); s.more(); {
		switch string(s.key) {
		case "id":
			c.ID = s.snowflake()
		case "guild_id":
			c.Guild = s.snowflake()
		case "parent_id":
			c.Parent = s.snowflake()
		case "name":
			c.Name = d.text()
		case "type":
			c.Type = int(s.int())
		case "position":
			c.Position = int(s.int())
		case "nsfw":
			c.NSFW = s.bool()
		case "last_message_id":
			c.LastMessage = s.snowflake()
		case "flags":
			c.Obfuscated = s.int()&channelObfuscated != 0
		case "permission_overwrites":
			c.Overwrites = list(s, d.overwrite)
		case "owner_id":
			c.owner = s.snowflake()
		case "newly_created":
			c.fresh = s.bool()
		default:
			s.skip()
		}
	}
	return c
}

func (d *decoder) overwrite() (o guild.Overwrite) {
	s := &d.scan
	for s.object(); s.more(); {
		switch string(s.key) {
		case "id":
			o.ID = s.snowflake()
		case "type":
			o.Type = guild.OverwriteType(s.int())
		case "allow":
			o.Allow = guild.Permissions(s.bits())
		case "deny":
			o.Deny = guild.Permissions(s.bits())
		default:
			s.skip()
		}
	}
	return o
}

func (d *decoder) channelPut(ctx context.Context, evs []events.Event) ([]events.Event, error) {
	c := d.channel()
	if err := d.finish(c.ID); err != nil {
		return evs, err
	}
	if c.Guild == 0 {
		return d.drop(ReasonDirect, evs)
	}
	if _, known := d.dir.Channel(c.Guild, c.ID); !known {
		evs = d.head(&c.Channel, evs)
	}
	if !d.dir.PutChannel(c.Channel) {
		return evs, nil
	}
	return evs, d.publish(ctx, c.Guild)
}

func (d *decoder) channelDelete(ctx context.Context, evs []events.Event) ([]events.Event, error) {
	c := d.channel()
	if err := d.finish(c.ID); err != nil {
		return evs, err
	}
	if c.Guild == 0 {
		return d.drop(ReasonDirect, evs)
	}
	if !d.dir.DeleteChannel(c.Guild, c.ID) {
		return evs, nil
	}
	return evs, d.publish(ctx, c.Guild)
}

// threadCreate counts a thread that somebody opened. The same dispatch comes when
// the bot is only let into a thread that was there.
func (d *decoder) threadCreate(ctx context.Context, evs []events.Event) ([]events.Event, error) {
	c := d.channel()
	if err := d.finish(c.ID, c.Guild); err != nil {
		return evs, err
	}
	if d.dir.PutChannel(c.Channel) {
		if err := d.publish(ctx, c.Guild); err != nil {
			return evs, err
		}
	}
	evs = d.head(&c.Channel, evs)
	switch {
	case !c.fresh:
		return d.drop(ReasonKnown, evs)
	case c.owner == 0:
		return d.drop(ReasonUnattributed, evs)
	case d.bot(c.Guild, c.owner):
		return d.drop(ReasonBot, evs)
	}
	return append(evs, events.Thread(d.origin, c.Guild, c.Parent, c.ID, c.owner)), nil
}

// threadListSync takes in the active threads of channels that the bot has come to
// see.
func (d *decoder) threadListSync(ctx context.Context, evs []events.Event) ([]events.Event, error) {
	s := &d.scan
	var guildID uint64
	var threads []guild.Channel
	for s.object(); s.more(); {
		switch string(s.key) {
		case "guild_id":
			guildID = s.snowflake()
		case "threads":
			threads = list(s, d.listedChannel)
		default:
			s.skip()
		}
	}
	if err := d.finish(guildID); err != nil {
		return evs, err
	}
	changed := false
	for _, c := range threads {
		c.Guild = guildID
		evs = d.head(&c, evs)
		changed = d.dir.PutChannel(c) || changed
	}
	if !changed {
		return evs, nil
	}
	return evs, d.publish(ctx, guildID)
}
