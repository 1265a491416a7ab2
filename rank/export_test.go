package rank

import (
	"fmt"
	"math"
)

// What tests in package rank_test look at inside.
const (
	MinValue = minValue
	MaxLead  = maxLead
)

func Exp2(x float64) float64 { return exp2(x) }

// Accumulate adds credits to 0 and returns the value.
func Accumulate(credits ...float64) float64 {
	value, residue := credits[0], int32(0)
	for _, c := range credits[1:] {
		value, residue = accumulate(value, residue, c)
	}
	return value
}

// Levels returns how many levels of towers are in use.
func Levels(b *Board) int { return b.list.levels }

// CheckInvariants returns an error if the board's parts disagree.
func CheckInvariants(b *Board) error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.list.towers == nil {
		return expect("members of a board without blocks", b.members.records.n, 0)
	}
	for _, check := range []func() error{b.checkBlocks, b.checkLevels, b.checkFree, b.checkTable, b.checkHints} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func expect[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s: got %v, want %v", what, got, want)
	}
	return nil
}

// checkBlocks goes along the lowest level: blocks are sorted within and among
// each other, on the right side of fences, neither full nor empty, and vacant
// past their entries; every entry is the value of a member.
func (s *state) checkBlocks() error {
	l := &s.list
	total, blocks := 0, 0
	for x := uint32(head); ; {
		b, t, n := l.block(x), &l.towers[x], int(l.width(x))
		if n >= blockLen || n == 0 && (x != head || l.n > 0) {
			return fmt.Errorf("block %d holds %d entries", x, n)
		}
		for i := range n {
			if i > 0 && !precedes(b.keys[i-1], b.ids[i-1], b.keys[i], b.ids[i]) {
				return fmt.Errorf("block %d is out of order at %d", x, i)
			}
			if next := t.links[0].next; !t.reaches(b.keys[i], b.ids[i]) || next != 0 && l.towers[next].reaches(b.keys[i], b.ids[i]) {
				return fmt.Errorf("block %d: entry %d is beyond a fence", x, i)
			}
			slot, ok := s.members.find(b.ids[i])
			if !ok || keyOf(s.members.records.at(slot).value) != b.keys[i] {
				return fmt.Errorf("block %d: entry %d is no member's value", x, i)
			}
		}
		for i := n; i < blockLen; i++ {
			if b.keys[i] != vacant {
				return fmt.Errorf("block %d of %d entries is not vacant at %d", x, n, i)
			}
		}
		total, blocks = total+n, blocks+1
		if x = l.next(x); x == 0 {
			break
		}
	}
	if err := expect("entries", total, l.n); err != nil {
		return err
	}
	return expect("blocks", blocks, l.live)
}

// checkLevels goes along each level: spans are sums of widths, links of a
// level are those towers that are tall enough, and each tower's prev is the
// one before it on its highest level.
func (s *state) checkLevels() error {
	l := &s.list
	for level := range l.levels {
		owner, sum := uint32(head), uint32(0)
		for x := uint32(head); ; {
			if t := &l.towers[x]; x != head && int(t.height) > level {
				if got := l.towers[owner].links[level]; got != (link{x, sum}) {
					return fmt.Errorf("level %d, tower %d: link is %v, want %v", level, owner, got, link{x, sum})
				}
				if int(t.height) == level+1 && t.prev != owner {
					return fmt.Errorf("tower %d: prev is %d, want %d", x, t.prev, owner)
				}
				owner, sum = x, 0
			}
			sum += l.width(x)
			if x = l.next(x); x == 0 {
				break
			}
		}
		if got := l.towers[owner].links[level]; got != (link{0, sum}) {
			return fmt.Errorf("level %d, last tower %d: link is %v, want %v", level, owner, got, link{0, sum})
		}
	}
	for level := l.levels; level < maxHeight; level++ {
		if next := l.towers[head].links[level].next; next != 0 {
			return fmt.Errorf("level %d is not in use and leads to %d", level, next)
		}
	}
	return nil
}

// checkFree goes along the free blocks, which hold nothing.
func (s *state) checkFree() error {
	l := &s.list
	free := 0
	for x := l.free; x != 0; x = l.next(x) {
		if free++; free > len(l.towers) || l.towers[x].height != 0 {
			return fmt.Errorf("free block %d is in use", x)
		}
		for i, key := range l.block(x).keys {
			if key != vacant {
				return fmt.Errorf("free block %d is not vacant at %d", x, i)
			}
		}
	}
	return expect("blocks in use and free", l.live+free, len(l.towers))
}

// checkTable: every member is found where it is, and nobody else.
func (s *state) checkTable() error {
	m := &s.members
	cells := 0
	for _, c := range m.cells {
		if c != 0 {
			cells++
		}
	}
	if err := expect("cells in use", cells, m.records.n); err != nil {
		return err
	}
	for i := range m.records.n {
		if slot, ok := m.find(m.records.at(i).id); !ok || slot != i {
			return fmt.Errorf("member in slot %d is found in %d (%v)", i, slot, ok)
		}
	}
	return expect("members", m.records.n, s.list.n)
}

// checkHints: values are in range, and each leads to the member's entry.
func (s *state) checkHints() error {
	for i := range s.members.records.n {
		m := s.members.records.at(i)
		if !(m.value >= minValue && m.value <= maxValue) || math.IsNaN(m.value) {
			return fmt.Errorf("member %d has the value %v", m.id, m.value)
		}
		if x, p := s.list.locate(m.block, keyOf(m.value), m.id); !s.list.block(x).holds(p, keyOf(m.value), m.id) {
			return fmt.Errorf("member %d is not found", m.id)
		}
	}
	return nil
}
