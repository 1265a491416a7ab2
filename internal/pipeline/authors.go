package pipeline

// authors is the bounded index message → author: while it knows a message, a
// deletion takes its credit back and a removed reaction finds whose it was. The
// oldest entry gives way to the newest. Keyed by (channel, id) through the id
// alone: snowflakes are unique.
type authors struct {
	of    map[uint64]uint64
	order []uint64 // ids in order of arrival, a ring
	next  int
}

func newAuthors(size int) authors {
	return authors{of: make(map[uint64]uint64), order: make([]uint64, 0, size)}
}

func (a *authors) add(id, author uint64) {
	if cap(a.order) == 0 {
		return
	}
	if _, ok := a.of[id]; ok {
		return
	}
	if len(a.order) < cap(a.order) {
		a.order = append(a.order, id)
	} else {
		delete(a.of, a.order[a.next])
		a.order[a.next] = id
		a.next = (a.next + 1) % len(a.order)
	}
	a.of[id] = author
}

func (a *authors) author(id uint64) (uint64, bool) {
	u, ok := a.of[id]
	return u, ok
}

func (a *authors) forget(id uint64) { delete(a.of, id) }

// entries returns what is known in order of arrival.
func (a *authors) entries() [][2]uint64 {
	out := make([][2]uint64, 0, len(a.of))
	for i := range a.order {
		id := a.order[(a.next+i)%len(a.order)]
		if u, ok := a.of[id]; ok {
			out = append(out, [2]uint64{id, u})
		}
	}
	return out
}
