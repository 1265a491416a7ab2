package discord_test

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/fakediscord"
)

// fake is a stand-in with short days: a heartbeat every ten seconds.
var fake = fakediscord.Config{HeartbeatInterval: 10 * time.Second}

// conformance is what both readers are held to. Where discordgo falls short, its
// column says what happens instead.
var conformance = []struct {
	name      string
	run       func(s *stand)
	discordgo func(s *stand) // nil: the same as native
	lacks     string         // why discordgo is not tried at all
}{
	{name: "every kind of event", run: everyKind},
	{name: "the connection drops", run: survives(fakediscord.Drop())},
	{name: "the connection is reset", run: survives(fakediscord.Reset())},
	{name: "op 7", run: survives(fakediscord.Reconnect())},
	{name: "op 9 true", run: survives(fakediscord.Invalidate(true)),
		discordgo: loses(fakediscord.Invalidate(true), 0)}, // it identifies, always
	{name: "close 4000", run: survives(fakediscord.CloseCode(4000)),
		discordgo: comesBack(fakediscord.CloseCode(4000))}, // it answers with 1000
	{name: "close 4008", run: survives(fakediscord.CloseCode(4008)),
		discordgo: comesBack(fakediscord.CloseCode(4008))},
	{name: "garbage", run: survives(fakediscord.Garbage())},
	{name: "garbage below the websocket", run: survives(fakediscord.GarbageWire())},
	{name: "a frame too long", run: survives(fakediscord.Oversize(17 << 20)), lacks: "knows no limit"},
	{name: "a duplicate", run: survives(fakediscord.Duplicate())},
	{name: "a jump in the sequence", run: survives(fakediscord.Skip()), discordgo: losesOne},
	{name: "op 1", run: survives(fakediscord.AskHeartbeat())},
	{name: "silence", run: survives(fakediscord.Mute().At(fakediscord.AtDispatch)),
		discordgo: loses(fakediscord.Mute().At(fakediscord.AtDispatch), 1)}, // its zombies end the session
	{name: "a replay that comes twice", run: survives(fakediscord.Drop(), fakediscord.ReplayTwice())},
	{name: "RESUME is answered by op 7", run: survives(fakediscord.Drop(), fakediscord.Reconnect().At(fakediscord.AtResume)),
		lacks: "deadlocks for good"},
	{name: "RESUME is answered by op 9 true", run: survives(fakediscord.Drop(), fakediscord.Invalidate(true).At(fakediscord.AtResume)),
		lacks: "identifies at once, against the rule"},
	{name: "the dial is refused", run: survives(fakediscord.Drop(), fakediscord.Refuse(30*time.Second)),
		discordgo: survives(fakediscord.Drop(), fakediscord.Refuse(300*time.Millisecond))},
	{name: "the dial is answered by 503", run: survives(fakediscord.Drop(), fakediscord.Unavailable(503))},
	{name: "no HELLO", run: survives(fakediscord.Drop(), fakediscord.Mute()), lacks: "waits for ever"},
	{name: "op 9 false", run: loses(fakediscord.Invalidate(false), 1),
		discordgo: loses(fakediscord.Invalidate(false), 0)}, // at once, so that nothing is lost; against the rule
	{name: "close 4007", run: loses(fakediscord.CloseCode(4007), 1),
		discordgo: comesBack(fakediscord.CloseCode(4007))},
	{name: "close 4009 in answer to RESUME", run: losesAfter(
		fakediscord.Drop(), fakediscord.CloseCode(4009).At(fakediscord.AtResume))},
	{name: "refused: token", run: refusedBy(401)},
	{name: "refused: 4004", run: refusedAtIdentify(4004)},
	{name: "refused: 4010", run: refusedAtIdentify(4010)},
	{name: "refused: 4011", run: refusedAtIdentify(4011)},
	{name: "refused: 4012", run: refusedAtIdentify(4012)},
	{name: "refused: 4013", run: refusedAtIdentify(4013)},
	{name: "refused: 4014", run: refusedAtIdentify(4014)},
	{name: "degraded", run: degraded},
	{name: "a restart", run: restart, discordgo: restartLoses},
	{name: "a restart too late", run: restartTooLate},
	{name: "the sink fails", run: sinkFails},
	{name: "a full ring", run: fullRing},
	{name: "marks", run: marks},
	{name: "interactions", run: interactions},
	{name: "several shards", run: shards(3), discordgo: shards(2)},
	{name: "told to end at once", run: func(s *stand) { s.start(); s.stop() }},
}

