package pipeline_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/events"
	"guildpulse/internal/pipeline"
)

// session begins a new one, as READY does.
func (r *rig) session(id string) {
	r.t.Helper()
	r.control(events.ControlSession, events.Session{ID: id})
	r.seq = 0
	r.push(events.Ready(r.origin(), time.Now().UnixMilli(), false))
}

func (r *rig) head(in, last uint64) {
	r.t.Helper()
	r.push(events.Head(r.origin(), server, in, last, time.Now().UnixMilli()))
}

func (r *rig) holes(want ...pipeline.Hole) {
	r.t.Helper()
	r.rest()
	if got := r.pipe.Holes(); !slices.Equal(got, want) {
		r.t.Errorf("missing %+v, want %+v", got, want)
	}
}

func TestWhatWasMissedIsKnownUntilItIsFilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		r.session("a")
		r.head(channel, r.id(0)) // what was there before us is not missed
		r.holes()
		for i := 1; i <= 60; i++ {
			r.push(r.message(i, 7))
		}
		r.session("b")
		r.head(channel, r.id(200))
		settled := events.MakeSnowflake(events.SnowflakeTime(r.id(60))-10_000, 0)
		r.holes(pipeline.Hole{Guild: server, Channel: channel, After: settled, Until: r.id(200)})
		r.push(r.message(201, 7))
		r.rest()
		r.crash()
		r.up()
		r.holes(pipeline.Hole{Guild: server, Channel: channel, After: settled, Until: r.id(200)})

		page := func(from, to int) {
			t.Helper()
			var evs []events.Event
			for i := from; i <= to; i++ {
				evs = append(evs, events.Message(events.Origin{}, server, channel, r.id(i), 7, 0))
			}
			evs = append(evs, events.Covered(events.Origin{}, server, channel, r.id(from-1)+1, r.id(to)))
			if n := r.chunk(evs...); n != max(0, to-max(from-1, 60)) {
				t.Errorf("%d of %d–%d counted", n, from, to)
			}
		}
		page(50, 120)
		r.holes(pipeline.Hole{Guild: server, Channel: channel, After: r.id(120), Until: r.id(200)})
		r.crash()
		r.up()
		page(121, 200)
		r.holes()
		r.stop()
		if n, _ := r.store.count(events.KindMessage); n != 201 {
			t.Errorf("%d messages counted, want 201", n)
		}
	})
}

func TestNothingIsMissingWhereNothingWasSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		r.session("a")
		r.head(channel, r.id(0))
		r.push(r.message(1, 7))
		r.session("b")
		before := len(r.journal.events(events.KindHead))
		r.head(channel, r.id(1))
		r.holes()
		if n := len(r.journal.events(events.KindHead)) - before; n != 0 {
			t.Errorf("%d events journaled to say that nothing is missing", n)
		}
		r.stop()
	})
}

func TestChannelMadeWhileNobodyListenedIsMissedWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		r.session("a")
		r.head(channel, r.id(0))
		r.push(events.Mark(r.origin(), r.start.UnixMilli()))
		made, last := r.id(60), r.id(90)
		r.rest()
		r.session("b")
		r.head(made, last)
		r.head(77, last) // an old one that only now may be viewed
		r.holes(pipeline.Hole{Guild: server, Channel: made, After: made, Until: last})
		r.control(events.ControlLost, events.Lost{Channel: made, Until: last})
		r.holes()
		r.stop()
	})
}
