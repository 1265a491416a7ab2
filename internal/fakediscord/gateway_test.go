package fakediscord_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"context"
	"net/http"

	"github.com/coder/websocket"
	"github.com/klauspost/compress/zstd"

	"guildpulse/internal/fakediscord"
)

func TestHandshake(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	no(t, srv.SetVoice(harbour, fakediscord.VoiceState{User: ben, Channel: talk, SelfMute: true}))
	c := dial(t, srv, "")
	hello := c.fields(c.want(10).D)
	if hello["heartbeat_interval"] != 41250.0 {
		t.Errorf("heartbeat_interval %v", hello["heartbeat_interval"])
	}
	c.identify(counting)
	ready := c.event("READY")
	if ready.S != 1 {
		t.Errorf("READY has sequence %d", ready.S)
	}
	d := c.fields(ready.D)
	if d["v"] != 10.0 || d["session_id"] == "" || !strings.HasPrefix(d["resume_gateway_url"].(string), "ws://127.0.0.1:") {
		t.Errorf("READY %s", ready.D)
	}
	if u := d["user"].(map[string]any); u["id"] != text(srv.Application()) || u["bot"] != true {
		t.Errorf("user %v", u)
	}
	g := c.fields(c.event("GUILD_CREATE").D)
	if len(g["channels"].([]any)) != 3 || len(g["roles"].([]any)) != 3 || g["member_count"] != 3.0 {
		t.Errorf("guild %v", g)
	}
	v := g["voice_states"].([]any)[0].(map[string]any)
	if v["channel_id"] != text(talk) || v["self_mute"] != true || v["guild_id"] != nil {
		t.Errorf("voice state %v", v)
	}
	if m := g["members"].([]any); len(m) != 2 { // the bot, and who is in voice
		t.Errorf("%d members", len(m))
	}
	rec := srv.Recording()
	if len(rec.Identifies) != 1 || rec.Identifies[0].Intents != counting || len(rec.Violations) != 0 {
		t.Errorf("recording %+v", rec)
	}
}

// A guild of many channels is larger than the 32 KiB that websocket libraries
// read by default.
func TestLargeGuildCreate(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	big := fakediscord.Guild{Name: "big", Owner: ana}
	for i := range 300 {
		big.Channels = append(big.Channels, fakediscord.Channel{Name: fmt.Sprintf("channel-%d", i)})
	}
	id := srv.AddGuild(big)
	c := dial(t, srv, "")
	c.want(10)
	c.identify(counting)
	c.event("READY")
	c.event("GUILD_CREATE")
	p := c.event("GUILD_CREATE")
	if len(p.D) < 64<<10 || c.fields(p.D)["id"] != text(id) {
		t.Errorf("%d bytes", len(p.D))
	}
}

func TestHeartbeats(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	c := dial(t, srv, "")
	c.want(10)
	c.send(1, nil) // before IDENTIFY too
	c.want(11)
	c.identify(counting)
	c.ready()
	c.send(1, c.seq)
	c.want(11)
	srv.Strike(fakediscord.AskHeartbeat())
	c.want(1)
	if n := srv.Recording().Heartbeats; n != 2 {
		t.Errorf("%d heartbeats recorded", n)
	}
}

