package fakediscord

import "time"

// Types of channels.
const (
	ChannelText          = 0
	ChannelVoice         = 2
	ChannelCategory      = 4
	ChannelAnnouncement  = 5
	ChannelNewsThread    = 10
	ChannelPublicThread  = 11
	ChannelPrivateThread = 12
	ChannelStage         = 13
	ChannelForum         = 15
)

// Channel describes a channel or a thread.
type Channel struct {
	ID         uint64 // minted when zero
	Type       int
	Name       string
	Topic      string
	Parent     uint64 // category, or a thread's channel
	Position   int
	NSFW       bool
	Slowmode   int // seconds
	UserLimit  int // of voice
	Overwrites []Overwrite

	// LastMessage is the newest message ever posted, deleted or not. Posting
	// moves it; set it for history that exists but is not held here.
	LastMessage uint64

	// Of threads.
	Owner       uint64
	Archived    bool
	ArchivedAt  time.Time // also when it was opened again; creation when zero
	Locked      bool
	AutoArchive int // minutes; 1,440 when zero
}

// Overwrite allows and denies in one channel what a role or a member may do.
type Overwrite struct {
	ID          uint64
	Member      bool // else a role
	Allow, Deny uint64
}

// channel is a channel in the world, with its messages.
type channel struct {
	Channel
	guild   *guild
	log     history
	details map[uint64]*detail // of messages with more to them than the columns tell

	second  int64 // of the last id made by rule, and the next ordinal within it
	ordinal uint32
}

// thread reports whether c is a thread of another channel.
func (c *channel) thread() bool {
	return c.Type >= ChannelNewsThread && c.Type <= ChannelPrivateThread
}

// ruled returns the id of a message at a Unix millisecond that has none: the
// snowflake of that time, its ordinal counting the channel's messages within the
// second. Importers go by the same rule, so the same line has the same id.
func (c *channel) ruled(ms int64) uint64 {
	second := ms / 1000
	if second != c.second || c.ordinal == 0 {
		c.second = second
		c.ordinal = uint32(c.log.between(Snowflake(second*1000, 0), Snowflake(second*1000+1000, 0)))
	}
	for {
		id := Snowflake(ms, c.ordinal)
		c.ordinal++
		if _, taken := c.log.find(id); !taken {
			return id
		}
	}
}

// detail keeps what a message has beside id, author, type and marks.
func (c *channel) detail(id uint64) *detail {
	if d, ok := c.details[id]; ok {
		return d
	}
	if c.details == nil {
		c.details = make(map[uint64]*detail)
	}
	d := new(detail)
	c.details[id] = d
	return d
}

// posted moves the newest message forward.
func (c *channel) posted(id uint64) { c.LastMessage = max(c.LastMessage, id) }
