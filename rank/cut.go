package rank

import (
	"cmp"
	"slices"
)

// standing is a member's value as it is kept, without a place.
type standing struct {
	id      uint64
	value   float64
	residue int32
}

// entry is the member's entry in the order.
func (s standing) entry() entry { return entry{keyOf(s.value), s.id} }

func (s standing) compare(t standing) int {
	return cmp.Or(cmp.Compare(t.value, s.value), cmp.Compare(s.id, t.id))
}

// cut is the board at one moment, taken in pieces while updates go on: copied on
// write, a member at a time.
//
// The reader walks the members by number, pieceLen of them at a stay. A writer
// that is about to change a member ahead of the walk puts by what the member
// was, once, and the walk leaves it out. What was walked and what was put by is
// together the board as it was when the cut began. One that is not on the board
// then is put by as nobody.
//
//	numbers  0 ─── walked ───▶ next ─── ahead ───▶ end
//	changed     ignored             put by           came later: ignored
type cut struct {
	decay decay // as it was
	next  int
	end   int
	put   []standing
	bits  []uint64 // by number: ahead of the walk, and put by
}

// pieceLen is how many members are copied at one stay, one after the other in
// memory: less than an update takes. It is one word of bits.
const pieceLen = 64

// words returns how many pieces there are in n members.
func words(n int) int { return (n + pieceLen - 1) / pieceLen }

// freeze returns the members as they were at one moment, in the order of the
// board, and its decay. It takes O(n) time, more only to sort those who are
// equal, and 48 bytes a member.
func (b *Board) freeze() ([]standing, decay) {
	b.freezing.Lock()
	defer b.freezing.Unlock()
	c, r := b.begin(), b.roster()
	all := make([]standing, 0, c.end)
	var piece [pieceLen]standing
	for more := true; more; {
		r.read()
		n := c.step(b, &piece)
		if more = c.next < c.end; !more {
			b.cut = nil
		}
		r.leave()
		all = append(all, piece[:n]...)
	}
	all = append(all, c.put...)
	return sorted(all), c.decay
}

// begin opens a cut. Its memory is made outside, unless members joined since.
func (b *Board) begin() *cut {
	r := b.roster()
	for end := 0; ; {
		c := &cut{bits: make([]uint64, words(end)+1)}
		r.read()
		if end = b.records.n; words(end) <= len(c.bits) {
			c.decay, c.end = b.decay, end
			b.cut = c
			r.leave()
			return c
		}
		r.leave()
	}
}

// step copies the next piece and returns how many of it are on the board.
func (c *cut) step(b *Board, piece *[pieceLen]standing) (n int) {
	ids := &b.roster().ids
	bits := c.bits[c.next/pieceLen]
	for end := min(c.next+pieceLen, c.end); c.next < end; c.next++ {
		m := b.records.at(c.next)
		if bits&1 == 0 && m.value != 0 {
			piece[n] = standing{*ids.at(c.next), m.value, m.residue}
			n++
		}
		bits >>= 1
	}
	return n
}

// keep puts by what the member of a number is, before it changes.
func (c *cut) keep(b *Board, n int) {
	word, bit := n/pieceLen, uint64(1)<<(n%pieceLen)
	if n < c.next || n >= c.end || c.bits[word]&bit != 0 {
		return
	}
	c.bits[word] |= bit
	if m := b.records.at(n); m.value != 0 {
		c.put = append(c.put, standing{*b.roster().ids.at(n), m.value, m.residue})
	}
}

// finish walks to the end, for a writer that will change everybody.
func (c *cut) finish(b *Board) {
	var piece [pieceLen]standing
	for c.next < c.end {
		n := c.step(b, &piece)
		c.put = append(c.put, piece[:n]...)
	}
}

// digit is how many bits of a key are sorted by at a time.
const digit = 11

// sorted returns members in the order of the board: radix sort by key, from the
// lowest digit up, then by id among equals. The keys of a board agree in some
// of their highest digits as a rule, which then need no pass.
func sorted(all []standing) []standing {
	if len(all) < 1<<digit {
		slices.SortFunc(all, standing.compare)
		return all
	}
	from, to := all, make([]standing, len(all))
	for shift := 0; shift < 64; shift += digit {
		if scatter(from, to, shift) {
			from, to = to, from
		}
	}
	for rest := from; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].value == rest[0].value {
			n++
		}
		slices.SortFunc(rest[:n], standing.compare)
		rest = rest[n:]
	}
	return from
}

// scatter sorts by one digit, and reports false if that changes nothing.
func scatter(from, to []standing, shift int) bool {
	var at [1 << digit]int
	for i := range from {
		at[keyOf(from[i].value)>>shift%(1<<digit)]++
	}
	next := 0
	for i, n := range at {
		if n == len(from) {
			return false
		}
		at[i], next = next, next+n
	}
	for i := range from {
		d := keyOf(from[i].value) >> shift % (1 << digit)
		to[at[d]] = from[i]
		at[d]++
	}
	return true
}
