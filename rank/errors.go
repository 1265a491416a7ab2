package rank

import "errors"

var (
	// ErrConfig is wrapped by what Config.Validate returns.
	ErrConfig = errors.New("rank: invalid config")

	// ErrWeight refuses a weight that is not a number, infinite or beyond
	// MaxWeight.
	ErrWeight = errors.New("rank: weight out of range")

	// ErrTime refuses an event's time beyond MaxTime.
	ErrTime = errors.New("rank: time out of range")

	// ErrVersion refuses a snapshot of a version that this package does not
	// know: it was written by a newer one.
	ErrVersion = errors.New("rank: unknown snapshot version")

	// ErrCorrupt is wrapped by what UnmarshalBinary returns for bytes that
	// are no snapshot or no longer the one that was written.
	ErrCorrupt = errors.New("rank: corrupt snapshot")
)
