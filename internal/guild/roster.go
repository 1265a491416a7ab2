package guild

// roster remembers members by id in the order in which they were last observed.
// The order is a doubly linked list through the entries themselves, by their
// numbers, so that observing somebody again allocates nothing. All operations are
// O(1).
type roster struct {
	number  map[uint64]int32 // of the entry, by member
	entries []entry          // the first is the ring's anchor and no member
}

type entry struct {
	member       Member
	older, newer int32
	dirty        bool
}

func newRoster() roster {
	return roster{number: make(map[uint64]int32), entries: make([]entry, 1)}
}

func (r *roster) len() int { return len(r.entries) - 1 }

// get returns a member to read, until the next put.
func (r *roster) get(id uint64) (*Member, bool) {
	i, ok := r.number[id]
	return &r.entries[i].member, ok
}

// put remembers a member as the one observed last, and reports whether anything
// is new. If the roster is full, a member it does not know takes the place of the
// one observed longest ago.
func (r *roster) put(m Member, full bool) bool {
	i, known := r.number[m.ID]
	switch {
	case known:
		r.unlink(i)
	case full:
		i = r.evict()
	default:
		i = int32(len(r.entries))
		r.entries = append(r.entries, entry{})
	}
	r.linkNewest(i)
	e := &r.entries[i]
	if known && e.member.equal(&m) {
		return false
	}
	r.number[m.ID] = i
	e.member, e.dirty = m.keep(), true
	return true
}

// evict forgets the member observed longest ago and returns its place.
func (r *roster) evict() int32 {
	i := r.entries[0].newer
	delete(r.number, r.entries[i].member.ID)
	r.unlink(i)
	return i
}

// The anchor's newer is the oldest entry, its older the newest.
func (r *roster) unlink(i int32) {
	e := &r.entries[i]
	r.entries[e.older].newer = e.newer
	r.entries[e.newer].older = e.older
}

func (r *roster) linkNewest(i int32) {
	newest := r.entries[0].older
	r.entries[i].older, r.entries[i].newer = newest, 0
	r.entries[newest].newer = i
	r.entries[0].older = i
}

// drain returns the members that changed since it was last asked.
func (r *roster) drain(into []Member) []Member {
	for i := range r.entries {
		if e := &r.entries[i]; e.dirty {
			e.dirty = false
			into = append(into, e.member)
		}
	}
	return into
}

// mark makes drain return a member again.
func (r *roster) mark(id uint64) {
	if i, ok := r.number[id]; ok {
		r.entries[i].dirty = true
	}
}

// unmark makes drain pass a member over until it changes.
func (r *roster) unmark(id uint64) {
	if i, ok := r.number[id]; ok {
		r.entries[i].dirty = false
	}
}
