package main

import (
	"maps"
	"net/http"
	"strconv"
	"testing"
	"time"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/pipeline"
	"guildpulse/persist"
)

// TestMissedMessagesAreReadBack: a session that cannot be resumed costs no message,
// not even when the bot is killed while it reads them back.
func TestMissedMessagesAreReadBack(t *testing.T) {
	for _, reader := range []string{"native", "discordgo"} {
		t.Run(reader, func(t *testing.T) {
			databases(t, func(t *testing.T, database string) { missAndReadBack(t, reader, database) })
		})
	}
}

func missAndReadBack(t *testing.T, reader, database string) {
	const busy, quiet, closed, filtered = 1000, 1001, 1002, 1003
	heartbeat := 300 * time.Millisecond
	if reader == "discordgo" {
		heartbeat = 5 * time.Second
	}
	srv, guild := harbourAt(t, 4, 5, heartbeat)
	if err := srv.UpdateChannel(closed, func(c *fakediscord.Channel) {
		c.Overwrites = []fakediscord.Overwrite{{ID: srv.Application(), Member: true, Deny: fakediscord.PermReadMessageHistory}}
	}); err != nil {
		t.Fatal(err)
	}
	want := make(map[string]int)
	post := func(channel uint64, n int, counted bool) {
		t.Helper()
		for i := range n {
			if _, err := srv.PostMessage(fakediscord.Message{Channel: channel, Author: uint64(1 + i%5)}); err != nil {
				t.Fatal(err)
			}
		}
		if counted {
			want[strconv.FormatUint(channel, 10)] += n
		}
	}
	post(busy, 30, false) // before the bot came: an import's, not ours
	b := newBot(t, database)
	b.at(srv)
	b.env = append(b.env, "GUILDPULSE_DISCORD_READER="+reader, "GUILDPULSE_LOG_LEVEL=info")
	p := b.start("serve")
	await(t, srv, "a session", heard)
	for _, c := range []uint64{busy, quiet, closed, filtered} {
		post(c, 20, true)
	}
	b.read(srv, p)
	p.kill()
	expire(srv)

	post(busy, 5_300, true) // more than a round reads
	post(closed, 7, false)  // cannot be read back
	for range 120 {
		if _, err := srv.PostMessage(fakediscord.Message{Channel: filtered, Author: 77, Webhook: "hook"}); err != nil {
			t.Fatal(err)
		}
	}
	fresh, err := srv.AddChannel(guild, fakediscord.Channel{Name: "opened-meanwhile"})
	if err != nil {
		t.Fatal(err)
	}
	post(fresh, 5, true)

	read := func(r *fakediscord.Recording) int {
		n := 0
		for _, q := range r.Requests {
			if q.Method == http.MethodGet && q.Path == "/channels/1000/messages" {
				n++
			}
		}
		return n
	}
	for range 2 {
		before := srv.Recording()
		pages := read(&before)
		// The third page never comes: the bot is killed while it waits.
		srv.InjectREST(fakediscord.RESTFault{Path: "/channels/1000/messages", After: 2, Delay: time.Hour})
		p = b.start("serve")
		await(t, srv, "two pages", func(r *fakediscord.Recording) bool { return read(r) >= pages+2 })
		p.kill()
		srv.ForgiveREST() // it may have been killed before it asked
		expire(srv)
		post(busy, 3, true)
	}
	post(busy, 10, true)
	var got map[string]int
	for range 5 { // each start goes on where the one before was stopped
		before := srv.Recording()
		p = b.start("serve")
		await(t, srv, "a session", func(r *fakediscord.Recording) bool {
			return len(r.Identifies)+len(r.Resumes) > len(before.Identifies)+len(before.Resumes)
		})
		b.read(srv, p)
		p.stop()
		if got = b.totals(guild, "channel"); maps.Equal(got, want) {
			return
		}
	}
	t.Errorf("counted %v, want %v\n%s", got, want, p.log.String())
}

