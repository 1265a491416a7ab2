package fakediscord

import (
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"strconv"
	"time"
)

// maxBuckets bounds how many buckets are kept.
const maxBuckets = 1 << 16

// bucket counts a route's requests within a window.
type bucket struct {
	used  int
	reset time.Time
}

// take notes a request and reports whether it was one too many.
func (b *bucket) take(now time.Time, limit int, window time.Duration) (over bool) {
	if !now.Before(b.reset) {
		b.used, b.reset = 0, now.Add(window)
	}
	b.used++
	return b.used > limit
}

// admit counts a request against its bucket and the global limit, tells the
// client how it stands, and answers 429 where it is one too many.
func (t *rest) admit(w http.ResponseWriter, r *http.Request, rt route) bool {
	cfg := &t.srv.cfg
	now := time.Now()
	t.mu.Lock()
	if len(t.limits) >= maxBuckets || t.limits == nil {
		t.limits = make(map[string]*bucket) // forgets, as every token makes a bucket
	}
	key := rt.pattern + "|" + major(r)
	b, ok := t.limits[key]
	if !ok {
		b = new(bucket)
		t.limits[key] = b
	}
	over := b.take(now, cfg.RouteLimit, cfg.RouteWindow)
	left, reset := max(cfg.RouteLimit-b.used, 0), b.reset
	globalOver, globalReset := false, reset
	if cfg.GlobalLimit > 0 && rt.access != anyone {
		globalOver = t.global.take(now, cfg.GlobalLimit, time.Second)
		globalReset = t.global.reset
	}
	t.mu.Unlock()

	h := w.Header()
	h.Set("X-RateLimit-Bucket", bucketName(rt.pattern))
	h.Set("X-RateLimit-Limit", strconv.Itoa(cfg.RouteLimit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	h.Set("X-RateLimit-Reset", seconds(float64(reset.UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", seconds(reset.Sub(now).Seconds()))
	switch {
	case globalOver:
		tooMany(w, globalReset.Sub(now), true, false)
	case over:
		tooMany(w, reset.Sub(now), false, false)
	}
	return !over && !globalOver
}

// major returns the parameter that, with the route, makes a bucket.
func major(r *http.Request) string {
	return r.PathValue("channel") + "/" + r.PathValue("guild") + "/" + r.PathValue("token")
}

// bucketName hides the route as Discord does.
func bucketName(pattern string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(pattern))
	return fmt.Sprintf("%016x%016x", h.Sum64(), ^h.Sum64())
}

// seconds writes seconds to the millisecond.
func seconds(s float64) string { return strconv.FormatFloat(max(s, 0), 'f', 3, 64) }

// tooMany answers 429: as JSON, or as the HTML page of the proxy in front of
// Discord.
func tooMany(w http.ResponseWriter, after time.Duration, global, html bool) {
	h := w.Header()
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	if html {
		h.Set("Content-Type", "text/html; charset=UTF-8")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte("<!DOCTYPE html><html><head><title>Access denied</title></head><body>error code: 1015</body></html>"))
		return
	}
	h.Set("X-RateLimit-Scope", "user")
	if global {
		h.Set("X-RateLimit-Global", "true")
		h.Set("X-RateLimit-Scope", "global")
	}
	h.Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write(encode(object{
		"message": "You are being rate limited.", "retry_after": math.Round(after.Seconds()*1000) / 1000, "global": global,
	}))
}