func TestCloseCodes(t *testing.T) {
	type payload = map[string]any
	for _, tt := range []struct {
		name  string
		query string
		cfg   fakediscord.Config
		do    func(c *client)
		code  int
	}{
		{name: "unknown op", code: 4001, do: func(c *client) { c.send(99, nil) }},
		{name: "not JSON", code: 4002, do: func(c *client) { _ = c.ws.Write(c.ctx, websocket.MessageText, []byte("{")) }},
		{name: "too large", code: 4002, do: func(c *client) { c.send(1, strings.Repeat("x", 5000)) }},
		{name: "presence before IDENTIFY", code: 4003, do: func(c *client) { c.send(3, payload{}) }},
		{name: "bad token", code: 4004, do: func(c *client) { c.send(2, payload{"token": "no", "intents": 0}) }},
		{name: "identified twice", code: 4005, do: func(c *client) { c.identify(0); c.identify(0) }},
		{name: "flood", code: 4008, cfg: fakediscord.Config{SendLimit: 5}, do: func(c *client) {
			for range 6 {
				_ = c.ws.Write(c.ctx, websocket.MessageText, []byte(`{"op":1,"d":null}`))
			}
		}},
		{name: "silence", code: 4009, cfg: fakediscord.Config{HeartbeatGrace: 10 * time.Millisecond}, do: func(*client) {}},
		{name: "bad shard", code: 4010, do: func(c *client) { c.send(2, payload{"token": "fake-token", "intents": 0, "shard": []int{3, 2}}) }},
		{name: "bad version", code: 4012, query: "&v=5", do: func(*client) {}},
		{name: "no intents", code: 4013, do: func(c *client) { c.send(2, payload{"token": "fake-token"}) }},
		{name: "unknown intents", code: 4013, do: func(c *client) { c.identify(1 << 40) }},
		{name: "disallowed intents", code: 4014, do: func(c *client) { c.identify(fakediscord.IntentGuildMembers) }},
		{name: "all members without the intent", code: 4002, do: func(c *client) {
			c.identify(counting)
			c.send(8, payload{"guild_id": text(harbour), "query": "", "limit": 0})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := start(t, tt.cfg)
			var c *client
			if tt.query != "" {
				c = &client{t: t, ctx: soon(t), srv: srv}
				no(t, c.dial(strings.Replace(srv.URL(), "http", "ws", 1)+"/gateway/ws?v=5&encoding=json&", ""))
			} else {
				c = dial(t, srv, "")
			}
			tt.do(c)
			if code := c.closed(); code != tt.code {
				t.Errorf("closed with %d, want %d", code, tt.code)
			}
			no(t, srv.Await(c.ctx, func(r *fakediscord.Recording) bool {
				return len(r.Closes) > 0 && r.Closes[0].Code == tt.code && r.Closes[0].Server
			}))
		})
	}
}

func TestPrivilegedWhenGranted(t *testing.T) {
	srv := start(t, fakediscord.Config{Privileged: fakediscord.IntentGuildMembers})
	c := connect(t, srv, counting|fakediscord.IntentGuildMembers)
	no(t, srv.Join(harbour, fakediscord.Member{User: 4242}))
	if u := c.fields(c.event("GUILD_MEMBER_ADD").D)["user"].(map[string]any); u["id"] != "4242" {
		t.Errorf("joined %v", u)
	}
	c.send(8, map[string]any{"guild_id": text(harbour), "user_ids": []string{text(ben), "9"}, "nonce": "n1"})
	d := c.fields(c.event("GUILD_MEMBERS_CHUNK").D)
	if len(d["members"].([]any)) != 1 || d["not_found"].([]any)[0] != "9" || d["nonce"] != "n1" {
		t.Errorf("chunk %v", d)
	}
	c.send(8, map[string]any{"guild_id": text(harbour), "query": "benn", "limit": 5})
	if d := c.fields(c.event("GUILD_MEMBERS_CHUNK").D); len(d["members"].([]any)) != 1 {
		t.Errorf("chunk %v", d)
	}
}

func TestShards(t *testing.T) {
	srv := start(t, fakediscord.Config{MaxConcurrency: 2})
	ids := make(map[uint64][]uint64) // by shard
	for i := range uint64(40) {
		id := srv.AddGuild(fakediscord.Guild{ID: (1000 + i) << 22, Name: "g", Owner: ana})
		ids[(id>>22)%2] = append(ids[(id>>22)%2], id)
	}
	ids[harbour>>22%2] = append([]uint64{harbour}, ids[harbour>>22%2]...)
	for shard := range 2 {
		c := dial(t, srv, "")
		c.want(10)
		c.send(2, map[string]any{"token": srv.Token(), "intents": counting, "shard": []int{shard, 2}})
		c.event("READY")
		var got []uint64
		for range ids[uint64(shard)] {
			var g struct {
				ID uint64 `json:"id,string"`
			}
			c.decode(c.event("GUILD_CREATE").D, &g)
			got = append(got, g.ID)
		}
		equal(t, "guilds", got, ids[uint64(shard)])
	}
	if v := srv.Recording().Violations; len(v) > 0 {
		t.Errorf("violations: %v", v)
	}
}

