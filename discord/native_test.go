package discord_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/fakediscord"
)

// TestNativeResumesFromTheDurableSequence: what was received and is not durable is
// asked for again.
func TestNativeResumesFromTheDurableSequence(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		s.start()
		s.sessions(1)
		ids := s.post(10)
		s.sink.until(t, func() bool { return s.sink.has(ids[9]) })
		session, durable, _ := s.sink.Position(0)
		s.sink.set(func() { s.sink.held = true })
		ids = append(ids, s.post(10)...)
		s.sink.until(t, func() bool { return s.sink.has(ids[19]) })
		s.srv.Strike(fakediscord.Drop())
		s.resumed(1)
		s.counted(ids)
		rec := s.clean()
		if len(rec.Resumes) != 1 || rec.Resumes[0].Seq != durable || rec.Resumes[0].Session != session.ID {
			t.Errorf("resumed %+v, durable was %d of %s", rec.Resumes, durable, session.ID)
		}
		if n := s.sink.pushed(); n != 30 {
			t.Errorf("%d messages pushed: the ten that were not durable come twice", n)
		}
	})
}

// TestNativeAcknowledgesWhatIsDurable: a Discord that forgets what a heartbeat
// acknowledges still has what a crash would need.
func TestNativeAcknowledgesWhatIsDurable(t *testing.T) {
	cfg := fake
	cfg.TrimOnHeartbeat = true
	bubble(t, cfg, func(s *stand) {
		s.start()
		s.sessions(1)
		ids := s.post(10)
		s.sink.until(t, func() bool { return s.sink.has(ids[9]) })
		s.sink.set(func() { s.sink.held = true })
		ids = append(ids, s.post(10)...)
		s.sink.until(t, func() bool { return s.sink.has(ids[19]) })
		s.pass(time.Minute) // heartbeats
		s.stop()
		s.sink.set(func() { // what was not durable is gone
			s.sink.held, s.sink.log = false, nil
		})
		s.start()
		s.resumed(1)
		s.counted(ids[10:])
		if g := s.gaps(); len(g) > 0 {
			t.Errorf("gaps %v", g)
		}
	})
}

func TestNativeInflates(t *testing.T) {
	for _, compress := range []string{discord.CompressZlib, discord.CompressZstd} {
		t.Run(compress, func(t *testing.T) {
			bubble(t, fake, func(s *stand) {
				s.cfg.Compress = compress
				s.start()
				s.sessions(1)
				ids := s.post(300)
				s.sink.until(t, func() bool { return s.sink.has(ids[299]) })
				s.srv.Inject(fakediscord.Oversize(20 << 20)) // a bomb: some kilobytes on the wire
				ids = append(ids, s.post(300)...)
				s.counted(ids)
				if rec := s.clean(); rec.Dials[0].Query != "compress="+compress+"&encoding=json&v=10" || len(rec.Dials) != 2 {
					t.Errorf("dialled %+v", rec.Dials)
				}
			})
		})
	}
}

