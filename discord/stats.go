package discord

import (
	"sync/atomic"
	"time"

	"guildpulse/events"
)

// ReaderStats is what a reader has done since it was made. Numbers only grow but
// for Latency and Shards.
type ReaderStats struct {
	Frames     uint64                 // payloads of the gateway, of every kind
	Bytes      uint64                 // of them, after decompression
	Events     map[events.Kind]uint64 // handed to the sink, by kind; kinds without any are left out
	Filtered   map[Reason]uint64      // counted nobody, by reason
	Malformed  uint64                 // frames that could not be read
	Duplicates uint64                 // dispatches that came twice
	Jumps      uint64                 // places where Discord's sequence jumped
	Missed     uint64                 // of them, those that even a RESUME did not fill
	Unexpected uint64                 // frames that fit no step of the protocol
	Unhidden   uint64                 // hidden channels that a control had no room for
	Unknown    uint64                 // changes of servers that the directory does not know as a whole

	Connects   uint64 // connections that were made
	Failures   uint64 // and that failed
	Identifies uint64 // sessions asked for; Discord allows 1,000 a day
	Resumes    uint64 // sessions asked to go on
	Resumed    uint64 // and that did
	Zombies    uint64 // connections left because heartbeats went unanswered
	Gaps       uint64 // times in which something was lost
	Heartbeats uint64
	Waited     time.Duration // handing frames on: above all on a full ring

	Latency time.Duration // of the newest answer to a heartbeat, the slowest shard's
	Shards  []ShardStats
}

// ShardStats is how one shard does now.
type ShardStats struct {
	Shard    int
	State    string // "live", "idle", "replaying", …
	Sequence uint64 // the newest taken in
	Latency  time.Duration
}

// counters are what all shards of a reader count together.
type counters struct {
	frames, bytes, malformed, missed, unhidden, unknown  atomic.Uint64
	connects, failures, identifies, resumes, resumed     atomic.Uint64
	duplicates, jumps, unexpected, zombies, gaps, hearts atomic.Uint64
	waited                                               atomic.Int64
	events                                               [256]atomic.Uint64
	filtered                                             [numReasons]atomic.Uint64
}

// pushed counts events by kind.
func (c *counters) pushed(evs []events.Event) {
	for i := range evs {
		c.events[evs[i].Kind].Add(1)
	}
}

// session adds what a session counted.
func (c *counters) session(n sessionCounts) {
	c.duplicates.Add(n.duplicates)
	c.jumps.Add(n.jumps)
	c.zombies.Add(n.zombies)
	c.unexpected.Add(n.unexpected)
}

// frame counts a payload.
func (c *counters) frame(text []byte) {
	c.frames.Add(1)
	c.bytes.Add(uint64(len(text)))
}

// stats reads the counters; shards are for the caller to add.
func (c *counters) stats() ReaderStats {
	s := ReaderStats{
		Frames: c.frames.Load(), Bytes: c.bytes.Load(), Malformed: c.malformed.Load(),
		Missed: c.missed.Load(), Unhidden: c.unhidden.Load(), Unknown: c.unknown.Load(),
		Connects: c.connects.Load(), Failures: c.failures.Load(),
		Identifies: c.identifies.Load(), Resumes: c.resumes.Load(), Resumed: c.resumed.Load(),
		Duplicates: c.duplicates.Load(), Jumps: c.jumps.Load(), Unexpected: c.unexpected.Load(),
		Zombies: c.zombies.Load(), Gaps: c.gaps.Load(), Heartbeats: c.hearts.Load(),
		Waited:   time.Duration(c.waited.Load()),
		Events:   make(map[events.Kind]uint64),
		Filtered: make(map[Reason]uint64),
	}
	for k := range c.events {
		if n := c.events[k].Load(); n > 0 {
			s.Events[events.Kind(k)] = n
		}
	}
	for r := range c.filtered {
		if n := c.filtered[r].Load(); n > 0 {
			s.Filtered[Reason(r)] = n
		}
	}
	return s
}
