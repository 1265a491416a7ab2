package discord

import (
	"errors"
	"fmt"
)

// Errors of the gateway readers.
var (
	// ErrMalformed: a frame is not what Discord documents. It is counted and
	// reported, never fatal.
	ErrMalformed = errors.New("malformed gateway frame")
	// ErrRefused: Discord will not let this bot in, however often it asks. The
	// error is a *RefusedError, which tells the remedy.
	ErrRefused = errors.New("refused by discord")
	// ErrConfig: the reader cannot be made of this configuration.
	ErrConfig = errors.New("gateway configuration")
	// ErrGateway: Discord handed out a gateway address that must not see the token.
	ErrGateway = errors.New("unacceptable gateway address")
)

// RefusedError is an answer of Discord that a retry would only repeat.
type RefusedError struct {
	Code   int    // the gateway's close code, or the HTTP status
	Reason string // what Discord calls it
	Remedy string // what the operator can do, one sentence
}

// Error tells what was refused and what helps.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("refused by discord: %d %s. %s", e.Code, e.Reason, e.Remedy)
}

// Is makes every RefusedError an ErrRefused.
func (e *RefusedError) Is(target error) bool { return target == ErrRefused }
