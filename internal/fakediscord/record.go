package fakediscord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Recording is what clients did, and what Discord would hold against them.
type Recording struct {
	Dials      []Dial
	Identifies []Identify
	Resumes    []Resume
	Closes     []Close
	Faults     []Fired
	Expired    int // sessions nobody resumed in time
	Heartbeats int
	Silence    time.Duration // the longest between two heartbeats of a connection
	Requests   []Request     // the newest, see Config.KeepRequests
	Served     int           // requests in all
	Unknown    []Request     // calls that Discord's API does not have, or this one lacks
	Invalid    int           // answers of 401, 403 and 429: ten thousand in ten minutes are a ban
	Violations []string      // what Discord would punish
}

// Dial is one request for a gateway websocket.
type Dial struct {
	At    time.Time
	Path  string // "/gateway/resume" when resume_gateway_url was used
	Query string
}

// Identify is one IDENTIFY.
type Identify struct {
	At            time.Time
	Shard, Shards int
	Intents       Intents
	Compress      bool
	Code          int  // the close code it earned
	TooSoon       bool // within the interval of its bucket
	TooMany       bool // beyond the day's limit
}

// Resume is one RESUME.
type Resume struct {
	At      time.Time
	Session string
	Shard   int
	Seq     uint64
	Path    string
	Code    int  // the close code it earned
	Invalid bool // answered by op 9, d false
	Struck  bool // a scripted fault was the answer
}

// Close is the end of a gateway connection that said why.
type Close struct {
	At     time.Time
	Shard  int // -1 before it was known
	Code   int // 1006 when the client left without a word
	Server bool
}

// Fired is a fault that struck.
type Fired struct {
	At    time.Time
	Shard int
	Fault Fault
}

// Request is one REST or OAuth2 call.
type Request struct {
	At     time.Time
	Method string
	Path   string // without /api and version
	Query  string
	Body   []byte
	Status int
}

// recorder collects a Recording.
type recorder struct {
	mu   sync.Mutex
	rec  Recording
	keep int
	bell bell
}

// note changes the recording and tells who waits.
func (r *recorder) note(change func(*Recording)) {
	r.mu.Lock()
	change(&r.rec)
	r.mu.Unlock()
	r.bell.ring()
}

func (r *recorder) dial(q *http.Request) {
	d := Dial{At: time.Now(), Path: q.URL.Path, Query: q.URL.RawQuery}
	r.note(func(rec *Recording) { rec.Dials = append(rec.Dials, d) })
}

func (r *recorder) identify(i Identify) {
	r.note(func(rec *Recording) { rec.Identifies = append(rec.Identifies, i) })
	if i.TooSoon {
		r.violation("IDENTIFY of shard %d too soon", i.Shard)
	}
	if i.TooMany {
		r.violation("IDENTIFY beyond the day's limit")
	}
}

func (r *recorder) resume(res Resume) {
	r.note(func(rec *Recording) { rec.Resumes = append(rec.Resumes, res) })
}

func (r *recorder) closed(c *conn, code int, server bool) {
	cl := Close{At: time.Now(), Shard: c.shard(), Code: code, Server: server}
	r.note(func(rec *Recording) { rec.Closes = append(rec.Closes, cl) })
}

func (r *recorder) fault(f Fault, c *conn) {
	fired := Fired{At: time.Now(), Shard: -1, Fault: f}
	if c != nil {
		fired.Shard = c.shard()
	}
	r.note(func(rec *Recording) { rec.Faults = append(rec.Faults, fired) })
}

func (r *recorder) heartbeat(silence time.Duration) {
	r.note(func(rec *Recording) {
		rec.Heartbeats++
		rec.Silence = max(rec.Silence, silence)
	})
}

func (r *recorder) violation(format string, args ...any) {
	r.note(func(rec *Recording) { rec.Violations = append(rec.Violations, fmt.Sprintf(format, args...)) })
}

func (r *recorder) request(q Request, unknown bool) {
	r.note(func(rec *Recording) {
		rec.Served++
		if q.Status == http.StatusUnauthorized || q.Status == http.StatusForbidden || q.Status == http.StatusTooManyRequests {
			rec.Invalid++
		}
		rec.Requests = append(rec.Requests, q)
		if n := len(rec.Requests); n >= 2*r.keep {
			rec.Requests = slices.Delete(rec.Requests, 0, n-r.keep)
		}
		if unknown {
			rec.Unknown = append(rec.Unknown, q)
		}
	})
}

// Recording returns what happened so far.
func (s *Server) Recording() Recording {
	r := &s.record
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.rec
	out.Dials = slices.Clone(out.Dials)
	out.Identifies = slices.Clone(out.Identifies)
	out.Resumes = slices.Clone(out.Resumes)
	out.Closes = slices.Clone(out.Closes)
	out.Faults = slices.Clone(out.Faults)
	out.Requests = slices.Clone(out.Requests)
	out.Unknown = slices.Clone(out.Unknown)
	out.Violations = slices.Clone(out.Violations)
	return out
}

// Await waits until the recording satisfies a condition. The condition is
// called with the recording's lock held and may not keep or change it.
func (s *Server) Await(ctx context.Context, met func(*Recording) bool) error {
	r := &s.record
	for {
		heard := r.bell.heard()
		r.mu.Lock()
		ok := met(&r.rec)
		r.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-heard:
		case <-ctx.Done():
			return fmt.Errorf("await: %w", context.Cause(ctx))
		}
	}
}