func TestConformance(t *testing.T) {
	t.Run(discord.Native, func(t *testing.T) {
		for _, tt := range conformance {
			t.Run(tt.name, func(t *testing.T) { bubble(t, fake, tt.run) })
		}
	})
	t.Run(discord.DiscordGo, func(t *testing.T) {
		var all sync.WaitGroup // more beside each other than there are cores: they mostly wait
		for _, tt := range conformance {
			run := tt.run
			if tt.discordgo != nil {
				run = tt.discordgo
			}
			if tt.lacks == "" {
				all.Go(func() { t.Run(tt.name, func(t *testing.T) { loopback(t, run) }) })
			}
		}
		all.Wait()
	})
}

func everyKind(s *stand) {
	s.start()
	s.sessions(1)
	var want []events.Kind
	did := func(k events.Kind, err error) {
		s.t.Helper()
		s.must(err)
		want = append(want, k)
	}
	id, err := s.srv.PostMessage(fakediscord.Message{Channel: general, Author: ana})
	did(events.KindMessage, err)
	_, err = s.srv.PostMessage(fakediscord.Message{Channel: general, Author: 99, Webhook: "news"})
	did(events.KindSeen, err)
	did(events.KindReaction, s.srv.React(general, id, ben, fakediscord.Emoji{Name: "🔥"}))
	did(events.KindReactionRemove, s.srv.Unreact(general, id, ben, fakediscord.Emoji{Name: "🔥"}))
	did(events.KindVoiceState, s.srv.SetVoice(harbour, fakediscord.VoiceState{User: ben, Channel: parlour}))
	did(events.KindVoiceState, s.srv.LeaveVoice(harbour, ben))
	_, err = s.srv.AddChannel(harbour, fakediscord.Channel{
		Type: fakediscord.ChannelPublicThread, Parent: general, Name: "aside", Owner: ana})
	did(events.KindThread, err)
	did(events.KindSeen, nil) // Discord tells of it in the channel
	did(events.KindMessageDelete, s.srv.DeleteMessage(general, id))
	s.sink.until(s.t, func() bool { return s.sink.counts(events.KindMessageDelete) > 0 })
	var got []events.Kind
	for _, e := range s.sink.events() {
		switch e.Kind {
		case events.KindReady, events.KindVoiceSync, events.KindMark, events.KindHead:
		default:
			got = append(got, e.Kind)
		}
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("events %v, want %v", got, want)
	}
	if hidden := s.sink.controls(events.ControlVisibility); !slices.Equal(hidden,
		[]string{body(events.Visibility{Hidden: []uint64{backroom}})}) {
		s.t.Errorf("told to be hidden: %v", hidden)
	}
	if name := s.dir.MemberName(harbour, ben); name != "Benny" {
		s.t.Errorf("ben is called %q", name)
	}
	s.clean()
}

// survives returns a test of a fault that costs nothing: it strikes in the middle
// of messages, and all are counted in order.
func survives(faults ...fakediscord.Fault) func(s *stand) {
	return func(s *stand) {
		s.start()
		s.sessions(1)
		ids := s.post(5)
		s.sink.until(s.t, func() bool { return s.sink.has(ids[4]) })
		s.strike(faults)
		ids = append(ids, s.post(20)...)
		s.counted(ids)
		if n := s.srv.Pending(); n > 0 {
			s.t.Errorf("%d faults did not strike", n)
		}
		if g := s.gaps(); len(g) > 0 {
			s.t.Errorf("gaps %v", g)
		}
		rec := s.clean()
		if len(rec.Identifies) != 1 {
			s.t.Errorf("%d IDENTIFYs", len(rec.Identifies))
		}
	}
}

// strike scripts the first fault for the next dispatch, the others for their own
// moments.
func (s *stand) strike(faults []fakediscord.Fault) { s.srv.Inject(faults...) }

// loses returns a test of a fault that ends the session: a new one begins behind a
// gap, and only messages around it may be lost.
func loses(fault fakediscord.Fault, least int) func(s *stand) {
	return func(s *stand) {
		s.start()
		s.sessions(1)
		before := s.post(5)
		s.sink.until(s.t, func() bool { return s.sink.has(before[4]) })
		s.srv.Inject(fault)
		between := s.post(1)
		s.sessions(2)
		after := s.post(5)
		s.sink.until(s.t, func() bool { return s.sink.has(after[4]) })
		all := slices.Concat(before, between, after)
		lost := missing(all, s.sink.messages())
		if len(lost) > 1 || len(lost) < least || len(lost) == 1 && lost[0] != between[0] {
			s.t.Errorf("lost %v of %v", lost, all)
		}
		s.gapsCover(1)
		s.pacedFor(s.kind)
	}
}

