package rank

import (
	"fmt"
	"math"
	"slices"
)

// CheckInvariants returns an error if the board's parts disagree.
func CheckInvariants(b *Board) error {
	r := b.roster()
	r.read()
	defer r.leave()
	if b.list.blocks == nil {
		return expect("members of a board without blocks", b.members(), 0)
	}
	for _, check := range []func() error{b.checkBlocks, b.checkLanes, b.checkFree, b.checkRoster, b.checkHints, b.checkPodium} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// members counts the records in use.
func (b *Board) members() (n int) {
	for i := range b.records.n {
		if b.records.at(i).value != 0 {
			n++
		}
	}
	return n
}

func expect[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s: got %v, want %v", what, got, want)
	}
	return nil
}

// checkBlocks goes along the blocks: they are sorted within and among each
// other, on the right side of fences, not full, and vacant past their entries;
// every entry is the value of a member.
func (b *Board) checkBlocks() error {
	l := &b.list
	total, blocks := 0, 0
	for x := uint32(head); ; {
		run, n := l.run(x), int(l.blocks[x].n)
		if n >= runLen || n == 0 && l.live > 1 {
			return fmt.Errorf("block %d holds %d entries", x, n)
		}
		for i := range n {
			e := run.entries[i]
			if i > 0 && !run.entries[i-1].precedes(e) {
				return fmt.Errorf("block %d is out of order at %d", x, i)
			}
			if !l.reaches(x, e) || l.ends(x, e) {
				return fmt.Errorf("block %d: entry %d is beyond a fence", x, i)
			}
			if got := l.find(e); got != x {
				return fmt.Errorf("block %d: entry %d is looked for in block %d", x, i, got)
			}
			m, ok := b.find(e.id)
			if !ok || keyOf(b.records.at(int(m)).value) != e.key {
				return fmt.Errorf("block %d: entry %d is no member's value", x, i)
			}
		}
		if err := run.checkRun(n); err != nil {
			return fmt.Errorf("block %d: %w", x, err)
		}
		if next := l.blocks[x].next; next != 0 && l.blocks[next].prev != x {
			return fmt.Errorf("block %d is followed by %d, which follows %d", x, next, l.blocks[next].prev)
		}
		total, blocks = total+n, blocks+1
		if x = l.blocks[x].next; x == 0 {
			break
		}
	}
	if err := expect("entries", total, l.n); err != nil {
		return err
	}
	return expect("blocks", blocks, l.live)
}

// checkRun: vacant past n entries, and marked.
func (b *run) checkRun(n int) error {
	for i := n; i < runLen; i++ {
		if b.entries[i].key != vacant {
			return fmt.Errorf("of %d entries is not vacant at %d", n, i)
		}
	}
	for i, mark := range b.marks {
		if mark != b.entries[i*stride+stride-1].key {
			return fmt.Errorf("of %d entries has a wrong mark %d", n, i)
		}
	}
	return nil
}

// checkLanes goes down from the root: see survey.
func (b *Board) checkLanes() error {
	l := &b.list
	v := survey{list: l, left: make([]uint32, l.height)}
	for i := range v.left {
		v.left[i] = none
	}
	sum, err := v.visit(l.root, seat{}, entry{}, l.height)
	if err != nil {
		return err
	}
	if l.height > 0 && l.lane(l.root).n < 2 && l.lane(l.root).next == none {
		return fmt.Errorf("no tower but the head's reaches the top level")
	}
	return expect("sum of spans", sum, l.n)
}

// survey checks that whoever is below a slot sits there and has its fence; that
// fences are in order, and spans are sums; that blocks and lanes come in the
// order of their links; and that a run goes on until a taller tower begins the
// next one.
type survey struct {
	*list
	block uint32   // the next one
	left  []uint32 // by level: the lane seen last
}

// visit goes down to what is below a slot, and returns the number of its entries.
func (v *survey) visit(x uint32, s seat, fence entry, height int) (sum int, err error) {
	if height == 0 {
		if x != v.block || v.height > 0 && v.blocks[x].seat != s {
			return 0, fmt.Errorf("block %d at %v comes where %d should", x, s, v.block)
		}
		v.block = v.blocks[x].next
		return int(v.blocks[x].n), nil
	}
	if t := v.lane(x); t.seat != s || t.entries[0] != fence {
		return 0, fmt.Errorf("the run of lane %d at %v begins with %v, should be at %v with %v", x, t.seat, t.entries[0], s, fence)
	}
	for {
		n, err := v.row(x, height-1)
		if err != nil {
			return 0, err
		}
		sum += n
		if x = v.lane(x).next; x == none || !v.lane(x).goesOn() {
			return sum, nil
		}
	}
}

