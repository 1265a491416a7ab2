package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"guildpulse/internal/report"
)

// outcome is how an error is told.
type outcome struct {
	err    error
	status int
	title  string
	text   string
}

// outcomes is the one table from errors to answers. The first that matches holds.
var outcomes = []outcome{
	{report.ErrNoGuild, http.StatusNotFound, "No numbers yet",
		"Nothing has been counted in this server so far. Numbers appear with the first message."},
	{report.ErrNoMember, http.StatusNotFound, "Not counted here", "This person has not been counted in this server."},
	{report.ErrQuery, http.StatusBadRequest, "That question makes no sense",
		"The address asks for something that does not exist. Choose from the page instead."},
	{report.ErrRebuilding, http.StatusServiceUnavailable, "Counting anew",
		"The numbers of this server are being computed anew. Try again in a moment."},
	{report.ErrUnavailable, http.StatusServiceUnavailable, "The database is away",
		"Nothing is lost: what happens is kept and will be counted. Try again in a moment."},
	{errStale, http.StatusServiceUnavailable, "Cannot check right now",
		"Discord does not tell whether you are still a member of this server. Try again in a moment."},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "That took too long",
		"The question was given up. Try a shorter period, or again in a moment."},
}

var internalFault = outcome{
	status: http.StatusInternalServerError, title: "Something went wrong",
	text: "The fault is on this side and has been logged.",
}

func outcomeOf(err error) outcome {
	for _, o := range outcomes {
		if errors.Is(err, o.err) {
			return o
		}
	}
	return internalFault
}

// outcome looks an error up. What it says beyond the table goes to the log.
func (s *Server) outcome(ctx context.Context, err error) outcome {
	o := outcomeOf(err)
	if o.status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		s.cfg.Log.LogAttrs(ctx, slog.LevelWarn, "request failed", slog.Int("status", o.status), slog.Any("error", err))
	}
	return o
}

// fail answers with an error.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.tell(w, r, s.outcome(r.Context(), err))
}

// fault answers with a bare status.
func (s *Server) fault(w http.ResponseWriter, r *http.Request, status int) {
	o := internalFault
	o.status = status
	s.tell(w, r, o)
}

func (s *Server) tell(w http.ResponseWriter, r *http.Request, o outcome) {
	if o.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	if wantsProblem(r) {
		writeProblem(w, o.status, o.title, o.text)
		return
	}
	s.render(w, r, o.status, "error", page{Title: o.title, Data: o.text})
}

// notFound is the one answer to what does not exist and to what is not shown. It
// depends on nothing but the kind of path.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	if wantsProblem(r) {
		writeProblem(w, http.StatusNotFound, "Not found", "It does not exist, or you may not see it.")
		return
	}
	s.renderBare(w, r, http.StatusNotFound, "notfound", page{Title: "Not found"})
}

// wantsProblem reports whether errors are to be told in JSON (RFC 9457).
func wantsProblem(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

type problem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
}

func writeProblem(w http.ResponseWriter, status int, title, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem{status, title, detail})
}
