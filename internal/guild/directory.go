package guild

import (
	"sync"
	"sync/atomic"
)

// DirectoryConfig bounds a [Directory]'s memory. A zero field takes its default.
type DirectoryConfig struct {
	MembersPerGuild  int // remembered of one server; default 20,000
	Members          int // remembered in all, besides one of each server; default 200,000
	ChannelsPerGuild int // remembered of one server, see Directory; default 5,000
}

// Directory remembers what servers, channels, roles and members are called, and
// what their permissions are, as payloads of the gateway tell it. It is the
// best-effort path beside the events: losing it costs names, never counts.
//
// Memory is bounded. When a server's members are too many, the one who was not
// observed for longest gives way; about 300 bytes are kept of each. When its
// channels are too many, deleted channels and threads that everyone may view
// give way, those longest silent first; channels that exist, and whatever is
// hidden, stay, since what is forgotten could no longer be told to be hidden.
//
// What a server, channel or member was is kept until [Directory.RemoveGuild]: an
// outage takes nothing away, a deleted channel keeps its name, who left keeps
// theirs.
//
// It is safe for concurrent use; servers do not wait for each other. Slices that
// it returns within a Guild, Channel or Member are shared and must not be
// changed.
type Directory struct {
	cfg     DirectoryConfig
	members atomic.Int64 // in all records

	mu      sync.RWMutex // of the map alone; never taken while holding a record
	records map[uint64]*record

	dirtyMu sync.Mutex // may be taken while holding a record
	dirty   map[uint64]struct{}
	removed map[uint64]struct{}
}

// NewDirectory returns an empty directory.
func NewDirectory(cfg DirectoryConfig) *Directory {
	return &Directory{
		cfg: DirectoryConfig{
			MembersPerGuild:  positive(cfg.MembersPerGuild, 20_000),
			Members:          positive(cfg.Members, 200_000),
			ChannelsPerGuild: positive(cfg.ChannelsPerGuild, 5_000),
		},
		records: make(map[uint64]*record),
		dirty:   make(map[uint64]struct{}),
		removed: make(map[uint64]struct{}),
	}
}

func positive(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// PutGuild takes in a server as a whole: its roles, channels and active threads
// are exactly these. Channels that are not among them are marked deleted, threads
// only with their channel, since archived ones are never listed. It reports
// whether anything changed.
func (d *Directory) PutGuild(g Guild, channels []Channel) bool {
	r := d.open(g.ID)
	defer r.mu.Unlock()
	changed := r.putGuild(g)
	for i := range channels {
		changed = r.putChannel(channels[i]) || changed
	}
	changed = r.deleteUnlisted(channels) || changed
	return d.settle(r, changed)
}

// UpdateGuild takes in what a server says of itself without its channels. Without
// roles (nil) or member count (0) in the payload, those stay.
func (d *Directory) UpdateGuild(g Guild) bool {
	r := d.open(g.ID)
	defer r.mu.Unlock()
	if g.Roles == nil {
		g.Roles = r.guild.Roles
	}
	if g.MemberCount == 0 {
		g.MemberCount = r.guild.MemberCount
	}
	return d.settle(r, r.putGuild(g))
}

// SetUnavailable notes the begin or the end of an outage. Nothing is forgotten. A
// server that was not known is from now on.
func (d *Directory) SetUnavailable(guild uint64, unavailable bool) bool {
	r := d.open(guild)
	defer r.mu.Unlock()
	g := r.guild
	g.Unavailable = unavailable
	return d.settle(r, r.putGuild(g))
}

// PutChannel takes in one channel or thread, new or changed.
func (d *Directory) PutChannel(c Channel) bool {
	r := d.open(c.Guild)
	defer r.mu.Unlock()
	return d.settle(r, r.putChannel(c))
}

// DeleteChannel marks a channel deleted, and its threads with it. Their names and
// permissions stay, for what was counted there.
func (d *Directory) DeleteChannel(guild, channel uint64) bool {
	r := d.open(guild)
	defer r.mu.Unlock()
	return d.settle(r, r.deleteChannel(channel))
}

// PutRole takes in one role, new or changed.
func (d *Directory) PutRole(guild uint64, role Role) bool {
	r := d.open(guild)
	defer r.mu.Unlock()
	return d.settle(r, r.putRole(role))
}

// DeleteRole forgets a role.
func (d *Directory) DeleteRole(guild, role uint64) bool {
	r := d.open(guild)
	defer r.mu.Unlock()
	return d.settle(r, r.deleteRole(role))
}

// RemoveGuild forgets a server that the bot is no longer in.
func (d *Directory) RemoveGuild(guild uint64) {
	d.mu.Lock()
	r := d.records[guild]
	delete(d.records, guild)
	d.mu.Unlock()
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone = true
	d.members.Add(-int64(r.roster.len()))
	d.dirtyMu.Lock()
	defer d.dirtyMu.Unlock()
	delete(d.dirty, guild)
	d.removed[guild] = struct{}{}
}

// open returns a server's record, locked, and makes it if there is none.
func (d *Directory) open(guild uint64) *record {
	for {
		r := d.record(guild)
		if r == nil {
			r = d.create(guild)
		}
		r.mu.Lock()
		if !r.gone {
			return r
		}
		r.mu.Unlock()
	}
}

func (d *Directory) record(guild uint64) *record {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.records[guild]
}

func (d *Directory) create(guild uint64) *record {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.records[guild]
	if r == nil {
		r = newRecord(guild)
		d.records[guild] = r
	}
	return r
}

// settle ends a change of a locked record: it keeps the bounds and notes that
// there is something to store.
func (d *Directory) settle(r *record, changed bool) bool {
	if !changed {
		return false
	}
	r.trim(d.cfg.ChannelsPerGuild)
	d.dirtyMu.Lock()
	defer d.dirtyMu.Unlock()
	d.dirty[r.guild.ID] = struct{}{}
	if r.known {
		delete(d.removed, r.guild.ID)
	}
	return true
}
