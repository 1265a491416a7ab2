package discord

import (
	"sync/atomic"
	"time"
)

// TransportStats is what a Transport has done since it was made.
type TransportStats struct {
	Requests uint64        // attempts that were sent
	Retries  uint64        // of them, those that repeated one
	Failures uint64        // of them, those without an answer
	Limited  uint64        // answers of 429
	Global   uint64        // of them, those that barred everything
	Pages    uint64        // of them, those of the proxy in front of Discord
	Refused  uint64        // requests not sent, to keep the address from a ban
	Waited   time.Duration // for limits, over all requests
	Invalid  int           // answers of 401, 403 and 429 in the last ten minutes
	Buckets  int           // limits of routes that are kept
}

type transportCounters struct {
	requests, retries, failures, limited, global, pages, refused atomic.Uint64
	waited                                                       atomic.Int64
}

// Stats reads the counters. Safe for concurrent use.
func (t *Transport) Stats() TransportStats {
	c := &t.count
	return TransportStats{
		Requests: c.requests.Load(), Retries: c.retries.Load(), Failures: c.failures.Load(),
		Limited: c.limited.Load(), Global: c.global.Load(), Pages: c.pages.Load(), Refused: c.refused.Load(),
		Waited: time.Duration(c.waited.Load()), Invalid: t.invalid.now(time.Now()), Buckets: t.buckets.len(),
	}
}
