package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Limits of a connection.
const (
	readHeaderWithin = 5 * time.Second
	readWithin       = 15 * time.Second
	answerWithin     = 10 * time.Second // computing an answer
	writeWithin      = 30 * time.Second // all of it, sending included
	idleWithin       = 60 * time.Second
	drainWithin      = 5 * time.Second // of requests under way, at the end
	maxHeaderBytes   = 16 << 10
	maxBodyBytes     = 8 << 10
)

// Server is the dashboard. Make it with [New].
type Server struct {
	cfg      Config
	secure   bool // cookies travel over TLS or within the machine only
	gate     *gate
	links    *vault[link]
	logins   *vault[login]
	sessions *scs.SessionManager
	assets   *assets
	pages    pages
	handler  http.Handler

	mu       sync.Mutex
	listener net.Listener
}

// New returns a server that does not listen yet. It refuses a configuration that
// would show people's figures to a network unasked; the error wraps [ErrConfig].
func New(c Config) (*Server, error) { return newServer(c, loadAssets(static, dist)) }

func newServer(c Config, a *assets) (*Server, error) {
	c.defaults()
	if err := c.validate(); err != nil {
		return nil, err
	}
	s := &Server{
		cfg:    c,
		secure: secureCookies(&c),
		gate:   newGate(c.Access, c.Now),
		links:  newVault[link](LinkLife, maxLinks, c.Now),
		logins: newVault[login](StateLife, maxLogins, c.Now),
		assets: a,
	}
	s.sessions = newSessions(&c, s.secure, s.fail)
	s.pages = parsePages(s.assets)
	s.handler = s.routes()
	if !s.assets.scripts {
		c.Log.Warn("built without the bundle of scripts: pages are whole, charts do not answer to the pointer")
	}
	return s, nil
}

// secureCookies reports whether cookies may be marked Secure: not when people
// type a plain address in a network.
func secureCookies(c *Config) bool {
	u, err := url.Parse(c.address())
	return err == nil && trustworthy(u)
}

// Handler serves the dashboard; for tests and for whoever listens otherwise.
func (s *Server) Handler() http.Handler { return s.handler }

// Listen takes the address, so that an address in use is told before anything
// else starts. Run does it if nobody did.
func (s *Server) Listen(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.cfg.Addr)
	if err != nil {
		return fmt.Errorf("dashboard: %w", err)
	}
	s.listener = l
	return nil
}

// Addr returns the address that is listened on, or is to be.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return s.cfg.Addr
	}
	return s.listener.Addr().String()
}

// PublicURL returns the address that people open, without a slash at its end.
func (s *Server) PublicURL() string {
	if s.cfg.PublicURL != "" {
		return s.cfg.PublicURL
	}
	return "http://" + s.Addr()
}

// Run serves until ctx ends, then lets requests under way finish, within 5 s. It
// can be called once.
func (s *Server) Run(ctx context.Context) error {
	if err := s.Listen(ctx); err != nil {
		return err
	}
	s.cfg.Log.Info("dashboard listens", "address", s.Addr(), "public_url", s.PublicURL())
	return serve(ctx, s.listener, s.handler, s.cfg.Log)
}

// Forget drops what is remembered of a person's access to a server, of everybody's
// if user is 0. Call it when roles change, or somebody leaves.
func (s *Server) Forget(guildID, user uint64) { s.gate.forget(guildID, user) }

// serve answers on l until ctx ends.
func serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderWithin,
		ReadTimeout:       readWithin,
		WriteTimeout:      writeWithin,
		IdleTimeout:       idleWithin,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainWithin)
	defer cancel()
	err := srv.Shutdown(within)
	if err != nil {
		err = errors.Join(err, srv.Close())
	}
	if was := <-ended; !errors.Is(was, http.ErrServerClosed) {
		err = errors.Join(err, was)
	}
	return err
}
