package discord

import (
	"context"
	"time"

	"guildpulse/events"
)

// missed records that frames are lost for good: those behind which the connection
// before this one was left.
func (f *feed) missed(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count.missed.Add(1)
	return f.gap(ctx, f.before.Load(), f.now())
}

// proof tells until when it is certain that nothing was lost, in Unix
// milliseconds; 0 when nobody knows.
func (f *feed) proof() int64 {
	if p, ok := f.sink.(Prover); ok {
		if at := p.Proof(f.shard); at != 0 {
			return at
		}
	}
	return f.heard.Load()
}

// gap records that something is lost between two times. A clock that was set back
// makes no negative gap.
func (f *feed) gap(ctx context.Context, from int64, to time.Time) error {
	g := events.Gap{Shard: f.shard, From: min(from, to.UnixMilli()), To: to.UnixMilli()}
	f.count.gaps.Add(1)
	f.log.Warn("a gap in what was heard", "from_ms", g.From, "to_ms", g.To)
	return f.control(ctx, events.ControlGap, to, g)
}

// control puts something about the shard in order behind what was pushed.
func (f *feed) control(ctx context.Context, t events.ControlType, at time.Time, body any) error {
	c, err := events.NewControl(t, 0, at.UnixMilli(), body)
	if err != nil {
		return err
	}
	return f.sink.Control(ctx, c, nil)
}
