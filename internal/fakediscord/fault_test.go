package fakediscord_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"guildpulse/internal/fakediscord"
)

// struck starts a server with faults and a client that has not dialled.
func struck(t *testing.T, list ...fakediscord.Fault) (*fakediscord.Server, *client) {
	srv := start(t, fakediscord.Config{IdentifyInterval: time.Nanosecond})
	srv.Inject(list...)
	return srv, &client{t: t, ctx: soon(t), srv: srv}
}

func (c *client) address() string {
	return strings.Replace(c.srv.URL(), "http", "ws", 1) + "/gateway/ws"
}

func post(t *testing.T, srv *fakediscord.Server) uint64 {
	return must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ana}))
}

func TestFaultsBeforeReady(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault fakediscord.Fault
		see   func(t *testing.T, c *client)
	}{
		{"refused", fakediscord.Refuse(0), func(t *testing.T, c *client) {
			if err := c.dial(c.address(), ""); err == nil {
				t.Error("the dial went well")
			}
		}},
		{"unavailable", fakediscord.Unavailable(http.StatusServiceUnavailable), func(t *testing.T, c *client) {
			if err := c.dial(c.address(), ""); err == nil || !strings.Contains(err.Error(), "503") {
				t.Errorf("dial: %v", err)
			}
		}},
		{"op 7 as the first frame", fakediscord.Reconnect().At(fakediscord.AtOpen), func(t *testing.T, c *client) {
			no(t, c.dial(c.address(), ""))
			c.want(7)
		}},
		{"op 7 after HELLO", fakediscord.Reconnect().At(fakediscord.AtHello), func(t *testing.T, c *client) {
			no(t, c.dial(c.address(), ""))
			c.want(10)
			c.want(7)
		}},
		{"op 7 in place of READY", fakediscord.Reconnect().At(fakediscord.AtIdentify), func(t *testing.T, c *client) {
			no(t, c.dial(c.address(), ""))
			c.want(10)
			c.identify(counting)
			c.want(7)
		}},
		{"op 9 false in place of READY", fakediscord.Invalidate(false).At(fakediscord.AtIdentify), func(t *testing.T, c *client) {
			no(t, c.dial(c.address(), ""))
			c.want(10)
			c.identify(counting)
			if p := c.want(9); string(p.D) != "false" {
				t.Errorf("d %s", p.D)
			}
			c.identify(counting) // on the same connection, as Discord allows
			c.ready()
		}},
		{"op 9 true in place of READY", fakediscord.Invalidate(true).At(fakediscord.AtIdentify), func(t *testing.T, c *client) {
			no(t, c.dial(c.address(), ""))
			c.want(10)
			c.identify(counting)
			if p := c.want(9); string(p.D) != "true" {
				t.Errorf("d %s", p.D)
			}
		}},
		{"closed at IDENTIFY", fakediscord.CloseCode(4014).At(fakediscord.AtIdentify), func(t *testing.T, c *client) {
			no(t, c.dial(c.address(), ""))
			c.identify(counting)
			if code := c.closed(); code != 4014 {
				t.Errorf("code %d", code)
			}
		}},
		{"dropped after HELLO", fakediscord.Drop().At(fakediscord.AtHello), func(t *testing.T, c *client) {
			no(t, c.dial(c.address(), ""))
			c.want(10)
			if code := c.closed(); code != -1 {
				t.Errorf("code %d", code)
			}
		}},
		{"reset before HELLO", fakediscord.Reset().At(fakediscord.AtOpen), func(t *testing.T, c *client) {
			if c.dial(c.address(), "") == nil && c.closed() != -1 {
				t.Error("a reset with a close code")
			}
		}},
		{"broken frame", fakediscord.GarbageWire().At(fakediscord.AtHello), func(t *testing.T, c *client) {
			no(t, c.dial(c.address(), ""))
			c.want(10)
			if _, err := c.tryRead(); err == nil {
				t.Error("garbage was a frame")
			}
		}},
		{"on another shard", fakediscord.Drop().At(fakediscord.AtHello).OnShard(1), func(t *testing.T, c *client) {
			no(t, c.dial(c.address(), ""))
			c.want(10)
			c.identify(counting)
			c.ready()
			if c.srv.Pending() != 1 {
				t.Error("the fault struck")
			}
			c.srv.Inject(fakediscord.Drop())
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv, c := struck(t, tt.fault)
			pending := srv.Pending()
			tt.see(t, c)
			no(t, srv.Await(c.ctx, func(r *fakediscord.Recording) bool { return len(r.Faults) == 1 || srv.Pending() > pending }))
			if c.ws != nil {
				c.drop()
			}
			srv.Inject() // nothing
			if srv.Pending() == 0 {
				_ = connect(t, srv, counting) // the next connection is a good one
			}
		})
	}
}

