package discord

import (
	"bytes"
	"cmp"

	"guildpulse/events"
)

// interactionCommand is the type of interaction that a command makes; the others
// are buttons, menus, modals and completions.
const interactionCommand = 2

func (d *decoder) interest(evs []events.Event, added bool) ([]events.Event, error) {
	s := &d.scan
	var id, user, guild uint64
	for s.object(); s.more(); {
		switch string(s.key) {
		case "guild_scheduled_event_id":
			id = s.snowflake()
		case "user_id":
			user = s.snowflake()
		case "guild_id":
			guild = s.snowflake()
		default:
			s.skip()
		}
	}
	if err := d.finish(id, user, guild); err != nil {
		return evs, err
	}
	return append(evs, events.Interest(d.origin, guild, id, user, d.at, added)), nil
}

// inviteCreate counts an invitation. Those of widgets and vanity addresses have
// nobody behind them.
func (d *decoder) inviteCreate(evs []events.Event) ([]events.Event, error) {
	s := &d.scan
	var guild, channel uint64
	var created int64
	var inviter person
	for s.object(); s.more(); {
		switch string(s.key) {
		case "guild_id":
			guild = s.snowflake()
		case "channel_id":
			channel = s.snowflake()
		case "created_at":
			created = d.stamp()
		case "inviter":
			inviter = d.person()
		default:
			s.skip()
		}
	}
	if err := d.finish(channel); err != nil {
		return evs, err
	}
	switch {
	case guild == 0:
		return d.drop(ReasonDirect, evs)
	case inviter.id == 0:
		return d.drop(ReasonUnattributed, evs)
	case inviter.bot:
		return d.drop(ReasonBot, evs)
	}
	return append(evs, events.Invite(d.origin, guild, channel, inviter.id, cmp.Or(created, d.at))), nil
}

// interactionCreate counts a command and hands the whole payload to whoever
// answers it; once only, for its token is good for one answer.
func (d *decoder) interactionCreate(f *frame, evs []events.Event) ([]events.Event, error) {
	s := &d.scan
	var id, guild, channel uint64
	var kind int64
	var m membership
	for s.object(); s.more(); {
		switch string(s.key) {
		case "id":
			id = s.snowflake()
		case "guild_id":
			guild = s.snowflake()
		case "channel_id":
			channel = s.snowflake()
		case "type":
			kind = s.int()
		case "member":
			m = d.membership()
		default:
			s.skip()
		}
	}
	if err := d.finish(id); err != nil {
		return evs, err
	}
	if !d.replay {
		d.interactions(bytes.Clone(f.data))
	}
	switch {
	case kind != interactionCommand:
		return evs, nil
	case guild == 0:
		return d.drop(ReasonDirect, evs)
	case m.user.id == 0:
		return d.drop(ReasonUnattributed, evs)
	}
	d.observe(guild, &m, &m.user)
	return append(evs, events.Command(d.origin, guild, channel, id, m.user.id)), nil
}
