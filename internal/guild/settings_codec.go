package guild

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"guildpulse/events"
)

// settingsSchema is the version of the JSON below. It is bound to the formula of
// [Rules.Points]: another formula takes another schema, so that old settings keep
// their old meaning.
const settingsSchema = 1

// settingsJSON is schema 1:
//
//	{"schema":1,"guild":…,"version":…,"zone":"…","half_life_ms":…,
//	 "weights":{…},"caps":{…},"channel_weights":{"id":w,…},"excluded_channels":[…]}
//
// The last two are left out when empty; keys of channel_weights are in the order
// of their text, excluded_channels ascend.
type settingsJSON struct {
	Schema           int                `json:"schema"`
	Guild            uint64             `json:"guild"`
	Version          uint32             `json:"version"`
	Zone             string             `json:"zone"`
	HalfLifeMs       int64              `json:"half_life_ms"`
	Weights          Weights            `json:"weights"`
	Caps             Caps               `json:"caps"`
	ChannelWeights   map[uint64]float64 `json:"channel_weights,omitempty"`
	ExcludedChannels []uint64           `json:"excluded_channels,omitempty"`
}

// EncodeSettings returns the canonical JSON of valid settings, the body of a
// control of type [events.ControlSettings]: equal settings give equal bytes. That
// the zone exists is not checked.
func EncodeSettings(s Settings) ([]byte, error) {
	if err := errors.Join(s.complaints()...); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return encodeSchema1(s)
}

// encodeSchema1 stays below events.MaxControl for all settings within bounds.
func encodeSchema1(s Settings) ([]byte, error) {
	excluded := slices.Clone(s.ExcludedChannels)
	slices.Sort(excluded)
	b, err := json.Marshal(settingsJSON{
		Schema: settingsSchema, Guild: s.Guild, Version: s.Version, Zone: s.Zone,
		HalfLifeMs: s.HalfLife.Milliseconds(), Weights: s.Weights, Caps: s.Caps,
		ChannelWeights: s.ChannelWeights, ExcludedChannels: excluded,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: encode: %w", ErrSettings, err)
	}
	return b, nil
}

// DecodeSettings reads what [EncodeSettings] wrote and nothing else: unknown,
// missing, repeated or disordered fields, blanks and anything out of bounds are
// refused. That the zone exists is not checked, so that a journal is read on any
// machine.
func DecodeSettings(b []byte) (Settings, error) {
	if len(b) > events.MaxControl {
		return Settings{}, fmt.Errorf("%w: decode: %d bytes, at most %d", ErrSettings, len(b), events.MaxControl)
	}
	var head struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return Settings{}, fmt.Errorf("%w: decode: %w", ErrSettings, err)
	}
	if head.Schema != settingsSchema {
		return Settings{}, fmt.Errorf("%w: decode: schema %d, this program knows %d", ErrSettings, head.Schema, settingsSchema)
	}
	return decodeSchema1(b)
}

func decodeSchema1(b []byte) (Settings, error) {
	var j settingsJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return Settings{}, fmt.Errorf("%w: decode: %w", ErrSettings, err)
	}
	if j.HalfLifeMs > MaxHalfLife.Milliseconds() || j.HalfLifeMs < 0 {
		return Settings{}, fmt.Errorf("%w: decode: half-life of %d ms is out of bounds", ErrSettings, j.HalfLifeMs)
	}
	s := Settings{
		Guild: j.Guild, Version: j.Version, Zone: j.Zone,
		HalfLife: time.Duration(j.HalfLifeMs) * time.Millisecond, Weights: j.Weights, Caps: j.Caps,
		ChannelWeights: j.ChannelWeights, ExcludedChannels: j.ExcludedChannels,
	}
	if err := errors.Join(s.complaints()...); err != nil {
		return Settings{}, fmt.Errorf("decode: %w", err)
	}
	if canonical, err := encodeSchema1(s); err != nil || !bytes.Equal(canonical, b) {
		return Settings{}, fmt.Errorf("%w: decode: not in canonical form", ErrSettings)
	}
	return s, nil
}

// MarshalJSON is [EncodeSettings], so that settings are the body of a control as
// they are.
func (s Settings) MarshalJSON() ([]byte, error) { return EncodeSettings(s) }

// UnmarshalJSON is [DecodeSettings]; s stays as it was on error.
func (s *Settings) UnmarshalJSON(b []byte) error {
	read, err := DecodeSettings(b)
	if err != nil {
		return err
	}
	*s = read
	return nil
}
