package rank

import "slices"

const (
	// podiumPlaces is how many of the first places are published.
	podiumPlaces = 64

	// calmReads is after how many reads of the top without an update in between
	// it is published: about as many as take as long as publishing.
	calmReads = 16
)

// podium is the board's first places as they were published, for readers who
// then need no lock. Nobody changes a podium. A writer who is about to change one
// of the places takes the pointer to it off the board first, inside the lock and
// before anybody can learn of the update in another way: as long as the pointer is
// there, the places are the board's. It is the version that they were read at. A
// reader's answer is of the moment in which it read the pointer.
//
// Updates further down leave the podium alone, for they change none of its places.
// Where updates come between the reads nothing is published, so that a writer who
// goes on and on pays for a look at the pointer.
type podium struct {
	at     int64   // Unix ms: the time it was first asked for
	places []Entry // with scores at that time
	values []Entry // with values at the landmark instead of scores
	least  float64 // the value from which on an update concerns the places
	decay  decay
}

// calm counts the reads of the top between two updates.
type calm struct {
	changes uint64
	reads   int
}

// onPodium reports whether n places from start on, if any, are among those that are
// published.
func onPodium(start, n int) bool { return 0 < n && start <= podiumPlaces+1-n }

// leaders appends n places from the given one on of those that are published,
// and reports whether they are.
func (b *Board) leaders(start, n int, atMs int64, out []Entry) ([]Entry, bool) {
	p := b.podium.Load()
	if p == nil {
		return out, false
	}
	first, last := min(start-1, len(p.places)), min(start-1+n, len(p.places))
	if atMs == p.at || p.decay.halfLife == 0 {
		return append(out, p.places[first:last]...), true
	}
	from := len(out)
	out = slices.Grow(out, last-first)[:from+last-first]
	p.decay.newFade(atMs).copy(out[from:], p.values[first:last])
	return out, true
}

// observe notes that the top was read under the lock, and publishes it if that
// happens again and again without updates.
func (b *Board) observe(atMs int64) {
	if b.calm.changes != b.changes {
		b.calm = calm{changes: b.changes}
	}
	if b.calm.reads++; b.calm.reads >= calmReads && b.podium.Load() == nil {
		b.publish(atMs)
	}
}

// publish makes the first places known.
func (b *Board) publish(atMs int64) {
	n := min(b.list.n, podiumPlaces)
	p := &podium{at: atMs, places: make([]Entry, n), decay: b.decay}
	p.values = b.list.read(0, n, fade{scale: 1}, make([]Entry, 0, n))
	b.decay.fade(atMs).copy(p.places, p.values)
	if n == podiumPlaces {
		p.least = p.values[n-1].Score
	}
	b.podium.Store(p)
}

// unpublish takes the podium off the board if it shows a member of that value, or
// would.
func (b *Board) unpublish(value float64) {
	if p := b.podium.Load(); p != nil && value >= p.least {
		b.podium.Store(nil)
	}
}

// copy copies places and makes their values scores.
func (f fade) copy(out, values []Entry) {
	out = out[:len(values)]
	if f.exponent != 0 {
		for i, e := range values {
			out[i] = Entry{e.Member, f.of(e.Score), e.Rank}
		}
		return
	}
	for i := range values {
		e := &values[i]
		out[i].Member, out[i].Score, out[i].Rank = e.Member, e.Score*f.scale, e.Rank
	}
}
