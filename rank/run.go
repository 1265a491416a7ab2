package rank

import (
	"math"
	"math/bits"
)

// runLen is how many entries a run has room for. Longer runs mean that more of
// them are copied, shorter ones that more events leave their block. 64 is as
// fast, and has twice the blocks and half a level more above them.
const runLen = 128

// stride is the distance of a run's marks.
const stride = 16

// vacant fills the keys past a run's last entry. It is after every key, so
// that a search needs no count.
const vacant = math.MaxUint64

// entry is a member's place in the order: by key ascending, then by member id
// ascending.
type entry struct{ key, id uint64 }

// run is a row of entries in order: those of a block, or the fences of a lane.
// Its owner knows how many it holds; the keys past them are vacant.
//
//	entries  ┌ (key, id) 0 ┬ (key, id) 1 ┬ … ┬ (key, id) n−1 ┬ vacant ┬ … ┐
//	marks    └ key 15, key 31, key 47, …, key 127 ┘
//
// Every 16th key is there twice: the marks are a line of the cache, 64 bytes, and lead to
// the stride in which a key is, so that a search in a run far from the cache
// waits twice for memory and not once a halving.
type run struct {
	marks   [runLen / stride]uint64
	entries [runLen]entry
}

// keyOf maps a positive value to a key: a higher value is a lower key,
// because the bits of positive floats are in the order of their values.
func keyOf(value float64) uint64 { return ^math.Float64bits(value) }

// valueOf is the inverse of keyOf.
func valueOf(key uint64) float64 { return math.Float64frombits(^key) }

// precedes reports whether entry e comes before entry f.
func (e entry) precedes(f entry) bool {
	return e.key < f.key || e.key == f.key && e.id < f.id
}

// seek returns how many of the run's entries precede e.
func (b *run) seek(e entry) int {
	p := b.seekKey(e.key)
	if p < runLen && b.entries[p].key == e.key && b.entries[p].id < e.id {
		return b.seekTie(p, e)
	}
	return p
}

// seekKey returns how many of the run's keys are less than key, without a
// branch that depends on them.
func (b *run) seekKey(key uint64) int {
	p := 0
	for _, mark := range b.marks[:len(b.marks)-1] {
		p += less(mark, key)
	}
	p *= stride
	p += less(b.entries[(p+7)&(runLen-1)].key, key) * 8
	p += less(b.entries[(p+3)&(runLen-1)].key, key) * 4
	p += less(b.entries[(p+1)&(runLen-1)].key, key) * 2
	p += less(b.entries[p&(runLen-1)].key, key)
	return p + less(b.entries[p&(runLen-1)].key, key)
}

// seekTie returns the position of e among the entries of its key, the first of
// which is at position from.
func (b *run) seekTie(from int, e entry) int {
	lo, hi := from, b.seekKey(e.key+1)
	for lo < hi {
		mid := (lo + hi) / 2
		if b.entries[mid].id < e.id {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// holds reports whether entry e is at position p.
func (b *run) holds(p int, e entry) bool { return p < runLen && b.entries[p] == e }

// insert puts an entry at position p of a run of n < runLen.
func (b *run) insert(p, n int, e entry) {
	copy(b.entries[p+1:n+1], b.entries[p:n])
	b.entries[p] = e
	b.mark(p, n)
}

// remove takes the entry at position p out of a run of n entries.
func (b *run) remove(p, n int) {
	copy(b.entries[p:n-1], b.entries[p+1:n])
	b.entries[n-1].key = vacant
	b.mark(p, n-1)
}

// raise moves the entry at position p to its place under a lower key, and returns it.
func (b *run) raise(p int, e entry) int {
	q := p
	if p > 0 && !b.entries[p-1].precedes(e) {
		q = b.seek(e)
		copy(b.entries[q+1:p+1], b.entries[q:p])
	}
	b.entries[q] = e
	b.mark(q, p)
	return q
}

// lower moves the entry at position p to its place under a higher key, and returns it.
func (b *run) lower(p int, e entry) int {
	q := b.seek(e) - 1 // itself is one of those before
	copy(b.entries[p:q], b.entries[p+1:q+1])
	b.entries[q] = e
	b.mark(p, q)
	return q
}

// take writes the entries of another run from position p on, of which it holds n,
// behind the first at of its own, and makes them vacant there.
func (b *run) take(at int, other *run, p, n int) {
	copy(b.entries[at:], other.entries[p:n])
	b.mark(at, at+n-p-1)
	other.clear(p, n)
}

// clear makes positions from..n-1 vacant.
func (b *run) clear(from, n int) {
	for i := from; i < n; i++ {
		b.entries[i].key = vacant
	}
	b.mark(from, n-1)
}

// mark writes the marks of the strides from position p to position q.
func (b *run) mark(p, q int) {
	for i := p / stride; i <= q/stride; i++ {
		b.marks[i&(len(b.marks)-1)] = b.entries[i*stride+stride-1].key
	}
}

// less is 1 if a < b and 0 if not, as arithmetic.
func less(a, b uint64) int {
	_, borrow := bits.Sub64(a, b, 0)
	return int(borrow)
}
