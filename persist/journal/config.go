package journal

import (
	"fmt"
	"time"

	"guildpulse/events"
)

// Defaults of Config.
const (
	DefaultSegmentBytes = 64 << 20
	DefaultMaxBytes     = 4 << 30
	DefaultBatchBytes   = 1 << 20
	DefaultLinger       = 5 * time.Millisecond
	DefaultRetry        = 250 * time.Millisecond
	DefaultGroom        = 4 * time.Millisecond
)

// MinSegmentBytes is the least that Config.SegmentBytes may be.
const MinSegmentBytes = 512

// Config says where a journal lives and how it trades delay for throughput. Zero
// fields take the defaults.
type Config struct {
	Dir string // the folder; made with mode 0700 if it is not there
	FS  FS     // nil: the operating system's

	// SegmentBytes is the size at which a segment is full and the next begins.
	// Files are preallocated to it, and used again for another segment when they are
	// released; up to four wait for that, within MaxBytes. What one Append takes must fit into one.
	SegmentBytes int64
	// MaxBytes caps all segments together; Append waits at the cap. At least two
	// segments, for the one that is written to is never released.
	MaxBytes int64

	// BatchBytes starts a commit when so many bytes are buffered. Twice as much is
	// buffered while a commit is under way; then Append waits. The journal holds
	// two such buffers.
	BatchBytes int
	// Linger is how long a record that nobody waits for may keep the next commit
	// waiting for company. Negative: not at all.
	Linger time.Duration
	// Direct writes past the system's cache where the file system can, and segments
	// are whole blocks of 4096 bytes; elsewhere it changes nothing. Measured
	// (bench/logs): a tenth faster for small commits, half as much again for large
	// ones. A reader close behind reads from the disk rather than from the cache.
	Direct bool
	// Retry is the first pause after a write that found the disk full. Pauses
	// double up to sixteen times that.
	Retry time.Duration

	// Groom is the pause after each 256 KiB of zeros with which the committer, while it
	// has nothing to commit, fills what holds no records: spares, and the active
	// segment behind its end. By default at most 64 MiB a second. Negative: never.
	Groom time.Duration

	// Cursors names who reads the journal. Nothing is released before every one of
	// them has advanced past it; with no names nothing is ever released.
	Cursors []string

	// FirstSeq is the sequence at which a new journal begins, 1 by default. An
	// existing journal goes on where it ended.
	FirstSeq events.Seq
	// ID names a new journal; zero: random.
	ID [16]byte
}

const (
	retryDoublings = 16
	bufferFactor   = 2 // buffered bytes at which Append waits, in BatchBytes
)

func (c Config) withDefaults() (Config, error) {
	orDefault(&c.SegmentBytes, DefaultSegmentBytes)
	orDefault(&c.MaxBytes, max(DefaultMaxBytes, 2*c.SegmentBytes))
	orDefault(&c.BatchBytes, DefaultBatchBytes)
	orDefault(&c.Linger, DefaultLinger)
	orDefault(&c.Retry, DefaultRetry)
	orDefault(&c.Groom, DefaultGroom)
	orDefault(&c.FirstSeq, 1)
	if c.FS == nil {
		c.FS = OS()
	}
	return c, c.validate()
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (c Config) validate() error {
	switch {
	case c.Dir == "":
		return fmt.Errorf("%w: no folder", ErrConfig)
	case c.SegmentBytes < MinSegmentBytes:
		return fmt.Errorf("%w: segments of %d bytes, at least %d", ErrConfig, c.SegmentBytes, MinSegmentBytes)
	case c.MaxBytes < 2*c.SegmentBytes:
		return fmt.Errorf("%w: cap of %d bytes, at least two segments of %d", ErrConfig, c.MaxBytes, c.SegmentBytes)
	case c.BatchBytes < 0:
		return fmt.Errorf("%w: batches of %d bytes", ErrConfig, c.BatchBytes)
	case c.FirstSeq > maxSeq/2:
		return fmt.Errorf("%w: begin with record %d, at most %d", ErrConfig, c.FirstSeq, maxSeq/2)
	case c.Retry < 0:
		return fmt.Errorf("%w: retry after %v", ErrConfig, c.Retry)
	}
	return nil
}

func (c Config) bufferBytes() int { return bufferFactor * c.BatchBytes }