func TestIdentifyPaceAndCount(t *testing.T) {
	srv := start(t, fakediscord.Config{StartLimit: 3, IdentifyInterval: time.Hour})
	c := connect(t, srv, counting)
	c.drop()
	d := dial(t, srv, "")
	d.want(10)
	d.identify(counting)
	if p := d.want(9); string(p.D) != "false" {
		t.Errorf("op 9 with %s", p.D)
	}
	_, body := call(t, srv, "GET", "/gateway/bot", nil)
	var bot struct {
		Limit struct {
			Total, Remaining int
			Concurrency      int `json:"max_concurrency"`
		} `json:"session_start_limit"`
	}
	no(t, json.Unmarshal(body, &bot))
	if bot.Limit.Total != 3 || bot.Limit.Remaining != 1 || bot.Limit.Concurrency != 1 {
		t.Errorf("limits %+v", bot.Limit)
	}
	for i := range 2 {
		d = dial(t, srv, "")
		d.want(10)
		d.identify(counting)
		if i == 0 {
			d.want(9)
		}
	}
	if code := d.closed(); code != 4004 {
		t.Errorf("beyond the limit: %d", code)
	}
	rec := srv.Recording()
	if n := len(rec.Identifies); n != 4 || !rec.Identifies[1].TooSoon || !rec.Identifies[3].TooMany {
		t.Errorf("identifies %+v", rec.Identifies)
	}
}

func TestTransportCompression(t *testing.T) {
	for _, kind := range []string{"zlib-stream", "zstd-stream"} {
		t.Run(kind, func(t *testing.T) {
			srv := start(t, fakediscord.Config{})
			c := dial(t, srv, "&compress="+kind)
			feed, plain := io.Pipe()
			defer feed.Close()
			go func() {
				for {
					typ, b, err := c.ws.Read(c.ctx)
					if err != nil || typ != websocket.MessageBinary {
						plain.CloseWithError(fmt.Errorf("type %v: %w", typ, err))
						return
					}
					if _, err := plain.Write(b); err != nil {
						return
					}
				}
			}()
			var z io.Reader
			if kind == "zlib-stream" {
				z = must[io.ReadCloser](t)(zlib.NewReader(feed))
			} else {
				d := must[*zstd.Decoder](t)(zstd.NewReader(feed, zstd.WithDecoderConcurrency(1)))
				defer d.Close()
				z = d
			}
			dec := json.NewDecoder(z)
			var got []string
			for range 4 {
				var p packet
				no(t, dec.Decode(&p))
				got = append(got, fmt.Sprint(p.Op, p.T))
				switch len(got) {
				case 1:
					c.identify(counting)
				case 3:
					must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ana}))
				}
			}
			equal(t, "frames", got, []string{"10", "0READY", "0GUILD_CREATE", "0MESSAGE_CREATE"})
			c.drop()
		})
	}
}

func TestPayloadCompression(t *testing.T) {
	srv := fakediscord.New(fakediscord.Config{})
	big := fakediscord.Guild{Name: "big", Owner: ana}
	for range 100 {
		big.Channels = append(big.Channels, fakediscord.Channel{Name: "c"})
	}
	srv.AddGuild(big)
	no(t, srv.Start())
	defer srv.Close()
	c := dial(t, srv, "")
	c.want(10)
	c.send(2, map[string]any{"token": srv.Token(), "intents": counting, "compress": true})
	c.event("READY")
	typ, b, err := c.ws.Read(c.ctx)
	no(t, err)
	if typ != websocket.MessageBinary {
		t.Fatalf("type %v", typ)
	}
	var p packet
	no(t, json.NewDecoder(must[io.ReadCloser](t)(zlib.NewReader(bytes.NewReader(b)))).Decode(&p))
	if p.T != "GUILD_CREATE" {
		t.Errorf("%s", p.T)
	}
}

// The whole server runs on a false clock: a client that sends no heartbeats is
// closed exactly when the grace is over.
func TestInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pipe := fakediscord.NewPipe()
		srv := fakediscord.New(fakediscord.Config{Listener: pipe, HeartbeatGrace: 90 * time.Second})
		srv.AddGuild(harbourGuild(srv.Application()))
		no(t, srv.Start())
		transport := &http.Transport{DialContext: pipe.DialContext}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c := &client{t: t, ctx: ctx, srv: srv, http: &http.Client{Transport: transport}}
		no(t, c.dial("ws://127.0.0.1/gateway/ws", ""))
		began := time.Now()
		c.want(10)
		c.identify(counting)
		c.ready()
		for range 3 {
			time.Sleep(80 * time.Second)
			c.send(1, c.seq)
			c.want(11)
		}
		if code := c.closed(); code != 4009 {
			t.Errorf("closed with %d", code)
		}
		if took := time.Since(began); took != 3*80*time.Second+90*time.Second {
			t.Errorf("after %v", took)
		}
		if s := srv.Recording().Silence; s != 80*time.Second {
			t.Errorf("longest silence %v", s)
		}
		c.drop()
		transport.CloseIdleConnections()
		no(t, srv.Close())
	})
}