// TestNativeStorm throws every fault that does not end a session at a stream of
// messages, at random, with restarts between. Nothing may be lost.
func TestNativeStorm(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			cfg := fake
			cfg.ResumeWindow = 15 * time.Minute // for faults beyond what Discord's patience is made for
			bubble(t, cfg, func(s *stand) { storm(s, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

// lockedSource is chance that many may take.
type lockedSource struct {
	mu  sync.Mutex
	src rand.Source
}

func (l *lockedSource) Uint64() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.src.Uint64()
}

func storm(s *stand, dice *rand.Rand) {
	faults := []func() fakediscord.Fault{
		fakediscord.Drop, fakediscord.Reset, fakediscord.Reconnect, fakediscord.Duplicate, fakediscord.Skip,
		fakediscord.Garbage, fakediscord.GarbageWire, fakediscord.AskHeartbeat, fakediscord.ReplayTwice,
		fakediscord.MissACK, fakediscord.Mute,
		func() fakediscord.Fault { return fakediscord.Mute().At(fakediscord.AtDispatch) },
		func() fakediscord.Fault { return fakediscord.Mute().At(fakediscord.AtDial) },
		func() fakediscord.Fault { return fakediscord.Invalidate(true) },
		func() fakediscord.Fault { return fakediscord.Invalidate(true).At(fakediscord.AtResume) },
		func() fakediscord.Fault { return fakediscord.Reconnect().At(fakediscord.AtOpen) },
		func() fakediscord.Fault { return fakediscord.Reconnect().At(fakediscord.AtHello) },
		func() fakediscord.Fault { return fakediscord.Reconnect().At(fakediscord.AtResume) },
		func() fakediscord.Fault { return fakediscord.Drop().At(fakediscord.AtResume) },
		func() fakediscord.Fault {
			return fakediscord.CloseCode([]int{4000, 4001, 4002, 4003, 4005, 4008, 4321}[dice.IntN(7)])
		},
		func() fakediscord.Fault { return fakediscord.LateACK(time.Duration(dice.IntN(20)) * time.Second) },
		func() fakediscord.Fault { return fakediscord.Refuse(time.Duration(dice.IntN(60)) * time.Second) },
		func() fakediscord.Fault { return fakediscord.Unavailable(502) },
	}
	s.cfg.Random = rand.New(&lockedSource{src: rand.NewPCG(dice.Uint64(), 2)}).Float64
	s.cfg.Compress = []string{"", discord.CompressZlib, discord.CompressZstd}[dice.IntN(3)]
	s.start()
	s.sessions(1)
	var ids []uint64
	for range 8 {
		ids = append(ids, s.post(1+dice.IntN(5))...)
		s.sink.until(s.t, func() bool { return s.sink.has(ids[len(ids)-1]) })
		for range 1 + dice.IntN(3) {
			s.srv.Inject(faults[dice.IntN(len(faults))]().After(dice.IntN(3)))
		}
		held := dice.IntN(2) == 0
		s.sink.set(func() { s.sink.held = held })
		ids = append(ids, s.post(1+dice.IntN(20))...)
		s.pass(time.Duration(dice.IntN(30)) * time.Second)
		s.sink.set(func() { s.sink.held = false })
		if dice.IntN(4) == 0 {
			s.stop()
			s.start()
		}
	}
	ids = append(ids, s.post(1)...)
	s.counted(ids)
	if rec := s.clean(); len(rec.Identifies) != 1 {
		s.t.Errorf("%d IDENTIFYs", len(rec.Identifies))
	}
	if g := s.gaps(); len(g) > 0 {
		s.t.Errorf("gaps %v", g)
	}
}

// TestNativeIdentifiesWithinTheBudget: at the end of the day's budget it waits for
// the next, also over restarts.
func TestNativeIdentifiesWithinTheBudget(t *testing.T) {
	cfg := fake
	cfg.StartLimit = 3
	bubble(t, cfg, func(s *stand) {
		s.sink.patience = 48 * time.Hour
		var told []int
		s.cfg.Budget = func(left int) { told = append(told, left) }
		for i := range 3 {
			s.start()
			s.sessions(i + 1)
			s.stop()
			s.pass(10 * time.Second)
			s.srv.ExpireSessions()
		}
		s.start()
		s.sessions(4)
		rec := s.clean()
		if d := rec.Identifies[3].At.Sub(rec.Identifies[0].At); d < 24*time.Hour || d > 25*time.Hour {
			t.Errorf("the fourth IDENTIFY came after %v", d)
		}
		if !slices.Equal(told, []int{2, 1, 0, 2}) {
			t.Errorf("told of %v that are left", told)
		}
		s.gapsCover(3)
	})
}

// TestNativeKeepsToTheSendLimit: more requests for heartbeats than may be answered.
func TestNativeKeepsToTheSendLimit(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		s.start()
		s.sessions(1)
		for range 300 {
			s.srv.Strike(fakediscord.AskHeartbeat())
		}
		s.pass(2 * time.Minute)
		s.counted(s.post(3))
		if rec := s.clean(); rec.Heartbeats < 60 || len(rec.Dials) != 1 {
			t.Errorf("%d heartbeats, %d connections", rec.Heartbeats, len(rec.Dials))
		}
	})
}

// TestNativeNoticesRemovals: the bot was removed while nobody listened, and READY
// does not list the server any more.
func TestNativeNoticesRemovals(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		other := s.srv.AddGuild(fakediscord.Guild{Name: "Elsewhere", Members: []fakediscord.Member{{User: ben}}})
		s.start()
		s.sessions(1)
		s.sink.until(s.t, func() bool { return s.sink.counts(events.KindVoiceSync) == 4 })
		s.stop()
		s.pass(time.Second)
		s.must(s.srv.RemoveGuild(other))
		s.srv.ExpireSessions()
		s.start()
		s.sessions(2)
		if _, ok := s.dir.Guild(other); ok {
			t.Error("the directory still has it")
		}
		if _, ok := s.dir.Guild(harbour); !ok {
			t.Error("the directory has lost the other one")
		}
		brackets := 0
		for _, e := range s.sink.events() {
			if e.Kind == events.KindVoiceSync && e.Guild == other {
				brackets++
			}
		}
		if brackets != 4 { // when it was first seen, and now that it is gone
			t.Errorf("%d brackets around nobody in voice", brackets)
		}
	})
}

