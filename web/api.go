package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"guildpulse/internal/report"
)

// api are the figures as JSON, behind the same door as the pages. What is served
// and what openapi.json says are made from the same declarations.
func (s *Server) api(r chi.Router) {
	var description []byte
	r.Get("/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
		_, _ = w.Write(description)
	})
	r.Group(func(r chi.Router) {
		r.Use(s.guild)
		description = s.describe(r)
	})
}

func (s *Server) describe(r chi.Router) []byte {
	c := huma.DefaultConfig("Guildpulse", "1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", "" // the description is served by api
	c.CreateHooks = nil                                   // which would add $schema to every answer
	c.RejectUnknownQueryParameters = true
	c.Info.Description = "The figures of a server, for who may see it. Requests carry the session's cookie."
	c.Servers = []*huma.Server{{URL: "/api/v1"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: cookieName(sessionCookie, s.secure)},
	}
	c.Security = []map[string][]string{{"session": {}}}
	api := humachi.New(r, c)
	register(api, "overview", "/guilds/{guild}/overview", "A server at a glance", s.apiOverview)
	register(api, "leaderboard", "/guilds/{guild}/leaderboard", "A ranking of members or channels", s.apiLeaderboard)
	b, err := json.Marshal(api.OpenAPI())
	if err != nil {
		panic(err) // our own declarations
	}
	return b
}

func register[I, O any](api huma.API, id, path, summary string, handle func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: path, Summary: summary,
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, handle)
}

type overviewInput struct {
	Guild  string `path:"guild" doc:"The server's id"`
	Period string `query:"period" default:"7d" enum:"today,7d,30d,90d,12m,all" doc:"Whole days of the server's zone, today the last"`
}

type overviewOutput struct {
	Body apiOverview
}

func (s *Server) apiOverview(ctx context.Context, in *overviewInput) (*overviewOutput, error) {
	o, err := s.cfg.Reader.Overview(ctx, report.OverviewQuery{
		Guild: guildAccess(ctx).ID, Period: report.Period(in.Period),
	})
	if err != nil {
		return nil, s.apiError(ctx, err)
	}
	return &overviewOutput{Body: newAPIOverview(o)}, nil
}

type leaderboardInput struct {
	Guild   string `path:"guild" doc:"The server's id"`
	Subject string `query:"subject" default:"members" enum:"members,channels"`
	Metric  string `query:"metric" enum:"score,messages,voice,reactions" doc:"Score for members and messages for channels, unless told; channels have no score"`
	Period  string `query:"period" default:"7d" enum:"today,7d,30d,90d,12m,all" doc:"Makes no difference to a score"`
	Offset  int    `query:"offset" minimum:"0" maximum:"10000000"`
	Limit   int    `query:"limit" default:"50" minimum:"1" maximum:"100"`
}

type leaderboardOutput struct {
	Body apiLeaderboard
}

func (s *Server) apiLeaderboard(ctx context.Context, in *leaderboardInput) (*leaderboardOutput, error) {
	q := report.TopQuery{
		Guild: guildAccess(ctx).ID, Subject: report.Subject(in.Subject), Metric: report.Metric(in.Metric),
		Period: report.Period(in.Period), Offset: in.Offset, Limit: in.Limit,
	}
	if err := defaultMetric(&q); err != nil {
		return nil, s.apiError(ctx, err)
	}
	t, err := s.cfg.Reader.Top(ctx, q)
	if err != nil {
		return nil, s.apiError(ctx, err)
	}
	return &leaderboardOutput{Body: newAPILeaderboard(t)}, nil
}

// defaultMetric fills in what a ranking is by when nobody said.
func defaultMetric(q *report.TopQuery) error {
	switch {
	case q.Metric == "" && q.Subject == report.Channels:
		q.Metric = report.Messages
	case q.Metric == "":
		q.Metric = report.Score
	case q.Metric == report.Score && q.Subject == report.Channels:
		return fmt.Errorf("%w: channels have no score", report.ErrQuery)
	}
	return nil
}

// apiError tells an error by the table that pages use.
func (s *Server) apiError(ctx context.Context, err error) error {
	o := s.outcome(ctx, err)
	if o.status != http.StatusServiceUnavailable {
		return huma.NewError(o.status, o.text)
	}
	return huma.ErrorWithHeaders(huma.NewError(o.status, o.text), http.Header{"Retry-After": {"5"}})
}
