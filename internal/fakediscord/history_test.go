package fakediscord_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/internal/fakediscord"
)

// The columns hold what a sorted map would, and a page is what filtering,
// sorting and cutting would give.
func TestHistory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var h fakediscord.History
		want := make(map[uint64]uint32)
		for i := range rapid.IntRange(1, 120).Draw(r, "steps") {
			id := rapid.Uint64Range(1, 80).Draw(r, "id")
			_, known := want[id]
			switch rapid.IntRange(0, 3).Draw(r, "step") {
			case 0, 1:
				if h.Add(id, uint32(i)) == known {
					r.Fatalf("add %d: known %v", id, known)
				}
				if !known {
					want[id] = uint32(i)
				}
			case 2:
				if h.Remove(id) != known {
					r.Fatalf("remove %d: known %v", id, known)
				}
				delete(want, id)
			case 3:
				if author, ok := h.Find(id); ok != known || author != want[id] {
					r.Fatalf("find %d: %d %v", id, author, ok)
				}
			}
		}
		before := rapid.Uint64Range(0, 90).Draw(r, "before")
		after := uint64(0)
		if before == 0 {
			after = rapid.Uint64Range(0, 90).Draw(r, "after")
		}
		limit := rapid.IntRange(1, 100).Draw(r, "limit")
		equal(t, "page", h.Page(before, after, 0, limit), slowPage(want, before, after, limit))
		lo, hi := rapid.Uint64Range(0, 90).Draw(r, "lo"), rapid.Uint64Range(0, 90).Draw(r, "hi")
		n := 0
		for id := range want {
			if id >= lo && id < hi {
				n++
			}
		}
		if got := h.Between(lo, max(lo, hi)); got != n {
			r.Fatalf("%d between %d and %d, want %d", got, lo, hi, n)
		}
	})
}

// slowPage is the obvious way to a page: newest first, of those after an id the
// oldest.
func slowPage(all map[uint64]uint32, before, after uint64, limit int) []uint64 {
	var ids []uint64
	for id := range all {
		if (before == 0 || id < before) && id > after {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	if n := min(limit, len(ids)); after > 0 {
		ids = ids[:n]
	} else {
		ids = ids[len(ids)-n:]
	}
	slices.Reverse(ids)
	return ids
}

func TestHistoryAround(t *testing.T) {
	var h fakediscord.History
	for id := uint64(10); id <= 100; id += 10 {
		h.Add(id, 0)
	}
	equal(t, "around", h.Page(0, 0, 50, 4), []uint64{60, 50, 40, 30})
	equal(t, "around the first", h.Page(0, 0, 1, 4), []uint64{40, 30, 20, 10})
}

// A backfill over REST, page after page, brings every message exactly once,
// whichever way it goes.
func TestBackfill(t *testing.T) {
	srv := start(t, fakediscord.Config{RouteLimit: 1000})
	const n = 1234
	if got := must[int](t)(srv.LoadHistory(harbour, general, past(n))); got != n {
		t.Fatalf("loaded %d", got)
	}
	want := srv.Messages(general)
	read := func(query string) []uint64 {
		status, body := call(t, srv, "GET", "/channels/"+text(general)+"/messages?limit=100&"+query, nil)
		if status != 200 {
			t.Fatalf("%s: %d %s", query, status, body)
		}
		var page []struct {
			ID      uint64 `json:"id,string"`
			Content string
			Author  struct{ Username string }
		}
		no(t, json.Unmarshal(body, &page))
		ids := make([]uint64, len(page))
		for i, m := range page {
			if m.Content != "" || m.Author.Username == "" {
				t.Fatalf("message %+v", m)
			}
			ids[i] = m.ID
		}
		return ids
	}
	var forward, backward []uint64
	for after := uint64(0); ; {
		page := read("after=" + text(after))
		if len(page) == 0 {
			break
		}
		slices.Reverse(page)
		forward = append(forward, page...)
		after = page[len(page)-1]
	}
	equal(t, "forward", forward, want)
	for before := uint64(1) << 62; ; {
		page := read("before=" + text(before))
		if len(page) == 0 {
			break
		}
		backward = append(backward, page...)
		before = page[len(page)-1]
	}
	slices.Reverse(backward)
	equal(t, "backward", backward, want)
	if newest := read(""); newest[0] != want[n-1] || len(newest) != 100 {
		t.Errorf("newest %d, %d of them", newest[0], len(newest))
	}
}

// past yields n messages, three a second.
func past(n int) iter.Seq[fakediscord.Line] {
	begin := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	return func(yield func(fakediscord.Line) bool) {
		for i := range n {
			if !yield(fakediscord.Line{User: 5000 + uint64(i%50), At: begin + int64(i/3)*1000}) {
				return
			}
		}
	}
}

func TestHistoryPermissions(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	post(t, srv)
	path := "/channels/" + text(general) + "/messages"
	for _, tt := range []struct {
		deny   uint64
		status int
		body   string
	}{
		{fakediscord.PermReadMessageHistory, 200, "[]"},
		{fakediscord.PermViewChannel, 403, `{"message":"Missing Access","code":50001}`},
	} {
		no(t, srv.UpdateChannel(general, func(c *fakediscord.Channel) {
			c.Overwrites = []fakediscord.Overwrite{{ID: srv.Application(), Member: true, Deny: tt.deny}}
		}))
		if status, body := call(t, srv, "GET", path, nil); status != tt.status || string(body) != tt.body {
			t.Errorf("without %d: %d %s", tt.deny, status, body)
		}
	}
	no(t, srv.UpdateChannel(general, func(c *fakediscord.Channel) { c.Overwrites = nil }))
	for query, want := range map[string]int{"limit=100": 200, "limit=101": 400, "limit=0": 400, "after=x": 400, "after=0": 200, "around=5": 200} {
		if status, body := call(t, srv, "GET", path+"?"+query, nil); status != want {
			t.Errorf("%s: %d %s", query, status, body)
		}
	}
}

// The rule for ids: the snowflake of the time, plus the ordinal within channel
// and second, whichever way the messages come in.
func TestIDsByRule(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	base := time.Date(2025, 5, 5, 5, 5, 5, 0, time.UTC)
	at := func(ms int) time.Time { return base.Add(time.Duration(ms) * time.Millisecond) }
	add := func(ms int, channel uint64) uint64 {
		return must[uint64](t)(srv.AddMessageAt(at(ms), channel, ana, 0))
	}
	want := func(ms int, ordinal uint32) uint64 { return fakediscord.Snowflake(at(ms).UnixMilli(), ordinal) }
	got := []uint64{add(0, general), add(0, general), add(500, general), add(0, talk), add(1000, general), add(0, general)}
	equal(t, "ids", got, []uint64{want(0, 0), want(0, 1), want(500, 2), want(0, 0), want(1000, 0), want(0, 3)})
	posted := must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ana, At: at(1000)}))
	if posted != want(1000, 1) {
		t.Errorf("posted %d, want %d", posted, want(1000, 1))
	}
	if id := must[uint64](t)(srv.AddMessageAt(base, general, ana, 12345)); id != 12345 {
		t.Errorf("explicit id became %d", id)
	}
	if _, err := srv.AddMessageAt(base, general, ana, 12345); !errors.Is(err, fakediscord.ErrDuplicate) {
		t.Errorf("twice: %v", err)
	}
	if _, err := srv.AddMessageAt(base, 1, ana, 0); !errors.Is(err, fakediscord.ErrUnknownChannel) {
		t.Errorf("nowhere: %v", err)
	}
	if ms := fakediscord.SnowflakeTime(got[2]); ms != at(500).UnixMilli() {
		t.Errorf("made at %d", ms)
	}
}

