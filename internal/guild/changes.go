package guild

import (
	"cmp"
	"slices"
)

// Changes is what a [Directory] holds that is not stored yet, or what was stored.
type Changes struct {
	Guilds   []Guild
	Channels []Channel
	Members  []Member
	Removed  []uint64 // servers that the bot left
}

// Empty reports whether nothing changed.
func (c *Changes) Empty() bool {
	return len(c.Guilds)+len(c.Channels)+len(c.Members)+len(c.Removed) == 0
}

// Dirty returns what changed since it was last asked, by id, for a store to write
// in place of what it had. Of something that changed twice only the last is told;
// a member or channel that was forgotten meanwhile is not told. If storing fails,
// hand the changes to [Directory.Again].
func (d *Directory) Dirty() Changes {
	guilds, removed := d.drain()
	c := Changes{Removed: removed}
	for _, id := range guilds {
		if r := d.record(id); r != nil {
			r.drain(&c)
		}
	}
	return c
}

// drain takes out the servers in which something changed.
func (d *Directory) drain() (dirty, removed []uint64) {
	d.dirtyMu.Lock()
	defer d.dirtyMu.Unlock()
	dirty, removed = sortedKeys(d.dirty), sortedKeys(d.removed)
	clear(d.dirty)
	clear(d.removed)
	return dirty, removed
}

func sortedKeys(set map[uint64]struct{}) []uint64 {
	var keys []uint64
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (r *record) drain(c *Changes) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dirty && r.known {
		r.dirty = false
		c.Guilds = append(c.Guilds, r.guild)
	}
	for _, id := range sortedKeys(r.dirtyChannels) {
		c.Channels = append(c.Channels, r.channels[id])
	}
	clear(r.dirtyChannels)
	first := len(c.Members)
	c.Members = r.roster.drain(c.Members)
	slices.SortFunc(c.Members[first:], func(a, b Member) int { return cmp.Compare(a.ID, b.ID) })
}

// Again makes Dirty tell of what these changes are about once more, as it then
// is.
func (d *Directory) Again(c Changes) {
	for _, g := range c.Guilds {
		d.mark(g.ID, func(r *record) { r.dirty = true })
	}
	for _, ch := range c.Channels {
		d.mark(ch.Guild, func(r *record) {
			if _, ok := r.channels[ch.ID]; ok {
				r.dirtyChannels[ch.ID] = struct{}{}
			}
		})
	}
	for _, m := range c.Members {
		d.mark(m.Guild, func(r *record) { r.roster.mark(m.ID) })
	}
	d.removeAgain(c.Removed)
}

// mark applies a mark to a server's record, if there still is one.
func (d *Directory) mark(guild uint64, set func(*record)) {
	r := d.record(guild)
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	set(r)
	d.dirtyMu.Lock()
	defer d.dirtyMu.Unlock()
	d.dirty[guild] = struct{}{}
}

func (d *Directory) removeAgain(guilds []uint64) {
	for _, id := range guilds {
		if _, back := d.Guild(id); back {
			continue
		}
		d.dirtyMu.Lock()
		d.removed[id] = struct{}{}
		d.dirtyMu.Unlock()
	}
}

// Restore takes in what was stored, at the start. What payloads told already is
// newer and stays; nothing of it becomes dirty. Of members beyond the bound the
// last in the list are remembered.
func (d *Directory) Restore(c Changes) {
	for _, g := range c.Guilds {
		d.restore(g.ID, func(r *record) { r.restoreGuild(g) })
	}
	for _, ch := range c.Channels {
		d.restore(ch.Guild, func(r *record) { r.restoreChannel(ch) })
	}
	for _, m := range c.Members {
		d.restore(m.Guild, func(r *record) { d.restoreMember(r, m) })
	}
	for _, id := range d.ids() {
		d.restore(id, func(r *record) { r.trim(d.cfg.ChannelsPerGuild) })
	}
}

func (d *Directory) restore(guild uint64, put func(*record)) {
	r := d.open(guild)
	defer r.mu.Unlock()
	put(r)
}

func (r *record) restoreGuild(g Guild) {
	if !r.known {
		r.guild, r.known = g.keep(), true
	}
}

func (r *record) restoreChannel(c Channel) {
	if _, found := r.channels[c.ID]; !found {
		r.channels[c.ID] = c.keep()
	}
}

func (d *Directory) restoreMember(r *record, m Member) {
	if _, found := r.roster.get(m.ID); found {
		return
	}
	d.putMember(r, m)
	r.roster.unmark(m.ID)
}
