package fakediscord_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/internal/fakediscord"
)

func TestResume(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	c := connect(t, srv, counting)
	post := func() uint64 {
		return must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ana}))
	}
	want := []uint64{post(), post()}
	equal(t, "live", c.messages(2), want)
	durable := c.seq - 1 // the second one was received but is not durable
	c.drop()
	no(t, srv.Await(c.ctx, func(r *fakediscord.Recording) bool { return len(r.Closes) == 1 }))
	want = append(want, post())
	c.again(durable)
	equal(t, "replayed", c.messages(2), want[1:])
	resumed := c.event("RESUMED")
	if resumed.S != durable+3 {
		t.Errorf("RESUMED has sequence %d", resumed.S)
	}
	live := post()
	equal(t, "after", c.messages(1), []uint64{live})
	rec := srv.Recording()
	if r := rec.Resumes[0]; r.Session != c.session || r.Seq != durable || r.Path != "/gateway/resume" || r.Code != 0 || r.Invalid {
		t.Errorf("recorded %+v", r)
	}
	if len(rec.Identifies) != 1 {
		t.Errorf("%d identifies", len(rec.Identifies))
	}
}

func TestResumeRefused(t *testing.T) {
	t.Run("unknown session", func(t *testing.T) {
		srv := start(t, fakediscord.Config{})
		c := connect(t, srv, counting)
		c.session = "nobody"
		c.again(1)
		if p := c.want(9); string(p.D) != "false" {
			t.Errorf("op 9 %s", p.D)
		}
	})
	t.Run("bad token", func(t *testing.T) {
		srv := start(t, fakediscord.Config{})
		c := dial(t, srv, "")
		c.send(6, map[string]any{"token": "no", "session_id": "x", "seq": 1})
		if code := c.closed(); code != 4004 {
			t.Errorf("closed with %d", code)
		}
	})
	t.Run("sequence of the future", func(t *testing.T) {
		srv := start(t, fakediscord.Config{})
		c := connect(t, srv, counting)
		c.again(99)
		if code := c.closed(); code != 4007 {
			t.Errorf("closed with %d", code)
		}
	})
	t.Run("fallen out of the buffer", func(t *testing.T) {
		srv := start(t, fakediscord.Config{ReplayBuffer: 10})
		c := connect(t, srv, counting)
		for range 2000 {
			must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ana}))
		}
		c.messages(2000)
		last := c.seq
		c.again(last - 11)
		if p := c.want(9); string(p.D) != "false" {
			t.Errorf("op 9 %s", p.D)
		}
		c.again(last - 10)
		c.messages(10)
		c.event("RESUMED")
	})
	t.Run("trimmed by a heartbeat", func(t *testing.T) {
		srv := start(t, fakediscord.Config{TrimOnHeartbeat: true})
		c := connect(t, srv, counting)
		must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ana}))
		c.messages(1)
		c.send(1, c.seq)
		c.want(11)
		c.again(c.seq - 1)
		c.want(9)
	})
	t.Run("client closed with 1000", func(t *testing.T) {
		srv := start(t, fakediscord.Config{})
		c := connect(t, srv, counting)
		no(t, c.ws.Close(1000, ""))
		c.again(c.seq)
		c.want(9)
	})
	t.Run("client closed with 4000", func(t *testing.T) {
		srv := start(t, fakediscord.Config{})
		c := connect(t, srv, counting)
		no(t, c.ws.Close(4000, ""))
		c.again(c.seq)
		c.event("RESUMED")
	})
	t.Run("expired", func(t *testing.T) {
		srv := start(t, fakediscord.Config{ResumeWindow: time.Nanosecond})
		c := connect(t, srv, counting)
		c.drop()
		no(t, srv.Await(c.ctx, func(r *fakediscord.Recording) bool { return r.Expired == 1 }))
		c.again(c.seq)
		c.want(9)
	})
	t.Run("expired on demand", func(t *testing.T) {
		srv := start(t, fakediscord.Config{})
		c := connect(t, srv, counting)
		srv.ExpireSessions() // connected: stays
		if srv.Stats().Connected != 1 {
			t.Error("a connected session expired")
		}
		c.drop()
		no(t, srv.Await(c.ctx, func(r *fakediscord.Recording) bool { return len(r.Closes) == 1 }))
		srv.ExpireSessions()
		c.again(c.seq)
		c.want(9)
	})
}

