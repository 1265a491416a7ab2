package rank

import "math/bits"

// member is what the board knows of one member.
type member struct {
	id      uint64
	value   float64 // at the landmark; its key is the entry's in the list
	residue int32   // see accumulate
	block   uint32  // where the entry was last seen: a hint, see list.locate
}

// members numbers the members densely in slots and finds a slot by id.
//
// The table is open-addressed with linear probing and at most 3/4 full. A
// cell is 0 or slot+1 in as many low bits as the table's index has, and bits
// of the hash in those above: four bytes a cell, and a foreign member's
// record is hardly ever looked at. A Go map from id to slot takes as long and
// three to four times the memory, 24 to 38 bytes a member. Keyed by the seed,
// the hash is no secret: ids are Discord's to give, not a caller's to choose.
type members struct {
	records arena[member]
	cells   []uint32
	seed    uint64
}

// minCells is the length of the smallest table.
const minCells = 16

// find returns the slot of a member.
func (m *members) find(id uint64) (slot int, ok bool) {
	if len(m.cells) == 0 {
		return 0, false
	}
	cell, ok := m.probe(id)
	if !ok {
		return 0, false
	}
	return int(m.cells[cell]&m.mask()) - 1, true
}

// add gives a member that has none the next slot.
func (m *members) add(r member) {
	m.records.push(r)
	if m.records.n > len(m.cells)/4*3 {
		m.rehash(max(minCells, 2*len(m.cells)))
		return
	}
	m.enter(m.records.n - 1)
}

// reserve makes room for n members where there are none.
func (m *members) reserve(n int) {
	m.records.reserve(n)
	cells := minCells
	for n > cells/4*3 {
		cells *= 2
	}
	m.rehash(cells)
}

// remove gives up a slot; the last record moves into it.
func (m *members) remove(slot int) {
	cell, _ := m.probe(m.records.at(slot).id)
	m.vacate(cell)
	last := m.records.n - 1
	if slot != last {
		cell, _ = m.probe(m.records.at(last).id)
		m.cells[cell] = m.cells[cell]&^m.mask() | uint32(slot+1)
		*m.records.at(slot) = *m.records.at(last)
	}
	m.records.pop()
}

// mask covers the bits of a cell that hold the slot.
func (m *members) mask() uint32 { return uint32(len(m.cells) - 1) }

// hash mixes an id with the seed: one wide multiplication, folded.
func (m *members) hash(id uint64) uint64 {
	hi, lo := bits.Mul64(id^m.seed, 0x9e3779b97f4a7c15)
	return hi ^ lo
}

// probe returns the cell of a member, or the empty one where its search ends.
func (m *members) probe(id uint64) (cell int, ok bool) {
	h, mask := m.hash(id), m.mask()
	tag := uint32(h) &^ mask
	for i := uint32(h>>32) & mask; ; i = (i + 1) & mask {
		c := m.cells[i]
		if c == 0 {
			return int(i), false
		}
		if c&^mask == tag && m.records.at(int(c&mask)-1).id == id {
			return int(i), true
		}
	}
}

// enter writes the cell of a slot whose member is in no cell.
func (m *members) enter(slot int) {
	h, mask := m.hash(m.records.at(slot).id), m.mask()
	i := uint32(h>>32) & mask
	for m.cells[i] != 0 {
		i = (i + 1) & mask
	}
	m.cells[i] = uint32(h)&^mask | uint32(slot+1)
}

// vacate empties a cell and moves back what a search would no longer reach.
func (m *members) vacate(cell int) {
	mask := m.mask()
	gap := uint32(cell)
	for i := (gap + 1) & mask; m.cells[i] != 0; i = (i + 1) & mask {
		home := uint32(m.hash(m.records.at(int(m.cells[i]&mask)-1).id)>>32) & mask
		if (i-home)&mask >= (i-gap)&mask {
			m.cells[gap] = m.cells[i]
			gap = i
		}
	}
	m.cells[gap] = 0
}

// rehash enters every record into a new table.
func (m *members) rehash(cells int) {
	m.cells = make([]uint32, cells)
	for slot := range m.records.n {
		m.enter(slot)
	}
}

// bytes returns how much memory the members hold.
func (m *members) bytes() int { return m.records.bytes() + 4*cap(m.cells) }

// mix spreads a seed over 64 bits (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
