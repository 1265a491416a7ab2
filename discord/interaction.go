package discord

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"guildpulse/internal/report"
)

// Privacy knows who does not want to be counted.
type Privacy interface {
	// OptedOut reports whether a person opted out in a server.
	OptedOut(ctx context.Context, guild, user uint64) (bool, error)
	// SetOptOut opts a person out of a server or in again. It returns once that
	// is durable.
	SetOptOut(ctx context.Context, guild, user uint64, out bool) error
}

// Links makes the dashboard's one-time links.
type Links interface {
	// Link returns an address that signs a person in to a server's dashboard once,
	// with the permissions the person has there.
	Link(ctx context.Context, guild, user uint64, permissions uint64) (url string, err error)
}

// HandlerConfig is what a Handler is made of. Reader and REST must be set.
type HandlerConfig struct {
	Reader  report.Reader
	REST    *REST
	Privacy Privacy // nil: /privacy says that it cannot be changed here
	Links   Links   // nil: /dashboard says that there is none

	DeferAfter   time.Duration // until it is said that the answer will come; 1.5 s of Discord's 3
	AnswerWithin time.Duration // until it is given up; 1 min of the token's 15
	Running      int           // questions asked of Reader at once; 32
	Waiting      int           // interactions held at once, running ones included; 512

	Log *slog.Logger // without names and tokens; nothing is logged if nil
}

// Limits of a Handler where its configuration has none.
const (
	deferAfter   = 1500 * time.Millisecond
	answerWithin = time.Minute
	maxRunning   = 32
	maxWaiting   = 512
	// callbackWithin is how long after its arrival an interaction can be answered
	// for the first time: Discord's three seconds, less the way here.
	callbackWithin = 2800 * time.Millisecond
)

// Handler answers interactions: slash commands and the buttons under their
// answers. It keeps nothing of them: whatever a button needs is in the button, so
// that it works after a restart.
type Handler struct {
	cfg      HandlerConfig
	commands map[string]*command
	slots    chan struct{} // one for each question that runs

	mu     sync.Mutex // guards closed, and wg against it
	closed bool
	held   int
	wg     sync.WaitGroup
	ctx    context.Context //nolint:containedctx // of all work: it ends when Close gives up, not with a caller
	stop   context.CancelFunc

	count handlerCounters
}

// NewHandler makes a Handler. Its Handle is what a reader's Config.Interactions
// wants.
func NewHandler(cfg HandlerConfig) *Handler {
	if cfg.Reader == nil || cfg.REST == nil {
		panic("discord: a Handler needs a Reader and a REST")
	}
	cfg.defaults()
	h := &Handler{cfg: cfg, commands: commandsByName(), slots: make(chan struct{}, cfg.Running)}
	h.ctx, h.stop = context.WithCancel(context.Background())
	return h
}

func (c *HandlerConfig) defaults() {
	if c.DeferAfter <= 0 {
		c.DeferAfter = deferAfter
	}
	if c.AnswerWithin <= 0 {
		c.AnswerWithin = answerWithin
	}
	if c.Running <= 0 {
		c.Running = maxRunning
	}
	if c.Waiting <= 0 {
		c.Waiting = maxWaiting
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}

// Handle takes an INTERACTION_CREATE payload and returns at once; the answer is
// given in the background. Beyond HandlerConfig.Waiting, and after Close, nothing
// is done: Discord tells the member that the application did not respond. raw is
// the Handler's.
func (h *Handler) Handle(raw json.RawMessage) {
	h.count.received.Add(1)
	i, err := parseInteraction(raw)
	if err != nil {
		h.count.malformed.Add(1)
		h.cfg.Log.Warn("cannot read an interaction", "error", err)
		return
	}
	i.at = time.Now()
	if !h.enter() {
		h.count.dropped.Add(1)
		h.cfg.Log.Warn("an interaction is left unanswered: too many at once, or the bot ends")
		return
	}
	go func() {
		defer h.leave()
		h.serve(i)
	}()
}

// enter counts an interaction in.
func (h *Handler) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.held >= h.cfg.Waiting {
		return false
	}
	h.held++
	h.wg.Add(1)
	return true
}

func (h *Handler) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held--
	h.wg.Done()
}

// Close takes no more interactions and waits for those under way. When ctx ends
// they are given up, and its error is returned.
func (h *Handler) Close(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	defer h.stop()
	done := make(chan struct{})
	go func() {
		h.wg.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		h.stop()
		<-done
		return ctx.Err()
	}
}
