package sketch_test

import (
	"encoding"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"guildpulse/sketch"
)

// stored is what every sketch offers to whoever keeps it.
type stored interface {
	encoding.BinaryMarshaler
	encoding.BinaryAppender
	encoding.BinaryUnmarshaler
}

// kind is a kind of sketch, for the tests that all of them must pass.
type kind struct {
	name   string // with the newest version, that of the golden bytes
	empty  func(key sketch.Key) stored
	filled func(key sketch.Key) stored // small, of another shape than empty
}

func kinds() []kind {
	return []kind{
		{
			name:   "hyperloglog_v2",
			empty:  func(key sketch.Key) stored { return sketch.NewHyperLogLog(5, key) },
			filled: func(key sketch.Key) stored { return filledHyperLogLog(key) },
		},
		{
			name:   "ultraloglog_v1",
			empty:  func(key sketch.Key) stored { return sketch.NewUltraLogLog(5, key) },
			filled: func(key sketch.Key) stored { return filledUltraLogLog(key) },
		},
		{
			name:  "tokens_v1",
			empty: func(key sketch.Key) stored { return sketch.NewUltraLogLog(5, key) },
			filled: func(key sketch.Key) stored {
				s := sketch.NewUltraLogLog(8, key)
				for item := range uint64(30) {
					s.Add(item)
				}
				return s
			},
		},
		{
			name:  "martingale_v1",
			empty: func(key sketch.Key) stored { return sketch.NewMartingale(5, key) },
			filled: func(key sketch.Key) stored {
				s := sketch.NewMartingale(6, key)
				for item := range uint64(200) {
					s.Add(item)
				}
				return s
			},
		},
		{
			name:   "countmin_v1",
			empty:  func(key sketch.Key) stored { return sketch.NewCountMin(3, 2, key) },
			filled: func(key sketch.Key) stored { return filledCountMin(key) },
		},
		{
			name:   "topk_v1",
			empty:  func(key sketch.Key) stored { return sketch.NewTopK(256, key, 0) },
			filled: func(key sketch.Key) stored { return filledTopK(key) },
		},
	}
}

func filledHyperLogLog(key sketch.Key) *sketch.HyperLogLog {
	s := sketch.NewHyperLogLog(6, key)
	for item := range uint64(200) {
		s.Add(item)
	}
	return s
}

func filledUltraLogLog(key sketch.Key) *sketch.UltraLogLog {
	s := sketch.NewUltraLogLog(6, key)
	for item := range uint64(200) {
		s.Add(item)
	}
	return s
}

func filledCountMin(key sketch.Key) *sketch.CountMin {
	s := sketch.NewCountMin(7, 3, key)
	for item := range uint64(50) {
		s.Add(item, item+1)
	}
	return s
}

func filledTopK(key sketch.Key) *sketch.TopK {
	s := sketch.NewTopK(192, key, 7)
	for item := range uint64(50) {
		s.Add(item%23, item)
	}
	return s
}

// testKey is a key that differs from seed to seed.
func testKey(seed uint64) (key sketch.Key) {
	random := rand.New(rand.NewPCG(seed, 0x6b6579))
	binary.LittleEndian.PutUint64(key[:8], random.Uint64())
	binary.LittleEndian.PutUint64(key[8:], random.Uint64())
	return key
}

// zipf returns n items of which the one numbered k is drawn with a probability
// in proportion to (1+k)^-s.
func zipf(s float64, universe uint64, n int, seed uint64) []uint64 {
	source := rand.NewZipf(rand.New(rand.NewPCG(seed, 0x7a697066)), s, 1, universe-1)
	items := make([]uint64, n)
	for i := range items {
		items[i] = source.Uint64()
	}
	return items
}

func counts(items []uint64) map[uint64]uint64 {
	n := make(map[uint64]uint64)
	for _, item := range items {
		n[item]++
	}
	return n
}

func marshal(t testing.TB, s encoding.BinaryMarshaler) []byte {
	t.Helper()
	data, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// errorsOver runs trials of an estimate and returns its mean relative error and
// its root mean square.
func errorsOver(trials int, truth float64, estimate func(trial uint64) float64) (bias, rmse float64) {
	for trial := range uint64(trials) {
		e := estimate(trial)/truth - 1
		bias += e / float64(trials)
		rmse += e * e / float64(trials)
	}
	return bias, math.Sqrt(rmse)
}

func assertNoAllocs(t *testing.T, what string, f func()) {
	t.Helper()
	if n := testing.AllocsPerRun(1000, f); n != 0 {
		t.Errorf("%s allocates %v times", what, n)
	}
}

func assertPanics(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s does not panic", what)
		}
	}()
	f()
}
