package pipeline

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/persist"
)

// Journal is the part of the write-ahead log that the pipeline needs.
type Journal interface {
	// Commit makes batches durable, which are recovered all or none, and returns the
	// sequence of the first record. It waits while the journal is at its cap.
	Commit(ctx context.Context, b ...events.Batch) (events.Seq, error)
	// First and Durable bound what can be read: [First, Durable).
	First() events.Seq
	Durable() events.Seq
	// Advance says that the named cursor no longer needs what is before next.
	Advance(cursor string, next events.Seq) error
}

// Reader reads the journal's durable records in order.
type Reader interface {
	// Next returns the next batch, valid until the following call, or io.EOF at
	// the durable end.
	Next(ctx context.Context) (*events.Batch, error)
	// Wait waits until more is durable.
	Wait(ctx context.Context) error
	Close() error
}

// Store is the part of the database that the flusher needs.
type Store interface {
	Cursor(ctx context.Context) (persist.Cursor, error)
	Apply(ctx context.Context, b *persist.Batch) error
	View(ctx context.Context, f func(persist.View) error) error
}

// Memory is what is kept of the events to answer questions: internal/stats. The
// pipeline calls Apply, Snapshot and Restore from one goroutine.
type Memory interface {
	Apply(b *events.Batch) error
	// AppendSnapshot appends a self-contained state as of the last Apply.
	AppendSnapshot(b []byte) ([]byte, error)
	Restore(b []byte) error
	// Flushed says that the store now holds everything before next. It is called
	// from the flusher's goroutine.
	Flushed(next events.Seq)
}

// The names of the journal's cursors.
const (
	CursorStore    = "store"
	CursorSnapshot = "snapshot"
)

// Config is what a Pipeline is made of. Zero numbers mean the defaults.
type Config struct {
	Journal     Journal
	OpenJournal func(from events.Seq) (Reader, error)
	Store       Store
	Epoch       uint64 // of our ownership of the store
	Memory      Memory
	SnapshotDir string
	JournalID   [16]byte // snapshots of another journal are not read
	Log         *slog.Logger
	Now         func() time.Time
	Hash        func(words ...uint64) uint64 // keyed; for pairs of people

	Zones *guild.Zones

	Ring          int           // events on the ring; default 65,536
	Batch         int           // events a turn of ingest takes; default 4,096
	FlushEvents   int           // events a flush coalesces; default 10,000
	FlushInterval time.Duration // the longest a flush waits; default 30 s
	Snapshot      time.Duration // between snapshots; default 5 min
	Checkpoint    time.Duration // between proofs of voice sessions; default 1 min
	Authors       int           // messages whose author is remembered; default 65,536
	Pairs         int           // reactions that score a day; default 262,144
}

// Errors of the pipeline.
var (
	// ErrStopped: the pipeline takes nothing in any more.
	ErrStopped = errors.New("the pipeline has stopped")
	// ErrLost: the journal no longer holds what memory and store need.
	ErrLost = errors.New("the journal does not reach back far enough")
)

func (c *Config) defaults() {
	def := func(p *int, v int) {
		if *p == 0 {
			*p = v
		}
	}
	wait := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	def(&c.Ring, 1<<16)
	def(&c.Batch, 4096)
	def(&c.FlushEvents, 10_000)
	def(&c.Authors, 1<<16)
	def(&c.Pairs, 1<<18)
	wait(&c.FlushInterval, 30*time.Second)
	wait(&c.Snapshot, 5*time.Minute)
	wait(&c.Checkpoint, time.Minute)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Zones == nil {
		c.Zones = &guild.Zones{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}
