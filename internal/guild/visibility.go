package guild

import "slices"

// Hidden returns, ascending, the channels and threads of a server that @everyone
// may not view, deleted ones too: what is public covers none of them. A thread is
// hidden with its parent, a private thread always, and so is all of a server
// whose roles are not known.
func (d *Directory) Hidden(guild uint64) []uint64 {
	return d.filter(guild, func(r *record, c *Channel) bool { return !r.public(c) })
}

// EveryoneMayView reports whether a channel is public. One that is not known is
// not.
func (d *Directory) EveryoneMayView(guild, channel uint64) bool {
	r := d.read(guild)
	if r == nil {
		return false
	}
	defer r.mu.RUnlock()
	c, ok := r.channels[channel]
	return ok && r.public(&c)
}

// Permissions returns what a person with these roles may do in a server, channels
// aside; nothing if the server is not known. The roles are the caller's to vouch
// for: what the directory remembers of a member may be out of date.
func (d *Directory) Permissions(guild, user uint64, roles []uint64) Permissions {
	r := d.read(guild)
	if r == nil {
		return 0
	}
	defer r.mu.RUnlock()
	return r.base(user, roles)
}

// ChannelPermissions returns what a person with these roles may do in a channel or
// thread: nothing unless they may view it. A deleted channel answers as it would
// have.
func (d *Directory) ChannelPermissions(guild, channel, user uint64, roles []uint64) Permissions {
	r := d.read(guild)
	if r == nil {
		return 0
	}
	defer r.mu.RUnlock()
	c, ok := r.channels[channel]
	if !ok {
		return 0
	}
	return r.permissions(&c, r.base(user, roles), user, roles)
}

// Viewable returns, ascending, the channels and threads that a person with these
// roles may view, deleted ones too.
func (d *Directory) Viewable(guild, user uint64, roles []uint64) []uint64 {
	return d.filter(guild, func(r *record, c *Channel) bool {
		return r.permissions(c, r.base(user, roles), user, roles) != 0
	})
}

// filter returns the channels that pass, ascending.
func (d *Directory) filter(guild uint64, pass func(*record, *Channel) bool) []uint64 {
	r := d.read(guild)
	if r == nil {
		return nil
	}
	defer r.mu.RUnlock()
	var ids []uint64
	for id, c := range r.channels {
		if pass(r, &c) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (r *record) base(user uint64, roles []uint64) Permissions {
	if !r.known {
		return 0
	}
	return Base(r.guild.ID, r.guild.Owner, user, r.guild.Roles, roles)
}

// governing returns the channel whose permissions hold: of a thread its parent.
func (r *record) governing(c *Channel) (Channel, bool) {
	if !c.Thread() {
		return *c, true
	}
	parent, ok := r.channels[c.Parent]
	return parent, ok
}

// public reports whether @everyone may view a channel.
func (r *record) public(c *Channel) bool {
	g, ok := r.governing(c)
	if !ok || !r.known || c.Type == ChannelPrivateThread || c.Obfuscated || g.Obfuscated {
		return false
	}
	return EveryoneMayView(r.guild.ID, r.guild.Roles, g.Overwrites)
}

// permissions returns what a member may do in a channel. Of who was invited to a
// private thread nothing is known, so only moderators view it.
func (r *record) permissions(c *Channel, base Permissions, user uint64, roles []uint64) Permissions {
	if base.Has(Administrator) {
		return AllPermissions
	}
	g, ok := r.governing(c)
	if _, known := ofEveryone(r.guild.ID, r.guild.Roles); !known || !ok || c.Obfuscated || g.Obfuscated {
		return 0
	}
	p := InChannel(base, r.guild.ID, user, roles, g.Overwrites)
	if !p.Has(ViewChannel) || c.Type == ChannelPrivateThread && !p.Has(ManageThreads) {
		return 0
	}
	return p
}
