package rank

// Roster gives each member a small number, once for all the boards of a server:
// a board with a Roster holds 16 bytes a member and the order, and no table of
// its own to find them by. A member takes about 16 bytes of the roster.
//
// A member is on the roster from its first event on any board, until Remove.
// Numbers are dense, and a board has room up to the highest of its members.
//
// Boards of one Roster share its lock, so that one call is let through at a time
// on all of them; see Board for how short they are. A Roster holds on to its
// boards.
//
// The zero Roster is empty. A Roster must not be copied.
type Roster struct {
	turnstile
	numbers
	boards []*Board
}

// NewRoster returns an empty roster. The seed determines the hash of member
// ids, and has no influence on anything a caller sees but time.
func NewRoster(seed uint64) *Roster { return &Roster{numbers: numbers{seed: mix(^seed)}} }

func (r *Roster) register(b *Board) {
	r.write()
	defer r.leave()
	r.boards = append(r.boards, b)
}

// Len returns how many members are on the roster.
func (r *Roster) Len() int {
	r.read()
	defer r.leave()
	return r.n
}

// Bytes returns how much memory the roster holds, without its boards.
func (r *Roster) Bytes() int {
	r.read()
	defer r.leave()
	return r.numbers.bytes()
}

// Remove takes a member off the roster and off every board of it, and reports
// whether it was there. O(log n) a board.
func (r *Roster) Remove(member uint64) bool {
	r.write()
	defer r.leave()
	n, ok := r.find(member)
	if !ok {
		return false
	}
	for _, b := range r.boards {
		if b.has(n) {
			b.drop(n)
		}
	}
	r.strike(n)
	return true
}
