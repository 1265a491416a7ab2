package pipeline

import (
	"sync/atomic"

	"guildpulse/events"
)

type counters struct {
	pushed, replayed, refused, covered, controls atomic.Uint64
	journaled, applied, flushed, retries         atomic.Uint64
	snapshots                                    atomic.Uint64
	kinds                                        [256]atomic.Uint64
}

func (c *counters) kind(k events.Kind) {
	c.kinds[k].Add(1)
	c.journaled.Add(1)
}

// Stats counts what went through since the start.
type Stats struct {
	Pushed    uint64 // events put on the ring
	Waited    uint64 // times that a reader waited on a full ring
	Replayed  uint64 // events of gateway frames that were journaled before
	Covered   uint64 // messages that were counted before
	Refused   uint64 // events of people or channels that are not counted
	Journaled uint64 // events
	Controls  uint64
	Applied   uint64 // records
	Flushed   uint64 // records
	Retries   uint64 // tries that a store refused because it was away
	Snapshots uint64
	Kinds     map[events.Kind]uint64 // journaled, by kind
	Stored    events.Seq             // the store's cursor
	Durable   events.Seq             // the journal's end
}

// Stats returns the counters. It never waits.
func (p *Pipeline) Stats() Stats {
	c := &p.count
	s := Stats{
		Pushed: c.pushed.Load(), Waited: p.ring.Stats().ProducerWaits,
		Replayed: c.replayed.Load(), Covered: c.covered.Load(), Refused: c.refused.Load(),
		Journaled: c.journaled.Load(), Controls: c.controls.Load(),
		Applied: c.applied.Load(), Flushed: c.flushed.Load(), Retries: c.retries.Load(),
		Snapshots: c.snapshots.Load(), Kinds: make(map[events.Kind]uint64),
		Stored: events.Seq(p.flush.at.Load()), Durable: p.cfg.Journal.Durable(),
	}
	for k := range c.kinds {
		if n := c.kinds[k].Load(); n > 0 {
			s.Kinds[events.Kind(k)] = n
		}
	}
	return s
}
