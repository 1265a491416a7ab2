package discord

import "sync/atomic"

// HandlerStats is what a Handler has done since it was made.
type HandlerStats struct {
	Received  uint64 // interactions that came
	Answered  uint64 // with what was asked
	Excused   uint64 // with a sentence that says why not
	Deferred  uint64 // answered later than at once
	Late      uint64 // whose answer Discord did not take any more
	Failed    uint64 // whose answer could not be sent
	Dropped   uint64 // left unanswered: too many at once, or the end
	Malformed uint64 // that could not be read
	Panics    uint64 // of ours
}

type handlerCounters struct {
	received, answered, excused, deferred, late, failed, dropped, malformed, panics atomic.Uint64
}

// Stats reads the counters. Safe for concurrent use.
func (h *Handler) Stats() HandlerStats {
	c := &h.count
	return HandlerStats{
		Received: c.received.Load(), Answered: c.answered.Load(), Excused: c.excused.Load(),
		Deferred: c.deferred.Load(), Late: c.late.Load(), Failed: c.failed.Load(),
		Dropped: c.dropped.Load(), Malformed: c.malformed.Load(), Panics: c.panics.Load(),
	}
}
