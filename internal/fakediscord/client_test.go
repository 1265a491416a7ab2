package fakediscord_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"guildpulse/internal/fakediscord"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// counting is what a bot that only counts asks for.
const counting = fakediscord.IntentGuilds | fakediscord.IntentGuildMessages | fakediscord.IntentGuildVoiceStates |
	fakediscord.IntentGuildReactions | fakediscord.IntentGuildEvents | fakediscord.IntentGuildPolls

// Ids of the little server most tests play in.
const (
	harbour uint64 = 1000000000000000001 + iota
	general
	hidden
	talk
	ana
	ben
	mod
	thread
)

// harbourGuild is that server: Ana owns it, Ben is a member, the hidden channel
// is not for the bot.
func harbourGuild(bot uint64) fakediscord.Guild {
	return fakediscord.Guild{
		ID: harbour, Name: "Harbour", Owner: ana,
		Roles: []fakediscord.Role{{ID: mod, Name: "mod", Position: 1, Permissions: fakediscord.PermManageMessages}},
		Channels: []fakediscord.Channel{
			{ID: general, Name: "general"},
			{ID: hidden, Name: "hidden", Position: 1, Overwrites: []fakediscord.Overwrite{
				{ID: bot, Member: true, Deny: fakediscord.PermViewChannel},
			}},
			{ID: talk, Name: "talk", Type: fakediscord.ChannelVoice, Position: 2},
		},
		Members: []fakediscord.Member{{User: ana}, {User: ben, Nick: "Benny", Roles: []uint64{mod}}},
		Emoji:   []fakediscord.Emoji{{ID: 77, Name: "anchor"}},
	}
}

// start returns a running server with the harbour in it.
func start(t testing.TB, cfg fakediscord.Config) *fakediscord.Server {
	t.Helper()
	srv := fakediscord.New(cfg)
	srv.AddGuild(harbourGuild(srv.Application()))
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return srv
}

// soon is a context that ends a test which waits in vain.
func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// packet is a frame from the gateway.
type packet struct {
	Op int             `json:"op"`
	S  uint64          `json:"s"`
	T  string          `json:"t"`
	D  json.RawMessage `json:"d"`
}

// client is a gateway client that does nothing by itself.
type client struct {
	t    testing.TB
	ctx  context.Context
	srv  *fakediscord.Server
	ws   *websocket.Conn
	http *http.Client

	session string
	resume  string
	seq     uint64
}

// dial connects and does not read yet.
func dial(t testing.TB, srv *fakediscord.Server, query string) *client {
	t.Helper()
	c := &client{t: t, ctx: soon(t), srv: srv}
	if err := c.dial("ws"+strings.TrimPrefix(srv.URL(), "http")+"/gateway/ws", query); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *client) dial(address, query string) error {
	ws, res, err := websocket.Dial(c.ctx, address+"?v=10&encoding=json"+query, &websocket.DialOptions{HTTPClient: c.http})
	if err != nil {
		if res != nil && res.StatusCode != http.StatusSwitchingProtocols {
			return fmt.Errorf("dial: status %d", res.StatusCode)
		}
		return err
	}
	ws.SetReadLimit(32 << 20)
	c.ws = ws
	c.t.Cleanup(func() { _ = ws.CloseNow() })
	return nil
}

// connect connects and identifies, reading up to READY and the GUILD_CREATEs.
func connect(t testing.TB, srv *fakediscord.Server, intents fakediscord.Intents) *client {
	t.Helper()
	c := dial(t, srv, "")
	c.want(10)
	c.identify(intents)
	c.ready()
	return c
}

// ready reads READY and the guilds it announces.
func (c *client) ready() {
	c.t.Helper()
	p := c.event("READY")
	var d struct {
		Session string `json:"session_id"`
		Resume  string `json:"resume_gateway_url"`
		Guilds  []any  `json:"guilds"`
	}
	c.decode(p.D, &d)
	c.session, c.resume = d.Session, d.Resume
	for range d.Guilds {
		c.event("GUILD_CREATE")
	}
}

// send sends an op.
func (c *client) send(op int, d any) {
	c.t.Helper()
	b, err := json.Marshal(map[string]any{"op": op, "d": d})
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.ws.Write(c.ctx, websocket.MessageText, b); err != nil {
		c.t.Fatalf("send op %d: %v", op, err)
	}
}

