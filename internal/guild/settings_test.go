package guild_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

var update = flag.Bool("update", false, "write the golden files of the current version")

// golden compares with a file that every later version must still read.
func golden(t *testing.T, name string, got []byte) []byte {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", path, got, want)
	}
	return want
}

func sampleSettings() guild.Settings {
	s := guild.DefaultSettings(81384788765712384)
	s.Version = 7
	s.Zone = "America/Argentina/Buenos_Aires"
	s.HalfLife = 36*time.Hour + 5*time.Millisecond
	s.Weights.Message = 1.25
	s.Caps.Voice = 0
	s.ChannelWeights = map[uint64]float64{381870553235193857: 0, 9: 2.5, 10: 0.1}
	s.ExcludedChannels = []uint64{41771983423143937, 3}
	return s
}

func TestDefaultSettingsAreValid(t *testing.T) {
	s := guild.DefaultSettings(1)
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
	if s.Zone != "UTC" || s.HalfLife != 7*24*time.Hour || s.Version != 1 {
		t.Errorf("%+v", s)
	}
	if s.Weights.Message != 1 || s.Weights.VoiceMinute != 0.2 || s.Weights.Received != 0.5 {
		t.Errorf("%+v", s.Weights)
	}
	if s.Caps.Message != 120 || s.Caps.Voice != 60 || s.Caps.Received != 30 {
		t.Errorf("%+v", s.Caps)
	}
}

func TestSettingsValidate(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*guild.Settings)
		says   string
	}{
		{"server", func(s *guild.Settings) { s.Guild = 0 }, "set its id"},
		{"version", func(s *guild.Settings) { s.Version = 0 }, "versions count from 1"},
		{"no zone", func(s *guild.Settings) { s.Zone = "" }, "write UTC"},
		{"zone", func(s *guild.Settings) { s.Zone = "Europe/Viena" }, "did you mean Europe/Vienna"},
		{"short", func(s *guild.Settings) { s.HalfLife = time.Hour - 1 }, "half-life 59m59.999999999s: choose between 1h0m0s (an hour)"},
		{"long", func(s *guild.Settings) { s.HalfLife = 365*24*time.Hour + 1 }, "half-life"},
		{"odd", func(s *guild.Settings) { s.HalfLife = 2*time.Hour + time.Microsecond }, "whole milliseconds"},
		{"weight", func(s *guild.Settings) { s.Weights.Thread = -1 }, "weight of thread is -1: choose between 0 and 1000"},
		{"not a number", func(s *guild.Settings) { s.Weights.PollVote = math.NaN() }, "weight of poll_vote is NaN"},
		{"minus zero", func(s *guild.Settings) { s.Weights.Invite = math.Copysign(0, -1) }, "weight of invite"},
		{"cap", func(s *guild.Settings) { s.Caps.Voice = math.Inf(1) }, "daily cap of voice is +Inf: choose between 0 and 1e+06"},
		{"channel", func(s *guild.Settings) { s.ChannelWeights = map[uint64]float64{5: 1001} }, "weight of channel 5 is 1001"},
		{"excluded", func(s *guild.Settings) { s.ExcludedChannels = []uint64{4, 5, 4} }, "channel 4 is excluded twice"},
		{"too many", func(s *guild.Settings) { s.ExcludedChannels = make([]uint64, 801) }, "801 channels are excluded: at most 800"},
		{"too many weights", func(s *guild.Settings) { s.ChannelWeights = manyWeights(801) }, "801 channels have a weight: at most 800"},
	} {
		s := guild.DefaultSettings(1)
		tc.change(&s)
		err := s.Validate()
		if !errors.Is(err, guild.ErrSettings) || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v, want it to say %q", tc.name, err, tc.says)
		}
	}
}

func TestSettingsValidateTellsAll(t *testing.T) {
	s := guild.DefaultSettings(1)
	s.HalfLife, s.Weights.Message, s.Caps.Thread = 0, -1, -1
	if err := s.Validate(); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("want three complaints: %v", err)
	}
}

func manyWeights(n int) map[uint64]float64 {
	weights := make(map[uint64]float64)
	for i := range uint64(n) {
		weights[math.MaxUint64-i] = math.Nextafter(999, 0) // the longest text
	}
	return weights
}

func TestSettingsGolden(t *testing.T) {
	b, err := guild.EncodeSettings(sampleSettings())
	if err != nil {
		t.Fatal(err)
	}
	read, err := guild.DecodeSettings(golden(t, "settings.v1.json", b))
	if err != nil {
		t.Fatal(err)
	}
	want := sampleSettings()
	want.ExcludedChannels = []uint64{3, 41771983423143937} // ascending
	if !reflect.DeepEqual(read, want) {
		t.Errorf("read %+v", read)
	}
}

func TestSettingsLargestFitIntoAControl(t *testing.T) {
	s := sampleSettings()
	s.ChannelWeights = manyWeights(guild.MaxChannelWeights)
	s.ExcludedChannels = nil
	for i := range uint64(guild.MaxExcludedChannels) {
		s.ExcludedChannels = append(s.ExcludedChannels, math.MaxUint64-i)
	}
	c, err := events.NewControl(events.ControlSettings, s.Guild, 1, s)
	if err != nil {
		t.Fatal(err)
	}
	var read guild.Settings
	if err := c.Decode(&read); err != nil || len(read.ChannelWeights) != guild.MaxChannelWeights {
		t.Errorf("%d weights, %v", len(read.ChannelWeights), err)
	}
}

