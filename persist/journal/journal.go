package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"guildpulse/events"
)

// Journal is an open journal. All methods may be called from many goroutines.
//
// Two goroutines divide the work: whoever appends fills the buffer under mu, the
// committer alone writes to files, without mu. A buffer belongs to one of the two
// sides at a time; take and publish hand it over under mu.
type Journal struct {
	// What every append changes stands in one line of the processors' caches, which
	// is passed around by a crowd of writers, and what it only looks at in others.
	mu      sync.Mutex // guards this part and the last
	next    events.Seq // of the next record appended
	hurry   events.Seq // records below are to be committed without lingering
	waiting int        // how many wait for records in filling
	batches uint64     // appended
	filling *buffer
	plan    plan
	_       [cacheLine]byte

	// Set by Open and never changed.
	cfg      Config
	folder   folder // direct is the committer's
	id       [16]byte
	lock     io.Closer
	recovery Recovery

	active  *active // the committer's
	groomer groomer
	took    time.Duration // the last commit; the committer's

	wake      chan struct{} // something changed that the committer waits for; holds one
	freed     chan struct{} // a segment was released; holds one
	quit      chan struct{} // closed: Close waits no longer for a full disk
	done      chan struct{} // closed: the committer has ended and the folder is unlocked
	failing   chan struct{} // closed: failed is set
	quitOnce  sync.Once
	releasing sync.Mutex // held while segments are removed, before mu

	// Guarded by mu.
	durable  events.Seq // of the first record that is not durable
	crowd    int        // how many are expected to wait before the next commit begins
	writing  *buffer    // the committer's; nil: none
	spare    *buffer    // empty; nil while the committer has it
	segments []segment
	spares   []*spare // of released segments, durably renamed, or made ahead
	held     int64    // bytes of all segments, planned ones included
	cursors  map[string]events.Seq
	advanced bell // durable moved, or nothing moves any more
	room     bell // Append may have room, or never will
	closing  bool
	stopped  bool // the committer has ended
	failed   error
	stalled  error
	count    counters
}

// segment is one that has a file.
type segment struct {
	id      uint64
	first   events.Seq
	next    events.Seq // after the last durable record
	end     int64      // after the last durable byte
	bytes   int64      // that the file takes
	retired bool       // about to be removed
}

// Recovery tells what Open found.
type Recovery struct {
	Created        bool       // there was no journal before
	First          events.Seq // the first record held
	Next           events.Seq // the first that is not there yet
	Segments       int
	TruncatedBytes int64 // of a torn tail that was cut off
}

// Open opens the journal in cfg.Dir, or makes one, and recovers it: it reads all
// segments, cuts the torn tail of the last one off, and makes durable what is left.
// The journal is the caller's to Close.
//
// Errors: *LockedError, *CorruptError, ErrVersion, ErrConfig, or what the system
// said. A journal that is refused is not changed. Time: O(bytes held).
func Open(cfg Config) (*Journal, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := cfg.FS.MakeDir(cfg.Dir); err != nil {
		return nil, fmt.Errorf("make the journal's folder %s: %w", cfg.Dir, err)
	}
	j := newJournal(cfg)
	if j.lock, err = cfg.FS.Lock(j.folder.lockPath()); err != nil {
		return nil, fmt.Errorf("lock the journal's folder: %w", err)
	}
	if err := j.recover(); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", cfg.Dir, err), j.lock.Close())
	}
	go j.commitAll()
	return j, nil
}

func newJournal(cfg Config) *Journal {
	block, direct := 1, cfg.Direct && cfg.SegmentBytes%blockSize == 0
	if direct {
		block = blockSize
	}
	return &Journal{
		cfg:     cfg,
		folder:  folder{fs: cfg.FS, dir: cfg.Dir, direct: direct},
		wake:    make(chan struct{}, 1),
		freed:   make(chan struct{}, 1),
		quit:    make(chan struct{}),
		done:    make(chan struct{}),
		failing: make(chan struct{}),
		filling: newBuffer(cfg.bufferBytes(), block),
		spare:   newBuffer(cfg.bufferBytes(), block),
		cursors: make(map[string]events.Seq, len(cfg.Cursors)),
	}
}

// ID names the journal: 16 bytes drawn when it was made. A database that remembers
// it notices a journal that is not its own.
func (j *Journal) ID() [16]byte { return j.id }

// Recovery returns what Open found.
func (j *Journal) Recovery() Recovery { return j.recovery }

// Next returns the sequence that the next record appended will get.
func (j *Journal) Next() events.Seq {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next
}

// First returns the sequence of the first record held.
func (j *Journal) First() events.Seq {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.first()
}

// Durable returns the sequence of the first record that is not yet durable: as a
// cursor, all below it are.
func (j *Journal) Durable() events.Seq {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.durable
}

// Close commits what was appended, stops the committer and unlocks the folder.
// When ctx ends first, as on a full disk, Close returns its error; what was not
// durable by then is lost, and nobody was told otherwise. A sync under way still
// ends by itself, and the folder stays locked until it has. Calling Close again
// waits again. Readers are closed by their owners.
func (j *Journal) Close(ctx context.Context) error {
	j.mu.Lock()
	j.closing = true
	j.room.ring()
	j.mu.Unlock()
	j.nudge()
	select {
	case <-j.done:
		return j.outcome()
	default:
	}
	select {
	case <-j.done:
		return j.outcome()
	case <-ctx.Done():
		j.quitOnce.Do(func() { close(j.quit) })
		return fmt.Errorf("close journal: %w", context.Cause(ctx))
	}
}

// outcome is what Close says once the committer has ended.
func (j *Journal) outcome() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.failed != nil:
		return j.failure()
	case j.durable < j.next:
		return fmt.Errorf("close journal: %d records were not written: %w", j.next-j.durable, j.stalled)
	}
	return nil
}

// enter takes mu, for those who come in crowds. It is held for less than it takes
// to park, and a sync.Mutex parks at once where other goroutines are ready to run.
func (j *Journal) enter() {
	for range entries {
		if j.mu.TryLock() {
			return
		}
	}
	j.mu.Lock()
}

// entries is how often enter tries: for about half a microsecond.
const entries = 200

// cacheLine is what processors pass around, in bytes.
const cacheLine = 64

func (j *Journal) nudge() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}
