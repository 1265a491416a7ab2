package whole

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"guildpulse/bench/gateway"
	"guildpulse/bench/measure"
	"guildpulse/events"
)

// What is sent through the stand-in for the latencies.
const (
	quietRate, quietFrames = 100, 300
	busyRate, busyFrames   = 1_000, 3_000
	floodFrames            = 80_000
	halfFrames             = 80_000
	witnessed              = 16 // at half the throughput, every so many frames are the witness's
	latencyMembers         = 100_000
	patience               = 30 * time.Second
)

// trip is the way from the stand-in's socket to the boards: reader, ring, ingest,
// journal, memory, and the witness at its end.
type trip struct {
	*rig
	witness *witness
	station *gateway.Station
	leave   func() error
	frames  int // sent
	scale   int
}

// latency measures how long a message takes from the socket to the ranking, at several
// rates, durability and all.
func latency(ctx context.Context, t *measure.Table, brief bool) (err error) {
	dir, err := os.MkdirTemp("", "guildpulse-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	trip, err := depart(ctx, dir, size(brief, 20, 1))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trip.arrive(ctx)) }()
	sync, err := syncs(ctx, dir)
	if err != nil {
		return err
	}
	p := percentiles{picture: measure.Picture{
		Name: "latency", Title: "From the gateway's socket to the ranking, durable",
		X: measure.Axis{Label: "share of the messages that is faster", Log: true, Ticks: shares},
		Y: measure.Axis{Label: "µs", Log: true},
	}}
	if err := trip.rates(ctx, t, &p); err != nil {
		return err
	}
	p.draw(t, sync)
	return nil
}

// rates measures at each rate in turn.
func (r *trip) rates(ctx context.Context, t *measure.Table, p *percentiles) error {
	for _, s := range []struct {
		name         string
		rate, frames int
	}{{"100/s", quietRate, quietFrames}, {"1,000/s", busyRate, busyFrames}} {
		took, err := r.paced(ctx, float64(s.rate), s.frames/r.scale, 1)
		if err != nil {
			return err
		}
		p.add(t, s.name, took)
	}
	began := time.Now()
	if err := r.send(floodFrames/r.scale, 1, time.Now()); err != nil {
		return err
	}
	if _, err := r.witness.await(ctx); err != nil {
		return err
	}
	greatest := float64(floodFrames/r.scale) / time.Since(began).Seconds()
	t.Report("gateway to boards, the greatest rate", "/s", greatest)
	took, err := r.paced(ctx, greatest/2, halfFrames/r.scale, witnessed)
	if err != nil {
		return err
	}
	p.add(t, "half the greatest rate", took)
	return nil
}

// depart opens the rig, makes everybody known and connects the reader.
func depart(ctx context.Context, dir string, scale int) (*trip, error) {
	s := newStats(noStore{})
	w := &witness{memory: memory{Stats: s}}
	r, err := openOver(dir, s, w)
	if err != nil {
		return nil, err
	}
	t := &trip{rig: r, witness: w, scale: scale}
	if _, err := r.pipe.Recover(ctx); err != nil {
		return nil, errors.Join(err, t.arrive(ctx))
	}
	crowd(s, latencyMembers, 1)
	if err := w.prepare(); err != nil {
		return nil, errors.Join(err, t.arrive(ctx))
	}
	l := newLoad(latencyMembers, 1)
	quiet := (quietFrames + busyFrames) / scale
	flood := quiet + floodFrames/scale
	all := flood + halfFrames/scale
	t.station, err = gateway.NewStation(compression, all, func(seq uint64, i int) string {
		e := l.next()
		// Before the flood all are the witness's, of the flood the last one.
		if i < quiet || i == flood-1 || i >= flood && (i-flood)%witnessed == witnessed-1 {
			e.User = witnessID
		} else if e.User == witnessID {
			e.User++
		}
		return post(&e).Frame(seq)
	})
	if err != nil {
		return nil, errors.Join(err, t.arrive(ctx))
	}
	r.run(ctx)
	if t.leave, err = r.listen(ctx, t.station); err != nil {
		return nil, errors.Join(err, t.arrive(ctx))
	}
	return t, nil
}

func post(e *events.Event) gateway.Post {
	return gateway.Post{Guild: e.Guild, Channel: e.Channel, Author: e.User, ID: e.ID}
}

// arrive ends the trip.
func (r *trip) arrive(ctx context.Context) (err error) {
	if r.leave != nil {
		err = r.leave()
	}
	if r.station != nil {
		r.station.Close()
	}
	return errors.Join(err, r.close(ctx))
}

// send sends n frames at once, of which so many are the witness's.
func (r *trip) send(n, witnessed int, at time.Time) error {
	r.witness.sends(at, witnessed)
	return r.station.Send(n)
}

// paced sends n frames at a rate, every so manieth of which is the witness's, and
// returns what those took. A frame that is late because the timer was is timed from
// when it is sent; one that is late because those before it were not taken, from when it
// was due.
func (r *trip) paced(ctx context.Context, rate float64, n, every int) ([]float64, error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	began := time.Now()
	due := func(i int) time.Time { return began.Add(time.Duration(float64(i) / rate * 1e9)) }
	for i := 0; i < n; {
		at := due(i)
		if wait := time.Until(at); wait > 0 {
			time.Sleep(wait)
			at = time.Now()
		}
		k := max(1, min(int(time.Since(began).Seconds()*rate)+1-i, n-i, groupFrames))
		if err := r.send(k, (i+k)/every-i/every, at); err != nil {
			return nil, err
		}
		i += k
	}
	took, err := r.witness.await(ctx)
	if err != nil {
		return nil, fmt.Errorf("at %.0f/s: %w", rate, err)
	}
	return took, nil
}

// groupFrames are sent with one write at most.
const groupFrames = 64

// syncs returns what it takes to make one event durable with nobody else about, in µs.
func syncs(ctx context.Context, dir string) (float64, error) {
	var alone rig
	if err := alone.openJournal(dir + "/alone"); err != nil {
		return 0, err
	}
	l := newLoad(1000, 1)
	var took []float64
	for range 200 {
		b := events.Batch{Source: events.SourceLive, Events: l.batch(1)}
		began := time.Now()
		seq, err := alone.journal.Append(ctx, b)
		if err == nil {
			err = alone.journal.WaitDurable(ctx, seq)
		}
		if err != nil {
			return 0, errors.Join(err, alone.journal.Close(ctx))
		}
		took = append(took, float64(time.Since(began).Nanoseconds())/1e3)
	}
	return measure.Median(took), alone.journal.Close(ctx)
}
