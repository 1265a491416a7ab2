package fakediscord

import (
	"errors"
	"fmt"
	"slices"
)

// What a world answers to actions that cannot be.
var (
	ErrUnknownGuild   = errors.New("unknown guild")
	ErrUnknownChannel = errors.New("unknown channel")
	ErrUnknownMessage = errors.New("unknown message")
	ErrUnknownUser    = errors.New("unknown member")
	ErrUnknownRole    = errors.New("unknown role")
	ErrUnknownEvent   = errors.New("unknown scheduled event")
	ErrDuplicate      = errors.New("id exists already")
)

// world is everything that is on this Discord. It has no lock of its own: the
// Server's guards it.
type world struct {
	guilds   map[uint64]*guild
	order    []uint64            // guild ids, as they were added
	channels map[uint64]*channel // of all guilds, threads too
	users    map[uint64]*User
	people   people
	version  uint64 // moves with every change that can alter what the bot may see
}

// newWorld returns an empty world.
func newWorld() world {
	return world{
		guilds:   make(map[uint64]*guild),
		channels: make(map[uint64]*channel),
		users:    make(map[uint64]*User),
		people:   people{index: make(map[uint64]uint32)},
	}
}

// guild returns a guild by id.
func (w *world) guild(id uint64) (*guild, error) {
	if g, ok := w.guilds[id]; ok {
		return g, nil
	}
	return nil, fmt.Errorf("%w %d", ErrUnknownGuild, id)
}

// channel returns a channel by id.
func (w *world) channel(id uint64) (*channel, error) {
	if c, ok := w.channels[id]; ok {
		return c, nil
	}
	return nil, fmt.Errorf("%w %d", ErrUnknownChannel, id)
}

// message returns a channel's message by id.
func (w *world) message(channelID, id uint64) (*channel, row, error) {
	c, err := w.channel(channelID)
	if err != nil {
		return nil, row{}, err
	}
	r, ok := c.log.find(id)
	if !ok {
		return nil, row{}, fmt.Errorf("%w %d in channel %d", ErrUnknownMessage, id, channelID)
	}
	return c, r, nil
}

// member returns a member of a guild.
func (w *world) member(guildID, user uint64) (*guild, *Member, error) {
	g, err := w.guild(guildID)
	if err != nil {
		return nil, nil, err
	}
	m, ok := g.members[user]
	if !ok {
		return g, nil, fmt.Errorf("%w %d of guild %d", ErrUnknownUser, user, guildID)
	}
	return g, m, nil
}

// addChannel puts a channel into its guild.
func (w *world) addChannel(g *guild, spec Channel) *channel {
	c := &channel{Channel: spec, guild: g}
	g.channels[c.ID] = c
	w.channels[c.ID] = c
	w.version++
	return c
}

// dropChannel takes a channel and its threads away.
func (w *world) dropChannel(c *channel) {
	for _, t := range c.guild.channels {
		if t.thread() && t.Parent == c.ID {
			w.dropChannel(t)
		}
	}
	delete(c.guild.channels, c.ID)
	delete(w.channels, c.ID)
	w.version++
}

// dropGuild takes a guild away as the bot sees it.
func (w *world) dropGuild(g *guild) {
	for id := range g.channels {
		delete(w.channels, id)
	}
	delete(w.guilds, g.ID)
	w.order = slices.DeleteFunc(w.order, func(id uint64) bool { return id == g.ID })
	w.version++
}
