package rank

import (
	"math"
	"slices"
)

// Entry is a member's place on the board.
type Entry struct {
	Member uint64
	Score  float64 // at the time asked for
	Rank   int     // the first place is 1
}

// Score returns a member's score at a time in Unix milliseconds, and whether
// the member is on the board. It is within 1e-15, relative, of the sum of the
// weights as they have decayed by then (plus 1e-24 of the largest sum since
// the member came, where credit was taken back). A time before the member's
// events is answered by the same formula.
func (b *Board) Score(member uint64, atMs int64) (float64, bool) {
	r := b.roster()
	r.read()
	defer r.leave()
	n, ok := b.find(member)
	if !ok {
		return 0, false
	}
	return b.decay.fade(atMs).of(b.records.at(int(n)).value), true
}

// Rank returns a member's place, of which the first is 1, and whether the
// member is on the board.
func (b *Board) Rank(member uint64) (int, bool) {
	r := b.roster()
	r.read()
	place, ok := b.place(member)
	r.leave()
	return place, ok
}

// place is Rank inside.
func (b *Board) place(member uint64) (int, bool) {
	n, ok := b.find(member)
	if !ok {
		return 0, false
	}
	m := b.records.at(int(n))
	return b.list.rank(m.at, entry{keyOf(m.value), member}) + 1, true
}

// Top appends the first n members to out, with their scores at a time in Unix
// milliseconds, and returns it. It is Range from place 1, and does without the
// lock when up to 64 places are asked for again and again and stay as they are.
func (b *Board) Top(n int, atMs int64, out []Entry) []Entry {
	return b.Range(1, n, atMs, out)
}

// pagePlaces is how many places are read at one stay: in less time than an
// update takes on a large board.
const pagePlaces = 256

// attempts is how often a longer range is read anew before it is frozen.
const attempts = 3

// Range appends the members at places start, start+1, …, start+n-1 to out,
// with their scores at a time in Unix milliseconds, and returns it. Places
// before the first and after the last are left out: the neighbours of the
// member at place r are Range(r-2, 5, …), also for the first; but see Around.
//
// More than 256 places are read page by page. If there were updates in between
// they are read anew, and the third time from a copy of the board in O(Len).
func (b *Board) Range(start, n int, atMs int64, out []Entry) []Entry {
	if n <= 0 {
		return out
	}
	if start < 1 {
		n += max(start, -math.MaxInt) - 1
		start = 1
	}
	if onPodium(start, n) {
		if out, ok := b.leaders(start, n, atMs, out); ok {
			return out
		}
	}
	if n <= pagePlaces {
		out, _ = b.page(start, n, atMs, out)
		return out
	}
	from := len(out)
	for range attempts {
		var still bool
		if out, still = b.pages(start, n, atMs, out[:from]); still {
			return out
		}
	}
	return b.frozen(start, n, atMs, out[:from])
}

// Around appends a member and those up to reach places before and after to out,
// all of the same moment, with their scores at a time in Unix milliseconds, and
// returns it. It appends nobody if the member is not on the board. Of a reach
// beyond 127 the same is read as of 127.
func (b *Board) Around(member uint64, reach int, atMs int64, out []Entry) []Entry {
	reach = min(max(reach, 0), pagePlaces/2-1)
	out = slices.Grow(out, 2*reach+1)
	r := b.roster()
	r.read()
	defer r.leave()
	place, ok := b.place(member)
	if !ok {
		return out
	}
	first, last := max(place-reach, 1), min(place+reach, b.list.n)
	return b.list.read(first-1, last-first+1, b.decay.fade(atMs), out)
}

// page appends what is there of at most pagePlaces places, and returns the
// count of changes by then. It makes room outside.
func (b *Board) page(start, n int, atMs int64, out []Entry) ([]Entry, uint64) {
	r := b.roster()
	for {
		r.read()
		k := max(min(n, b.list.n-start+1), 0)
		if len(out)+k <= cap(out) {
			changes := b.changes
			out = b.list.read(start-1, k, b.decay.fade(atMs), out)
			if onPodium(start, n) {
				b.observe(atMs)
			}
			r.leave()
			return out, changes
		}
		r.leave()
		out = slices.Grow(out, k)
	}
}

// pages appends pages, and reports whether nothing changed from the first to the
// last.
func (b *Board) pages(start, n int, atMs int64, out []Entry) ([]Entry, bool) {
	out, first := b.page(start, pagePlaces, atMs, out)
	for start, n = start+pagePlaces, n-pagePlaces; n > 0; start, n = start+pagePlaces, n-pagePlaces {
		had := len(out)
		var changes uint64
		if out, changes = b.page(start, min(n, pagePlaces), atMs, out); changes != first {
			return out, false
		}
		if len(out) == had {
			break
		}
	}
	return out, true
}

// frozen appends places of a copy of the board.
func (b *Board) frozen(start, n int, atMs int64, out []Entry) []Entry {
	all, d := b.freeze()
	if start > len(all) {
		return out
	}
	all = all[start-1:]
	f := d.fade(atMs)
	for i, s := range all[:min(n, len(all))] {
		out = append(out, Entry{s.id, f.of(s.value), start + i})
	}
	return out
}

// read appends n entries from the given index on, which are there, to out, which
// has room for them.
func (l *list) read(from, n int, f fade, out []Entry) []Entry {
	if n == 0 {
		return out
	}
	x, p := l.at(from)
	for {
		k := min(int(l.blocks[x].n)-p, n)
		end := len(out) + k
		l.run(x).read(p, out[len(out):end:end], f, from+1)
		out = out[:end]
		if n -= k; n == 0 {
			return out
		}
		from += k
		x, p = l.blocks[x].next, 0
	}
}

// read fills out with a block's entries from position p on, the first of which
// has the given rank.
func (b *run) read(p int, out []Entry, f fade, rank int) {
	entries := b.entries[p:][:len(out)]
	if f.exponent != 0 {
		for i, e := range entries {
			out[i] = Entry{e.id, f.of(valueOf(e.key)), rank + i}
		}
		return
	}
	for i := range out {
		out[i].Member, out[i].Score, out[i].Rank = entries[i].id, valueOf(entries[i].key)*f.scale, rank+i
	}
}
