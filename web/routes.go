package web

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"
)

// Requests a minute.
const (
	perAddress = 600 // of one address, everything
	perSignIn  = 20  // of one address, attempts to sign in
)

// routes joins everything that is served. What lies under a server's path passes
// [Server.guild], which alone decides who may see it.
func (s *Server) routes() http.Handler {
	r := chi.NewRouter()
	r.Use(s.headers, s.observe, s.recoverer)
	r.Get("/healthz", s.healthz)
	r.Get("/readyz", s.readyz)
	r.Group(func(r chi.Router) {
		r.Use(s.clientIP(), s.limit(perAddress), s.crossOrigin(), s.bounds, middleware.Compress(5, compressible...))
		r.Get("/static/*", s.assets.serve(s.notFound))
		r.Group(s.personal)
	})
	r.NotFound(s.notFound)
	r.MethodNotAllowed(s.notFound)
	return r
}

// personal are the routes that know sessions.
func (s *Server) personal(r chi.Router) {
	r.Use(s.sessions.LoadAndSave)
	r.Get("/", s.home)
	r.Post("/sign-out", s.signOut)
	r.Group(func(r chi.Router) {
		r.Use(s.limit(perSignIn))
		r.Post("/sign-in", s.redeem)
		r.Post("/sign-in/discord", s.oauthBegin)
		r.Get("/sign-in/discord/callback", s.oauthEnd)
	})
	r.Get("/sign-in/{secret}", s.linkPage)
	r.Route("/g/{guild}", func(r chi.Router) {
		r.Use(s.guild)
		r.Get("/", s.overview)
		r.Get("/members", s.members)
		r.Get("/messages.csv", s.seriesCSV)
		r.Get("/members.csv", s.topCSV)
		r.Get("/channels.csv", s.topCSV)
	})
	r.Route("/api/v1", s.api)
}

var compressible = []string{
	"text/html", "text/css", "text/javascript", "text/csv",
	"image/svg+xml", "application/json", "application/problem+json",
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") }

// readyz tells whether requests should come. The reason is logged, not told: it
// may name hosts.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if err := s.cfg.Ready(); err != nil {
		s.cfg.Log.LogAttrs(r.Context(), slog.LevelWarn, "not ready", slog.Any("error", err))
		plain(w, http.StatusServiceUnavailable, "not ready")
		return
	}
	plain(w, http.StatusOK, "ready")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// crossOrigin refuses what another site has a browser send.
func (s *Server) crossOrigin() func(http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	if s.cfg.PublicURL != "" {
		// A proxy may change Host; the address that people type is ours anyway.
		_ = p.AddTrustedOrigin(s.cfg.PublicURL) // validated by New
	}
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.render(w, r, http.StatusForbidden, "forbidden", page{Title: "Not from here"})
	}))
	return p.Handler
}

// bounds limits a request's body and the time its answer may take to compute.
func (s *Server) bounds(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
		defer cancel()
		r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// limit allows an address so many requests a minute.
func (s *Server) limit(requests int) func(http.Handler) http.Handler {
	return httprate.LimitBy(requests, time.Minute, clientAddress,
		httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"}),
		httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
			s.render(w, r, http.StatusTooManyRequests, "busy", page{Title: "Too many requests"})
		}))
}

// clientAddress returns the address that a request is limited by: of IPv6 its /64,
// since a household has that many.
func clientAddress(r *http.Request) (string, error) {
	return httprate.CanonicalizeIP(middleware.GetClientIP(r.Context())), nil
}

// clientIP finds the client's address: the peer's, or what configured proxies say
// of it.
func (s *Server) clientIP() func(http.Handler) http.Handler {
	if len(s.cfg.Proxies) == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	var trusted []string
	for _, p := range s.cfg.Proxies {
		trusted = append(trusted, p.String())
	}
	return middleware.ClientIPFromXFF(trusted...)
}

// recoverer turns a panic into an answer. What it says goes to the log.
func (s *Server) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch v := recover(); v {
			case nil:
			case http.ErrAbortHandler:
				panic(v)
			default:
				s.cfg.Log.ErrorContext(r.Context(), "panic in a request", "panic", v, "stack", string(debug.Stack()))
				s.fault(w, r, http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// observe logs requests by their pattern: a path holds secrets and ids.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.cfg.Log.Enabled(r.Context(), slog.LevelDebug) {
			next.ServeHTTP(w, r)
			return
		}
		began := time.Now()
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(ww, r)
		s.cfg.Log.DebugContext(r.Context(), "request", "method", r.Method,
			"route", chi.RouteContext(r.Context()).RoutePattern(), "status", ww.Status(),
			"bytes", ww.BytesWritten(), "took_ms", time.Since(began).Milliseconds())
	})
}
