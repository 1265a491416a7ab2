package sketch_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"testing"

	"guildpulse/sketch"

	"pgregory.net/rapid"
)

// slowCountMin is the definition, cell by cell, plain or conservative.
type slowCountMin struct {
	key          sketch.Key
	width, depth int
	conservative bool
	cells        map[[2]uint64]uint64
	total        uint64
}

func newSlowCountMin(width, depth int, key sketch.Key, conservative bool) *slowCountMin {
	return &slowCountMin{key, width, depth, conservative, map[[2]uint64]uint64{}, 0}
}

func (s *slowCountMin) cellsOf(item uint64) (cells [][2]uint64) {
	h := sketch.SipHash(1, 3, s.key, binary.LittleEndian.AppendUint64(nil, item))
	for row := range uint64(s.depth) {
		cells = append(cells, [2]uint64{row, (h >> 32) * uint64(s.width) >> 32})
		h *= 0xd1342543de82ef95
	}
	return cells
}

func (s *slowCountMin) add(item, n uint64) {
	s.total += n
	raised := min(s.estimate(item)+n, math.MaxUint32)
	for _, cell := range s.cellsOf(item) {
		if s.conservative {
			s.cells[cell] = max(s.cells[cell], raised)
		} else {
			s.cells[cell] = min(s.cells[cell]+n, math.MaxUint32)
		}
	}
}

func (s *slowCountMin) merge(other *slowCountMin) {
	s.total += other.total
	for cell, n := range other.cells {
		s.cells[cell] = min(s.cells[cell]+n, math.MaxUint32)
	}
}

func (s *slowCountMin) estimate(item uint64) uint64 {
	least := uint64(math.MaxUint64)
	for _, cell := range s.cellsOf(item) {
		least = min(least, s.cells[cell])
	}
	return least
}

func (s *slowCountMin) bytes() []byte {
	data := append([]byte("GPCM"), 1, byte(s.depth), 0, 0)
	data = binary.LittleEndian.AppendUint64(data, s.key.Fingerprint())
	data = binary.LittleEndian.AppendUint64(data, uint64(s.width))
	data = binary.LittleEndian.AppendUint64(data, s.total)
	for row := range uint64(s.depth) {
		for column := range uint64(s.width) {
			data = binary.LittleEndian.AppendUint32(data, uint32(s.cells[[2]uint64{row, column}]))
		}
	}
	return data
}

// Against three oracles at once: the definition (bit for bit), the plain
// count-min (never above it) and the exact counts (never below them).
func TestCountMinIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := drawKey(t)
		width, depth := rapid.IntRange(1, 12).Draw(t, "width"), rapid.IntRange(1, 5).Draw(t, "depth")
		s := sketch.NewCountMin(width, depth, key)
		slow, plain := newSlowCountMin(width, depth, key, true), newSlowCountMin(width, depth, key, false)
		exact := map[uint64]uint64{}
		items := rapid.Uint64Range(0, 40)
		amounts := rapid.OneOf(rapid.Uint64Range(0, 9), rapid.Uint64Range(0, 1<<33))
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				item, n := items.Draw(t, "item"), amounts.Draw(t, "n")
				s.Add(item, n)
				slow.add(item, n)
				plain.add(item, n)
				exact[item] = min(exact[item]+n, math.MaxUint32)
			},
			"merge": func(t *rapid.T) {
				other, slowOther := sketch.NewCountMin(width, depth, key), newSlowCountMin(width, depth, key, true)
				for _, item := range rapid.SliceOf(items).Draw(t, "items") {
					other.Add(item, 2)
					slowOther.add(item, 2)
					plain.add(item, 2)
					exact[item] = min(exact[item]+2, math.MaxUint32)
				}
				if err := s.Merge(other); err != nil {
					t.Fatal(err)
				}
				slow.merge(slowOther)
			},
			"store and load": func(t *rapid.T) {
				loaded := sketch.NewCountMin(2, 2, key)
				if err := loaded.UnmarshalBinary(slow.bytes()); err != nil {
					t.Fatal(err)
				}
				s = loaded
			},
			"": func(t *rapid.T) {
				if got, err := s.MarshalBinary(); err != nil || !bytes.Equal(got, slow.bytes()) {
					t.Fatalf("counters differ: %v", err)
				}
				if s.Total() != slow.total {
					t.Fatalf("Total() = %d, want %d", s.Total(), slow.total)
				}
				for item := range uint64(42) {
					got := s.Estimate(item)
					if got < exact[item] || got > plain.estimate(item) || got != slow.estimate(item) {
						t.Fatalf("Estimate(%d) = %d, exact %d, plain %d, by definition %d",
							item, got, exact[item], plain.estimate(item), slow.estimate(item))
					}
				}
			},
		})
	})
}

