package simulate

import (
	"slices"
	"time"

	"guildpulse/events"
)

// stage is one server with what only the simulation knows of it.
type stage struct {
	Server
	calendar calendar
	setting  Setting
	seed     uint64
	start    int64
	end      int64
	index    int
	habits   []habit // of People, by index
	moves    []move  // by time
	raid     raid    // zero: none

	talk     []int // channels, liveliest first, by index into Channels
	voice    []int // without the AFK channel
	hidden   []int
	bulletin int // the announcement channel
	greeting int
	commands int // -1: none, as with all below
	logbook  int
	events   int
	afk      int
	pictures []bool // by channel: people show things there
}

// newStage builds one server and settles its people.
func newStage(c *Config, index int, s Setting) (*stage, error) {
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, err
	}
	plan := themes()[s.Theme]
	if s.Name == "" {
		s.Name = plan.name
	}
	st := &stage{
		index: index, setting: s, seed: mix(c.Seed, uint64(index)),
		start: c.Start.UnixMilli(), end: c.End.UnixMilli(),
		commands: -1, logbook: -1, events: -1, afk: -1,
	}
	st.calendar = newCalendar(st, loc, plan)
	d := newDice(st.seed, streamStage)
	founded := st.start - d.within(400*day, 900*day)
	st.Server = Server{ID: st.flake(founded, &d), Name: s.Name, Zone: s.Zone}
	st.furnish(plan, founded, &d)
	st.settle(newDice(st.seed, streamCast))
	return st, nil
}

// The streams of dice, so that a change in one part leaves the others alone.
const (
	streamStage = iota + 1
	streamCast
	streamRaid
	streamLife
)

const day = 24 * time.Hour

// flake returns a snowflake of the time at, in ms, that differs from every
// other of this server but by a chance of 2^-22.
func (st *stage) flake(at int64, d *dice) uint64 {
	return events.MakeSnowflake(at, uint32(d.below(1<<22)))
}

// furnish makes channels and emoji, between the founding and Start.
func (st *stage) furnish(plan theme, founded int64, d *dice) {
	at, parent := founded, uint64(0)
	for i, r := range plan.rooms {
		at += d.within(time.Second, 10*day)
		ch := Channel{ID: st.flake(at, d), Parent: parent, Kind: r.kind, Name: r.name, Topic: r.topic, Hidden: r.hidden, Position: i}
		if r.kind == Category {
			parent, ch.Parent = ch.ID, 0
		}
		st.Channels = append(st.Channels, ch)
		st.pictures = append(st.pictures, r.purpose == forPictures)
		st.assign(i, r)
	}
	for _, name := range unicode() {
		st.Emoji = append(st.Emoji, Emoji{Name: name})
	}
	for i, name := range plan.custom {
		at += d.within(time.Second, 3*day)
		st.Emoji = slices.Insert(st.Emoji, 2*i+1, Emoji{ID: st.flake(at, d), Name: name})
	}
}

// assign notes what channel i is for.
func (st *stage) assign(i int, r room) {
	switch {
	case r.kind == Category:
	case r.kind == Announcement:
		st.bulletin = i
	case r.hidden && r.purpose == forCommands:
		st.logbook = i
	case r.hidden:
		st.hidden = append(st.hidden, i)
	case r.kind == Voice:
		st.assignVoice(i, r.purpose)
	default:
		st.assignText(i, r.purpose)
	}
}

func (st *stage) assignVoice(i int, p purpose) {
	switch p {
	case forSleep:
		st.afk, st.AFK = i, st.Channels[i].ID
	case forEvents:
		st.events = i
		fallthrough
	default:
		st.voice = append(st.voice, i)
	}
}

func (st *stage) assignText(i int, p purpose) {
	switch p {
	case forGreeting:
		st.greeting = i
	case forCommands:
		st.commands = i
		fallthrough
	default:
		st.talk = append(st.talk, i)
	}
}
