package fakediscord

import (
	"slices"
	"time"
)

// Guild describes a server: how it is added, and what UpdateGuild may change.
type Guild struct {
	ID     uint64 // minted when zero
	Owner  uint64 // a member; the first listed one when zero
	Name   string
	Icon   string // hash
	Locale string // "en-US" when empty

	Description   string
	Features      []string
	PremiumTier   int
	Boosts        int
	Verification  int
	AFKChannel    uint64
	AFKTimeout    int    // seconds; 300 when zero
	SystemChannel uint64 // where joins are announced, with a message of type 7
	Presences     int    // approximate_presence_count; a third of the members when zero
	MemberCount   int    // when larger than the list of members: the rest is a crowd without names

	// BotPermissions are of the bot's own role; Config.BotPermissions when zero.
	BotPermissions uint64

	// These fill the guild when it is added and are not read by UpdateGuild:
	// roles, channels and the like have methods of their own.
	Roles    []Role // one whose ID is the guild's is @everyone, made when missing
	Channels []Channel
	Members  []Member // the bot is added when missing
	Emoji    []Emoji
	Events   []ScheduledEvent
}

// Role is a role of a guild.
type Role struct {
	ID          uint64 // minted when zero
	Name        string
	Permissions uint64
	Color       int
	Position    int
	Hoist       bool
	Managed     bool
	Mentionable bool
	Bot         uint64 // the bot whose role it is
}

// Emoji is a guild's own emoji, or with ID zero a character of Unicode.
type Emoji struct {
	ID       uint64
	Name     string
	Animated bool
	Roles    []uint64
}

// ScheduledEvent is something a guild plans.
type ScheduledEvent struct {
	ID          uint64 // minted when zero
	Channel     uint64 // zero for an event elsewhere
	Creator     uint64
	Name        string
	Description string
	Place       string // for an event elsewhere
	Start, End  time.Time
	Status      int // 1 scheduled, 2 active, 3 completed, 4 cancelled; 1 when zero
}

// guild is a server in the world: its settings and what lives in it.
type guild struct {
	Guild
	joinedAt int64 // of the bot, Unix ms
	out      bool  // an outage: unavailable
	roles    map[uint64]*Role
	channels map[uint64]*channel // threads too
	members  map[uint64]*Member
	order    []uint64 // member ids ascending; nil when stale
	voice    map[uint64]*VoiceState
	events   map[uint64]*scheduled
}

// scheduled is an event with those who are interested.
type scheduled struct {
	ScheduledEvent
	interested map[uint64]bool
}

// newGuild returns an empty guild with its settings.
func newGuild(spec Guild) *guild {
	g := &guild{
		Guild:    spec,
		roles:    make(map[uint64]*Role),
		channels: make(map[uint64]*channel),
		members:  make(map[uint64]*Member),
		voice:    make(map[uint64]*VoiceState),
		events:   make(map[uint64]*scheduled),
	}
	g.Roles, g.Channels, g.Members, g.Events = nil, nil, nil, nil
	g.Locale = or(g.Locale, "en-US")
	g.AFKTimeout = or(g.AFKTimeout, 300)
	return g
}

// memberIDs returns the members' ids in ascending order. The caller holds the
// world's lock for writing.
func (g *guild) memberIDs() []uint64 {
	if g.order == nil {
		g.order = make([]uint64, 0, len(g.members))
		for id := range g.members {
			g.order = append(g.order, id)
		}
		slices.Sort(g.order)
	}
	return g.order
}

// memberCount counts the members, those without names included.
func (g *guild) memberCount() int { return max(g.MemberCount, len(g.members)) }

// presences estimates how many are online.
func (g *guild) presences() int { return or(g.Presences, g.memberCount()/3) }

// top returns the highest position of a member's roles; the owner is above all.
func (g *guild) top(user uint64) int {
	if user == g.Owner {
		return int(^uint(0) >> 1)
	}
	top := 0
	if m, ok := g.members[user]; ok {
		for _, id := range m.Roles {
			if r, ok := g.roles[id]; ok {
				top = max(top, r.Position)
			}
		}
	}
	return top
}

// sortedRoles returns the roles by position, then id.
func (g *guild) sortedRoles() []*Role {
	return sorted(g.roles, func(a, b *Role) bool {
		return a.Position < b.Position || a.Position == b.Position && a.ID < b.ID
	})
}

// sortedChannels returns channels, or threads, by position, then id.
func (g *guild) sortedChannels(threads bool) []*channel {
	all := sorted(g.channels, func(a, b *channel) bool {
		return a.Position < b.Position || a.Position == b.Position && a.ID < b.ID
	})
	return slices.DeleteFunc(all, func(c *channel) bool { return c.thread() != threads })
}

// sorted returns a map's values in an order, so that payloads are the same in
// every run.
func sorted[K comparable, V any](m map[K]V, less func(a, b V) bool) []V {
	out := make([]V, 0, len(m))
	for _, v := range m {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b V) int {
		switch {
		case less(a, b):
			return -1
		case less(b, a):
			return 1
		}
		return 0
	})
	return out
}
