package fakediscord

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxBody is the largest request body taken: files of an upload included.
const maxBody = 32 << 20

// rest is the HTTP API, versions 9 and 10, which do not differ in what is here.
type rest struct {
	srv    *Server
	mu     sync.Mutex
	limits map[string]*bucket // by route and major parameter
	global bucket
	faults []RESTFault
}

// access says who may call a route.
type access int

const (
	botOnly access = iota
	bearerToo
	anyone
)

// route is an endpoint.
type route struct {
	pattern string // of http.ServeMux, without /api and version
	access  access
	serve   func(*call) (any, error)
}

// call is one request to an endpoint.
type call struct {
	srv    *Server
	r      *http.Request
	body   []byte // JSON; of a multipart body its payload_json
	files  []File
	bearer *grant // of a person's token; nil for the bot's
}

// created is an answer with status 201.
type created struct{ body any }

// id returns an id of the path, 0 when it is none: nothing has that id.
func (c *call) id(name string) uint64 {
	id, _ := parseID(c.r.PathValue(name))
	return id
}

// limit returns the query's limit within bounds, or the fallback.
func (c *call) limit(fallback, low, high int) (int, error) {
	s := c.r.URL.Query().Get("limit")
	if s == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		return 0, formError("limit", "NUMBER_TYPE_RANGE", "Value should be between "+strconv.Itoa(low)+" and "+strconv.Itoa(high)+".")
	}
	return n, nil
}

// decode reads the JSON body.
func (c *call) decode(into any) error {
	if err := json.Unmarshal(c.body, into); err != nil {
		return &apiError{status: http.StatusBadRequest, code: 50109, message: "The request body contains invalid JSON."}
	}
	return nil
}

// handler returns the API behind /api, /api/v9 and /api/v10.
func (t *rest) handler() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range t.routes() {
		mux.Handle(rt.pattern, t.endpoint(rt))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, ok := versionless(r.URL.Path)
		r = r.Clone(r.Context())
		r.URL.Path, r.URL.RawPath = path, ""
		if _, pattern := mux.Handler(r); !ok || pattern == "" {
			t.unknown(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// versionless strips /api and the version from a path.
func versionless(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, "/api/")
	if !ok {
		return path, false
	}
	for _, v := range []string{"v9/", "v10/"} {
		if after, ok := strings.CutPrefix(rest, v); ok {
			return "/" + after, true
		}
	}
	return "/" + rest, true
}

// unknown answers a call that no endpoint serves, and records it.
func (t *rest) unknown(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if t.srv.cfg.OnRequest != nil {
		t.srv.cfg.OnRequest(r.Method, r.URL.Path, body)
	}
	writeError(w, &apiError{status: http.StatusNotFound, message: "404: Not Found"})
	t.srv.record.request(Request{
		At: time.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: body, Status: http.StatusNotFound,
	}, true)
}

// endpoint wraps a route in what all have in common: recording, scripted
// faults, authorisation, rate limits.
func (t *rest) endpoint(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{srv: t.srv, r: r}
		sw := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		raw, err := c.read()
		if t.srv.cfg.OnRequest != nil {
			t.srv.cfg.OnRequest(r.Method, r.URL.Path, c.body)
		}
		if err != nil {
			writeError(sw, err)
		} else {
			t.answer(sw, c, rt)
		}
		t.srv.record.request(Request{
			At: time.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: raw, Status: sw.status,
		}, false)
	})
}

// read takes the body in, whatever form it has.
func (c *call) read() (raw []byte, err error) {
	raw, err = io.ReadAll(io.LimitReader(c.r.Body, maxBody+1))
	switch {
	case err != nil:
		return raw, &apiError{status: http.StatusBadRequest, message: "400: Bad Request"}
	case len(raw) > maxBody:
		return nil, &apiError{status: http.StatusRequestEntityTooLarge, code: 40005, message: "Request entity too large"}
	}
	c.body = raw
	if kind := c.r.Header.Get("Content-Type"); strings.HasPrefix(kind, "multipart/") {
		c.body, c.files, err = splitMultipart(kind, raw)
	}
	return raw, err
}

// answer lets the request pass faults, authorisation and limits, and serves it.
func (t *rest) answer(w http.ResponseWriter, c *call, rt route) {
	if t.strike(w, c.r) {
		return
	}
	if err := t.authorise(c, rt.access); err != nil {
		writeError(w, err)
		return
	}
	if !t.admit(w, c.r, rt) {
		return
	}
	out, err := rt.serve(c)
	if err != nil {
		writeError(w, err)
		return
	}
	status := http.StatusOK
	if made, ok := out.(created); ok {
		status, out = http.StatusCreated, made.body
	}
	if out == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(encode(out))
}

// authorise checks the Authorization header.
func (t *rest) authorise(c *call, who access) error {
	if who == anyone {
		return nil
	}
	kind, token, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	switch {
	case kind == "Bot" && token == t.srv.cfg.Token:
		return nil
	case kind == "Bearer" && who == bearerToo:
		if g := t.srv.oauth.bearer(token); g != nil {
			c.bearer = g
			return nil
		}
	}
	return &apiError{status: http.StatusUnauthorized, message: "401: Unauthorized"}
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader sends and remembers the status.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
