package simulate_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/events"
	"guildpulse/internal/simulate"
)

// TestAnyWorld lays out worlds of all sizes and spans, and reads their
// beginning and, where it is near, their end.
func TestAnyWorld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		end := yearEnd().Add(time.Duration(rapid.Int64Range(0, 400*24*3600_000).Draw(t, "end")) * time.Millisecond)
		start := end.Add(-time.Duration(rapid.Int64Range(1, 90*24*3600_000).Draw(t, "span")) * time.Millisecond)
		settings := rapid.SliceOfN(rapid.Custom(setting), 1, 4).Draw(t, "servers")
		w, err := simulate.New(simulate.Config{Seed: rapid.Uint64().Draw(t, "seed"), Start: start, End: end, Servers: settings})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range w.Servers() {
			checkServer(t, s)
		}
		read(t, w, start, end, settings)
	})
}

func setting(t *rapid.T) simulate.Setting {
	return simulate.Setting{
		Zone:         rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati"}).Draw(t, "zone"),
		Members:      rapid.IntRange(10, 150).Draw(t, "members"),
		MessagesADay: rapid.IntRange(1, 300).Draw(t, "messages"),
		Theme:        rapid.SampledFrom([]simulate.Theme{simulate.Harbor, simulate.Workshop, simulate.Reading}).Draw(t, "theme"),
	}
}

// read goes through a world's first acts before witnesses.
func read(t *rapid.T, w *simulate.World, start, end time.Time, settings []simulate.Setting) {
	watch, n := witnesses(w, start), 0
	for a := range w.Acts() {
		if a.At >= end.UnixMilli() {
			watch[1].(*presence).verdict(t, settings)
			break
		}
		if n++; n > 5000 {
			break
		}
		for _, one := range watch {
			one.see(t, &a)
		}
	}
}

// checkServer looks at one server as it is laid out.
func checkServer(t *rapid.T, s simulate.Server) {
	ids, names, kinds := map[uint64]bool{s.ID: true}, map[string]bool{}, map[simulate.ChannelKind]bool{}
	unique := func(id uint64) {
		if ids[id] {
			t.Fatalf("id %d of %s is taken", id, s.Name)
		}
		ids[id] = true
	}
	for i, c := range s.Channels {
		unique(c.ID)
		kinds[c.Kind] = true
		if c.Position != i || c.Kind == simulate.Category && c.Parent != 0 || c.Parent != 0 && !ids[c.Parent] {
			t.Fatalf("channel %+v at %d", c, i)
		}
		if events.SnowflakeTime(c.ID) <= events.SnowflakeTime(s.ID) {
			t.Fatalf("channel %+v is older than its server", c)
		}
	}
	if len(kinds) != 4 || !ids[s.AFK] || s.Name == "" {
		t.Fatalf("server %q has channels of %d kinds, AFK %d", s.Name, len(kinds), s.AFK)
	}
	owner, bots := false, 0
	for _, p := range s.People {
		unique(p.ID)
		if names[p.Name] || p.Name == "" {
			t.Fatalf("name %q is taken", p.Name)
		}
		names[p.Name] = true
		owner = owner || p.ID == s.Owner && p.Moderator && !p.Bot && p.Left.IsZero()
		if p.Bot {
			bots++
		}
	}
	if !owner || bots < 2 {
		t.Fatalf("server %q: owner there: %t, %d bots", s.Name, owner, bots)
	}
}
