package guild

import (
	"cmp"
	"fmt"
	"slices"

	"guildpulse/events"
)

// read returns a server's record, locked for reading; nil if there is none.
func (d *Directory) read(guild uint64) *record {
	r := d.record(guild)
	if r != nil {
		r.mu.RLock()
	}
	return r
}

// Guild returns a server that the bot is in, as far as it is known.
func (d *Directory) Guild(guild uint64) (Guild, bool) {
	r := d.read(guild)
	if r == nil {
		return Guild{}, false
	}
	defer r.mu.RUnlock()
	return r.guild, r.known && !r.gone
}

// Guilds returns all servers that the bot is in, by id.
func (d *Directory) Guilds() []Guild {
	var all []Guild
	for _, id := range d.ids() {
		if g, ok := d.Guild(id); ok {
			all = append(all, g)
		}
	}
	return all
}

func (d *Directory) ids() []uint64 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	ids := make([]uint64, 0, len(d.records))
	for id := range d.records {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Channel returns a channel or thread, one that is deleted too.
func (d *Directory) Channel(guild, channel uint64) (Channel, bool) {
	r := d.read(guild)
	if r == nil {
		return Channel{}, false
	}
	defer r.mu.RUnlock()
	c, ok := r.channels[channel]
	return c, ok
}

// Channels returns all channels, categories and threads of a server, deleted ones
// too, by position and id.
func (d *Directory) Channels(guild uint64) []Channel {
	r := d.read(guild)
	if r == nil {
		return nil
	}
	defer r.mu.RUnlock()
	all := make([]Channel, 0, len(r.channels))
	for _, c := range r.channels {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Channel) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// Member returns a member, or a former one, who is still remembered.
func (d *Directory) Member(guild, user uint64) (Member, bool) {
	r := d.read(guild)
	if r == nil {
		return Member{}, false
	}
	defer r.mu.RUnlock()
	m, ok := r.roster.get(user)
	return *m, ok
}

// GuildName returns a server's name, or a text in its place. Names are what
// people typed: escape them for wherever they are shown.
func (d *Directory) GuildName(guild uint64) string {
	if g, _ := d.Guild(guild); g.Name != "" {
		return g.Name
	}
	return fmt.Sprintf("server %d", guild)
}

// ChannelName returns a channel's name, without #, or a text in its place.
func (d *Directory) ChannelName(guild, channel uint64) string {
	if c, _ := d.Channel(guild, channel); c.Name != "" {
		return c.Name
	}
	return fmt.Sprintf("channel %d", channel)
}

// MemberName returns what a member is called in a server, or a text in its place.
func (d *Directory) MemberName(guild, user uint64) string {
	if user == events.Anonymous {
		return "erased members"
	}
	if name := d.memberName(guild, user); name != "" {
		return name
	}
	return fmt.Sprintf("member %d", user)
}

// Unnamed reports whether MemberName has only a text in a name's place.
func (d *Directory) Unnamed(guild, user uint64) bool {
	return user != events.Anonymous && d.memberName(guild, user) == ""
}

func (d *Directory) memberName(guild, user uint64) string {
	m, _ := d.Member(guild, user)
	return cmp.Or(m.Name, m.Username)
}
