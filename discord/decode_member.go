package discord

import (
	"time"

	"guildpulse/events"
)

// joinWindow is how far joined_at may lie from now for a member to be new. A
// replay is minutes late at most.
const joinWindow = 15 * time.Minute

// memberPayload is a member object with its server beside it.
type memberPayload struct {
	membership
	guild uint64
}

func (d *decoder) memberPayload() (p memberPayload) {
	s := &d.scan
	for s.object(); s.more(); {
		switch {
		case string(s.key) == "guild_id":
			p.guild = s.snowflake()
		case !d.memberField(&p.membership):
			s.skip()
		}
	}
	return p
}

// memberAdd counts a person who joined. Discord sends the same for members who
// were there: their joined_at is long ago.
func (d *decoder) memberAdd(evs []events.Event) ([]events.Event, error) {
	p := d.memberPayload()
	if err := d.finish(p.guild, p.user.id); err != nil {
		return evs, err
	}
	d.dir.PutMember(p.member(p.guild, &p.user))
	switch {
	case p.user.bot:
		return d.drop(ReasonBot, evs)
	case !d.near(p.joined):
		return d.drop(ReasonKnown, evs)
	}
	return append(evs, events.Join(d.origin, p.guild, p.user.id, p.joined)), nil
}

// near reports whether a time is about now, by our clock or by Discord's, which
// the newest snowflake tells: ours may be wrong.
func (d *decoder) near(at int64) bool {
	window := joinWindow.Milliseconds()
	return max(at, d.at)-min(at, d.at) <= window || max(at, d.newest)-min(at, d.newest) <= window
}

func (d *decoder) memberUpdate(evs []events.Event) ([]events.Event, error) {
	p := d.memberPayload()
	if err := d.finish(p.guild, p.user.id); err != nil {
		return evs, err
	}
	d.observe(p.guild, &p.membership, &p.user)
	return evs, nil
}

func (d *decoder) memberRemove(evs []events.Event) ([]events.Event, error) {
	p := d.memberPayload()
	if err := d.finish(p.guild, p.user.id); err != nil {
		return evs, err
	}
	bot := p.user.bot || d.bot(p.guild, p.user.id)
	d.dir.MemberLeft(p.guild, p.user.id)
	if bot {
		return d.drop(ReasonBot, evs)
	}
	return append(evs, events.Leave(d.origin, p.guild, p.user.id, d.at)), nil
}