// Over 200 keys: the bound holds as often as promised, and conservative update
// earns what the type's comment says of it.
func TestCountMinError(t *testing.T) {
	const trials, width, depth, universe = 200, 128, 3, 1 << 11
	events := zipf(1.03, universe, 5_000, 1)
	exact := counts(events)
	var above, asked, excess, plainExcess float64
	for trial := range uint64(trials) {
		s := sketch.NewCountMin(width, depth, testKey(trial))
		for _, item := range events {
			s.Add(item, 1)
		}
		plain := plainCountMin(width, depth, testKey(trial), exact)
		bound, _ := s.ErrorBound()
		for item, n := range exact {
			asked++
			over := s.Estimate(item) - n
			excess += float64(over)
			plainExcess += float64(plain(item) - n)
			if over > bound {
				above++
			}
		}
	}
	_, confidence := sketch.NewCountMin(width, depth, sketch.Key{}).ErrorBound()
	t.Logf("above the bound: %.4f of all; mean excess %.2f, plain %.2f", above/asked, excess/asked, plainExcess/asked)
	if above/asked > 1-confidence {
		t.Errorf("%.4f of the estimates are above the bound, promised: %.4f", above/asked, 1-confidence)
	}
	if ratio := excess / plainExcess; ratio > 0.65 {
		t.Errorf("mean excess is %.2f of the plain sketch's, measured before: 0.56", ratio)
	}
}

// plainCountMin adds each item once with its whole count, which for the plain
// sketch is the same.
func plainCountMin(width, depth int, key sketch.Key, exact map[uint64]uint64) (estimate func(uint64) uint64) {
	slow := newSlowCountMin(width, depth, key, false)
	cells := make([]uint64, width*depth)
	for item, n := range exact {
		for _, cell := range slow.cellsOf(item) {
			cells[int(cell[0])*width+int(cell[1])] += n
		}
	}
	return func(item uint64) uint64 {
		least := uint64(math.MaxUint64)
		for _, cell := range slow.cellsOf(item) {
			least = min(least, cells[int(cell[0])*width+int(cell[1])])
		}
		return least
	}
}

// Rows must not share collisions: an item that meets another in one row meets
// it in the next with a probability of 1/width like any other.
func TestCountMinRowsAreIndependent(t *testing.T) {
	const width, depth, pairs = 16, 4, 200_000
	slow := newSlowCountMin(width, depth, testKey(1), false)
	var met [1 << depth]float64
	for pair := range uint64(pairs) {
		a, b := slow.cellsOf(2*pair), slow.cellsOf(2*pair+1)
		rows := 0
		for row := range depth {
			if a[row] == b[row] {
				rows |= 1 << row
			}
		}
		met[rows]++
	}
	chi := 0.0
	for rows, n := range met {
		expected := float64(pairs)
		for row := range depth {
			if rows>>row&1 == 1 {
				expected /= width
			} else {
				expected *= 1 - 1.0/width
			}
		}
		if expected >= 5 {
			chi += (n - expected) * (n - expected) / expected
		} else if n > expected+6*math.Sqrt(expected)+6 {
			t.Errorf("rows %04b collide together %v times, expected %.1f", rows, n, expected)
		}
	}
	if chi > 45 { // 15 degrees of freedom: less than one in 10,000
		t.Errorf("collisions in the rows depend on each other: χ² = %.1f", chi)
	}
}

func TestCountMinMergeAddsUp(t *testing.T) {
	a, b := filledCountMin(testKey(1)), sketch.NewCountMin(7, 3, testKey(1))
	b.Add(3, 1_000)
	ab, ba := filledCountMin(testKey(1)), sketch.NewCountMin(7, 3, testKey(1))
	ba.Add(3, 1_000)
	if err := errors.Join(ab.Merge(b), ba.Merge(a)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(marshal(t, ab), marshal(t, ba)) {
		t.Error("merge is not commutative")
	}
	if err := a.Merge(a); err != nil {
		t.Fatal(err)
	}
	if want := 2 * filledCountMin(testKey(1)).Total(); a.Total() != want {
		t.Errorf("merged with itself: Total() = %d, want %d", a.Total(), want)
	}
}

func TestCountMinMergeRefuses(t *testing.T) {
	tests := []struct {
		name  string
		other *sketch.CountMin
		want  error
	}{
		{"another key", filledCountMin(testKey(2)), sketch.ErrKey},
		{"another width", sketch.NewCountMin(8, 3, testKey(1)), sketch.ErrShape},
		{"another depth", sketch.NewCountMin(7, 2, testKey(1)), sketch.ErrShape},
		{"as many counters", sketch.NewCountMin(3, 7, testKey(1)), sketch.ErrShape},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := filledCountMin(testKey(1))
			before := marshal(t, s)
			if err := s.Merge(test.other); !errors.Is(err, test.want) {
				t.Errorf("Merge() = %v, want %v", err, test.want)
			}
			if !bytes.Equal(marshal(t, s), before) {
				t.Error("the receiver changed")
			}
		})
	}
}