func (c *client) identify(intents fakediscord.Intents) {
	c.t.Helper()
	c.send(2, map[string]any{"token": c.srv.Token(), "intents": intents, "properties": map[string]string{"os": "linux"}})
}

// tryRead reads one frame.
func (c *client) tryRead() (packet, error) {
	_, b, err := c.ws.Read(c.ctx)
	if err != nil {
		return packet{}, err
	}
	var p packet
	if err := json.Unmarshal(b, &p); err != nil {
		return p, fmt.Errorf("frame %.80q: %w", b, err)
	}
	if p.Op == 0 && p.S > 0 {
		c.seq = p.S
	}
	return p, nil
}

func (c *client) read() packet {
	c.t.Helper()
	p, err := c.tryRead()
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	return p
}

// want reads one frame, which must have the op.
func (c *client) want(op int) packet {
	c.t.Helper()
	p := c.read()
	if p.Op != op {
		c.t.Fatalf("op %d (%s), want %d", p.Op, p.T, op)
	}
	return p
}

// event reads one dispatch, which must have the name.
func (c *client) event(name string) packet {
	c.t.Helper()
	p := c.read()
	if p.Op != 0 || p.T != name {
		c.t.Fatalf("op %d %q, want %s", p.Op, p.T, name)
	}
	return p
}

// closed reads until the connection ends and returns the close code, -1 for
// none.
func (c *client) closed() int {
	c.t.Helper()
	for {
		if _, err := c.tryRead(); err != nil {
			if errors.Is(err, context.DeadlineExceeded) {
				c.t.Fatal("the connection did not end")
			}
			return int(websocket.CloseStatus(err))
		}
	}
}

// drop ends the connection without a word.
func (c *client) drop() { _ = c.ws.CloseNow() }

// again reconnects at resume_gateway_url and asks to resume after seq.
func (c *client) again(seq uint64) {
	c.t.Helper()
	c.drop()
	if err := c.dial(c.resume, ""); err != nil {
		c.t.Fatal(err)
	}
	c.want(10)
	c.send(6, map[string]any{"token": c.srv.Token(), "session_id": c.session, "seq": seq})
}

// quiet checks that nothing was dispatched: the next frame is the ACK of a
// heartbeat sent now, and heartbeats overtake dispatches only before they are
// queued.
func (c *client) quiet() {
	c.t.Helper()
	if err := c.srv.Drain(c.ctx); err != nil {
		c.t.Fatal(err)
	}
	c.send(1, c.seq)
	c.want(11)
}

func (c *client) decode(raw json.RawMessage, into any) {
	c.t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		c.t.Fatalf("%v in %.200s", err, raw)
	}
}

// fields decodes a payload as a plain map.
func (c *client) fields(raw json.RawMessage) map[string]any {
	c.t.Helper()
	m := make(map[string]any)
	c.decode(raw, &m)
	return m
}

// text is an id as JSON has it.
func text(id uint64) string { return strconv.FormatUint(id, 10) }

// must returns v and fails the test on an error.
func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// no fails the test on an error.
func no(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// call makes a REST call as the bot and returns status and body.
func call(t testing.TB, srv *fakediscord.Server, method, path string, body any) (int, []byte) {
	t.Helper()
	return callAs(t, srv, "Bot "+srv.Token(), method, path, body)
}

func callAs(t testing.TB, srv *fakediscord.Server, auth, method, path string, body any) (int, []byte) {
	t.Helper()
	raw, ok := body.([]byte)
	if body != nil && !ok {
		raw, _ = json.Marshal(body)
	}
	req, err := http.NewRequestWithContext(soon(t), method, srv.URL()+"/api/v10"+path, bytes.NewReader(raw))
	no(t, err)
	req.Header.Set("Authorization", auth)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	no(t, err)
	defer res.Body.Close()
	var out bytes.Buffer
	_, err = out.ReadFrom(res.Body)
	no(t, err)
	return res.StatusCode, out.Bytes()
}

// equal compares slices and shows both.
func equal[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s:\n got %v\nwant %v", what, got, want)
	}
}
