package fakediscord

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// apiError is an answer in Discord's form of errors.
type apiError struct {
	status  int
	code    int
	message string
	errors  object // what is wrong with each field
}

// Error tells the message.
func (e *apiError) Error() string { return e.message }

// writeError answers with an error.
func writeError(w http.ResponseWriter, err error) {
	if e, ok := errors.AsType[*tokenError](err); ok {
		oauthError(w, e.status, e.code, e.description)
		return
	}
	e, ok := errors.AsType[*apiError](err)
	if !ok {
		e = worldError(err)
	}
	o := object{"message": e.message, "code": e.code}
	if e.errors != nil {
		o["errors"] = e.errors
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.status)
	_, _ = w.Write(encode(o))
}

// worldError is the one table from what a world answers to what REST answers.
func worldError(err error) *apiError {
	for _, known := range []struct {
		err     error
		code    int
		message string
	}{
		{ErrUnknownChannel, 10003, "Unknown Channel"},
		{ErrUnknownGuild, 10004, "Unknown Guild"},
		{ErrUnknownUser, 10007, "Unknown Member"},
		{ErrUnknownMessage, 10008, "Unknown Message"},
		{ErrUnknownRole, 10011, "Unknown Role"},
		{ErrUnknownEvent, 10070, "Unknown Guild Scheduled Event"},
	} {
		if errors.Is(err, known.err) {
			return &apiError{status: http.StatusNotFound, code: known.code, message: known.message}
		}
	}
	return &apiError{status: http.StatusInternalServerError, message: "500: Internal Server Error"}
}

// Errors that have no subject.
var (
	errMissingAccess      = &apiError{status: http.StatusForbidden, code: 50001, message: "Missing Access"}
	errMissingPermissions = &apiError{status: http.StatusForbidden, code: 50013, message: "Missing Permissions"}
)

// formError says what is wrong with one field, whose path is dotted.
func formError(field, code, message string) *apiError {
	var errs any = object{"_errors": []object{{"code": code, "message": message}}}
	parts := strings.Split(field, ".")
	for _, part := range slices.Backward(parts) {
		errs = object{part: errs}
	}
	return &apiError{status: http.StatusBadRequest, code: 50035, message: "Invalid Form Body", errors: errs.(object)}
}
