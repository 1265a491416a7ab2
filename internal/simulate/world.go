package simulate

import (
	"fmt"
	"slices"
	"time"
)

// ChannelKind says what a channel is.
type ChannelKind uint8

// The kinds of channels.
const (
	Text ChannelKind = iota
	Voice
	Category
	Announcement
)

// Server is one server as laid out by New.
type Server struct {
	ID       uint64
	Name     string
	Zone     string
	Owner    uint64 // one of People
	AFK      uint64 // one of Channels
	Channels []Channel
	People   []Person // bots first, then those there from the beginning, then by Joined
	Emoji    []Emoji  // most used first
}

// Channel is one channel. A category has no parent.
type Channel struct {
	ID, Parent  uint64
	Kind        ChannelKind
	Name, Topic string
	Hidden      bool // only moderators see it
	Position    int
}

// Person is somebody who is a member of the server at some time up to
// Config.End. Between Joined and Left there may be times away: the acts tell.
type Person struct {
	ID        uint64
	Name      string // user name, unique in the server
	Nick      string // empty: none
	Bot       bool
	Joined    time.Time // first time; before Config.Start: there from the beginning, without a Join
	Left      time.Time // last time; zero: still there at Config.End
	Moderator bool
}

// Emoji is one that people react with.
type Emoji struct {
	ID   uint64 // 0: Unicode
	Name string
}

// World is the cast and the stage: who there is, and where. It does not change
// once made, and may be used by many goroutines at once.
type World struct {
	stages []*stage
}

// New lays out a world: every server's channels, its people, and when they
// come and go until Config.End. It takes time and memory of O(people + days).
func New(c Config) (*World, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	settings := c.Servers
	if len(settings) == 0 {
		settings = Default()
	}
	w := &World{}
	for i, s := range settings {
		st, err := newStage(&c, i, s)
		if err != nil {
			return nil, fmt.Errorf("%w: server %d: %w", ErrConfig, i, err)
		}
		w.stages = append(w.stages, st)
	}
	largest := slices.MaxFunc(w.stages, func(a, b *stage) int { return a.setting.Members - b.setting.Members })
	largest.planRaid()
	for _, st := range w.stages {
		st.sortMoves()
	}
	return w, nil
}

// Servers returns the servers, in the order of Config.Servers. The slices are
// the caller's own.
func (w *World) Servers() []Server {
	list := make([]Server, len(w.stages))
	for i, st := range w.stages {
		list[i] = st.Server
		list[i].Channels = slices.Clone(st.Channels)
		list[i].People = slices.Clone(st.People)
		list[i].Emoji = slices.Clone(st.Emoji)
	}
	return list
}
