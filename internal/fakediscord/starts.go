package fakediscord

import (
	"sync"
	"time"
)

// starts counts and paces IDENTIFYs.
type starts struct {
	mu    sync.Mutex
	last  map[int]time.Time // of each bucket
	used  int
	until time.Time // when the day's count starts again
}

// admit notes an IDENTIFY and reports whether it came within the interval of
// its bucket, or beyond the day's limit.
func (st *starts) admit(now time.Time, shard int, cfg *Config) (tooSoon, tooMany bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.roll(now)
	st.used++
	if st.last == nil {
		st.last = make(map[int]time.Time)
	}
	bucket := shard % cfg.MaxConcurrency
	last, seen := st.last[bucket]
	st.last[bucket] = now
	return seen && now.Sub(last) < cfg.IdentifyInterval, st.used > cfg.StartLimit
}

// roll begins a new day when the old one is over; the caller has the lock.
func (st *starts) roll(now time.Time) {
	if now.After(st.until) {
		st.used, st.until = 0, now.Add(24*time.Hour)
	}
}

// remaining returns how many IDENTIFYs are left, and until when.
func (st *starts) remaining(now time.Time, limit int) (left int, reset time.Duration) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.roll(now)
	return max(limit-st.used, 0), st.until.Sub(now)
}
