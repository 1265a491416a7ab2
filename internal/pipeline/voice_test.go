package pipeline_test

import (
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/events"
	"guildpulse/internal/pipeline"
)

func (r *rig) state(user uint64, at int64, f events.Flags) events.Event {
	return events.VoiceState(r.origin(), server, channel, user, at, f)
}

func TestVoiceTimeIsSplitByHowItWasSpent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		at := time.Now().UnixMilli()
		minute := func(n int64) int64 { return at + n*60_000 }
		r.push(r.state(1, minute(0), 0))                    // alone
		r.push(r.state(2, minute(10), 0))                   // two who hear
		r.push(r.state(1, minute(30), events.FlagMuted))    // one of them muted
		r.push(r.state(2, minute(40), events.FlagDeafened)) // 1 is alone, 2 deafened
		r.push(r.state(2, minute(60), events.FlagLeft))     // 1 alone still
		r.push(r.state(1, minute(61), events.FlagLeft|events.FlagMuted))
		r.stop()
		want := map[events.Kind]int64{
			events.KindVoice:         (20 + 30) * 60_000, // 1: 10–30; 2: 10–40
			events.KindVoiceMuted:    10 * 60_000,        // 1: 30–40
			events.KindVoiceAlone:    (10 + 21) * 60_000, // 1: 0–10 and 40–61
			events.KindVoiceDeafened: 20 * 60_000,        // 2: 40–60
		}
		for kind, ms := range want {
			if _, got := r.store.count(kind); got != ms {
				t.Errorf("%v: %d min, want %d", kind, got/60_000, ms/60_000)
			}
		}
		if n, _ := r.store.count(events.KindVoiceOpen); n != 2 {
			t.Errorf("%d sessions, want 2: a change of state opens none", n)
		}
	})
}

func TestVoiceSurvivesACrashAndResumes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		began := time.Now()
		r.push(r.state(1, began.UnixMilli(), 0))
		r.push(r.state(2, began.UnixMilli(), 0))
		time.Sleep(10*time.Minute + time.Second)
		r.rest()
		r.crash()
		r.up()
		time.Sleep(5 * time.Minute)
		end := time.Now()
		r.push(r.state(1, end.UnixMilli(), events.FlagLeft))
		r.push(r.state(2, end.UnixMilli(), events.FlagLeft))
		r.stop()
		if _, got := r.store.count(events.KindVoice); got != 2*end.Sub(began).Milliseconds() {
			t.Errorf("%d ms in voice, want %d", got, 2*end.Sub(began).Milliseconds())
		}
		for _, v := range r.store.voice {
			if v.Closed == 0 {
				t.Errorf("session of %d is still open", v.Member)
			}
		}
	})
}

func TestNewSessionClosesVoiceAtTheLastProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		began := time.Now().UnixMilli()
		r.push(r.state(1, began, 0))
		r.push(r.state(2, began, 0))
		time.Sleep(5*time.Minute + 30*time.Second)
		r.rest()
		r.crash()
		time.Sleep(time.Hour) // away for too long to resume
		r.up()
		now := time.Now().UnixMilli()
		o := r.origin()
		one := events.VoiceState(o, server, channel, 1, now, events.FlagObserved)
		r.push(events.VoiceSync(o, server, now, false), one, events.VoiceSync(o, server, now, true))
		r.stop()
		_, got := r.store.count(events.KindVoice)
		if got < 2*5*60_000 || got > 2*6*60_000 {
			t.Errorf("%d s in voice, want five to six minutes each: the hour away is not counted", got/1000)
		}
		open := 0
		for _, v := range r.store.voice {
			switch {
			case v.Closed == 0:
				open++
			case v.Flags&events.FlagEstimated == 0:
				t.Errorf("session of %d closed without a mark that this is estimated", v.Member)
			}
		}
		if open != 1 {
			t.Errorf("%d open sessions, want that of member 1", open)
		}
	})
}

func TestOptOutEndsAVoiceSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		r.push(r.state(1, time.Now().UnixMilli(), 0))
		time.Sleep(90 * time.Second)
		r.control(events.ControlOptOut, events.Person{User: 1})
		time.Sleep(10 * time.Minute)
		r.stop()
		if _, got := r.store.count(events.KindVoiceAlone); got != 90_000 {
			t.Errorf("%d s in voice, want 90", got/1000)
		}
	})
}

func TestClockThatGoesBackGivesNoNegativeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up(func(c *pipeline.Config) { c.Checkpoint = time.Hour })
		at := time.Now().UnixMilli()
		r.push(r.state(1, at, 0))
		r.push(r.state(2, at-3600_000, 0))
		r.push(r.state(1, at-7200_000, events.FlagLeft))
		r.stop()
		for _, e := range r.journal.events(events.KindVoice, events.KindVoiceAlone) {
			if e.Value > 3600_000 {
				t.Errorf("stretch of %d ms", e.Value)
			}
		}
	})
}
