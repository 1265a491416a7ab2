package stats

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/persist"
	"guildpulse/sketch"
)

// server is one server's memory, all of it under mu, so that a server can be moved
// to another process as a whole.
type server struct {
	id uint64

	mu       sync.RWMutex
	settings guild.Settings
	hidden   map[uint64]struct{} // channels that @everyone may not view
	optedOut map[uint64]struct{} // members who are not counted
	public   *public
	tail     tail
	busy     bool       // listed among those whose tails are to be trimmed
	skip     events.Seq // rows before it are in public already

	// stale is the sequence as of which public is wrong; 0 when it is right. late
	// tells that a score lacks rows that came too late to be added: it is right
	// again after the next rebuild.
	stale   events.Seq
	late    bool
	rebuilt time.Time // Run's alone
}

func newServer(id uint64, key sketch.Key, r *guild.Rules) *server {
	return &server{
		id: id, settings: guild.DefaultSettings(id), public: newPublic(key, r),
		hidden: make(map[uint64]struct{}), optedOut: make(map[uint64]struct{}),
	}
}

func defaultRules(id uint64, zones *guild.Zones) *guild.Rules {
	r, err := rulesOf(guild.DefaultSettings(id), zones)
	if err != nil {
		panic("the default settings are not valid: " + err.Error())
	}
	return r
}

// take adds a row to the tail, and to what is public unless it is there already or
// will be rebuilt.
func (s *server) take(seq events.Seq, r *persist.Row) {
	s.tail.add(seq, r)
	if s.stale != 0 || seq < s.skip {
		return
	}
	s.show(s.public, r)
}

// show adds a row to p if it may be seen.
func (s *server) show(p *public, r *persist.Row) {
	if !s.shows(r) {
		return
	}
	if errors.Is(p.add(r), guild.ErrTooOld) {
		s.late = true
	}
}

// shows reports whether a row may be seen by everybody.
func (s *server) shows(r *persist.Row) bool {
	_, out := s.optedOut[r.Member]
	_, hidden := s.hidden[r.Channel]
	return !out && !hidden && r.Member != events.Anonymous
}

// hiddenList returns the hidden channels in ascending order.
func (s *server) hiddenList() []uint64 { return slices.Sorted(maps.Keys(s.hidden)) }

// follow takes in a control, and reports whether what is public must be rebuilt.
func (s *server) follow(c *events.Control, zones *guild.Zones) (rebuild bool, err error) {
	switch c.Type {
	case events.ControlSettings:
		return true, s.configure(c.Body, zones)
	case events.ControlVisibility:
		var v events.Visibility
		if err := c.Decode(&v); err != nil {
			return false, err
		}
		return s.hide(v.Hidden), nil
	case events.ControlOptOut, events.ControlOptIn:
		var p events.Person
		if err := c.Decode(&p); err != nil {
			return false, err
		}
		return s.optOut(p.User, c.Type == events.ControlOptOut), nil
	case events.ControlImported:
		return s.late, nil
	}
	return false, nil
}

// configure takes settings over. What is public is wrong from then on.
func (s *server) configure(body []byte, zones *guild.Zones) error {
	set, err := guild.DecodeSettings(body)
	if err != nil {
		return err
	}
	if _, err := rulesOf(set, zones); err != nil {
		return err
	}
	s.settings = set
	return nil
}

func rulesOf(set guild.Settings, zones *guild.Zones) (*guild.Rules, error) {
	zone, err := zones.Load(set.Zone)
	if err != nil {
		return nil, fmt.Errorf("zone: %w", err)
	}
	return guild.NewRules(set, zone)
}

// hide takes over the list of hidden channels and reports whether it is another.
func (s *server) hide(channels []uint64) (changed bool) {
	hidden := make(map[uint64]struct{}, len(channels))
	for _, c := range channels {
		hidden[c] = struct{}{}
		if _, ok := s.hidden[c]; !ok {
			changed = true
		}
	}
	changed = changed || len(hidden) != len(s.hidden)
	s.hidden = hidden
	// A server without a row needs no rebuilding.
	return changed && (s.public.any() || !s.tail.empty() || s.stale != 0)
}

// optOut takes somebody off the boards at once, or lets them back in by a rebuild.
func (s *server) optOut(member uint64, out bool) (rebuild bool) {
	if out {
		s.optedOut[member] = struct{}{}
		s.public.remove(member)
		s.late = true // distinct counts know the member until they are made anew
		return false
	}
	_, was := s.optedOut[member]
	delete(s.optedOut, member)
	return was
}

// ready fails while what is public is wrong.
func (s *server) ready() error {
	if s.stale != 0 {
		return report.ErrRebuilding
	}
	return nil
}