// A connection that accepts and says nothing: no answer to the dial, no HELLO,
// no ACK, no pong.
func TestMute(t *testing.T) {
	t.Run("at dial", func(t *testing.T) {
		srv, c := struck(t, fakediscord.Mute().At(fakediscord.AtDial))
		failed := make(chan error, 1)
		go func() { failed <- c.dial(c.address(), "") }()
		no(t, srv.Await(c.ctx, func(r *fakediscord.Recording) bool { return len(r.Faults) == 1 }))
		select {
		case err := <-failed:
			t.Errorf("an answer: %v", err)
		default:
		}
		no(t, srv.Close())
		if err := <-failed; err == nil {
			t.Error("the dial went well")
		}
	})
	t.Run("live", func(t *testing.T) {
		srv, _ := struck(t)
		c := connect(t, srv, counting)
		srv.Strike(fakediscord.Mute())
		no(t, srv.Await(c.ctx, func(r *fakediscord.Recording) bool { return len(r.Faults) == 1 }))
		post(t, srv)
		c.send(1, c.seq)
		no(t, srv.Drain(c.ctx)) // as far as the server knows all is sent
		c.drop()
		c.again(c.seq)
		c.event("MESSAGE_CREATE")
		c.event("RESUMED")
		if n := srv.Recording().Heartbeats; n != 0 {
			t.Errorf("%d heartbeats were heard", n)
		}
	})
}

func TestFaultsAtResume(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault fakediscord.Fault
		see   func(t *testing.T, c *client)
		after int // op that a second RESUME gets: 0 replay, 9 refused
	}{
		{"4009", fakediscord.CloseCode(4009).At(fakediscord.AtResume), func(t *testing.T, c *client) {
			if code := c.closed(); code != 4009 {
				t.Errorf("code %d", code)
			}
		}, 9},
		{"op 9 false", fakediscord.Invalidate(false).At(fakediscord.AtResume), func(_ *testing.T, c *client) { c.want(9) }, 9},
		{"op 9 true", fakediscord.Invalidate(true).At(fakediscord.AtResume), func(_ *testing.T, c *client) { c.want(9) }, 0},
		{"op 7", fakediscord.Reconnect().At(fakediscord.AtResume), func(_ *testing.T, c *client) { c.want(7) }, 0},
		{"drop", fakediscord.Drop().At(fakediscord.AtResume), func(_ *testing.T, c *client) { c.closed() }, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv, _ := struck(t)
			c := connect(t, srv, counting)
			post(t, srv)
			seq := c.seq
			srv.Inject(tt.fault)
			c.again(seq)
			tt.see(t, c)
			c.again(seq)
			if p := c.read(); p.Op != tt.after {
				t.Errorf("then op %d, want %d", p.Op, tt.after)
			}
			if r := srv.Recording().Resumes[0]; !r.Struck {
				t.Errorf("recorded %+v", r)
			}
		})
	}
	t.Run("double replay", func(t *testing.T) {
		srv, _ := struck(t, fakediscord.ReplayTwice())
		c := connect(t, srv, counting)
		a, b := post(t, srv), post(t, srv)
		c.again(2)
		equal(t, "replayed", c.messages(4), []uint64{a, b, a, b})
		c.event("RESUMED")
	})
}

// Faults tell in a log what they are.
func TestFaultNames(t *testing.T) {
	for want, f := range map[string]fakediscord.Fault{
		"close 4009 at RESUME":           fakediscord.CloseCode(4009).At(fakediscord.AtResume),
		"op 9 true at dispatch after 12": fakediscord.Invalidate(true).AfterDispatches(12),
		"drop at HELLO":                  fakediscord.Drop().At(fakediscord.AtHello),
		"unavailable 503 at dial":        fakediscord.Unavailable(503),
		"mute never":                     fakediscord.Mute().At(0),
		"nothing":                        {},
	} {
		if f.String() != want {
			t.Errorf("%q, want %q", f, want)
		}
	}
}
