package rank

import (
	"math"
	"math/bits"
)

// blockLen is how many entries a block has room for. Larger blocks mean
// longer copies, smaller ones more events that leave their block and more
// towers for the cache to hold; 64 and 256 were not faster, between 10,000
// and 1,000,000 members.
const blockLen = 128

// stride is the distance of the keys that a search compares first. Their
// loads do not depend on one another, so a cold block costs two waits for
// memory instead of one a halving.
const stride = 16

// vacant fills the keys past a block's last entry. It is after every key, so
// that a search needs no count.
const vacant = math.MaxUint64

// block is a run of entries in the board's order: by key ascending, then by
// member id ascending. How many it holds is the span of its tower's lowest
// link; the keys past them are vacant.
//
//	keys  ┌ key 0 ┬ key 1 ┬ … ┬ key n−1 ┬ vacant ┬ … ┐
//	ids   └ id 0  ┴ id 1  ┴ … ┴ id n−1  ┴   ?    ┴ … ┘
type block struct {
	keys [blockLen]uint64
	ids  [blockLen]uint64
}

// keyOf maps a positive value to a key: a higher value is a lower key,
// because the bits of positive floats are in the order of their values.
func keyOf(value float64) uint64 { return ^math.Float64bits(value) }

// valueOf is the inverse of keyOf.
func valueOf(key uint64) float64 { return math.Float64frombits(^key) }

// precedes reports whether entry (key, id) comes before entry (key2, id2).
func precedes(key, id, key2, id2 uint64) bool {
	return key < key2 || key == key2 && id < id2
}

// seek returns how many of the block's entries precede (key, id).
func (b *block) seek(key, id uint64) int {
	p := b.seekKey(key)
	if p < blockLen && b.keys[p] == key && b.ids[p] < id {
		return b.seekTie(p, key, id)
	}
	return p
}

// seekKey returns how many of the block's keys are less than key, without a
// branch that depends on them.
func (b *block) seekKey(key uint64) int {
	p := 0
	for i := stride - 1; i < blockLen-stride; i += stride {
		p += less(b.keys[i], key)
	}
	p *= stride
	p += less(b.keys[(p+7)&(blockLen-1)], key) * 8
	p += less(b.keys[(p+3)&(blockLen-1)], key) * 4
	p += less(b.keys[(p+1)&(blockLen-1)], key) * 2
	p += less(b.keys[p&(blockLen-1)], key)
	return p + less(b.keys[p&(blockLen-1)], key)
}

// seekTie returns the position of (key, id) among the entries of that key,
// the first of which is at position from.
func (b *block) seekTie(from int, key, id uint64) int {
	lo, hi := from, b.seekKey(key+1)
	for lo < hi {
		mid := (lo + hi) / 2
		if b.ids[mid] < id {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// holds reports whether entry (key, id) is at position p.
func (b *block) holds(p int, key, id uint64) bool {
	return p < blockLen && b.keys[p] == key && b.ids[p] == id
}

// insert puts an entry at position p of a block of n < blockLen entries.
func (b *block) insert(p, n int, key, id uint64) {
	copy(b.keys[p+1:n+1], b.keys[p:n])
	copy(b.ids[p+1:n+1], b.ids[p:n])
	b.keys[p], b.ids[p] = key, id
}

// remove takes the entry at position p out of a block of n entries.
func (b *block) remove(p, n int) {
	copy(b.keys[p:n-1], b.keys[p+1:n])
	copy(b.ids[p:n-1], b.ids[p+1:n])
	b.keys[n-1] = vacant
}

// raise moves the entry at position p to its place under a lower key.
func (b *block) raise(p int, key, id uint64) {
	if p > 0 && !precedes(b.keys[p-1], b.ids[p-1], key, id) {
		q := b.seek(key, id)
		copy(b.keys[q+1:p+1], b.keys[q:p])
		copy(b.ids[q+1:p+1], b.ids[q:p])
		p = q
	}
	b.keys[p], b.ids[p] = key, id
}

// lower moves the entry at position p to its place under a higher key.
func (b *block) lower(p int, key, id uint64) {
	q := b.seek(key, id) - 1 // itself is one of those before
	copy(b.keys[p:q], b.keys[p+1:q+1])
	copy(b.ids[p:q], b.ids[p+1:q+1])
	b.keys[q], b.ids[q] = key, id
}

// clear makes positions from..n-1 vacant.
func (b *block) clear(from, n int) {
	for i := from; i < n; i++ {
		b.keys[i] = vacant
	}
}

// less is 1 if a < b and 0 if not, as arithmetic.
func less(a, b uint64) int {
	_, borrow := bits.Sub64(a, b, 0)
	return int(borrow)
}
