package guild

import "fmt"

// Ledgers are the [Ledger] of each of a server's members, by small numbers that its
// caller gives them (package rank's Roster does), packed: 8 bytes a member, and its
// cells in a chunk with room for a power of two of them.
//
//	heads   ┌ n, chunk ┬ n, chunk ┬ … ┐  by number
//	slab 0  └ chunks of one cell  ┘
//	slab 1    chunks of two cells
//	slab k    chunks of 2^k cells
//
// There is no pointer in it, so that a million ledgers are some thousand objects
// that the garbage collector need not look into. All of them hold the same two
// days, and are written anew, close together, when a day begins.
//
// The zero Ledgers are those of members who have no rows. They belong to rules of
// one zone, and are not safe for concurrent use.
type Ledgers struct {
	days
	heads paged[holding]
	slabs []slab // by class: the log₂ of how many cells a chunk has room for
}

// holding tells where a member's cells are. Its class follows from their number.
type holding struct{ n, chunk uint32 }

// Add is [Ledger.Add] of a member's ledger.
func (s *Ledgers) Add(r *Rules, number uint32, delta Row, dst []Change) ([]Change, error) {
	if _, scores := CategoryOf(delta.Kind); !scores {
		return dst, nil
	}
	if delta.Quarter >= s.tomorrow {
		s.Advance(r, r.zone.DayOfQuarter(delta.Quarter))
	}
	l := s.open(number)
	room := cap(l.cells)
	dst, err := l.Add(r, delta, dst)
	s.close(number, l.cells, room)
	return dst, err
}

// Load is [Ledger.Load] of a member's ledger. If today, or a row, is of a later day
// than the ledgers hold, they all move on.
func (s *Ledgers) Load(r *Rules, number uint32, today Day, rows []Row) {
	s.Advance(r, today)
	for i := range rows {
		if rows[i].Quarter >= s.tomorrow {
			s.Advance(r, r.zone.DayOfQuarter(rows[i].Quarter))
		}
	}
	l := Ledger{days: s.days}
	l.fill(r, rows)
	s.put(number, l.cells)
}

// Put takes a member's ledger over, for example one that was stored. It must be of
// the days that the others are of: ErrLedger.
func (s *Ledgers) Put(number uint32, l *Ledger) error {
	if s.days == (days{}) {
		s.days = l.days
	}
	if l.days != s.days {
		return fmt.Errorf("%w: of other days than the rest", ErrLedger)
	}
	s.put(number, l.cells)
	return nil
}

// Get returns a member's ledger to look at. It is good until the next change.
func (s *Ledgers) Get(number uint32) Ledger { return s.open(number) }

// Cap returns the number from which on no member has a ledger.
func (s *Ledgers) Cap() uint32 { return uint32(s.heads.n) }

// Drop forgets a member.
func (s *Ledgers) Drop(number uint32) { s.put(number, nil) }

// Advance makes all of them forget what is before the day that precedes today. It
// never goes back. O(members) when it is a later day.
func (s *Ledgers) Advance(r *Rules, today Day) {
	if _, end := r.zone.Quarters(today, today); end <= s.tomorrow {
		return
	}
	old := *s
	*s = Ledgers{days: old.days}
	shift := s.days.advance(r.zone, today)
	for n := range old.Cap() {
		s.put(n, forget(old.open(n).cells, shift))
	}
}

// open returns a member's ledger over the cells where they are.
func (s *Ledgers) open(number uint32) Ledger {
	l := Ledger{days: s.days}
	if int(number) >= s.heads.n {
		return l
	}
	if h := *s.heads.at(number); h.n > 0 {
		class := classOf(h.n)
		l.cells = s.slabs[class].chunk(class, h.chunk)[:h.n]
	}
	return l
}

// close notes what became of cells that were opened with so much room. Where that
// did not suffice, they are elsewhere now.
func (s *Ledgers) close(number uint32, cells []cell, room int) {
	switch {
	case len(cells) > room:
		s.put(number, cells)
	case len(cells) > 0:
		s.heads.at(number).n = uint32(len(cells))
	}
}

// put gives a member cells, which are copied.
func (s *Ledgers) put(number uint32, cells []cell) {
	if len(cells) == 0 && int(number) >= s.heads.n {
		return
	}
	for s.heads.n <= int(number) {
		s.heads.push(holding{})
	}
	h := s.heads.at(number)
	if h.n > 0 {
		class := classOf(h.n)
		s.slabs[class].give(class, h.chunk)
	}
	*h = holding{}
	if len(cells) == 0 {
		return
	}
	class := classOf(uint32(len(cells)))
	for len(s.slabs) <= class {
		s.slabs = append(s.slabs, slab{})
	}
	h.n, h.chunk = uint32(len(cells)), s.slabs[class].take(class)
	copy(s.slabs[class].chunk(class, h.chunk), cells)
}