// Ids follow the injected clock, and stay unique when it is turned back.
func TestInjectedClock(t *testing.T) {
	now := time.Date(2026, 3, 29, 1, 59, 59, 0, time.UTC)
	srv := start(t, fakediscord.Config{Now: func() time.Time { return now }})
	seen := make(map[uint64]bool)
	for i := range 3000 {
		now = now.Add([]time.Duration{time.Hour, -time.Hour, 0}[i%3])
		id := post(t, srv)
		if seen[id] || fakediscord.SnowflakeTime(id) != now.UnixMilli() {
			t.Fatalf("id %d at %v", id, now)
		}
		seen[id] = true
	}
}

// A message of the past costs 14 bytes, and its author 30.
func TestHistoryIsCompact(t *testing.T) {
	const n = 200_000
	srv := start(t, fakediscord.Config{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	must[int](t)(srv.LoadHistory(harbour, general, past(n)))
	runtime.GC()
	runtime.ReadMemStats(&after)
	if per := float64(int64(after.HeapAlloc)-int64(before.HeapAlloc)) / n; per > 30 { // slices grow by a quarter
		t.Errorf("%.1f bytes a message", per)
	}
	if again := must[int](t)(srv.LoadHistory(harbour, general, slices.Values([]fakediscord.Line{{User: 1, ID: srv.Messages(general)[0]}}))); again != 0 {
		t.Error("a known id was new")
	}
	if _, err := srv.LoadHistory(harbour, 1, past(1)); !errors.Is(err, fakediscord.ErrUnknownChannel) {
		t.Errorf("nowhere: %v", err)
	}
	if _, err := srv.LoadHistory(1, 1, past(1)); !errors.Is(err, fakediscord.ErrUnknownGuild) {
		t.Errorf("nowhere: %v", err)
	}
}

// The last message of a channel is told where a bot looks for what it missed.
func TestLastMessage(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	thread := must[uint64](t)(srv.AddChannel(harbour, fakediscord.Channel{Name: "t", Parent: general, Type: fakediscord.ChannelPublicThread, Owner: ana}))
	inThread := must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: thread, Author: ana, Unseen: true}))
	last := post(t, srv)
	no(t, srv.DeleteMessage(general, last)) // still the newest ever
	c := dial(t, srv, "")
	c.want(10)
	c.identify(counting)
	c.event("READY")
	type place struct {
		Last string `json:"last_message_id"`
	}
	var g struct{ Channels, Threads []place }
	c.decode(c.event("GUILD_CREATE").D, &g)
	if g.Channels[0].Last != text(last) || len(g.Threads) != 1 || g.Threads[0].Last != text(inThread) {
		t.Errorf("%+v", g)
	}
	if got := fmt.Sprint(srv.Messages(thread)); got != fmt.Sprint([]uint64{inThread}) {
		t.Errorf("thread holds %s", got)
	}
}
