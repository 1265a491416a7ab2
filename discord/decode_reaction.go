package discord

import (
	"context"

	"guildpulse/events"
)

// maxEmojiName bounds what goes into the dictionary of emoji, in bytes.
const maxEmojiName = 128

// reaction is what is read of a reaction.
type reaction struct {
	user, guild, channel, message uint64
	author                        uint64 // of the message; told when added only, and not of webhooks'
	member                        membership
	emoji                         uint64 // 0 for Unicode
	name                          string
}

func (d *decoder) reaction(ctx context.Context, evs []events.Event, added bool) ([]events.Event, error) {
	r := d.readReaction()
	if err := d.finish(r.user, r.channel, r.message); err != nil {
		return evs, err
	}
	if len(r.name) > maxEmojiName || r.emoji == 0 && r.name == "" {
		return evs, ErrMalformed
	}
	if r.guild == 0 {
		return d.drop(ReasonDirect, evs)
	}
	d.observe(r.guild, &r.member, &r.member.user)
	if r.member.user.bot || d.bot(r.guild, r.user) {
		return d.drop(ReasonBot, evs)
	}
	number, err := d.sink.Emoji(ctx, r.guild, r.emoji, r.name)
	if err != nil {
		return evs, err
	}
	if !added {
		return append(evs, events.ReactionRemove(d.origin, r.guild, r.channel, r.message, r.user, number, d.at)), nil
	}
	return append(evs, events.Reaction(d.origin, r.guild, r.channel, r.message, r.user, r.author, number, d.at)), nil
}

func (d *decoder) readReaction() (r reaction) {
	s := &d.scan
	for s.object(); s.more(); {
		switch string(s.key) {
		case "user_id":
			r.user = s.snowflake()
		case "guild_id":
			r.guild = s.snowflake()
		case "channel_id":
			r.channel = s.snowflake()
		case "message_id":
			r.message = s.snowflake()
		case "message_author_id":
			r.author = s.snowflake()
		case "member":
			r.member = d.membership()
		case "emoji":
			r.emoji, r.name = d.emoji()
		default:
			s.skip()
		}
	}
	return r
}

func (d *decoder) emoji() (id uint64, name string) {
	s := &d.scan
	for s.object(); s.more(); {
		switch string(s.key) {
		case "id":
			id = s.snowflake()
		case "name":
			name = d.text()
		default:
			s.skip()
		}
	}
	return id, name
}

// reactionsCleared is the removal of all reactions of a message, or of all with
// one emoji. Discord does not say whose they were: they stay counted.
func (d *decoder) reactionsCleared(evs []events.Event) ([]events.Event, error) {
	d.scan.skip()
	if err := d.finish(); err != nil {
		return evs, err
	}
	return d.drop(ReasonUnattributed, evs)
}

func (d *decoder) pollVote(evs []events.Event, added bool) ([]events.Event, error) {
	s := &d.scan
	var user, guild, channel, message uint64
	var answer int64
	for s.object(); s.more(); {
		switch string(s.key) {
		case "user_id":
			user = s.snowflake()
		case "guild_id":
			guild = s.snowflake()
		case "channel_id":
			channel = s.snowflake()
		case "message_id":
			message = s.snowflake()
		case "answer_id":
			answer = s.int()
		default:
			s.skip()
		}
	}
	if err := d.finish(user, channel, message); err != nil {
		return evs, err
	}
	if guild == 0 {
		return d.drop(ReasonDirect, evs)
	}
	return append(evs, events.PollVote(d.origin, guild, channel, message, user, uint32(answer), d.at, added)), nil
}
