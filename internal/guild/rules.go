package guild

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Rules are a server's settings made ready for scoring. They are immutable, safe
// for concurrent use, and keep nothing of the settings they were made from.
type Rules struct {
	guild    uint64
	version  uint32
	halfLife time.Duration
	zone     *Zone
	weights  [NumCategories]float64
	caps     [NumCategories]float64
	channels map[uint64]float64 // only those whose weight is not 1; excluded ones 0
	excluded []uint64           // ascending
}

// NewRules makes rules of settings and the zone that they name, loaded by
// [LoadZone] or [Zones.Load]. The error is ErrSettings.
func NewRules(s Settings, z *Zone) (*Rules, error) {
	if err := errors.Join(s.complaints()...); err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	if z == nil || z.Name() != s.Zone {
		return nil, fmt.Errorf("rules: %w: they need the zone %s, not %v", ErrSettings, s.Zone, z)
	}
	r := &Rules{
		guild: s.Guild, version: s.Version, halfLife: s.HalfLife, zone: z,
		weights: s.Weights.table(), caps: s.Caps.table(),
		excluded: slices.Clone(s.ExcludedChannels),
	}
	slices.Sort(r.excluded)
	r.weighChannels(&s)
	return r, nil
}

func (r *Rules) weighChannels(s *Settings) {
	if len(s.ChannelWeights)+len(s.ExcludedChannels) == 0 {
		return
	}
	r.channels = make(map[uint64]float64, len(s.ChannelWeights)+len(s.ExcludedChannels))
	for ch, w := range s.ChannelWeights {
		if w != 1 {
			r.channels[ch] = w
		}
	}
	for _, ch := range s.ExcludedChannels {
		r.channels[ch] = 0
	}
}

// Guild returns the server whose rules they are.
func (r *Rules) Guild() uint64 { return r.guild }

// Version returns the version of the settings.
func (r *Rules) Version() uint32 { return r.version }

// HalfLife returns the time in which a point loses half its worth.
func (r *Rules) HalfLife() time.Duration { return r.halfLife }

// Zone returns the server's time zone.
func (r *Rules) Zone() *Zone { return r.zone }

// Excludes reports whether nothing is to be counted in a channel. O(log n).
func (r *Rules) Excludes(channel uint64) bool {
	_, found := slices.BinarySearch(r.excluded, channel)
	return found
}

// ChannelWeight returns what deeds in a channel are multiplied by.
func (r *Rules) ChannelWeight(channel uint64) float64 {
	if w, ok := r.channels[channel]; ok {
		return w
	}
	return 1
}
