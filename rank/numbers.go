package rank

import "math/bits"

// numbers is a hash table from member ids to numbers.
//
// It is open-addressed with linear probing and at most 3/4 full. A cell is 0 or
// number+1 in as many low bits as the table's index has, and bits of the hash
// in those above: four bytes a cell, and a foreign member's id is hardly ever
// looked at. A Go map from id to number takes as long and three to four times
// the memory, 24 to 38 bytes a member. Keyed by the seed, the hash is no
// secret: ids are Discord's to give, not a caller's to choose.
type numbers struct {
	ids   arena[uint64] // by number; in one that is free, the next free one
	cells []uint32
	seed  uint64
	free  uint32 // 1 + the first free number
	n     int
}

// minCells is the length of the smallest table.
const minCells = 16

// find returns the number of a member.
func (m *numbers) find(id uint64) (n uint32, ok bool) {
	if len(m.cells) == 0 {
		return 0, false
	}
	h, mask := m.hash(id), m.mask()
	tag := uint32(h) &^ mask
	for i := uint32(h>>32) & mask; ; i = (i + 1) & mask {
		c := m.cells[i]
		if c == 0 {
			return 0, false
		}
		if n := c&mask - 1; c&^mask == tag && *m.ids.at(int(n)) == id {
			return n, true
		}
	}
}

// enter returns the number of a member, which it gives one if it has none.
func (m *numbers) enter(id uint64) uint32 {
	if n, ok := m.find(id); ok {
		return n
	}
	n := m.free - 1
	if m.free != 0 {
		m.free = uint32(*m.ids.at(int(n)))
		*m.ids.at(int(n)) = id
	} else {
		n = uint32(m.ids.n)
		m.ids.push(id)
	}
	m.n++
	if m.ids.n > len(m.cells)/4*3 {
		m.rehash(n, max(minCells, 2*len(m.cells)))
	} else {
		m.occupy(n)
	}
	return n
}

// strike frees a number.
func (m *numbers) strike(n uint32) {
	m.vacate(m.cell(n))
	*m.ids.at(int(n)) = uint64(m.free)
	m.free = n + 1
	m.n--
}

// mask covers the bits of a cell that hold the number.
func (m *numbers) mask() uint32 { return uint32(len(m.cells) - 1) }

// hash mixes an id with the seed: one wide multiplication, folded.
func (m *numbers) hash(id uint64) uint64 {
	hi, lo := bits.Mul64(id^m.seed, golden)
	return hi ^ lo
}

// home returns where the search for a number's member begins.
func (m *numbers) home(n uint32) uint32 {
	return uint32(m.hash(*m.ids.at(int(n)))>>32) & m.mask()
}

// cell returns the cell that holds a number.
func (m *numbers) cell(n uint32) uint32 {
	i := m.home(n)
	for m.cells[i]&m.mask() != n+1 {
		i = (i + 1) & m.mask()
	}
	return i
}

// occupy writes the cell of a number that is in none.
func (m *numbers) occupy(n uint32) {
	h, mask := m.hash(*m.ids.at(int(n))), m.mask()
	i := uint32(h>>32) & mask
	for m.cells[i] != 0 {
		i = (i + 1) & mask
	}
	m.cells[i] = uint32(h)&^mask | (n + 1)
}

// vacate empties a cell and moves back what a search would no longer reach.
func (m *numbers) vacate(gap uint32) {
	mask := m.mask()
	for i := (gap + 1) & mask; m.cells[i] != 0; i = (i + 1) & mask {
		if home := m.home(m.cells[i]&mask - 1); (i-home)&mask >= (i-gap)&mask {
			m.cells[gap] = m.cells[i]
			gap = i
		}
	}
	m.cells[gap] = 0
}

// rehash takes all numbers that are in use, and number n, over into a new
// table.
func (m *numbers) rehash(n uint32, cells int) {
	old, mask := m.cells, m.mask()
	m.cells = make([]uint32, cells)
	for _, c := range old {
		if c != 0 {
			m.occupy(c&mask - 1)
		}
	}
	m.occupy(n)
}

// reserve makes room for n members where there are none.
func (m *numbers) reserve(n int) {
	m.ids.reserve(n)
	cells := minCells
	for n > cells/4*3 {
		cells *= 2
	}
	m.cells = make([]uint32, cells)
}

// bytes returns how much memory the numbers take.
func (m *numbers) bytes() int { return m.ids.bytes() + 4*cap(m.cells) }

// golden is 2^64 over the golden ratio.
const golden = 0x9e3779b97f4a7c15

// mix spreads a seed over 64 bits (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x += golden
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