// expire ends the session of a bot that was killed, once the stand-in has noticed.
func expire(srv *fakediscord.Server) {
	for srv.Stats().Connected > 0 {
		<-time.After(time.Millisecond)
	}
	srv.ExpireSessions()
}

// read waits until the bot has read what was sent.
func (b *bot) read(srv *fakediscord.Server, p *process) {
	b.t.Helper()
	if err := srv.Drain(b.t.Context()); err != nil {
		b.t.Fatalf("the bot does not read: %v\n%s", err, p.log.String())
	}
	sent := srv.Recording().Heartbeats
	await(b.t, srv, "a few heartbeats", func(r *fakediscord.Recording) bool { return r.Heartbeats > sent+1 })
}

func TestPagesBecomeChunksThatLeaveNoHole(t *testing.T) {
	h := pipeline.Hole{Guild: 1, Channel: 2, After: 10, Until: 1000}
	message := func(id uint64) events.Event { return events.Message(events.Origin{}, 1, 2, id, 9, 0) }
	full := discord.History{Events: []events.Event{message(11), message(500)}, Last: 700, Len: discord.HistoryPage}
	for name, c := range map[string]struct {
		page     discord.History
		to       uint64
		messages int
	}{
		"a full page claims up to its last message": {full, 700, 2},
		"a short one claims the rest":               {discord.History{Events: full.Events, Last: 700, Len: 99}, 1000, 2},
		"an empty one too":                          {discord.History{}, 1000, 0},
		"what came live later is left to the gateway": {
			discord.History{Events: []events.Event{message(999), message(1001)}, Last: 1001, Len: discord.HistoryPage}, 1000, 1,
		},
	} {
		chunk, to := pageChunk(h, h.After, &c.page)
		claim := chunk[len(chunk)-1]
		if to != c.to || len(chunk) != c.messages+1 || claim.Kind != events.KindCovered || claim.ID != 11 || claim.Target != to {
			t.Errorf("%s: up to %d with %d messages, claim %d–%d", name, to, len(chunk)-1, claim.ID, claim.Target)
		}
	}
}

// TestGapsAreClosedWhenNothingIsMissing looks at the record of gaps.
func TestGapsAreClosedWhenNothingIsMissing(t *testing.T) {
	for _, lost := range []bool{false, true} {
		cfg, err := decode(newValues(), map[string]any{"data.dir": t.TempDir(), "flush.interval": time.Hour, "log.level": "error"})
		if err != nil {
			t.Fatal(err)
		}
		e, err := openEngine(t.Context(), cfg, newLogger(t.Output(), cfg.Log))
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		bf := &backfill{engine: e, log: newLogger(t.Output(), cfg.Log), now: func() time.Time { return now }, watch: now.Add(gapWatch)}
		gap := events.Gap{Shard: 0, From: now.Add(-time.Hour).UnixMilli(), To: now.UnixMilli()}
		if err := bf.settle(t.Context(), events.ControlGap, 0, gap); err != nil {
			t.Fatal(err)
		}
		states := func() (all []persist.GapState) {
			t.Helper()
			if err := e.pipe.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			err := e.store.View(t.Context(), func(v persist.View) error {
				gaps, err := v.Gaps(t.Context(), 0, now.AddDate(1, 0, 0).UnixMilli())
				for _, g := range gaps {
					all = append(all, g.State)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		check := func(want persist.GapState) {
			t.Helper()
			if err := bf.settleGaps(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := states(); len(got) != 1 || got[0] != want {
				t.Errorf("gaps %v, want one in state %v", got, want)
			}
		}
		states()
		check(persist.GapOpen) // servers may not have told of themselves yet
		want := persist.GapRepaired
		if lost {
			bf.lost.Store(now.UnixMilli())
			want = persist.GapLost
		}
		now = now.Add(2 * gapSettles)
		check(want)
		if err := e.close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
