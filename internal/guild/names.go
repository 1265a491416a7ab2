package guild

import (
	"slices"
	"strings"
)

// Guild is a Discord server, as payloads tell of it.
type Guild struct {
	ID          uint64
	Name        string
	Icon        string // hash, "" for none
	Owner       uint64
	AFKChannel  uint64 // 0 for none
	MemberCount int
	Unavailable bool // an outage: nothing is known to have changed
	Locale      string
	Roles       []Role
}

// The types of channels that matter here, with Discord's numbers. The set is open.
const (
	ChannelText               = 0
	ChannelVoice              = 2
	ChannelCategory           = 4
	ChannelAnnouncement       = 5
	ChannelAnnouncementThread = 10
	ChannelPublicThread       = 11
	ChannelPrivateThread      = 12
	ChannelStage              = 13
	ChannelForum              = 15
	ChannelMedia              = 16
)

// Channel is a channel, a category or a thread of a server.
type Channel struct {
	ID          uint64
	Guild       uint64
	Parent      uint64 // the category, or of a thread the channel; 0 for none
	Name        string
	Type        int
	Position    int
	NSFW        bool
	Overwrites  []Overwrite
	LastMessage uint64 // id of the latest message when the payload was made, or 0
	Deleted     bool   // gone; its name is kept for what was counted in it

	// Obfuscated says that Discord hid the channel's name and permissions in the
	// payload, because the bot itself may not view it (flag 1<<17).
	Obfuscated bool
}

// Thread reports whether the channel is a thread, which takes its permissions
// from its parent.
func (c *Channel) Thread() bool {
	return c.Type >= ChannelAnnouncementThread && c.Type <= ChannelPrivateThread
}

// HoldsMessages reports whether messages stand in the channel itself. Categories
// hold channels; forums and media channels hold threads.
func (c *Channel) HoldsMessages() bool {
	switch c.Type {
	case ChannelText, ChannelVoice, ChannelAnnouncement, ChannelStage:
		return true
	}
	return c.Thread()
}

// Member is a person in a server, or one who was.
type Member struct {
	Guild    uint64
	ID       uint64
	Name     string // what the server shows: nickname, display name or username
	Username string
	Avatar   string // hash, "" for none
	Bot      bool
	Joined   int64 // Unix milliseconds, 0 if unknown
	Left     bool
	Roles    []uint64
}

// keep returns a copy that shares no memory with the payload it came from, which
// may be a large frame.
func (g Guild) keep() Guild {
	g.Name, g.Icon, g.Locale = strings.Clone(g.Name), strings.Clone(g.Icon), strings.Clone(g.Locale)
	g.Roles = slices.Clone(g.Roles)
	for i := range g.Roles {
		g.Roles[i].Name = strings.Clone(g.Roles[i].Name)
	}
	slices.SortFunc(g.Roles, compareRoles)
	return g
}

func (c Channel) keep() Channel {
	c.Name, c.Overwrites = strings.Clone(c.Name), slices.Clone(c.Overwrites)
	return c
}

func (m Member) keep() Member {
	m.Name, m.Username, m.Avatar = strings.Clone(m.Name), strings.Clone(m.Username), strings.Clone(m.Avatar)
	m.Roles = slices.Clone(m.Roles)
	return m
}

func (g *Guild) equal(h *Guild) bool {
	return g.ID == h.ID && g.Name == h.Name && g.Icon == h.Icon && g.Owner == h.Owner &&
		g.AFKChannel == h.AFKChannel && g.MemberCount == h.MemberCount &&
		g.Unavailable == h.Unavailable && g.Locale == h.Locale && slices.Equal(g.Roles, h.Roles)
}

func (c *Channel) equal(d *Channel) bool {
	return c.ID == d.ID && c.Guild == d.Guild && c.Parent == d.Parent && c.Name == d.Name &&
		c.Type == d.Type && c.Position == d.Position && c.NSFW == d.NSFW &&
		c.LastMessage == d.LastMessage && c.Deleted == d.Deleted && c.Obfuscated == d.Obfuscated &&
		slices.Equal(c.Overwrites, d.Overwrites)
}

func (m *Member) equal(n *Member) bool {
	return m.Guild == n.Guild && m.ID == n.ID && m.Name == n.Name && m.Username == n.Username &&
		m.Avatar == n.Avatar && m.Bot == n.Bot && m.Joined == n.Joined && m.Left == n.Left &&
		slices.Equal(m.Roles, n.Roles)
}
