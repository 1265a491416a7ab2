package events_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"

	"guildpulse/events"
)

var update = flag.Bool("update", false, "write golden files anew")

func TestAnEventIsOneCacheLine(t *testing.T) {
	if n := unsafe.Sizeof(events.Event{}); n != 64 {
		t.Fatalf("an event takes %d bytes, want 64", n)
	}
}

// one of each constructor, in the order of the golden file.
func one() []events.Event {
	o := events.Origin{Shard: 3, Seq: 77}
	id := events.MakeSnowflake(1763726400123, 5)
	at := int64(1763726400999)
	return []events.Event{
		events.Message(o, 1, 2, id, 4, events.FlagReply|events.FlagSticker),
		events.Seen(o, 1, 2, id),
		events.Covered(o, 1, 2, 100, id),
		events.MessageDelete(o, 1, 2, id, at),
		events.Reaction(o, 1, 2, id, 4, 5, 6, at),
		events.ReactionRemove(o, 1, 2, id, 4, 6, at),
		events.VoiceState(o, 1, 2, 4, at, events.FlagMuted),
		events.VoiceSync(o, 1, at, true),
		events.VoiceOpen(o, 1, 2, 4, at, events.FlagObserved),
		events.VoiceClose(o, 1, 2, 4, at-1000, at, events.FlagEstimated),
		events.VoiceTime(o, events.KindVoiceAlone, 1, 2, 4, at-1000, at, 500),
		events.Join(o, 1, 4, at),
		events.Leave(o, 1, 4, at),
		events.Thread(o, 1, 2, id, 4),
		events.PollVote(o, 1, 2, id, 4, 1, at, true),
		events.PollVote(o, 1, 2, id, 4, 1, at, false),
		events.Interest(o, 1, id, 4, at, true),
		events.Interest(o, 1, id, 4, at, false),
		events.Invite(o, 1, 2, 4, at),
		events.Command(o, 1, 2, id, 4),
		events.Mark(o, at),
		events.Ready(o, at, true),
	}
}

func TestGoldenBytes(t *testing.T) {
	var got []byte
	for _, e := range one() {
		got, _ = e.AppendBinary(got)
	}
	name := filepath.Join("testdata", "events.v1")
	if *update {
		if err := os.WriteFile(name, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the bytes of events have changed: old journals could not be read")
	}
	for i, w := range one() {
		var e events.Event
		if err := e.UnmarshalBinary(want[i*events.Size:]); err != nil || e != w {
			t.Errorf("event %d: %+v (%v), want %+v", i, e, err, w)
		}
	}
}

func TestConstructorsKeepTheirOrigin(t *testing.T) {
	for _, e := range one() {
		if e.Shard != 3 || e.Seq != 77 || !e.Kind.Valid() {
			t.Errorf("%v has shard %d, sequence %d", e.Kind, e.Shard, e.Seq)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	whole, _ := one()[0].AppendBinary(nil)
	for n := range whole {
		e := events.Event{ID: 9}
		if err := e.UnmarshalBinary(whole[:n]); !errors.Is(err, events.ErrShort) || e != (events.Event{ID: 9}) {
			t.Fatalf("%d bytes: %v, %+v", n, err, e)
		}
	}
	for k := range 256 {
		whole[62] = byte(k)
		var e events.Event
		if err := e.UnmarshalBinary(whole); (err == nil) != events.Kind(k).Valid() {
			t.Errorf("kind %d: %v", k, err)
		}
	}
}

func TestQuarter(t *testing.T) {
	for _, c := range []struct {
		at   string
		want string
	}{
		{"2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z"},
		{"2026-11-21T00:14:59.999Z", "2026-11-21T00:00:00Z"},
		{"2026-11-21T00:15:00Z", "2026-11-21T00:15:00Z"},
		{"1969-12-31T23:59:59.999Z", "1969-12-31T23:45:00Z"},
		{"1969-12-31T23:45:00Z", "1969-12-31T23:45:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		q := events.Quarter(at.UnixMilli())
		if got := events.Time(events.QuarterStart(q)).Format(time.RFC3339); got != c.want {
			t.Errorf("%s lies in the quarter of %s, want %s", c.at, got, c.want)
		}
	}
}

func TestSnowflake(t *testing.T) {
	if got := events.SnowflakeTime(175928847299117063); got != 1462015105796 { // Discord's own example
		t.Errorf("time of the example is %d", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(events.DiscordEpoch, 1<<42).Draw(t, "at")
		n := rapid.Uint32Range(0, 1<<22-1).Draw(t, "n")
		if got := events.SnowflakeTime(events.MakeSnowflake(at, n)); got != at {
			t.Fatalf("made at %d, says %d", at, got)
		}
	})
	if events.MakeSnowflake(0, 3) != 3 {
		t.Error("times before the epoch count as the epoch")
	}
}

func TestControl(t *testing.T) {
	c, err := events.NewControl(events.ControlSession, 7, 99, events.Session{Shard: 1, ID: "abc", ResumeURL: "wss://x"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.AppendBinary([]byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	var got events.Control
	if err := got.UnmarshalBinary(b[len("before"):]); err != nil {
		t.Fatal(err)
	}
	var s events.Session
	if err := got.Decode(&s); err != nil || s.ID != "abc" || got.Guild != 7 || got.At != 99 {
		t.Errorf("%+v %+v %v", got, s, err)
	}
	if err := got.Decode(&events.Gap{}); !errors.Is(err, events.ErrControl) {
		t.Errorf("a session read as a gap: %v, want ErrControl", err)
	}
	_, err = events.NewControl(events.ControlEmoji, 0, 0, events.Emoji{Name: string(make([]byte, events.MaxControl))})
	if !errors.Is(err, events.ErrControl) {
		t.Errorf("a body of 64 KiB: %v, want ErrControl", err)
	}
	for _, raw := range [][]byte{nil, {1}, make([]byte, 17), make([]byte, events.MaxControl+18)} {
		if err := got.UnmarshalBinary(raw); !errors.Is(err, events.ErrControl) {
			t.Errorf("%d bytes: %v, want ErrControl", len(raw), err)
		}
	}
}

func FuzzEvent(f *testing.F) {
	for _, e := range one() {
		b, _ := e.AppendBinary(nil)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var e events.Event
		if e.UnmarshalBinary(b) != nil {
			return
		}
		if again, _ := e.AppendBinary(nil); !bytes.Equal(again, b[:events.Size]) {
			t.Errorf("%x reads and writes as %x", b[:events.Size], again)
		}
	})
}

func FuzzControl(f *testing.F) {
	c, _ := events.NewControl(events.ControlGap, 1, 2, events.Gap{})
	b, _ := c.AppendBinary(nil)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var c events.Control
		if c.UnmarshalBinary(b) != nil {
			return
		}
		if again, _ := c.AppendBinary(nil); !bytes.Equal(again, b) {
			t.Errorf("%x reads and writes as %x", b, again)
		}
	})
}

func ExampleMessage() {
	id := uint64(175928847299117063)
	e := events.Message(events.Origin{Shard: 0, Seq: 42}, 1, 2, id, 3, 0)
	fmt.Println(e.Kind, events.Time(e.At).Format(time.DateOnly), e.User)
	// Output: message 2016-04-30 3
}
