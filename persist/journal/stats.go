package journal

import (
	"maps"

	"guildpulse/events"
)

// Stats are figures of a journal since it was opened, and its state now.
type Stats struct {
	Records uint64 // appended
	Batches uint64 // appended
	Bytes   int64  // written, frames whole
	Syncs   uint64 // that made records durable
	Groomed int64  // bytes of zeros written where no records stand

	First    events.Seq // the first record held
	Next     events.Seq // of the next record appended
	Durable  events.Seq // the first record that is not durable
	Buffered int        // bytes waiting for the next commit
	Segments int        // that hold records or will
	Spares   int        // files that wait to become segments
	Held     int64      // bytes of all segments, as Config.MaxBytes counts them
	Stalled  error      // what keeps the committer from writing, or nil
	Cursors  map[string]events.Seq
}

type counters struct {
	bytes   int64
	syncs   uint64
	groomed int64
}

// BatchesPerSync is how many batches shared one sync, on average.
func (s Stats) BatchesPerSync() float64 {
	if s.Syncs == 0 {
		return 0
	}
	return float64(s.Batches) / float64(s.Syncs)
}

// Lag returns how many durable records the named cursor has yet to pass.
func (s Stats) Lag(cursor string) events.Seq { return s.Durable - s.Cursors[cursor] }

// Stats returns the figures, all of one moment.
func (j *Journal) Stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	return Stats{
		Groomed: j.count.groomed,
		Records: uint64(j.next - j.recovery.Next), Batches: j.batches, Bytes: j.count.bytes, Syncs: j.count.syncs,
		First: j.first(), Next: j.next, Durable: j.durable, Buffered: int(j.filling.size),
		Segments: len(j.segments), Spares: len(j.spares), Held: j.held, Stalled: j.stalled, Cursors: maps.Clone(j.cursors),
	}
}
