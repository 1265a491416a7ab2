package discord

import "guildpulse/events"

// voiceState is where a person is in voice.
type voiceState struct {
	guild, channel, user uint64
	member               membership

	mute, selfMute, suppress bool
	deaf, selfDeaf           bool
}

// voiceState reads one voice state. Who is in the audience of a stage (suppress)
// cannot be heard, which is to be muted.
func (d *decoder) voiceState() (v voiceState) {
	s := &d.scan
	for s.object(); s.more(); {
		switch string(s.key) {
		case "guild_id":
			v.guild = s.snowflake()
		case "channel_id":
			v.channel = s.snowflake()
		case "user_id":
			v.user = s.snowflake()
		case "member":
			v.member = d.membership()
		case "mute":
			v.mute = s.bool()
		case "self_mute":
			v.selfMute = s.bool()
		case "suppress":
			v.suppress = s.bool()
		case "deaf":
			v.deaf = s.bool()
		case "self_deaf":
			v.selfDeaf = s.bool()
		default:
			s.skip()
		}
	}
	return v
}

func (d *decoder) voiceStateUpdate(evs []events.Event) ([]events.Event, error) {
	v := d.voiceState()
	if err := d.finish(v.user); err != nil {
		return evs, err
	}
	if v.guild == 0 {
		return d.drop(ReasonDirect, evs)
	}
	d.observe(v.guild, &v.member, &v.member.user)
	if v.member.user.bot || d.bot(v.guild, v.user) {
		return d.drop(ReasonBot, evs)
	}
	g, _ := d.dir.Guild(v.guild)
	return append(evs, v.event(d.origin, d.at, g.AFKChannel)), nil
}

func (v *voiceState) event(o events.Origin, at int64, afk uint64) events.Event {
	if v.channel == 0 {
		return events.VoiceState(o, v.guild, 0, v.user, at, events.FlagLeft)
	}
	return events.VoiceState(o, v.guild, v.channel, v.user, at,
		flag(v.mute || v.selfMute || v.suppress, events.FlagMuted)|
			flag(v.deaf || v.selfDeaf, events.FlagDeafened)|
			flag(v.channel == afk, events.FlagAFK))
}

// voiceNobody says that a server has nobody in voice any more.
func (d *decoder) voiceNobody(guild uint64, evs []events.Event) []events.Event {
	return append(evs,
		events.VoiceSync(d.origin, guild, d.at, false),
		events.VoiceSync(d.origin, guild, d.at, true))
}