// TestNativeHandsInteractionsOnOnce: a replay has them again, when their tokens are
// worth nothing any more.
func TestNativeHandsInteractionsOnOnce(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		var got atomic.Int32
		s.cfg.Interactions = func(json.RawMessage) { got.Add(1) }
		s.start()
		s.sessions(1)
		s.register()
		s.sink.set(func() { s.sink.held = true })
		_, err := s.srv.Interact(s.t.Context(), fakediscord.Interaction{
			Guild: harbour, Channel: general, User: ana, Command: "status"})
		if err == nil {
			t.Error("somebody has answered")
		}
		s.srv.Strike(fakediscord.Drop())
		s.resumed(1)
		s.sink.until(s.t, func() bool { return s.sink.counts(events.KindCommand) == 2 })
		if n := got.Load(); n != 1 {
			t.Errorf("handed on %d times", n)
		}
	})
}

// TestNativeReadsLargeServers: a GUILD_CREATE of some megabytes.
func TestNativeReadsLargeServers(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		large := fakediscord.Guild{Name: "Everybody", Members: []fakediscord.Member{{User: ben}}}
		for i := range 2000 {
			large.Channels = append(large.Channels, fakediscord.Channel{
				Name: fmt.Sprint("room ", i), Topic: strings.Repeat("of things ", 100)})
		}
		id := s.srv.AddGuild(large)
		s.start()
		s.sessions(1)
		s.counted(s.post(3))
		if n := len(s.dir.Channels(id)); n != 2000 {
			t.Errorf("%d channels", n)
		}
		if st := s.reader.Stats(); st.Connects != 1 || st.Bytes < 2<<20 {
			t.Errorf("%d connections, %d bytes", st.Connects, st.Bytes)
		}
	})
}

// TestNativeMakesNoNegativeGap: the clock is set back by an hour.
func TestNativeMakesNoNegativeGap(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		var back atomic.Int64
		s.cfg.Now = func() time.Time { return s.clock().Add(-time.Duration(back.Load())) }
		s.start()
		s.sessions(1)
		ids := s.post(1)
		s.sink.until(s.t, func() bool { return s.sink.has(ids[0]) })
		back.Store(int64(time.Hour))
		s.srv.Strike(fakediscord.Invalidate(false))
		s.sessions(2)
		s.gapsCover(1)
	})
}

func TestNativeWaitsForDiscord(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		s.srv.RefuseAll(10 * time.Minute)
		s.start()
		s.sessions(1)
		s.counted(s.post(3))
		if n := len(s.clean().Dials); n != 1 {
			t.Errorf("%d connections", n)
		}
	})
}

// TestNativeHalfOpen: the line is dead and nobody says so.
func TestNativeHalfOpen(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		s.start()
		s.sessions(1)
		s.srv.Inject(fakediscord.Mute().At(fakediscord.AtHeartbeat))
		s.pass(time.Minute)
		s.counted(s.post(3))
		if st := s.reader.Stats(); st.Zombies != 1 {
			t.Errorf("%d zombies", st.Zombies)
		}
	})
}

// TestNativeTellsWhatIsLost: Discord skips a dispatch for good.
func TestNativeTellsWhatIsLost(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		s.start()
		s.sessions(1)
		s.srv.Inject(fakediscord.Skip(), fakediscord.Refuse(5*time.Second))
		ids := s.post(3)
		s.must(s.srv.Await(s.t.Context(), func(r *fakediscord.Recording) bool { return len(r.Faults) == 2 }))
		s.srv.Inject(fakediscord.Skip()) // in the replay, before it can begin
		s.sink.until(t, func() bool { return s.sink.has(ids[2]) })
		if lost := missing(ids, s.sink.messages()); !slices.Equal(lost, ids[:1]) {
			t.Errorf("lost %v", lost)
		}
		s.gapsCover(1)
		if st := s.reader.Stats(); st.Missed != 1 || st.Jumps != 1 || st.Gaps != 1 {
			t.Errorf("stats %+v", st)
		}
	})
}