func TestCountMinSaturates(t *testing.T) {
	s, other := sketch.NewCountMin(64, 2, testKey(1)), sketch.NewCountMin(64, 2, testKey(1))
	for range 3 {
		s.Add(1, math.MaxUint64)
		other.Add(1, math.MaxUint32-1)
	}
	if err := s.Merge(other); err != nil {
		t.Fatal(err)
	}
	if got := s.Estimate(1); got != math.MaxUint32 {
		t.Errorf("Estimate() = %d, want 2^32-1", got)
	}
	if got := s.Total(); got != math.MaxUint64 {
		t.Errorf("Total() = %d, want 2^64-1", got)
	}
	if excess, _ := sketch.NewCountMin(1, 1, testKey(1)).ErrorBound(); excess != 0 {
		t.Errorf("an empty sketch may be %d too high", excess)
	}
	full := sketch.NewCountMin(1, 1, testKey(1))
	full.Add(1, math.MaxUint64)
	if excess, _ := full.ErrorBound(); excess != math.MaxUint64 {
		t.Errorf("ErrorBound() = %d, want 2^64-1", excess)
	}
}

func TestNewCountMinWithError(t *testing.T) {
	tests := []struct {
		epsilon, delta float64
		total, excess  uint64
	}{
		{0.01, 0.01, 1_000_000, 10_000},
		{0.001, 0.05, 1_000_000, 1_000},
		{0.5, 0.5, 100, 50},
	}
	for _, test := range tests {
		s := sketch.NewCountMinWithError(test.epsilon, test.delta, testKey(1))
		s.Add(1, test.total)
		excess, confidence := s.ErrorBound()
		if excess > test.excess || float64(excess) < 0.8*float64(test.excess) {
			t.Errorf("ε = %v: excess %d, want at most %d", test.epsilon, excess, test.excess)
		}
		if confidence < 1-test.delta {
			t.Errorf("δ = %v: confidence %v", test.delta, confidence)
		}
	}
}

// Items that share every counter of a victim make it look popular to whoever
// knows the key, and leave it alone otherwise.
func TestCountMinInflationAttackNeedsTheKey(t *testing.T) {
	const width, depth, victim, chorus = 64, 2, 0, 20
	known, secret := testKey(1), testKey(2)
	layout := newSlowCountMin(width, depth, known, false)
	attacked, kept := sketch.NewCountMin(width, depth, known), sketch.NewCountMin(width, depth, secret)
	for item, chosen := uint64(1), 0; chosen < chorus; item++ {
		if fmt.Sprint(layout.cellsOf(item)) != fmt.Sprint(layout.cellsOf(victim)) {
			continue
		}
		attacked.Add(item, 100)
		kept.Add(item, 100)
		chosen++
	}
	if got := attacked.Estimate(victim); got < 100*chorus/2 {
		t.Errorf("with the key known the victim counts %d: the attack is not one", got)
	}
	if got := kept.Estimate(victim); got > 300 {
		t.Errorf("with the key secret the victim counts %d, of 0", got)
	}
}

func TestCountMinAllocations(t *testing.T) {
	s, other := sketch.NewCountMin(4096, 4, testKey(1)), sketch.NewCountMin(4096, 4, testKey(1))
	item := uint64(0)
	assertNoAllocs(t, "Add", func() { item++; s.Add(item, 1) })
	assertNoAllocs(t, "Estimate", func() { s.Estimate(item) })
	assertNoAllocs(t, "Merge", func() { _ = s.Merge(other) })
}

func TestNewCountMinPanics(t *testing.T) {
	for _, shape := range [][2]int{{0, 1}, {-1, 1}, {1, 0}, {1, sketch.MaxDepth + 1}, {sketch.MaxCounters/2 + 1, 2}, {math.MaxInt, 4}} {
		assertPanics(t, fmt.Sprint(shape), func() { sketch.NewCountMin(shape[0], shape[1], sketch.Key{}) })
	}
	for _, bound := range [][2]float64{{0, 0.1}, {1, 0.1}, {0.1, 0}, {0.1, 1}, {math.NaN(), 0.1}, {0.1, math.NaN()}, {1e-300, 0.1}, {0.1, 1e-300}} {
		assertPanics(t, fmt.Sprint(bound), func() { sketch.NewCountMinWithError(bound[0], bound[1], sketch.Key{}) })
	}
}
