package fakediscord_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"

	"guildpulse/internal/fakediscord"
)

func TestFaultsLive(t *testing.T) {
	t.Run("drop after so many dispatches", func(t *testing.T) {
		srv, _ := struck(t, fakediscord.Drop().AfterDispatches(4))
		c := connect(t, srv, counting)
		want := []uint64{post(t, srv), post(t, srv), post(t, srv)}
		got := c.messages(2)
		if code := c.closed(); code != -1 || c.seq != 4 {
			t.Errorf("code %d at %d", code, c.seq)
		}
		c.again(c.seq)
		equal(t, "messages", append(got, c.messages(1)...), want)
	})
	t.Run("every close code", func(t *testing.T) {
		for code := 4000; code <= 4014; code++ {
			if code == 4006 {
				continue // not in use
			}
			srv, _ := struck(t, fakediscord.CloseCode(code).AfterDispatches(2))
			c := connect(t, srv, counting)
			post(t, srv)
			if got := c.closed(); got != code {
				t.Errorf("code %d, want %d", got, code)
			}
			c.again(2)
			if p := c.read(); (p.Op == 9) != (code == 4007 || code == 4009) {
				t.Errorf("after %d a RESUME gets op %d", code, p.Op)
			}
			_ = srv.Close()
		}
	})
	t.Run("op 7 and op 9", func(t *testing.T) {
		srv, _ := struck(t)
		c := connect(t, srv, counting)
		srv.Strike(fakediscord.Reconnect())
		c.want(7)
		post(t, srv) // still dispatched until the client leaves
		c.event("MESSAGE_CREATE")
		srv.Strike(fakediscord.Invalidate(true))
		c.want(9)
		c.again(c.seq)
		c.event("RESUMED")
		srv.Strike(fakediscord.Invalidate(false).OnShard(0), fakediscord.Drop().OnShard(5))
		c.want(9)
		c.again(c.seq)
		c.want(9)
	})
	t.Run("duplicate and withhold", func(t *testing.T) {
		srv, _ := struck(t, fakediscord.Duplicate().AfterDispatches(2), fakediscord.Withhold().AfterDispatches(3))
		c := connect(t, srv, counting)
		a, b, d := post(t, srv), post(t, srv), post(t, srv)
		equal(t, "messages", c.messages(3), []uint64{a, a, d})
		if c.seq != 5 {
			t.Errorf("sequence %d", c.seq)
		}
		c.again(3)
		equal(t, "replayed", c.messages(2), []uint64{b, d})
	})
	t.Run("garbage and oversize", func(t *testing.T) {
		srv, _ := struck(t, fakediscord.Garbage().AfterDispatches(2), fakediscord.Oversize(1<<20).AfterDispatches(3))
		c := connect(t, srv, counting)
		post(t, srv)
		if _, err := c.tryRead(); err == nil {
			t.Error("garbage was JSON")
		}
		c.event("MESSAGE_CREATE")
		post(t, srv)
		if p := c.event("GUILD_TRANSCRIPT"); len(p.D) < 1<<20 {
			t.Errorf("%d bytes", len(p.D))
		}
		c.event("MESSAGE_CREATE")
	})
	t.Run("missing ACK", func(t *testing.T) {
		srv, _ := struck(t, fakediscord.MissACK().After(1))
		c := connect(t, srv, counting)
		c.send(1, c.seq)
		c.want(11)
		c.send(1, c.seq)
		c.send(1, c.seq)
		no(t, srv.Await(c.ctx, func(r *fakediscord.Recording) bool { return r.Heartbeats == 3 }))
		post(t, srv)
		c.event("MESSAGE_CREATE") // and no ACK before it
	})
	t.Run("late ACK", func(t *testing.T) {
		srv, _ := struck(t, fakediscord.LateACK(30*time.Millisecond))
		c := connect(t, srv, counting)
		began := time.Now()
		c.send(1, c.seq)
		c.want(11)
		if took := time.Since(began); took < 30*time.Millisecond {
			t.Errorf("ACK after %v", took)
		}
	})
}

func TestRefuse(t *testing.T) {
	srv, c := struck(t, fakediscord.Refuse(50*time.Millisecond))
	for range 2 {
		if err := c.dial(c.address(), ""); err == nil {
			t.Fatal("dialled")
		}
	}
	if status, _ := call(t, srv, "GET", "/gateway", nil); status != 200 {
		t.Errorf("REST answers %d", status)
	}
	for c.dial(c.address(), "") != nil { // ends with the time, or with the context
		no(t, c.ctx.Err())
	}
	srv.RefuseAll(time.Hour)
	if _, err := http.Get(srv.URL() + "/api/v10/gateway"); err == nil {
		t.Error("REST answers while everything is refused")
	}
	srv.RefuseAll(0)
	if _, _, err := websocket.Dial(c.ctx, c.address()+"?v=10", nil); err != nil {
		t.Errorf("after the refusal: %v", err)
	}
}

// A storm of reconnects: every dispatch arrives all the same, in order.
func TestReconnectStorm(t *testing.T) {
	var storm []fakediscord.Fault
	for i := range 60 {
		storm = append(storm, []fakediscord.Fault{
			fakediscord.Drop(), fakediscord.Reset(), fakediscord.Reconnect(), fakediscord.CloseCode(4000), fakediscord.Withhold(), fakediscord.Duplicate(),
		}[i%6].AfterDispatches(2+i%5))
	}
	srv, _ := struck(t, storm...)
	c := connect(t, srv, counting)
	const n = 400
	var want, got []uint64
	for range n {
		want = append(want, post(t, srv))
	}
	last := c.seq
	for len(got) < n {
		p, err := c.tryRead()
		if err != nil || p.Op == 7 || p.S > last+1 { // lost, asked to leave, or a gap
			c.again(last)
			continue
		}
		if p.Op != 0 || p.S <= last {
			continue
		}
		last = p.S
		if p.T == "MESSAGE_CREATE" {
			var d struct {
				ID uint64 `json:"id,string"`
			}
			c.decode(p.D, &d)
			got = append(got, d.ID)
		}
	}
	equal(t, "messages", got, want)
	if srv.Pending() > 0 {
		t.Errorf("%d faults did not strike", srv.Pending())
	}
}
