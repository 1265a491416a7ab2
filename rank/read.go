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
	b.mu.RLock()
	defer b.mu.RUnlock()
	slot, ok := b.members.find(member)
	if !ok {
		return 0, false
	}
	return b.decay.fade(atMs).of(b.members.records.at(slot).value), true
}

// Rank returns a member's place, of which the first is 1, and whether the
// member is on the board.
func (b *Board) Rank(member uint64) (int, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	slot, ok := b.members.find(member)
	if !ok {
		return 0, false
	}
	m := b.members.records.at(slot)
	return b.list.rank(m.block, keyOf(m.value), m.id) + 1, true
}

// Top appends the first n members to out, with their scores at a time in Unix
// milliseconds, and returns it. It is Range from place 1.
func (b *Board) Top(n int, atMs int64, out []Entry) []Entry {
	return b.Range(1, n, atMs, out)
}

// Range appends the members at places start, start+1, …, start+n-1 to out,
// with their scores at a time in Unix milliseconds, and returns it. Places
// before the first and after the last are left out: the neighbours of the
// member at place r are Range(r-2, 5, …), also for the first.
func (b *Board) Range(start, n int, atMs int64, out []Entry) []Entry {
	if n <= 0 {
		return out
	}
	if start < 1 {
		n += max(start, -math.MaxInt) - 1
		start = 1
	}
	b.mu.RLock()
	n = min(n, b.list.n-start+1)
	if n > 0 {
		out = slices.Grow(out, n)[:len(out)+n]
		b.list.read(start-1, out[len(out)-n:], b.decay.fade(atMs))
	}
	b.mu.RUnlock()
	return out
}

// read fills out with the entries from the given index on, which are there.
func (l *list) read(from int, out []Entry, f fade) {
	x, p := l.at(from)
	for {
		n := min(int(l.width(x))-p, len(out))
		l.block(x).read(p, out[:n], f, from+1)
		out, from = out[n:], from+n
		if len(out) == 0 {
			return
		}
		x, p = l.next(x), 0
	}
}

// read fills out with the block's entries from position p on, the first of
// which has the given rank.
func (b *block) read(p int, out []Entry, f fade, rank int) {
	keys, ids := b.keys[p:][:len(out)], b.ids[p:][:len(out)]
	if f.exponent != 0 {
		for i := range out {
			out[i] = Entry{ids[i], f.of(valueOf(keys[i])), rank + i}
		}
		return
	}
	for i := range out {
		out[i] = Entry{ids[i], valueOf(keys[i]) * f.scale, rank + i}
	}
}