// TestNativeAsksAgainForGarbledFrames: bytes change on the way, once or for good.
func TestNativeAsksAgainForGarbledFrames(t *testing.T) {
	for _, tt := range []struct{ times, lost int }{{1, 0}, {1000, 1}} {
		bubble(t, fake, func(s *stand) {
			s.start()
			s.sessions(1)
			ids := s.post(3)
			s.sink.until(s.t, func() bool { return s.sink.has(ids[2]) })
			s.stop()
			dial, noise := s.cfg.Dial, &noise{times: tt.times}
			s.cfg.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				c, err := dial(ctx, network, addr)
				return &noisyConn{c, noise}, err
			}
			s.start()
			s.resumed(1)
			victim := events.MakeSnowflake(s.clock().UnixMilli(), 77)
			noise.set(fmt.Sprintf(`"id":"%d","flags":0`, victim), fmt.Sprintf(`"id":"%d","flags":!`, victim))
			_, err := s.srv.PostMessage(fakediscord.Message{ID: victim, Channel: general, Author: ana})
			s.must(err)
			ids = append(append(ids, victim), s.post(3)...)
			s.sink.until(s.t, func() bool { return s.sink.has(ids[6]) })
			if lost := missing(ids, s.sink.messages()); len(lost) != tt.lost || tt.lost == 1 && lost[0] != victim {
				s.t.Errorf("lost %v", lost)
			}
			s.gapsCover(tt.lost)
			if st := s.reader.Stats(); st.Malformed == 0 {
				s.t.Error("nothing was counted as malformed")
			}
		})
	}
}

// noise replaces a text by another that is as long, so many times.
type noise struct {
	mu       sync.Mutex
	old, now []byte
	times    int
}

func (n *noise) set(old, now string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.old, n.now = []byte(old), []byte(now)
}

func (n *noise) disturb(p []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if i := bytes.Index(p, n.old); len(n.old) > 0 && i >= 0 && n.times > 0 {
		copy(p[i:], n.now)
		n.times--
	}
}

// noisyConn disturbs what is read.
type noisyConn struct {
	net.Conn
	noise *noise
}

func (c *noisyConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.noise.disturb(p[:n])
	return n, err
}

func TestNativeStats(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		s.start()
		s.sessions(1)
		s.counted(s.post(7))
		_, err := s.srv.PostMessage(fakediscord.Message{Channel: general, Author: 99, Webhook: "news"})
		s.must(err)
		s.srv.Inject(fakediscord.Garbage())
		s.counted(append(s.sink.messages(), s.post(1)...))
		s.pass(time.Minute)
		st := s.reader.Stats()
		if st.Events[events.KindMessage] != 8 || st.Events[events.KindSeen] != 1 || st.Events[events.KindReady] != 1 ||
			st.Filtered[discord.ReasonWebhook] != 1 || st.Malformed != 1 {
			t.Errorf("events %v, filtered %v, malformed %d", st.Events, st.Filtered, st.Malformed)
		}
		if st.Connects != 1 || st.Identifies != 1 || st.Resumes != 0 || st.Heartbeats < 6 || st.Frames < 16 || st.Bytes < 5000 {
			t.Errorf("%+v", st)
		}
		if len(st.Shards) != 1 || st.Shards[0].State != "live" || st.Shards[0].Sequence < 10 {
			t.Errorf("shards %+v", st.Shards)
		}
	})
}

// TestNativeIgnoresHostileResumeAddresses: the token goes to Discord only.
func TestNativeIgnoresHostileResumeAddresses(t *testing.T) {
	bubble(t, fake, func(s *stand) {
		s.start()
		s.sessions(1)
		s.stop()
		s.sink.set(func() {
			p := s.sink.position[0]
			p.session.ResumeURL = "ws://evil.example/gateway/resume"
			s.sink.position[0] = p
		})
		s.start()
		s.resumed(1)
		if rec := s.clean(); rec.Resumes[0].Path != "/gateway/ws" {
			t.Errorf("resumed at %s", rec.Resumes[0].Path)
		}
	})
}
