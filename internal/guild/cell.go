package guild

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// cell is what rows of one category, quarter and channel come to: 16 bytes
// without a pointer, of which thousands of members' days are held.
//
// The key orders cells by category and time:
//
//	31      28 27                    15 14                         0
//	┌─────────┬────────────────────────┬────────────────────────────┐
//	│category │ offset (in quarters)   │ minutes of the mask        │
//	└─────────┴────────────────────────┴────────────────────────────┘
//
// The offset counts from a base kept beside the cells. A day has about 96
// quarters, so that 13 bits are plenty for two.
type cell struct {
	channel uint64
	n       int32 // how many; stays at its ends instead of running over
	key     uint32
}

const (
	maskBits   = 15
	offsetBits = 13
	maskAll    = 1<<maskBits - 1
	offsetAll  = 1<<offsetBits - 1
)

// cellOf returns a row as a cell, unless its kind never scores.
func cellOf(row *Row, base int32) (cell, bool) {
	c, sign, ok := classify(row.Kind)
	if !ok {
		return cell{}, false
	}
	n := row.Count
	if c == CategoryReceived {
		n = row.Amount
	}
	return cell{
		channel: row.Channel,
		n:       clampCount(sign * max(n, -math.MaxInt64)),
		key:     keyOf(c, row.Quarter-base) | uint32(row.Mask&maskAll),
	}, true
}

// keyOf returns the least key of a category and offset.
func keyOf(c Category, offset int32) uint32 {
	return uint32(c)<<(maskBits+offsetBits) | uint32(offset)<<maskBits
}

func clampCount(n int64) int32 { return int32(min(max(n, math.MinInt32), math.MaxInt32)) }

func (c cell) category() Category { return Category(c.key >> (maskBits + offsetBits)) }
func (c cell) offset() int32      { return int32(c.key >> maskBits & offsetAll) }
func (c cell) mask() uint16       { return uint16(c.key & maskAll) }

// group tells cells of one category and quarter from others.
func (c cell) group() uint32 { return c.key >> maskBits }

func (c cell) compare(d cell) int {
	return cmp.Or(cmp.Compare(c.group(), d.group()), cmp.Compare(c.channel, d.channel))
}

// before reports whether c comes before d in the order of cells.
func (c cell) before(d cell) bool {
	if c.group() != d.group() {
		return c.group() < d.group()
	}
	return c.channel < d.channel
}

// repeats reports whether a cell of the same category, quarter and channel adds
// nothing that scores.
func (c cell) repeats(d cell) bool {
	was := c.minutes()
	c.merge(d)
	return c.category().minutes() && c.minutes() == was
}

// merge adds a cell of the same category, quarter and channel.
func (c *cell) merge(d cell) {
	c.n = clampCount(int64(c.n) + int64(d.n))
	c.key |= d.key & maskAll
}

// minutes returns the clock minutes in which the cell scores.
func (c cell) minutes() uint16 {
	m := c.mask()
	if c.category() == CategoryMessage {
		return earliest(m, c.n)
	}
	return m
}

// earliest keeps at most n bits of a mask, the lowest.
func earliest(mask uint16, n int32) uint16 {
	switch {
	case n <= 0:
		return 0
	case int(n) >= bits.OnesCount16(mask): // all of them, as mostly
		return mask
	}
	rest := mask
	for range n {
		rest &= rest - 1
	}
	return mask &^ rest
}

// gather returns the cells of rows, in order, each category, quarter and channel
// once.
func gather(cells []cell, base int32, rows []Row) []cell {
	for i := range rows {
		if c, ok := cellOf(&rows[i], base); ok {
			cells = append(cells, c)
		}
	}
	slices.SortFunc(cells, cell.compare)
	return mergeCells(cells)
}

func mergeCells(cells []cell) []cell {
	merged := cells[:0]
	for _, c := range cells {
		if n := len(merged); n > 0 && merged[n-1].compare(c) == 0 {
			merged[n-1].merge(c)
		} else {
			merged = append(merged, c)
		}
	}
	return merged
}

// groupLen returns how many of the cells, from the first on, share its category
// and quarter.
func groupLen(cells []cell) int {
	n := 1
	for n < len(cells) && cells[n].group() == cells[0].group() {
		n++
	}
	return n
}

// units counts what a group holds, channels' weights aside.
func units(group []cell) int64 {
	var minutes uint16
	sum := int64(0)
	for _, c := range group {
		minutes |= c.minutes()
		sum += int64(max(c.n, 0))
	}
	if group[0].category().minutes() {
		return int64(bits.OnesCount16(minutes))
	}
	return sum
}

// gross returns what the cells of one category and quarter are worth without a
// cap; nothing if there are none.
func (r *Rules) gross(group []cell) float64 {
	if len(group) == 0 {
		return 0
	}
	c := group[0].category()
	if c.minutes() {
		return r.weights[c] * r.grossMinutes(group)
	}
	sum := 0.0
	for _, cell := range group {
		sum += r.ChannelWeight(cell.channel) * float64(max(cell.n, 0))
	}
	return r.weights[c] * sum
}

// grossMinutes lets each minute score at its highest channel weight: it takes the
// weights from the highest down, each with the minutes that are still free.
func (r *Rules) grossMinutes(group []cell) float64 {
	sum := 0.0
	taken := uint16(0)
	if len(r.channels) == 0 { // all weigh the same
		for _, c := range group {
			taken |= c.minutes()
		}
		return float64(bits.OnesCount16(taken))
	}
	for {
		w, minutes := r.heaviest(group, taken)
		if w == 0 {
			return sum
		}
		sum += w * float64(bits.OnesCount16(minutes))
		taken |= minutes
	}
}

// heaviest returns the highest weight among the minutes that are not taken, and
// all minutes that have it; 0 when nothing is left that scores.
func (r *Rules) heaviest(group []cell, taken uint16) (weight float64, minutes uint16) {
	for _, c := range group {
		if c.mask()&^taken == 0 {
			continue
		}
		free := c.minutes() &^ taken
		if free == 0 {
			continue
		}
		switch w := r.ChannelWeight(c.channel); {
		case w > weight:
			weight, minutes = w, free
		case w == weight:
			minutes |= free
		}
	}
	return weight, minutes
}
