package fakediscord

import (
	"net/http"
	"path"
	"strconv"
	"time"
)

// RESTFault is a scripted misfortune of the HTTP API.
type RESTFault struct {
	Method string // any when empty
	Path   string // pattern of path.Match on the path without /api and version; any when empty
	After  int    // matching requests to let pass first
	Times  int    // requests to strike; 1 when zero, -1 for all that come

	Delay      time.Duration // before anything else; alone it only slows down
	Drop       bool          // reset the connection
	Status     int           // 429, 401, 500, 503 …
	RetryAfter time.Duration // of a 429
	Global     bool          // of a 429: the global one
	HTML       bool          // the body is a proxy's page
	Body       string        // instead of the usual one; JSON unless HTML
}

// InjectREST scripts faults. A request meets the first one that fits it.
func (s *Server) InjectREST(list ...RESTFault) {
	s.rest.mu.Lock()
	defer s.rest.mu.Unlock()
	for _, f := range list {
		f.Times = or(f.Times, 1)
		s.rest.faults = append(s.rest.faults, f)
	}
}

// ForgiveREST takes back the faults that have not struck yet.
func (s *Server) ForgiveREST() {
	s.rest.mu.Lock()
	defer s.rest.mu.Unlock()
	s.rest.faults = nil
}

// due takes the fault a request meets.
func (t *rest) due(r *http.Request) (RESTFault, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.faults {
		f := &t.faults[i]
		if f.Method != "" && f.Method != r.Method {
			continue
		}
		if ok, _ := path.Match(f.Path, r.URL.Path); f.Path != "" && !ok {
			continue
		}
		if f.After > 0 {
			f.After--
			return RESTFault{}, false
		}
		hit := *f
		if f.Times--; f.Times == 0 {
			t.faults = append(t.faults[:i], t.faults[i+1:]...)
		}
		return hit, true
	}
	return RESTFault{}, false
}

// strike lets a scripted fault happen and reports whether it was the answer.
func (t *rest) strike(w http.ResponseWriter, r *http.Request) bool {
	f, ok := t.due(r)
	if !ok {
		return false
	}
	if f.Delay > 0 && !t.delay(r, f.Delay) {
		return true
	}
	switch {
	case f.Drop:
		cutRequest(r)
		return true
	case f.Status == http.StatusTooManyRequests && f.Body == "":
		tooMany(w, f.RetryAfter, f.Global, f.HTML)
		return true
	case f.Status != 0:
		body := or(f.Body, string(encode(object{"message": strconv.Itoa(f.Status) + ": " + http.StatusText(f.Status), "code": 0})))
		kind := "application/json"
		if f.HTML {
			kind, body = "text/html; charset=UTF-8", or(f.Body, "<html><body>"+http.StatusText(f.Status)+"</body></html>")
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte(body))
		return true
	}
	return false
}

// delay waits, and reports whether there is still somebody to answer.
func (t *rest) delay(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-t.srv.done:
	}
	return false
}
