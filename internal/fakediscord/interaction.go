package fakediscord

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// What becomes of interactions that go wrong.
var (
	ErrNoReply        = errors.New("the application did not respond")
	ErrNobody         = errors.New("the application is offline")
	ErrUnknownCommand = errors.New("unknown command")
	ErrNotAllowed     = errors.New("the member may not use this command here")
	ErrNoComponent    = errors.New("the message has no such component")
	ErrUnknownReply   = errors.New("unknown interaction")
)

// Types of interactions.
const (
	interactionCommand      = 2
	interactionComponent    = 3
	interactionAutocomplete = 4
	interactionModal        = 5
)

// Types of callbacks.
const (
	CallbackMessage        = 4
	CallbackDeferred       = 5
	CallbackDeferredUpdate = 6
	CallbackUpdate         = 7
	CallbackChoices        = 8
	CallbackModal          = 9
)

// Interaction is something a member does that the application must answer.
// Command, CustomID with On, or CustomID with Fields say what.
type Interaction struct {
	Guild   uint64
	Channel uint64
	User    uint64
	Locale  string // the user's own when empty

	// A command: its name, then sub-commands, separated by spaces. Options go by
	// their names: string, int, float64, bool, and uint64 for ids. Target is the
	// user or message of a context menu.
	Command string
	Options map[string]any
	Target  uint64
	Focus   string // autocomplete for this option instead of the command itself

	// A button or select of a message: the reply that holds it, or any message
	// of the channel by id.
	CustomID string
	Values   []string
	On       *Reply
	Message  uint64

	Fields map[string]string // a modal's, by custom id; CustomID is the modal's

	// CallbackOnly returns at the first answer even if it only defers.
	CallbackOnly bool
}

// kind returns the type of the interaction.
func (i *Interaction) kind() int {
	switch {
	case i.Command != "" && i.Focus != "":
		return interactionAutocomplete
	case i.Command != "":
		return interactionCommand
	case i.Fields != nil:
		return interactionModal
	}
	return interactionComponent
}

// Interact lets a member do something, and waits for the answer: for the
// callback, and where that only defers, for what follows it. It fails with
// [ErrNoReply] when the callback does not come in time.
func (s *Server) Interact(ctx context.Context, i Interaction) (*Reply, error) {
	t, err := s.begins(i)
	if err != nil {
		return nil, fmt.Errorf("interact: %w", err)
	}
	deadline := time.NewTimer(s.cfg.InteractionDeadline)
	defer deadline.Stop()
	for {
		heard := t.bell.heard()
		r := s.snapshot(t)
		if r.Callback != 0 && (i.CallbackOnly || r.settled()) {
			return r, nil
		}
		select {
		case <-heard:
		case <-deadline.C:
			if s.snapshot(t).Callback == 0 {
				return nil, fmt.Errorf("interact: %w", ErrNoReply)
			}
		case <-ctx.Done():
			return r, fmt.Errorf("interact: %w", context.Cause(ctx))
		case <-s.done:
			return r, ErrClosed
		}
	}
}

// WaitReply waits until what the application said to an interaction satisfies a
// condition: an edit that comes later, a followup.
func (s *Server) WaitReply(ctx context.Context, r *Reply, met func(*Reply) bool) (*Reply, error) {
	t := s.talk(r.Token)
	if t == nil {
		return nil, ErrUnknownReply
	}
	for {
		heard := t.bell.heard()
		now := s.snapshot(t)
		if met(now) {
			return now, nil
		}
		select {
		case <-heard:
		case <-ctx.Done():
			return now, fmt.Errorf("wait for reply: %w", context.Cause(ctx))
		case <-s.done:
			return now, ErrClosed
		}
	}
}
