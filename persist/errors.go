package persist

import "errors"

// Errors that callers tell apart with errors.Is.
var (
	// ErrFenced: another process took the store over. Stop.
	ErrFenced = errors.New("the store belongs to another process now")
	// ErrCursor: the batch does not begin where the store's cursor stands.
	ErrCursor = errors.New("the batch does not begin at the store's cursor")
	// ErrForeign: the store's cursor belongs to another journal.
	ErrForeign = errors.New("the store belongs to another journal")
	// ErrNewer: the schema is newer than this program. Update the program.
	ErrNewer = errors.New("the store's schema is newer than this program")
	// ErrUnavailable: the store cannot be reached now; trying later makes sense.
	ErrUnavailable = errors.New("the store cannot be reached")
)
