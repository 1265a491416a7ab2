package rank

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// MaxWeight is the largest weight an event may have, either way.
	MaxWeight = 1 << 53

	// MaxTime is the latest time an event may have, in milliseconds from
	// 1970 on; -MaxTime is the earliest. It is 285,000 years.
	MaxTime = 1 << 53
)

// Config says how a board decays. The zero Config is a board of plain sums.
type Config struct {
	// HalfLife is the time in which a score halves, in whole milliseconds.
	// 0 means that scores do not decay.
	HalfLife time.Duration

	// Landmark is any time, in Unix milliseconds, from which the board's
	// landmarks are whole half-lives away. It has no influence on order, and
	// on scores only by rounding; boards that are to agree bit for bit need
	// the same one.
	Landmark int64

	// Seed determines the hash of member ids, and the heights of the skip
	// list's towers. It has no influence on anything a caller sees but time.
	Seed uint64

	// Roster numbers the members, for several boards of the same ones. A
	// board without it has one of its own.
	Roster *Roster
}

// Validate returns an error that wraps ErrConfig if no board can be made.
func (c Config) Validate() error {
	switch {
	case c.HalfLife < 0:
		return fmt.Errorf("%w: negative half-life %v", ErrConfig, c.HalfLife)
	case c.HalfLife%time.Millisecond != 0:
		return fmt.Errorf("%w: half-life %v is not in whole milliseconds", ErrConfig, c.HalfLife)
	case c.Landmark < -MaxTime || c.Landmark > MaxTime:
		return fmt.Errorf("%w: landmark %d ms is beyond %d ms", ErrConfig, c.Landmark, int64(MaxTime))
	}
	return nil
}

// Board ranks members by a score that halves every half-life.
//
// The order is by score, highest first, then by member id, lowest first. It
// is the order of stored values (see doc.go), does not depend on when it is
// asked for, and changes only by Add, AddBatch and Remove.
//
// Members are those whose score is above 0. One that falls to 0 or below is
// removed, and so is one of whom a credit taken back leaves less than 2^-52
// of that credit, which is rounding. A debt is not kept: take back only what
// was given before.
//
// Costs in n members: Add, Remove, Rank and the start of Range O(log n), Add
// O(1) when the member stays in its block; Score, Len and the start of Top O(1).
// None of them allocates, except for new members and for results that out has
// no room for. Memory is about 60 bytes a member, 45 with a Roster, and 2.2 KiB
// at least once there is one.
//
// A Board is meant for one writer and many readers and is safe for any number of
// both. Each call sees the board between two updates. No call stops a writer
// for longer than about one update takes: a page of 256 places is read at once,
// and what reads more takes the board in pieces and makes out afterwards what
// it was at one moment; see Range and AppendBinary.
//
// The zero Board is an empty board of plain sums. A Board must not be copied.
type Board struct {
	shared *Roster // nil: own
	own    Roster  // guards what follows, where it is not shared
	state
	podium   atomic.Pointer[podium] // nil: not published
	calm     calm
	freezing sync.Mutex // by whoever takes the board in pieces
}

// state is what a snapshot replaces.
type state struct {
	seed    uint64
	decay   decay
	records arena[record] // by number
	list    list
	changes uint64 // counted, for readers to see that there was none
	cut     *cut   // of the reader who takes the board in pieces
}

// record is what the board knows of one member.
type record struct {
	value   float64 // at the landmark; its key is the entry's. 0: not on the board
	residue int32   // see accumulate
	at      hint    // where the entry was last seen
}

// New returns an empty board. It panics if the config is not valid.
func New(c Config) *Board {
	if err := c.Validate(); err != nil {
		panic(err)
	}
	b := &Board{shared: c.Roster, own: Roster{numbers: numbers{seed: mix(^c.Seed)}}}
	b.seed = c.Seed
	b.decay = decay{halfLife: c.HalfLife.Milliseconds(), landmark: c.Landmark}
	if c.Roster != nil {
		c.Roster.register(b)
	}
	return b
}

// roster returns who numbers the members, and guards the board.
func (b *Board) roster() *Roster {
	if b.shared != nil {
		return b.shared
	}
	return &b.own
}

// HalfLife returns the half-life the board was made with, 0 for none.
func (b *Board) HalfLife() time.Duration {
	r := b.roster()
	r.read()
	defer r.leave()
	return time.Duration(b.decay.halfLife) * time.Millisecond
}

// Len returns the number of members on the board.
func (b *Board) Len() int {
	r := b.roster()
	r.read()
	defer r.leave()
	return b.list.n
}

// Add credits a member with an event of that weight at a time in Unix
// milliseconds; a negative weight takes credit back. Events may come in any
// order of time: late ones weigh what they would if they had come in time.
//
// An event so old that its weight has halved some 900 times counts as
// nothing. An event far ahead of the others moves the landmark to its own
// time, and whoever has decayed to nothing by then leaves the board: the
// caller guards the clock.
//
// It returns ErrWeight or ErrTime, and does nothing, if the weight is not a
// number or out of bounds, or the time is.
func (b *Board) Add(member uint64, atMs int64, weight float64) error {
	if err := check(atMs, weight); err != nil {
		return err
	}
	r := b.roster()
	r.write()
	b.add(member, atMs, weight)
	r.leave()
	return nil
}

// Remove takes a member off the board, and reports whether it was there.
func (b *Board) Remove(member uint64) bool {
	r := b.roster()
	r.write()
	defer r.leave()
	n, ok := b.find(member)
	if ok {
		b.drop(n)
	}
	return ok
}

// check refuses what no board can count.
func check(atMs int64, weight float64) error {
	if !(math.Abs(weight) <= MaxWeight) {
		return ErrWeight
	}
	if atMs < -MaxTime || atMs > MaxTime {
		return ErrTime
	}
	return nil
}
