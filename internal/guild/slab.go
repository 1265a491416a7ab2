package guild

import "math/bits"

// pageCells is how many cells a page of a slab has, unless one chunk takes more.
const pageCells = 1024

// slab is room for chunks of 2^class cells. Chunks that are given back are a list
// through the first of their cells, and are the next to be taken.
type slab struct {
	pages [][]cell
	n     uint32 // chunks that have been taken ever
	free  uint32 // 1 + the first that was given back, 0: none
}

// classOf returns the least class that has room for n > 0 cells.
func classOf(n uint32) int { return bits.Len32(n - 1) }

// perPage returns the log₂ of how many chunks of a class a page has.
func perPage(class int) int { return max(bits.Len32(pageCells-1)-class, 0) }

// chunk returns the cells of a chunk.
func (s *slab) chunk(class int, i uint32) []cell {
	per := perPage(class)
	at := i & (1<<per - 1) << class
	return s.pages[i>>per][at : at+1<<class : at+1<<class]
}

// take returns a chunk that is not in use.
func (s *slab) take(class int) uint32 {
	if i := s.free - 1; s.free != 0 {
		s.free = uint32(s.chunk(class, i)[0].channel)
		return i
	}
	i := s.n
	s.n++
	s.grow(class, int(i>>perPage(class)), int(s.n<<class))
	return i
}

// grow makes room for so many cells in all. The first page is doubled from a single
// chunk on, for the sake of small servers.
func (s *slab) grow(class, page, cells int) {
	whole := 1 << (perPage(class) + class)
	switch {
	case page > 0 && page == len(s.pages):
		s.pages = append(s.pages, make([]cell, whole))
	case page == 0 && len(s.pages) == 0:
		s.pages = append(s.pages, make([]cell, 1<<class))
	case page == 0 && cells > len(s.pages[0]):
		s.pages[0] = append(make([]cell, 0, 2*len(s.pages[0])), s.pages[0]...)[:2*len(s.pages[0])]
	}
}

// give takes a chunk back.
func (s *slab) give(class int, i uint32) {
	s.chunk(class, i)[0].channel = uint64(s.free)
	s.free = i + 1
}

// paged is an array that grows at its end without moving as a whole.
type paged[T any] struct {
	pages [][]T
	n     int
}

const pageLen = 1024

// at returns element i < n. The pointer is good until the next push.
func (p *paged[T]) at(i uint32) *T { return &p.pages[i/pageLen][i%pageLen] }

// push appends an element. The first page is doubled, the others are made whole.
func (p *paged[T]) push(v T) {
	last := p.n / pageLen
	if last == len(p.pages) {
		room := pageLen
		if last == 0 {
			room = 1
		}
		p.pages = append(p.pages, make([]T, 0, room))
	}
	p.pages[last] = append(p.pages[last], v)
	p.n++
}
