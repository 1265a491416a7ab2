package rank

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

// Levels returns how many levels of lanes there are.
func Levels(b *Board) int { return b.list.height }

// NewWithCoin returns an empty board of plain sums whose towers reach a level more
// with the probability 2^-bits.
func NewWithCoin(seed uint64, bits int) *Board {
	b := New(Config{Seed: seed})
	b.list = newList(1, seed)
	b.list.coin.bits = bits
	return b
}

// BlockLen is how many entries fill a block.
const BlockLen = runLen

// CalmReads is after how many reads without an update the top is published.
const CalmReads = calmReads

// PodiumPlaces is how many places are published.
const PodiumPlaces = podiumPlaces

// Published reports whether the top is.
func Published(b *Board) bool { return b.podium.Load() != nil }

// PagePlaces is how many places are read at one stay.
const PagePlaces = pagePlaces

// Pages reads a range page by page and reports whether nothing changed meanwhile.
func Pages(b *Board, start, n int, at int64) ([]Entry, bool) { return b.pages(start, n, at, nil) }

// Frozen reads a range from a copy of the board.
func Frozen(b *Board, start, n int, at int64) []Entry { return b.frozen(start, n, at, nil) }

// FreezeBetween takes a copy of the board piece by piece, and calls between
// after each piece but the last. It returns the copy's places.
func FreezeBetween(b *Board, at int64, between func()) []Entry {
	c := b.begin()
	var all []standing
	var piece [pieceLen]standing
	for {
		n := c.step(b, &piece)
		all = append(all, piece[:n]...)
		if c.next >= c.end {
			break
		}
		between()
	}
	b.cut = nil
	var out []Entry
	f := c.decay.fade(at)
	for i, s := range sorted(append(all, c.put...)) {
		out = append(out, Entry{s.id, f.of(s.value), i + 1})
	}
	return out
}