// comesBack returns a test of a fault after which messages are counted again,
// whatever was lost.
func comesBack(fault fakediscord.Fault) func(s *stand) {
	return func(s *stand) {
		s.start()
		s.sessions(1)
		s.srv.Inject(fault)
		s.post(1)
		s.sink.until(s.t, func() bool { return s.sink.readies(false)+s.sink.readies(true) == 2 })
		after := s.post(3)
		s.sink.until(s.t, func() bool { return s.sink.has(after[2]) })
	}
}

// pacedFor checks the rules of IDENTIFY that the native reader keeps.
func (s *stand) pacedFor(kind string) {
	if kind == discord.Native {
		s.clean()
	}
}

// gapsCover checks that n gaps were recorded, each of them a time.
func (s *stand) gapsCover(n int) {
	s.t.Helper()
	gaps := s.gaps()
	if len(gaps) != n {
		s.t.Fatalf("gaps %v, want %d", gaps, n)
	}
	for _, g := range gaps {
		if g.From == 0 || g.To < g.From || g.To > s.clock().UnixMilli() {
			s.t.Errorf("gap %+v", g)
		}
	}
}

func losesAfter(first, second fakediscord.Fault) func(s *stand) {
	return func(s *stand) {
		s.start()
		s.sessions(1)
		s.srv.Inject(first, second)
		s.post(1)
		s.sessions(2)
		after := s.post(3)
		s.sink.until(s.t, func() bool { return s.sink.has(after[2]) })
		s.gapsCover(1)
		s.clean()
	}
}

func losesOne(s *stand) {
	s.start()
	s.sessions(1)
	s.srv.Inject(fakediscord.Skip())
	ids := s.post(3)
	s.sink.until(s.t, func() bool { return s.sink.has(ids[2]) })
	if lost := missing(ids, s.sink.messages()); !slices.Equal(lost, ids[:1]) {
		s.t.Errorf("lost %v", lost)
	}
}

func refusedBy(code int) func(s *stand) {
	return func(s *stand) {
		s.cfg.Token = discord.NewSecret("wrong")
		s.start()
		if e := refusal(s.t, s.fails()); e.Code != code {
			s.t.Errorf("refused with %d, want %d", e.Code, code)
		}
		if rec := s.srv.Recording(); len(rec.Dials) > 0 || rec.Invalid != 1 {
			s.t.Errorf("%d dials, %d invalid requests", len(rec.Dials), rec.Invalid)
		}
	}
}

// refusedAtIdentify: zero retries of fatal codes.
func refusedAtIdentify(code int) func(s *stand) {
	return func(s *stand) {
		s.srv.Inject(fakediscord.CloseCode(code).At(fakediscord.AtIdentify))
		s.start()
		if e := refusal(s.t, s.fails()); e.Code != code {
			s.t.Errorf("refused with %d, want %d", e.Code, code)
		}
		s.pass(time.Hour) // nobody tries again
		if rec := s.clean(); len(rec.Dials) != 1 || len(rec.Identifies) != 1 {
			s.t.Errorf("%d dials, %d IDENTIFYs", len(rec.Dials), len(rec.Identifies))
		}
	}
}

// degraded: without the privilege that was asked for.
func degraded(s *stand) {
	s.cfg.Members = true
	s.start()
	s.sessions(1)
	if s.reader.Intents() != discord.BaseIntents {
		s.t.Errorf("granted %s", s.reader.Intents())
	}
	s.counted(s.post(3))
	rec := s.clean()
	if len(rec.Identifies) != 2 || rec.Identifies[0].Code != 4014 || rec.Identifies[1].Code != 0 {
		s.t.Errorf("identified %+v", rec.Identifies)
	}
}

func restart(s *stand) {
	s.start()
	s.sessions(1)
	ids := s.post(5)
	s.sink.until(s.t, func() bool { return s.sink.has(ids[4]) })
	s.stop()
	ids = append(ids, s.post(5)...)
	s.pass(2 * time.Minute)
	s.start()
	s.resumed(1)
	ids = append(ids, s.post(5)...)
	s.counted(ids)
	rec := s.clean()
	if len(rec.Identifies) != 1 || len(rec.Resumes) != 1 || rec.Resumes[0].Path != "/gateway/resume" {
		s.t.Errorf("%d IDENTIFYs, resumes %+v", len(rec.Identifies), rec.Resumes)
	}
	if i := slices.IndexFunc(rec.Closes, func(c fakediscord.Close) bool { return !c.Server }); i < 0 || rec.Closes[i].Code != 4000 {
		s.t.Errorf("closes %+v", rec.Closes)
	}
	if g := s.gaps(); len(g) > 0 {
		s.t.Errorf("gaps %v", g)
	}
}

