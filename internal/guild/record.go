package guild

import (
	"cmp"
	"slices"
	"sync"
)

// record is what a Directory knows of one server.
type record struct {
	mu    sync.RWMutex
	gone  bool // no longer in the directory: whoever waited opens another
	known bool // told of as a server that the bot is in, not only by a stray event

	guild    Guild
	channels map[uint64]Channel
	roster   roster

	dirty         bool // the guild itself
	dirtyChannels map[uint64]struct{}
}

func newRecord(guild uint64) *record {
	return &record{
		guild:         Guild{ID: guild},
		channels:      make(map[uint64]Channel),
		dirtyChannels: make(map[uint64]struct{}),
		roster:        newRoster(),
	}
}

func compareRoles(a, b Role) int { return cmp.Compare(a.ID, b.ID) }

func (r *record) putGuild(g Guild) bool {
	if !slices.IsSortedFunc(g.Roles, compareRoles) {
		g.Roles = slices.SortedFunc(slices.Values(g.Roles), compareRoles)
	}
	if r.known && r.guild.equal(&g) {
		return false
	}
	r.guild, r.known, r.dirty = g.keep(), true, true
	return true
}

// putRole and deleteRole put a new list in place of the old, which readers may
// hold.
func (r *record) putRole(role Role) bool {
	i, found := slices.BinarySearchFunc(r.guild.Roles, role, compareRoles)
	if found && r.guild.Roles[i] == role {
		return false
	}
	g := r.guild
	g.Roles = slices.Clone(g.Roles)
	if found {
		g.Roles[i] = role
	} else {
		g.Roles = slices.Insert(g.Roles, i, role)
	}
	r.guild, r.dirty = g.keep(), true
	return true
}

func (r *record) deleteRole(id uint64) bool {
	i, found := slices.BinarySearchFunc(r.guild.Roles, Role{ID: id}, compareRoles)
	if !found {
		return false
	}
	r.guild.Roles = slices.Delete(slices.Clone(r.guild.Roles), i, i+1)
	r.dirty = true
	return true
}

func (r *record) putChannel(c Channel) bool {
	c.Guild = r.guild.ID
	old, found := r.channels[c.ID]
	if c.Obfuscated {
		c.unveil(&old)
	}
	if found && old.equal(&c) {
		return false
	}
	r.channels[c.ID] = c.keep()
	r.dirtyChannels[c.ID] = struct{}{}
	return true
}

// unveil gives an obfuscated channel what was known of it before Discord hid it,
// except permissions: those of the payload are made up, the old ones may be out
// of date.
func (c *Channel) unveil(old *Channel) {
	c.Name, c.NSFW, c.Overwrites = old.Name, old.NSFW, nil
	c.LastMessage = max(c.LastMessage, old.LastMessage)
}

func (r *record) deleteChannel(id uint64) bool {
	changed := r.markDeleted(id)
	for thread, c := range r.channels {
		if c.Thread() && c.Parent == id {
			changed = r.markDeleted(thread) || changed
		}
	}
	return changed
}

func (r *record) markDeleted(id uint64) bool {
	c, found := r.channels[id]
	if !found || c.Deleted {
		return false
	}
	c.Deleted = true
	r.channels[id] = c
	r.dirtyChannels[id] = struct{}{}
	return true
}

// deleteUnlisted marks the channels deleted that a whole list leaves out.
func (r *record) deleteUnlisted(listed []Channel) bool {
	there := make(map[uint64]struct{}, len(listed))
	for i := range listed {
		there[listed[i].ID] = struct{}{}
	}
	changed := false
	for id, c := range r.channels {
		if _, ok := there[id]; !ok && !c.Thread() {
			changed = r.deleteChannel(id) || changed
		}
	}
	return changed
}

// trim forgets channels beyond the bound, an eighth of it at once so that it is
// rarely done.
func (r *record) trim(bound int) {
	if len(r.channels) <= bound {
		return
	}
	spare := r.spare()
	slices.SortFunc(spare, func(a, b Channel) int {
		return cmp.Or(cmp.Compare(a.lastSign(), b.lastSign()), cmp.Compare(a.ID, b.ID))
	})
	for _, c := range spare[:min(len(spare), len(r.channels)-bound+bound/8)] {
		delete(r.channels, c.ID)
		delete(r.dirtyChannels, c.ID)
	}
}

// spare returns the channels that can be forgotten without making a hidden one
// look public or a public one hidden: a parent stays as long as its threads.
func (r *record) spare() []Channel {
	parents := make(map[uint64]struct{})
	for _, c := range r.channels {
		if c.Thread() {
			parents[c.Parent] = struct{}{}
		}
	}
	var spare []Channel
	for id, c := range r.channels {
		if _, parent := parents[id]; !parent && (c.Deleted || c.Thread()) && r.public(&c) {
			spare = append(spare, c)
		}
	}
	return spare
}

// lastSign returns a snowflake as old as the latest that is known to have
// happened in the channel.
func (c *Channel) lastSign() uint64 { return max(c.ID, c.LastMessage) }
