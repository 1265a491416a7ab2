package fakediscord_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/internal/fakediscord"
)

// Whatever the string, what is written is JSON that reads back as the string,
// broken bytes apart.
func FuzzString(f *testing.F) {
	for _, s := range []string{"", "plain", "<script>&\"\\", "\x00\x1f\n\u2028\u202e", "\xff\xfe", "😀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		if err := json.Unmarshal(fakediscord.AppendString(nil, s), &got); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); got != want && strings.ToValidUTF8(s, "") == s {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

// Times are written as the time package would.
func TestTime(t *testing.T) {
	check := func(ms int64) {
		t.Helper()
		want := `"` + time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000000") + `+00:00"`
		if got := string(fakediscord.AppendTime(nil, ms)); got != want {
			t.Errorf("%d: %s, want %s", ms, got, want)
		}
	}
	for _, s := range []string{
		"1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "2000-02-29T12:34:56.789Z", "2024-02-29T23:59:59.999Z",
		"2024-03-01T00:00:00Z", "2100-02-28T23:59:59Z", "2100-03-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
	} {
		check(must[time.Time](t)(time.Parse(time.RFC3339, s)).UnixMilli())
	}
	rapid.Check(t, func(r *rapid.T) { check(rapid.Int64Range(-62135596800000, 253402300799999).Draw(r, "ms")) })
}

// A message on the gateway is about as large as Discord's, its fields stand in
// Discord's order, and guild_id is the last of them.
func TestMessageFrame(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	c := connect(t, srv, counting)
	must[int](t)(srv.Play(c.ctx, fakediscord.Playback{Guild: harbour, Lines: lines(2)}))
	_, reply, err := c.ws.Read(c.ctx)
	no(t, err)
	_, frame, err := c.ws.Read(c.ctx)
	no(t, err)
	if n := len(frame); n < 850 || n > 1200 {
		t.Errorf("%d bytes: %s", n, frame)
	}
	if !strings.HasPrefix(string(frame), `{"t":"MESSAGE_CREATE","s":4,"op":0,"d":{"type":0,"tts":false,"timestamp":"`) ||
		!strings.HasSuffix(string(frame), `"attachments":[],"guild_id":"`+text(harbour)+`"}}`) {
		t.Errorf("%s", frame)
	}
	if !strings.Contains(string(reply), `"referenced_message":null`) || !json.Valid(reply) || !json.Valid(frame) {
		t.Errorf("%s", reply)
	}
}

func FuzzParseMessage(f *testing.F) {
	f.Add([]byte(`{"content":"x","embeds":[{"title":"t"}],"components":[{"type":1,"components":[{"type":2}]}]}`))
	f.Add([]byte(`{"flags":32768,"components":[{"type":9,"accessory":{},"components":[]}]}`))
	f.Fuzz(func(_ *testing.T, data []byte) { _ = fakediscord.ParseMessage(data) })
}

func FuzzParseCommand(f *testing.F) {
	f.Add([]byte(`{"name":"a","description":"b","options":[{"type":2,"options":[{"type":1}]}]}`))
	f.Add([]byte(`{"name":"a","type":2}`))
	f.Fuzz(func(_ *testing.T, data []byte) { _ = fakediscord.ParseCommand(data) })
}

func FuzzMultipart(f *testing.F) {
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{}\r\n--x--\r\n"))
	f.Add("multipart/form-data", []byte("--"))
	f.Fuzz(func(t *testing.T, kind string, raw []byte) {
		payload, files, err := fakediscord.SplitMultipart(kind, raw)
		if err != nil && (payload != nil || files != nil) {
			t.Error("an error with a result")
		}
	})
}

// Frames of a client, good or bad, end in an answer or a close code, never in a
// panic of the server.
func FuzzGatewayFrame(f *testing.F) {
	for _, s := range []string{
		`{"op":1,"d":null}`, `{"op":2,"d":{"token":"fake-token","intents":513,"shard":[0,1]}}`, `{"op":2,"d":{"shard":[1]}}`,
		`{"op":6,"d":{"token":"fake-token","session_id":"x","seq":18446744073709551615}}`, `{"op":8,"d":{"guild_id":["1"],"user_ids":"2"}}`,
		`[]`, `null`, `{"op":"1"}`, `{"op":2,"d":[]}`,
	} {
		f.Add([]byte(s))
	}
	srv := start(f, fakediscord.Config{SendLimit: 1 << 30, IdentifyInterval: time.Nanosecond, StartLimit: 1 << 30})
	f.Fuzz(func(t *testing.T, frame []byte) {
		c := dial(t, srv, "")
		defer c.drop()
		c.identify(counting)
		if c.ws.Write(c.ctx, 1, frame) != nil {
			t.Fatal("the server is gone")
		}
		for { // until the frame is served: an answer to a heartbeat, or the end
			_ = c.ws.Write(c.ctx, 1, []byte(`{"op":1,"d":null}`))
			p, err := c.tryRead()
			if err != nil || p.Op == 11 {
				return
			}
		}
	})
}
