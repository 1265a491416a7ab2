package rank

// Fill of blocks: one that falls below sparse entries joins a neighbour if
// both together hold at most joint, which leaves room before it is full
// again.
const (
	sparse = blockLen / 2
	joint  = blockLen * 7 / 8
)

// settle writes an entry that is already counted into block x and returns
// the block where it ends up.
func (l *list) settle(x uint32, key, id uint64) uint32 {
	b, n := l.block(x), int(l.width(x))
	p := b.seek(key, id)
	b.insert(p, n-1, key, id)
	if n < blockLen {
		return x
	}
	right := l.split(x)
	if p < blockLen/2 {
		return x
	}
	return right
}

// split moves the upper half of full block x into a new one, and returns it.
func (l *list) split(x uint32) uint32 {
	const half = blockLen / 2
	y := l.build()
	from, to := l.block(x), l.block(y)
	copy(to.keys[:half], from.keys[half:])
	copy(to.ids[:half], from.ids[half:])
	from.clear(half, blockLen)
	l.towers[y].key, l.towers[y].id = to.keys[0], to.ids[0]
	l.raise(y, x, half)
	return y
}

// tidy joins block x with a neighbour if it has become sparse. Only the head
// may be empty, and only when the list is.
func (l *list) tidy(x uint32) {
	n := l.width(x)
	if n >= sparse {
		return
	}
	if right := l.next(x); right != 0 && (n == 0 || n+l.width(right) <= joint) {
		l.join(right)
		return
	}
	if x != head && (n == 0 || n+l.width(l.neighbour(x)) <= joint) {
		l.join(x)
	}
}

// join appends block y to the one left of it and frees it.
func (l *list) join(y uint32) {
	n := int(l.width(y))
	x := l.raze(y)
	from, to := l.block(y), l.block(x)
	at := int(l.width(x)) - n
	copy(to.keys[at:], from.keys[:n])
	copy(to.ids[at:], from.ids[:n])
	from.clear(0, n)
	l.towers[y] = tower{links: [maxHeight]link{{next: l.free}}}
	l.free = y
	l.live--
}

// build returns an empty block with a tower of a random height.
func (l *list) build() uint32 {
	x := l.free
	if x != 0 {
		l.free = l.next(x)
	} else {
		x = uint32(len(l.towers))
		l.blocks.push(block{})
		l.towers = append(l.towers, tower{})
		l.block(x).clear(0, blockLen)
	}
	l.towers[x] = tower{height: l.height()}
	l.live++
	return x
}

// height draws a tower's height, and opens the levels it needs.
func (l *list) height() uint32 {
	l.rng ^= l.rng << 13
	l.rng ^= l.rng >> 7
	l.rng ^= l.rng << 17
	h := 1
	for r := l.rng >> 32; r&3 == 0 && h < maxHeight-1; r >>= 2 {
		h++
	}
	for ; l.levels < h; l.levels++ {
		l.towers[head].links[l.levels] = link{span: uint32(l.n)}
	}
	return uint32(h)
}

// extend appends a block of entries, at most joint, that all come after those
// in the list, and returns it; last is what the call before returned, and the
// head of an empty list at first.
func (l *list) extend(last uint32, entries []member) uint32 {
	x := last
	if l.n > 0 {
		x = l.build()
		l.towers[x].key, l.towers[x].id = keyOf(entries[0].value), entries[0].id
		l.raise(x, last, l.width(last))
	}
	b := l.block(x)
	for i, e := range entries {
		b.keys[i], b.ids[i] = keyOf(e.value), e.id
	}
	l.tally(x, len(entries))
	return x
}