// A RESUME while the old connection still hangs takes the session over.
func TestResumeTakesOver(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	old := connect(t, srv, counting)
	c := &client{t: t, ctx: old.ctx, srv: srv, session: old.session, resume: old.resume}
	no(t, c.dial(c.resume, ""))
	c.want(10)
	c.send(6, map[string]any{"token": srv.Token(), "session_id": c.session, "seq": old.seq})
	c.event("RESUMED")
	if code := old.closed(); code != 4000 {
		t.Errorf("the old one closed with %d", code)
	}
	must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ana}))
	c.event("MESSAGE_CREATE")
}

// Whenever the line drops and wherever a RESUME starts, what is replayed under a
// sequence is what was, or would have been, sent under it.
func TestReplayIsWhatWasSent(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		srv := start(t, fakediscord.Config{SendLimit: 1000})
		c := connect(t, srv, counting)
		sent := make(map[uint64]string) // by sequence
		note := func(p packet) {
			if before, ok := sent[p.S]; ok && before != string(p.D) {
				r.Fatalf("sequence %d: %s after %s", p.S, p.D, before)
			}
			sent[p.S] = string(p.D)
		}
		posted := 0
		for range rapid.IntRange(1, 10).Draw(r, "steps") {
			switch rapid.SampledFrom([]string{"post", "play", "read", "resume"}).Draw(r, "step") {
			case "post":
				must[uint64](t)(srv.PostMessage(fakediscord.Message{Channel: general, Author: ana}))
				posted++
			case "play":
				n := rapid.IntRange(1, 150).Draw(r, "n")
				posted += must[int](t)(srv.Play(c.ctx, fakediscord.Playback{Guild: harbour, Lines: lines(n)}))
			case "read":
				if c.seq < uint64(posted)+2 {
					note(c.read())
				}
			case "resume":
				c.again(rapid.Uint64Range(2, c.seq).Draw(r, "seq"))
				for p := c.read(); p.T != "RESUMED" || p.S < uint64(posted)+3; p = c.read() {
					note(p)
				}
				posted++ // RESUMED has a number too
			}
		}
		seen := 0
		for _, d := range sent {
			if json.Valid([]byte(d)) {
				seen++
			}
		}
		if seen != len(sent) {
			r.Fatal("a payload is not JSON")
		}
		_ = srv.Close()
	})
}

// The log keeps what was appended under its number, and forgets what trimming
// may forget: compared with a plain slice.
func TestReplayLog(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		log := fakediscord.NewReplayLog()
		var all []uint64 // ids by sequence, from 1
		first := uint64(1)
		for range rapid.IntRange(1, 60).Draw(r, "steps") {
			switch rapid.IntRange(0, 2).Draw(r, "step") {
			case 0, 1:
				for range rapid.IntRange(1, 700).Draw(r, "n") {
					all = append(all, uint64(len(all))*3)
					if seq := log.Append(all[len(all)-1], len(all)%3 == 0); seq != uint64(len(all)) {
						r.Fatalf("sequence %d, want %d", seq, len(all))
					}
				}
			case 2:
				limit := rapid.IntRange(1, 3000).Draw(r, "limit")
				keep := rapid.Uint64Range(first, uint64(len(all))+1).Draw(r, "keep")
				log.Trim(limit, keep)
				if n := uint64(len(all)); n >= uint64(limit) {
					first = max(first, min(n+1-uint64(limit), keep))
				}
			}
			if log.First() != first {
				r.Fatalf("first %d, want %d", log.First(), first)
			}
			for seq := first; seq <= uint64(len(all)); seq += 97 {
				if id := log.At(seq); id != all[seq-1] {
					r.Fatalf("sequence %d holds %d, want %d", seq, id, all[seq-1])
				}
			}
		}
	})
}

// The bytes of payloads are bounded too, whole chunks at a time.
func TestReplayLogBytes(t *testing.T) {
	log := fakediscord.NewReplayLog()
	for i := range 10_000 {
		log.AppendBytes(100)
		log.TrimBytes(300_000)
		if b := log.Bytes(); b > 300_000+102_400 {
			t.Fatalf("%d bytes after %d", b, i)
		}
	}
	if f := log.First(); f < 7000 || f > 8000 {
		t.Errorf("first %d", f)
	}
}

func TestMessagesAreSorted(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	for _, id := range []uint64{50, 10, 30} {
		must[uint64](t)(srv.PostMessage(fakediscord.Message{ID: id, Channel: general, Author: ana}))
	}
	if !slices.IsSorted(srv.Messages(general)) || srv.Messages(1) != nil {
		t.Errorf("%v", srv.Messages(general))
	}
}
