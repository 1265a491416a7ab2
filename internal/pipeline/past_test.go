package pipeline_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/events"
)

// chunk sends the past.
func (r *rig) chunk(evs ...events.Event) (counted int) {
	r.t.Helper()
	got, err := r.pipe.Chunk(context.Background(), events.SourceImport, evs)
	if err != nil {
		r.t.Fatalf("chunk: %v", err)
	}
	return got.Counted
}

func TestVoiceOfThePastLeavesTheLiveOneAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		began := time.Now()
		r.push(r.state(1, began.UnixMilli(), 0))
		r.push(r.state(2, began.UnixMilli(), 0))
		past := began.AddDate(0, -1, 0).UnixMilli()
		minute := time.Minute.Milliseconds()
		state := func(user uint64, at int64, f events.Flags) events.Event {
			return events.VoiceState(events.Origin{}, server, channel, user, at, f)
		}
		r.chunk( // 1 and 3 talk for ten minutes; 3 stays alone for five, and the chunk ends
			state(1, past, 0), state(3, past, 0),
			state(1, past+10*minute, events.FlagLeft),
			events.Join(events.Origin{}, server, 4, past+15*minute),
		)
		time.Sleep(20 * time.Minute)
		r.crash()
		r.up()
		r.push(r.state(1, time.Now().UnixMilli(), events.FlagLeft))
		r.push(r.state(2, time.Now().UnixMilli(), events.FlagLeft))
		r.stop()
		_, together := r.store.count(events.KindVoice)
		_, alone := r.store.count(events.KindVoiceAlone)
		if want := 2*10*minute + 2*20*minute; together != want {
			t.Errorf("%d min in voice, want %d", together/minute, want/minute)
		}
		if alone != 5*minute {
			t.Errorf("%d min alone, want 5", alone/minute)
		}
		for _, v := range r.store.voice {
			if v.Closed == 0 {
				t.Errorf("session of %d is still open", v.Member)
			}
		}
	})
}

func TestReactionsOfThePastScoreOncePerPairAndDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		day := r.start.AddDate(0, -1, 0).UnixMilli()
		react := func(id, user, author uint64, at int64) events.Event {
			return events.Reaction(events.Origin{}, server, channel, id, user, author, 1, at)
		}
		covered := events.Covered(events.Origin{}, server, channel, 1, 1<<62)
		n := r.chunk(covered, react(10, 1, 2, day), react(11, 1, 2, day+1000), react(12, 2, 2, day+2000),
			react(13, 3, 2, day+3000), react(14, 1, 2, day+24*time.Hour.Milliseconds()))
		r.stop()
		if n != 5 {
			t.Errorf("%d reactions counted, want 5: covered messages do not cover them", n)
		}
		scored := 0
		for _, e := range r.journal.events(events.KindReaction) {
			if e.Flags&events.FlagScored != 0 {
				scored++
			}
		}
		if scored != 3 {
			t.Errorf("%d reactions score, want 3: each pair's first of a day, not one's own", scored)
		}
	})
}
