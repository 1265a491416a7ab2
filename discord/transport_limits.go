package discord

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// route is what Discord counts requests by: the method, the path without its
// ids, and the parameter that makes buckets apart (a channel, a server, a token).
type route struct {
	pattern string // "PATCH /webhooks/{}/{token}/messages/@original"
	major   string
	exempt  bool // from the global limit: what answers interactions
}

// routeOf tells a path's route. The base address may stand in front of the path:
// it is the same for all.
func routeOf(method, path string) route {
	r := route{}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		before := ""
		if i > 0 {
			before = parts[i-1]
		}
		switch {
		case before == "channels" || before == "guilds":
			r.major, parts[i] = p, "{}"
		case i > 1 && (parts[i-2] == "interactions" || parts[i-2] == "webhooks"):
			r.major, parts[i], r.exempt = p, "{token}", true
		case snowflakeLike(p):
			parts[i] = "{}"
		}
	}
	// parts[i-2] was looked at before it could become a pattern: only ids and
	// tokens are replaced, never the nouns.
	r.pattern = method + " " + strings.Join(parts, "/")
	return r
}

func snowflakeLike(s string) bool {
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil
}

// maxRoutes is how many buckets are kept before those that are full again are
// forgotten. Every interaction's token makes one.
const maxRoutes = 1024

// bucket is a route's limit as its last answers told it. Once reset is past it is
// full again, for as long as the longest window that was told; those who waited
// must not all pass at once.
type bucket struct {
	left   int
	reset  time.Time
	limit  int
	window time.Duration
}

// buckets are the limits of routes. What was never heard of passes: the first
// answer tells the limit, and a 429 before that is waited out.
type buckets struct {
	mu   sync.Mutex
	byID map[route]*bucket
}

// take takes one request out of a route's bucket, or returns how long there is
// none. O(1), amortised.
func (b *buckets) take(r route, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	known, ok := b.byID[r]
	if !ok {
		return 0
	}
	if !known.reset.After(now) {
		known.left, known.reset = max(known.limit, 1), now.Add(known.window)
	}
	if known.left <= 0 {
		return known.reset.Sub(now)
	}
	known.left--
	return 0
}

// learn takes in what an answer's headers tell of its route. Answers can overtake
// each other: within a window the smaller rest is the newer one.
func (b *buckets) learn(r route, h http.Header, now time.Time) {
	left, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	after := headerSeconds(h, "X-RateLimit-Reset-After", 0)
	if err != nil || after <= 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	known := b.get(r, now)
	known.window = max(known.window, after)
	if limit, err := strconv.Atoi(h.Get("X-RateLimit-Limit")); err == nil {
		known.limit = limit
	}
	reset := now.Add(after)
	if !known.reset.After(now) || left < known.left {
		known.left = left
	}
	if reset.After(known.reset) {
		known.reset = reset
	}
}

// bar closes a route until a moment.
func (b *buckets) bar(r route, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := b.get(r, time.Now())
	known.left = 0
	if until.After(known.reset) {
		known.reset = until
	}
}

// get returns a route's bucket, made when there is none. The caller holds the
// lock.
func (b *buckets) get(r route, now time.Time) *bucket {
	if known, ok := b.byID[r]; ok {
		return known
	}
	if len(b.byID) >= maxRoutes {
		for id, old := range b.byID {
			if !old.reset.After(now) {
				delete(b.byID, id)
			}
		}
	}
	if b.byID == nil {
		b.byID = make(map[route]*bucket)
	}
	known := new(bucket)
	b.byID[r] = known
	return known
}

// len returns how many buckets are kept.
func (b *buckets) len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.byID)
}

// pause is a time in which nobody may send: a global 429.
type pause struct {
	mu  sync.Mutex
	end time.Time
}

// until makes the pause last at least until a moment.
func (p *pause) until(t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.After(p.end) {
		p.end = t
	}
}

// left returns how much of the pause is left.
func (p *pause) left(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end.Sub(now)
}
