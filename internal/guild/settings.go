package guild

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// ErrSettings is the cause of every complaint of [Settings.Validate] and
// [DecodeSettings].
var ErrSettings = errors.New("settings")

// Bounds of settings.
const (
	DefaultHalfLife = 7 * 24 * time.Hour
	MinHalfLife     = time.Hour
	MaxHalfLife     = 365 * 24 * time.Hour

	MaxWeight = 1000    // of a category or a channel
	MaxCap    = 1000000 // points a day

	// The lists are bounded so that settings fit into a control of the journal.
	MaxChannelWeights   = 800
	MaxExcludedChannels = 800
)

// Settings is what a server's owner decides: how its activity is judged and in
// whose days it is told. The zero value is not valid; start from
// [DefaultSettings].
type Settings struct {
	Guild    uint64
	Version  uint32        // of the rules: 1 for the defaults, one more at each change
	Zone     string        // IANA name, "Europe/Vienna"
	HalfLife time.Duration // in whole milliseconds
	Weights  Weights
	Caps     Caps

	// ChannelWeights multiplies what is done in a channel; 1 where not named, 0
	// for a channel that is counted and does not score. A thread has a weight of
	// its own: rows name the channel in which something happened.
	ChannelWeights map[uint64]float64

	// ExcludedChannels are not counted at all, from the change on. What was
	// counted in them before does not score any more.
	ExcludedChannels []uint64
}

// DefaultSettings returns the settings of a server that has set nothing.
func DefaultSettings(guild uint64) Settings {
	return Settings{
		Guild: guild, Version: 1, Zone: "UTC", HalfLife: DefaultHalfLife,
		Weights: DefaultWeights(), Caps: DefaultCaps(),
	}
}

// Clone returns a copy that shares nothing with s.
func (s Settings) Clone() Settings {
	s.ChannelWeights = maps.Clone(s.ChannelWeights)
	s.ExcludedChannels = slices.Clone(s.ExcludedChannels)
	return s
}

// Next returns a copy of s to change: its version is the next one.
func (s Settings) Next() Settings {
	s = s.Clone()
	s.Version++
	return s
}

// Validate reports everything that is wrong with the settings, each with what to
// do about it; all of it is ErrSettings. The zone must be one that this machine
// knows.
func (s *Settings) Validate() error {
	errs := s.complaints()
	if len(errs) == 0 {
		if _, err := LoadZone(s.Zone); err != nil {
			errs = append(errs, fmt.Errorf("%w: %w", ErrSettings, err))
		}
	}
	return errors.Join(errs...)
}

// complaints checks all that does not depend on the machine: settings that were
// valid once are read back anywhere.
func (s *Settings) complaints() []error {
	var c complaints
	if s.Guild == 0 {
		c.add("no server is named: set its id")
	}
	if s.Version == 0 {
		c.add("rule version 0: versions count from 1, start from the defaults")
	}
	if err := checkZoneName(s.Zone); err != nil {
		c.add("%w", err)
	}
	if s.HalfLife < MinHalfLife || s.HalfLife > MaxHalfLife {
		c.add("half-life %s: choose between %s (an hour) and %s (365 days)", s.HalfLife, MinHalfLife, MaxHalfLife)
	} else if s.HalfLife%time.Millisecond != 0 {
		c.add("half-life %s: choose whole milliseconds", s.HalfLife)
	}
	weights, caps := s.Weights.table(), s.Caps.table()
	for k := range Category(NumCategories) {
		c.number("weight", k.String(), weights[k], MaxWeight)
		c.number("daily cap", k.String(), caps[k], MaxCap)
	}
	c.channels(s)
	return c.errs
}

type complaints struct{ errs []error }

func (c *complaints) add(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%w: "+format, append([]any{ErrSettings}, args...)...))
}

func (c *complaints) number(what, of string, v, most float64) {
	if !(v >= 0 && v <= most) || math.Signbit(v) {
		c.add("%s of %s is %v: choose between 0 and %v", what, of, v, most)
	}
}

func (c *complaints) channels(s *Settings) {
	if n := len(s.ChannelWeights); n > MaxChannelWeights {
		c.add("%d channels have a weight: at most %d, leave out those of weight 1", n, MaxChannelWeights)
		return
	}
	if n := len(s.ExcludedChannels); n > MaxExcludedChannels {
		c.add("%d channels are excluded: at most %d", n, MaxExcludedChannels)
		return
	}
	for _, ch := range slices.Sorted(maps.Keys(s.ChannelWeights)) {
		c.number("weight", fmt.Sprintf("channel %d", ch), s.ChannelWeights[ch], MaxWeight)
	}
	excluded := slices.Sorted(slices.Values(s.ExcludedChannels))
	for i := 1; i < len(excluded); i++ {
		if excluded[i] == excluded[i-1] {
			c.add("channel %d is excluded twice: name it once", excluded[i])
		}
	}
}
