package fakediscord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ErrClosed says that the server is closed.
var ErrClosed = errors.New("fakediscord: server closed")

// Server is a Discord of one's own. Make it with [New], fill its world, Start
// it, Close it. All methods may be called from any goroutine, those that change
// the world also before Start.
type Server struct {
	cfg  Config
	mint mint
	done chan struct{} // closed by Close

	mu       sync.RWMutex // guards the world and the list of sessions
	world    world
	sessions []*session

	connMu sync.Mutex
	conns  map[*conn]bool
	closed bool
	wg     sync.WaitGroup // of requests, gateway connections being such

	gate          *gate
	http          *http.Server
	url           string
	startOnce     sync.Once
	startErr      error
	refuseGateway atomic.Int64 // Unix nanoseconds
	dispatched    atomic.Uint64

	starts   starts
	faults   faults
	record   recorder
	rest     rest
	commands commandStore
	talks    talks
	oauth    oauth
}

// wireKey is the context key of a request's wire.
type wireKey struct{}

// New returns a server with an empty world, which Start brings up.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg.withDefaults(), done: make(chan struct{}), conns: make(map[*conn]bool), world: newWorld()}
	s.mint.now = s.cfg.Now
	s.record.keep = s.cfg.KeepRequests
	s.world.users[s.cfg.Application] = &User{ID: s.cfg.Application, Name: s.cfg.BotName, Bot: true}
	s.rest.srv = s
	s.talks.byToken = make(map[string]*talk)
	s.oauth = newOAuth()
	return s
}

// Start listens and serves. Calling it again is harmless.
func (s *Server) Start() error {
	s.startOnce.Do(func() { s.startErr = s.start() })
	return s.startErr
}

func (s *Server) start() error {
	l := s.cfg.Listener
	if l == nil {
		var err error
		if l, err = new(net.ListenConfig).Listen(context.Background(), "tcp", s.cfg.Addr); err != nil {
			return fmt.Errorf("fakediscord: %w", err)
		}
	}
	s.connMu.Lock()
	defer s.connMu.Unlock()
	if s.closed {
		_ = l.Close()
		return ErrClosed
	}
	s.gate = &gate{Listener: l}
	s.url = or(strings.TrimSuffix(s.cfg.PublicURL, "/"), "http://"+l.Addr().String())
	s.http = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // resets are scripted
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, wireKey{}, c)
		},
	}
	s.wg.Go(func() { _ = s.http.Serve(s.gate) })
	return nil
}

// handler routes the three doors: gateway, API, and the page of OAuth2. Close
// waits for whoever is inside.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/gateway/", s.serveGateway)
	mux.HandleFunc("/oauth2/authorize", s.serveAuthorize)
	mux.Handle("/", s.rest.handler())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.gate.refusing() || !s.open() {
			cutRequest(r)
			return
		}
		defer s.wg.Done()
		mux.ServeHTTP(w, r)
	})
}

// open counts a request in, unless the server is closed.
func (s *Server) open() bool {
	s.connMu.Lock()
	defer s.connMu.Unlock()
	if !s.closed {
		s.wg.Add(1)
	}
	return !s.closed
}

// Close cuts every connection and stops everything. Calling it again is
// harmless.
func (s *Server) Close() error {
	s.connMu.Lock()
	first := !s.closed
	s.closed = true
	if first {
		close(s.done)
	}
	for c := range s.conns {
		c.wire.cut()
	}
	s.connMu.Unlock()
	var err error
	if s.http != nil && first {
		err = s.http.Close()
	}
	s.wg.Wait()
	for _, ses := range s.liveSessions() {
		s.end(ses)
	}
	return err
}

// URL returns the base URL, such as http://127.0.0.1:40123: what a program is
// given in place of https://discord.com. It is empty before Start.
func (s *Server) URL() string { return s.url }

// gatewayURL returns the websocket address of a path.
func (s *Server) gatewayURL(path string) string {
	return "ws" + strings.TrimPrefix(s.url, "http") + path
}

// Token returns the bot's token.
func (s *Server) Token() string { return s.cfg.Token }

// Application returns the application's id, which is the bot's.
func (s *Server) Application() uint64 { return s.cfg.Application }

// ClientSecret returns the secret of OAuth2.
func (s *Server) ClientSecret() string { return s.cfg.ClientSecret }