func TestSettingsAsControl(t *testing.T) {
	c, err := events.NewControl(events.ControlSettings, 1, 1, guild.DefaultSettings(1))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := guild.EncodeSettings(guild.DefaultSettings(1)); err != nil || !bytes.Equal(b, c.Body) {
		t.Errorf("the control holds %s, want %s (%v)", c.Body, b, err)
	}
}

func TestDecodeSettingsRefuses(t *testing.T) {
	b, err := guild.EncodeSettings(sampleSettings())
	if err != nil {
		t.Fatal(err)
	}
	good := string(b)
	for name, bad := range map[string]string{
		"empty":        "",
		"null":         "null",
		"list":         "[]",
		"no schema":    strings.Replace(good, `"schema":1,`, "", 1),
		"newer schema": strings.Replace(good, `"schema":1,`, `"schema":2,`, 1),
		"unknown":      strings.Replace(good, `{`, `{"colour":3,`, 1),
		"missing":      strings.Replace(good, `"version":7,`, "", 1),
		"missing cap":  strings.Replace(good, `"received":30,`, "", 1),
		"twice":        strings.Replace(good, `"version":7,`, `"version":6,"version":7,`, 1),
		"case":         strings.Replace(good, `"version"`, `"Version"`, 1),
		"blank":        good + " ",
		"trailing":     good + "{}",
		"unsorted":     strings.Replace(good, "[3,41771983423143937]", "[41771983423143937,3]", 1),
		"long number":  strings.Replace(good, "1.25", "1.250", 1),
		"negative":     strings.Replace(good, "1.25", "-1.25", 1),
		"overflow":     strings.Replace(good, `"half_life_ms":129600005`, `"half_life_ms":9223372036854775807`, 1),
		"zone":         strings.Replace(good, "America/Argentina/Buenos_Aires", "../etc/passwd", 1),
		"huge":         good + strings.Repeat(" ", 64<<10),
	} {
		if bad == good {
			t.Fatalf("%s: nothing replaced", name)
		}
		if s, err := guild.DecodeSettings([]byte(bad)); !errors.Is(err, guild.ErrSettings) || s.Guild != 0 {
			t.Errorf("%s: read %+v, %v", name, s, err)
		}
	}
}

// A zone of newer data than this machine's is read: only Validate needs it.
func TestDecodeSettingsOfAnUnknownZone(t *testing.T) {
	s := guild.DefaultSettings(1)
	s.Zone = "Mars/Olympus_Mons"
	b, err := guild.EncodeSettings(s)
	if err != nil {
		t.Fatal(err)
	}
	if read, err := guild.DecodeSettings(b); err != nil || read.Zone != s.Zone {
		t.Errorf("%+v, %v", read, err)
	}
}

func TestEncodeSettingsRefusesInvalid(t *testing.T) {
	if b, err := guild.EncodeSettings(guild.Settings{}); !errors.Is(err, guild.ErrSettings) {
		t.Errorf("%s, %v", b, err)
	}
	if b, err := json.Marshal(guild.Settings{}); err == nil {
		t.Errorf("%s", b)
	}
}

func TestUnmarshalSettingsLeavesReceiver(t *testing.T) {
	s := sampleSettings()
	if err := json.Unmarshal([]byte(`{"schema":1}`), &s); err == nil || !reflect.DeepEqual(s, sampleSettings()) {
		t.Errorf("%v, %+v", err, s)
	}
}

func TestSettingsNext(t *testing.T) {
	s := sampleSettings()
	next := s.Next()
	next.ChannelWeights[9] = 3
	next.ExcludedChannels[0] = 1
	if next.Version != s.Version+1 || !reflect.DeepEqual(s, sampleSettings()) {
		t.Errorf("version %d of %+v", next.Version, s)
	}
}

func drawSettings(t *rapid.T) guild.Settings {
	s := guild.DefaultSettings(rapid.Uint64Min(1).Draw(t, "guild"))
	s.Version = rapid.Uint32Min(1).Draw(t, "version")
	s.Zone = rapid.SampledFrom(awkward).Draw(t, "zone")
	s.HalfLife = time.Duration(rapid.Int64Range(3600_000, 365*24*3600_000).Draw(t, "half-life")) * time.Millisecond
	s.Weights.Message = rapid.Float64Range(0, 1000).Draw(t, "weight")
	s.Caps.Voice = rapid.Float64Range(0, 1e6).Draw(t, "cap")
	s.ChannelWeights = rapid.MapOfN(rapid.Uint64(), rapid.Float64Range(0, 1000), 0, 5).Draw(t, "weights")
	s.ExcludedChannels = rapid.SliceOfNDistinct(rapid.Uint64(), 0, 5, rapid.ID[uint64]).Draw(t, "excluded")
	return s
}

func TestSettingsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSettings(t)
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		b, err := guild.EncodeSettings(s)
		if err != nil {
			t.Fatal(err)
		}
		read, err := guild.DecodeSettings(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := guild.EncodeSettings(read)
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%s\nis read as\n%s (%v)", b, again, err)
		}
	})
}

func FuzzDecodeSettings(f *testing.F) {
	for _, s := range []guild.Settings{sampleSettings(), guild.DefaultSettings(1)} {
		b, err := guild.EncodeSettings(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"schema":1,"channel_weights":{"1":1e999}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := guild.DecodeSettings(b)
		if err != nil {
			if !errors.Is(err, guild.ErrSettings) || !reflect.DeepEqual(s, guild.Settings{}) {
				t.Fatalf("%+v, %v", s, err)
			}
			return
		}
		if again, err := guild.EncodeSettings(s); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%q is read as %q, %v", b, again, err)
		}
	})
}
