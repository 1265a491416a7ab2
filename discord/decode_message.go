package discord

import "guildpulse/events"

// message is what is read of a message.
type message struct {
	id, guild, channel uint64
	author             person
	member             membership
	kind               int64
	webhook            uint64
	sticker, attached  bool
}

// messageCreate counts a message, or marks it as seen when nobody is to be counted.
// Attachments are told only to bots with the message content intent, so that
// FlagAttachment is mostly unknown; stickers are told to all.
func (d *decoder) messageCreate(evs []events.Event) ([]events.Event, error) {
	m := d.message()
	if err := d.finish(m.id, m.channel); err != nil {
		return evs, err
	}
	if m.guild == 0 {
		return d.drop(ReasonDirect, evs)
	}
	d.newest = max(d.newest, events.SnowflakeTime(m.id))
	if reason, filtered := m.filter(); filtered {
		d.count.filtered[reason].Add(1)
		return append(evs, events.Seen(d.origin, m.guild, m.channel, m.id)), nil
	}
	if m.author.id == 0 {
		return evs, ErrMalformed
	}
	d.observe(m.guild, &m.member, &m.author)
	c, _ := d.dir.Channel(m.guild, m.channel)
	return append(evs, events.Message(
		d.origin, m.guild, m.channel, m.id, m.author.id, m.flags(c.Thread()))), nil
}

func (d *decoder) message() (m message) {
	s := &d.scan
	for s.object(); s.more(); {
		switch string(s.key) {
		case "id":
			m.id = s.snowflake()
		case "guild_id":
			m.guild = s.snowflake()
		case "channel_id":
			m.channel = s.snowflake()
		case "author":
			m.author = d.person()
		case "member":
			m.member = d.membership()
		case "type":
			m.kind = s.int()
		case "webhook_id":
			m.webhook = s.snowflake()
		case "sticker_items":
			m.sticker = d.filled()
		case "attachments":
			m.attached = d.filled()
		default:
			s.skip()
		}
	}
	return m
}

func (m *message) flags(inThread bool) (f events.Flags) {
	return flag(m.kind == messageReply, events.FlagReply) |
		flag(inThread, events.FlagInThread) |
		flag(m.sticker, events.FlagSticker) |
		flag(m.attached, events.FlagAttachment)
}

// flag returns f if it is on.
func flag(on bool, f events.Flags) events.Flags {
	if on {
		return f
	}
	return 0
}

func (m *message) filter() (r Reason, filtered bool) {
	switch {
	case m.webhook != 0:
		return ReasonWebhook, true
	case m.author.bot:
		return ReasonBot, true
	case m.author.system, !writtenByPerson(m.kind):
		return ReasonSystem, true
	}
	return 0, false
}

// messageDelete tells which message is gone; whose it was, Discord does not say.
func (d *decoder) messageDelete(evs []events.Event) ([]events.Event, error) {
	s := &d.scan
	var id, guild, channel uint64
	for s.object(); s.more(); {
		switch string(s.key) {
		case "id":
			id = s.snowflake()
		case "guild_id":
			guild = s.snowflake()
		case "channel_id":
			channel = s.snowflake()
		default:
			s.skip()
		}
	}
	if err := d.finish(id, channel); err != nil {
		return evs, err
	}
	if guild == 0 {
		return d.drop(ReasonDirect, evs)
	}
	return append(evs, events.MessageDelete(d.origin, guild, channel, id, d.at)), nil
}

// messageDeleteBulk is many deletions in one frame.
func (d *decoder) messageDeleteBulk(evs []events.Event) ([]events.Event, error) {
	s := &d.scan
	var guild, channel uint64
	var ids []uint64
	for s.object(); s.more(); {
		switch string(s.key) {
		case "ids":
			ids = d.idList(&d.ids)
		case "guild_id":
			guild = s.snowflake()
		case "channel_id":
			channel = s.snowflake()
		default:
			s.skip()
		}
	}
	if err := d.finish(channel); err != nil {
		return evs, err
	}
	if guild == 0 {
		return d.drop(ReasonDirect, evs)
	}
	for _, id := range ids {
		evs = append(evs, events.MessageDelete(d.origin, guild, channel, id, d.at))
	}
	return evs, nil
}
