package rank

// Fill of blocks: one that falls below sparse joins a neighbour if both together
// hold at most joint, which leaves room before it is full again. Lanes of one run
// join by the same measure.
const (
	sparse = runLen / 2
	joint  = runLen * 7 / 8
)

// settle writes an entry that is already counted into block x and returns where it
// ends up.
func (l *list) settle(x uint32, e entry) hint {
	b, n := l.run(x), int(l.blocks[x].n)
	p := b.seek(e)
	b.insert(p, n-1, e)
	if n < runLen {
		return hintOf(x, p)
	}
	right := l.split(x)
	if p < runLen/2 {
		return hintOf(x, p)
	}
	return hintOf(right, p-runLen/2)
}

// split moves the upper half of full block x into a new one, and returns it.
func (l *list) split(x uint32) uint32 {
	const half = runLen / 2
	y := l.build(x)
	l.run(y).take(0, l.run(x), half, runLen)
	l.blocks[x].n, l.blocks[y].n = half, half
	l.fence(x, y)
	return y
}

// build returns an empty block, next to the right of x.
func (l *list) build(x uint32) uint32 {
	y := l.freeBlock
	if y != 0 {
		l.freeBlock = l.blocks[y].next
	} else {
		y = uint32(len(l.blocks))
		l.runs.push(run{})
		l.blocks = append(l.blocks, block{})
		l.run(y).clear(0, runLen)
	}
	l.blocks[y] = block{prev: x}
	l.attach(y, l.blocks[x].next)
	l.attach(x, y)
	l.live++
	return y
}

// attach makes y the block to the right of x; 0 is none.
func (l *list) attach(x, y uint32) {
	l.blocks[x].next = y
	if y != 0 {
		l.blocks[y].prev = x
	}
}

// tidy joins block x with a neighbour if it has become sparse. Empty is only a
// block that is alone.
func (l *list) tidy(x uint32) {
	b := l.blocks[x]
	if b.n >= sparse {
		return
	}
	if b.next != 0 && (b.n == 0 || b.n+l.blocks[b.next].n <= joint) {
		l.join(x, b.next)
	} else if x != head && (b.n == 0 || b.n+l.blocks[b.prev].n <= joint) {
		l.join(b.prev, x)
	}
}

// join appends block y to x, the one on its left, and frees it.
func (l *list) join(x, y uint32) {
	left, right := &l.blocks[x], &l.blocks[y]
	l.run(x).take(int(left.n), l.run(y), 0, int(right.n))
	left.n += right.n
	l.attach(x, right.next)
	l.raze(right.seat)
	l.sink()
	*right = block{next: l.freeBlock}
	l.freeBlock = y
	l.live--
}

// extend appends a block of entries, at most joint, that all come after those
// in the list, and returns it; last is what the call before returned, and the
// head of an empty list at first.
func (l *list) extend(last uint32, entries []standing) uint32 {
	x := last
	if l.n > 0 {
		x = l.build(last)
	}
	b := l.run(x)
	for i := range entries {
		b.entries[i] = entries[i].entry()
	}
	b.mark(0, len(entries)-1)
	l.tally(last, len(entries))
	if x != last {
		l.blocks[last].n -= uint32(len(entries))
		l.blocks[x].n = uint32(len(entries))
		l.fence(last, x)
	}
	return x
}