// row visits one lane.
func (v *survey) row(x uint32, level int) (sum int, err error) {
	t := v.lane(x)
	if int(t.level) != level || t.n == 0 || t.n >= runLen || t.prev != v.left[level] || t.prev != none && v.lane(t.prev).next != x {
		return 0, fmt.Errorf("lane %d of %d, level %d, right of %d, should be of level %d, right of %d", x, t.n, t.level, t.prev, level, v.left[level])
	}
	if t.prev != none && !v.lane(t.prev).entries[v.lane(t.prev).n-1].precedes(t.entries[0]) {
		return 0, fmt.Errorf("lane %d begins before lane %d ends", x, t.prev)
	}
	v.left[level] = x
	for i := range t.n {
		if i > 0 && !t.entries[i-1].precedes(t.entries[i]) {
			return 0, fmt.Errorf("lane %d is out of order at %d", x, i)
		}
		n, err := v.visit(t.below[i], seat{x, i}, t.entries[i], level)
		if err != nil {
			return 0, err
		}
		if n != int(t.spans[i]) {
			return 0, fmt.Errorf("lane %d, slot %d: span is %d, want %d", x, i, t.spans[i], n)
		}
		sum += n
	}
	return sum, t.checkRun(int(t.n))
}

// Slots returns how many slots each level has, from level 0 up, and how many runs.
func Slots(b *Board) (slots, runs []int) {
	l := &b.list
	slots, runs = make([]int, l.height), make([]int, l.height)
	for x := range l.lanes.n {
		if t := l.lane(uint32(x)); t.n > 0 {
			slots[t.level] += int(t.n)
			if !t.goesOn() {
				runs[t.level]++
			}
		}
	}
	return slots, runs
}

// checkFree goes along the free blocks and lanes, which hold nothing.
func (b *Board) checkFree() error {
	l := &b.list
	free := 0
	for x := l.freeBlock; x != 0; x = l.blocks[x].next {
		if free++; free > len(l.blocks) {
			return fmt.Errorf("free block %d leads round", x)
		}
		if err := l.run(x).checkRun(0); err != nil {
			return fmt.Errorf("free block %d: %w", x, err)
		}
	}
	lanes := 0
	for x := l.freeLane; x != none; x = l.lane(x).next {
		if lanes++; lanes > l.lanes.n {
			return fmt.Errorf("free lane %d leads round", x)
		}
		if err := l.lane(x).checkRun(0); err != nil || l.lane(x).n != 0 {
			return fmt.Errorf("free lane %d: %w", x, err)
		}
	}
	for x := range l.lanes.n {
		lanes += int(min(l.lane(uint32(x)).n, 1))
	}
	if err := expect("lanes in use and free", lanes, l.lanes.n); err != nil {
		return err
	}
	return expect("blocks in use and free", l.live+free, len(l.blocks))
}

// checkRoster: every member is found by its number, and nobody else; the free
// numbers are the others.
func (b *Board) checkRoster() error {
	m := &b.roster().numbers
	cells := 0
	for i, c := range m.cells {
		if c == 0 {
			continue
		}
		cells++
		n := c&m.mask() - 1
		if got, ok := m.find(*m.ids.at(int(n))); !ok || got != n || m.cell(n) != uint32(i) {
			return fmt.Errorf("number %d in cell %d is found as %d (%v)", n, i, got, ok)
		}
	}
	if err := expect("cells in use", cells, m.n); err != nil {
		return err
	}
	free := 0
	for n := m.free; n != 0 && free <= m.ids.n; n = uint32(*m.ids.at(int(n - 1))) {
		if free++; b.has(n - 1) {
			return fmt.Errorf("free number %d is on the board", n-1)
		}
	}
	if err := expect("numbers in use and free", m.n+free, m.ids.n); err != nil {
		return err
	}
	if b.shared == nil {
		if err := expect("members of a roster of one board", m.n, b.list.n); err != nil {
			return err
		}
	}
	return expect("members", b.members(), b.list.n)
}

// checkPodium: what is published are the first places, and from which value on it
// must be taken back is not above the last of them.
func (b *Board) checkPodium() error {
	p := b.podium.Load()
	if p == nil {
		return nil
	}
	n := min(b.list.n, podiumPlaces)
	first := b.list.read(0, n, b.decay.fade(p.at), make([]Entry, 0, n))
	if got, _ := b.leaders(1, podiumPlaces, p.at, nil); !slices.Equal(got, first) {
		return fmt.Errorf("%v is published, the first places are %v", got, first)
	}
	if len(p.places) < podiumPlaces {
		return expect("least value of a podium with room", p.least, 0)
	}
	return expect("least value", p.least, p.values[podiumPlaces-1].Score)
}

// checkHints: values are in range, and each leads to the member's entry.
func (b *Board) checkHints() error {
	for i := range b.records.n {
		m, id := b.records.at(i), *b.roster().ids.at(i)
		if m.value == 0 {
			continue
		}
		if !(m.value >= minValue && m.value <= maxValue) || math.IsNaN(m.value) {
			return fmt.Errorf("member %d has the value %v", id, m.value)
		}
		e := entry{keyOf(m.value), id}
		if x, p := b.list.locate(m.at, e); !b.list.run(x).holds(p, e) {
			return fmt.Errorf("member %d is not found", id)
		}
	}
	return nil
}
