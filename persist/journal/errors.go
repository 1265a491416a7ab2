package journal

import (
	"errors"
	"fmt"

	"guildpulse/events"
)

// Errors of the package, to be told apart with errors.Is.
var (
	// ErrCorrupt: bytes that were durable have changed or are gone. Always a
	// *CorruptError.
	ErrCorrupt = errors.New("journal is corrupt")
	// ErrVersion: a segment was written in a version that this program cannot read.
	ErrVersion = errors.New("unknown version of the journal's format")
	// ErrLocked: another process has the folder. Always a *LockedError.
	ErrLocked = errors.New("journal is in use")
	// ErrFailed: a write or a sync failed for good. Nothing is acknowledged any
	// more; the process must stop and start anew.
	ErrFailed = errors.New("journal has failed")
	// ErrClosed: the journal or the reader was closed.
	ErrClosed = errors.New("journal is closed")
	// ErrReleased: the position lies below the first record held.
	ErrReleased = errors.New("record is released")
	// ErrAhead: the position lies past the last record. Where the position comes
	// from a database, the journal has lost records that the database has seen.
	ErrAhead = errors.New("position is past the end of the journal")
	// ErrBatch: a batch that may not stand in the journal.
	ErrBatch = errors.New("malformed batch")
	// ErrTooLarge: the batches of one Append do not fit into one segment, or one
	// batch has more than MaxEvents, or no sequences are left.
	ErrTooLarge = errors.New("append is too large")
	// ErrCursor: a cursor that Config.Cursors does not name.
	ErrCursor = errors.New("unknown cursor")
	// ErrConfig: a Config that makes no sense.
	ErrConfig = errors.New("journal configuration")
)

// CorruptError says where a journal does not hold what it held, and what an
// operator can do. It unwraps to ErrCorrupt and to Err.
type CorruptError struct {
	Path    string     // of the segment
	Segment uint64     // its id
	Offset  int64      // of the first byte that cannot be trusted
	Seq     events.Seq // the record expected there; all below it are intact
	Reason  string
	Err     error // the cause, if there is one beside Reason
}

func (e *CorruptError) Error() string {
	reason := e.Reason
	if e.Err != nil {
		reason = fmt.Sprintf("%s: %v", reason, e.Err)
	}
	return fmt.Sprintf("%v: segment %s at byte %d, record %d: %s; "+
		"nothing was changed: keep a copy of the folder, look at it with `bot journal verify`, "+
		"then restore the segment or begin a new epoch with `bot journal rebase`",
		ErrCorrupt, e.Path, e.Offset, e.Seq, reason)
}

// Unwrap lets errors.Is find ErrCorrupt and the cause.
func (e *CorruptError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrCorrupt}
	}
	return []error{ErrCorrupt, e.Err}
}

// LockedError names the process that has the folder. It unwraps to ErrLocked.
type LockedError struct {
	Path string // of the lock file
	PID  int    // 0 when it could not be read
}

func (e *LockedError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("%v: %s is locked by another process", ErrLocked, e.Path)
	}
	return fmt.Sprintf("%v: %s is locked by process %d; stop it first", ErrLocked, e.Path, e.PID)
}

// Unwrap lets errors.Is find ErrLocked.
func (e *LockedError) Unwrap() error { return ErrLocked }
