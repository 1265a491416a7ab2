package discord

import (
	"context"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

// guildPayload is what is read of a server. Slices are those of the payload, in
// whatever order it has them: who is a bot stands in members, voice states name
// nobody.
type guildPayload struct {
	guild.Guild
	channels []guild.Channel
	threads  []guild.Channel
	members  []guild.Member
	voice    []voiceState
}

// guildCreate takes in a whole server: its names, what of it is hidden, and who is
// in voice now, between brackets. It comes for every server after READY, when the
// bot is invited, and when an outage ends.
func (d *decoder) guildCreate(ctx context.Context, evs []events.Event) ([]events.Event, error) {
	g := d.guild()
	if err := d.finish(g.ID); err != nil {
		return evs, err
	}
	if g.Unavailable {
		d.dir.SetUnavailable(g.ID, true)
		return evs, nil
	}
	d.dir.PutGuild(g.Guild, append(g.channels, g.threads...))
	for _, m := range g.members {
		m.Guild = g.ID
		d.dir.PutMember(m)
	}
	if err := d.publish(ctx, g.ID); err != nil {
		return evs, err
	}
	for _, c := range append(g.channels, g.threads...) {
		c.Guild = g.ID
		evs = d.head(&c, evs)
	}
	return d.voiceStates(&g, evs), nil
}

// head tells how far a channel's messages go, so that what was missed while nobody
// listened can be found. Forums hold threads, not messages; of channels that the bot may not view
// nothing is heard.
func (d *decoder) head(c *guild.Channel, evs []events.Event) []events.Event {
	if !c.HoldsMessages() || c.Obfuscated {
		return evs
	}
	return append(evs, events.Head(d.origin, c.Guild, c.ID, max(c.ID, c.LastMessage), d.at))
}

// voiceStates appends who is in voice, bots left out.
func (d *decoder) voiceStates(g *guildPayload, evs []events.Event) []events.Event {
	evs = append(evs, events.VoiceSync(d.origin, g.ID, d.at, false))
	for i := range g.voice {
		v := &g.voice[i]
		v.guild = g.ID
		switch {
		case v.channel == 0 || v.user == 0:
		case v.member.user.bot, d.bot(g.ID, v.user):
			d.count.filtered[ReasonBot].Add(1)
		default:
			evs = append(evs, v.event(d.origin, d.at, g.AFKChannel))
		}
	}
	return append(evs, events.VoiceSync(d.origin, g.ID, d.at, true))
}

func (d *decoder) guildUpdate(ctx context.Context, evs []events.Event) ([]events.Event, error) {
	g := d.guild()
	if err := d.finish(g.ID); err != nil {
		return evs, err
	}
	if !d.known(g.ID) || !d.dir.UpdateGuild(g.Guild) {
		return evs, nil
	}
	return evs, d.publish(ctx, g.ID)
}

// guildDelete is an outage (unavailable) or a removal. An outage changes nothing
// but a note in the directory; after a removal nobody is in voice.
func (d *decoder) guildDelete(evs []events.Event) ([]events.Event, error) {
	g := d.guild()
	if err := d.finish(g.ID); err != nil {
		return evs, err
	}
	if g.Unavailable {
		d.dir.SetUnavailable(g.ID, true)
		return evs, nil
	}
	return d.removed(g.ID, evs), nil
}

// removed forgets a server that the bot is no longer in.
func (d *decoder) removed(guildID uint64, evs []events.Event) []events.Event {
	d.dir.RemoveGuild(guildID)
	d.hidden.forget(guildID)
	return d.voiceNobody(guildID, evs)
}

// ready compares the servers that READY lists with those known, and appends the
// end of those that the bot was removed from while nobody listened.
func (d *decoder) ready(f *frame, at int64, evs []events.Event) ([]events.Event, error) {
	r, err := parseReady(f.data)
	if err != nil {
		return evs, err
	}
	d.origin, d.at = events.Origin{Shard: d.shard, Seq: f.seq}, at
	listed := make(map[uint64]struct{}, len(r.guilds))
	for _, id := range r.guilds {
		listed[id] = struct{}{}
	}
	for _, g := range d.dir.Guilds() {
		if _, ok := listed[g.ID]; !ok && shardOf(g.ID, d.shards) == uint64(d.shard) {
			evs = d.removed(g.ID, evs)
		}
	}
	return evs, nil
}

// shardOf returns which of n shards hears of a server.
func shardOf(guildID, n uint64) uint64 { return (guildID >> 22) % n }

func (d *decoder) guild() (g guildPayload) {
	s := &d.scan
	for s.object(); s.more(); {
		switch string(s.key) {
		case "id":
			g.ID = s.snowflake()
		case "unavailable":
			g.Unavailable = s.bool()
		case "name":
			g.Name = d.text()
		case "icon":
			g.Icon = d.text()
		case "owner_id":
			g.Owner = s.snowflake()
		case "afk_channel_id":
			g.AFKChannel = s.snowflake()
		case "member_count":
			g.MemberCount = int(s.int())
		case "preferred_locale":
			g.Locale = d.text()
		case "roles":
			g.Roles = list(s, d.role)
		case "channels":
			g.channels = list(s, d.listedChannel)
		case "threads":
			g.threads = list(s, d.listedChannel)
		case "members":
			g.members = list(s, d.listedMember)
		case "voice_states":
			g.voice = list(s, d.voiceState)
		default:
			s.skip()
		}
	}
	return g
}

// list reads an array, each item with read.
func list[T any](s *scanner, read func() T) (all []T) {
	for s.array(); s.item(); {
		all = append(all, read())
	}
	return all
}

// listedMember reads one of many members, whose roles must outlive the next.
func (d *decoder) listedMember() guild.Member {
	m := d.membership()
	m.roles = append([]uint64{}, m.roles...)
	return m.member(0, &m.user)
}

// listedChannel reads one of many channels or threads.
func (d *decoder) listedChannel() guild.Channel { return d.channel().Channel }
