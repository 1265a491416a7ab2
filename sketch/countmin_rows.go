package sketch

// rowMultiplier takes an item's hash from one row to the next; its powers take it
// to the second and third without waiting for the first.
const (
	rowMultiplier        = 0xd1342543de82ef95
	rowMultiplierSquared = rowMultiplier * rowMultiplier & (1<<64 - 1)
	rowMultiplierCubed   = rowMultiplierSquared * rowMultiplier & (1<<64 - 1)
)

// column scales the upper half of h, a fraction of 2³², to the width.
func column(h uint64, width int) int { return int(h >> 32 * uint64(width) >> 32) }

// raise counts the items that hash so n more times each.
func (s *CountMin) raise(hashes []uint64, n uint32) {
	if len(s.counters) == 4*s.width {
		s.raiseFour(hashes, n)
		return
	}
	for _, h := range hashes {
		raised := saturatingCount(s.smallest(h), n)
		for row := 0; row < len(s.counters); row += s.width {
			at := &s.counters[row+column(h, s.width)]
			*at = max(*at, raised) // cheaper than a branch that nobody foresees
			h *= rowMultiplier
		}
	}
}

// raiseFour is raise for four rows, written out.
func (s *CountMin) raiseFour(hashes []uint64, n uint32) {
	width := s.width
	first, second, third, fourth := s.four()
	for _, h := range hashes {
		atA, atB := &first[column(h, width)], &second[column(h*rowMultiplier, width)]
		atC, atD := &third[column(h*rowMultiplierSquared, width)], &fourth[column(h*rowMultiplierCubed, width)]
		a, b, c, d := *atA, *atB, *atC, *atD
		raised := saturatingCount(min(a, b, c, d), n)
		*atA, *atB, *atC, *atD = max(a, raised), max(b, raised), max(c, raised), max(d, raised)
	}
}

// smallest returns the smallest counter of the item that hashes to h.
func (s *CountMin) smallest(h uint64) uint32 {
	least := uint32(maxCount)
	for row := 0; row < len(s.counters); row += s.width {
		least = min(least, s.counters[row+column(h, s.width)])
		h *= rowMultiplier
	}
	return least
}

// smallestAll writes what smallest returns for each of the hashes.
func (s *CountMin) smallestAll(estimates, hashes []uint64) {
	if len(s.counters) == 4*s.width {
		s.smallestFour(estimates, hashes)
		return
	}
	for i, h := range hashes {
		estimates[i] = uint64(s.smallest(h))
	}
}

// smallestFour is smallestAll for four rows, written out.
func (s *CountMin) smallestFour(estimates, hashes []uint64) {
	width := s.width
	first, second, third, fourth := s.four()
	for i, h := range hashes {
		estimates[i] = uint64(min(
			first[column(h, width)],
			second[column(h*rowMultiplier, width)],
			third[column(h*rowMultiplierSquared, width)],
			fourth[column(h*rowMultiplierCubed, width)]))
	}
}

func (s *CountMin) four() (first, second, third, fourth []uint32) {
	w := s.width
	return s.counters[:w], s.counters[w : 2*w], s.counters[2*w : 3*w], s.counters[3*w : 4*w]
}