// restartLoses: a new session at every start, and a gap that says so.
func restartLoses(s *stand) {
	s.start()
	s.sessions(1)
	s.stop()
	s.post(1)
	s.start()
	s.sessions(2)
	s.gapsCover(1)
}

// restartTooLate: Discord has dropped the session. The gap is the downtime.
func restartTooLate(s *stand) {
	s.start()
	s.sessions(1)
	ids := s.post(5)
	s.sink.until(s.t, func() bool { return s.sink.has(ids[4]) })
	s.stop()
	from := s.clock()
	s.post(5)
	s.pass(time.Hour)
	s.srv.ExpireSessions()
	to := s.clock()
	s.start()
	s.sessions(2)
	s.gapsCover(1)
	g := s.gaps()[0]
	if early := from.UnixMilli() - g.From; early < 0 || early > 10_000 ||
		g.To < to.UnixMilli() || g.To > to.Add(10*time.Second).UnixMilli() {
		s.t.Errorf("gap %+v, away from %d to %d", g, from.UnixMilli(), to.UnixMilli())
	}
	s.pacedFor(s.kind)
}

func sinkFails(s *stand) {
	s.start()
	s.sessions(1)
	s.sink.set(func() { s.sink.fail = errFull })
	s.post(1)
	if err := s.fails(); err == nil || !errors.Is(err, errFull) {
		s.t.Errorf("the reader ended with %v", err)
	}
}

// fullRing: reading waits, heartbeats go on, nothing is lost and no connection is
// given up. discordgo gives up after five intervals, so it is tried for one.
func fullRing(s *stand) {
	s.start()
	s.sessions(1)
	gate := make(chan struct{})
	s.sink.set(func() { s.sink.gate = gate })
	ids := s.post(50)
	s.sink.until(s.t, func() bool { return s.sink.waiting > 0 })
	intervals := 1
	if s.kind == discord.Native {
		intervals = 60
	}
	wait := time.Duration(intervals) * s.interval
	<-time.After(wait)
	s.sink.set(func() { s.sink.gate = nil })
	close(gate)
	s.counted(ids)
	<-time.After(wait)
	rec := s.clean()
	if len(rec.Dials) != 1 {
		s.t.Errorf("%d connections", len(rec.Dials))
	}
	if s.kind == discord.Native && rec.Silence > s.interval+s.interval/2 || rec.Heartbeats < intervals {
		s.t.Errorf("%d heartbeats, %v of silence", rec.Heartbeats, rec.Silence)
	}
}

// marks: what counts nobody moves the durable sequence all the same.
func marks(s *stand) {
	s.start()
	s.sessions(1)
	s.must(s.srv.UpdateChannel(general, func(c *fakediscord.Channel) { c.Topic = "boats" }))
	_, before, _ := s.sink.Position(0)
	s.sink.until(s.t, func() bool { return s.sink.counts(events.KindMark) > 0 })
	if _, after, _ := s.sink.Position(0); after <= before {
		s.t.Errorf("the sequence went from %d to %d", before, after)
	}
	all := s.sink.events()
	if m := all[len(all)-1]; m.At > s.clock().UnixMilli() || m.At == 0 {
		s.t.Errorf("mark %+v", m)
	}
}

func interactions(s *stand) {
	got := make(chan json.RawMessage, 10)
	s.cfg.Interactions = func(b json.RawMessage) { got <- b }
	s.start()
	s.sessions(1)
	s.register()
	reply := make(chan error, 1)
	go func() {
		_, err := s.srv.Interact(s.t.Context(), fakediscord.Interaction{
			Guild: harbour, Channel: general, User: ana, Command: "status"})
		reply <- err
	}()
	var payload struct {
		Type  int    `json:"type"`
		Token string `json:"token"`
	}
	s.must(json.Unmarshal(<-got, &payload))
	if payload.Type != 2 || payload.Token == "" {
		s.t.Errorf("handed on %+v", payload)
	}
	s.sink.until(s.t, func() bool { return s.sink.counts(events.KindCommand) == 1 })
	<-reply // nobody answers here: an error after three seconds
}

func shards(n int) func(s *stand) {
	return func(s *stand) {
		s.cfg.Shards = n
		s.start()
		s.sessions(n)
		s.counted(s.post(5))
		rec := s.clean()
		if len(rec.Identifies) != n {
			s.t.Fatalf("%d IDENTIFYs", len(rec.Identifies))
		}
		for i := 1; i < n; i++ {
			if d := rec.Identifies[i].At.Sub(rec.Identifies[i-1].At); d < 5*time.Second {
				s.t.Errorf("IDENTIFY after %v", d)
			}
		}
	}
}
