package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/bwmarrin/discordgo"
)

// Codes of Discord's errors that are dealt with.
const (
	CodeUnknownWebhook      = 10015 // among others: an interaction that nobody answered
	CodeUnknownInteraction  = 10062 // three seconds are over
	CodeAcknowledged        = 40060 // answered already
	CodeInvalidWebhookToken = 50027 // fifteen minutes are over
)

// RESTError is an answer of Discord that is a refusal.
type RESTError struct {
	Status  int    // HTTP status
	Code    int    // Discord's own, 0 if it told none
	Message string // Discord's own words
}

// Error tells what Discord said.
func (e *RESTError) Error() string {
	return fmt.Sprintf("discord answered %d, code %d: %s", e.Status, e.Code, e.Message)
}

// Is makes a 401 an ErrRefused: the token is wrong, and no retry helps.
func (e *RESTError) Is(target error) bool {
	return target == ErrRefused && e.Status == http.StatusUnauthorized && e.Code != CodeInvalidWebhookToken
}

// restError makes an error of ours of what discordgo returns. Theirs hold the
// whole request, whose path and headers hold tokens.
func restError(err error) error {
	if rest, ok := errors.AsType[*discordgo.RESTError](err); ok {
		return answeredError(rest)
	}
	if limit, ok := errors.AsType[*discordgo.RateLimitError](err); ok {
		return &RESTError{Status: http.StatusTooManyRequests, Message: limit.Message}
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

func answeredError(rest *discordgo.RESTError) *RESTError {
	e := &RESTError{Status: rest.Response.StatusCode, Message: http.StatusText(rest.Response.StatusCode)}
	var body struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(rest.ResponseBody, &body) == nil && body.Message != "" {
		e.Code, e.Message = body.Code, body.Message
		if len(body.Errors) > 0 {
			e.Message += " " + string(body.Errors)
		}
	}
	return e
}

// tooLate reports whether an answer to an interaction came when nobody waited for
// it any more, or twice: nothing more can be done.
func tooLate(err error) bool {
	e, ok := errors.AsType[*RESTError](err)
	if !ok {
		return false
	}
	switch e.Code {
	case CodeUnknownInteraction, CodeAcknowledged, CodeUnknownWebhook, CodeInvalidWebhookToken:
		return true
	}
	return false
}

// stumbled reports whether a request failed for a reason that passes: no answer
// came, or one of 500 and above.
func stumbled(err error) bool {
	e, ok := errors.AsType[*RESTError](err)
	return !ok || e.Status >= http.StatusInternalServerError
}
