package sketch_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"guildpulse/sketch"

	"pgregory.net/rapid"
)

// batcher is what every sketch offers to those who have many items.
type batcher interface {
	stored
	AddAll(items []uint64)
}

// A batch hashes as its items do, one by one or eight at once, and not beyond.
func TestHashBatchIsTheHash(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, items := drawKey(t), rapid.SliceOfN(rapid.Uint64(), 0, 70).Draw(t, "items")
		check := func() {
			hashes := make([]uint64, 64)
			n := sketch.HashBatch(key, hashes, items)
			if n != min(len(items), 64) {
				t.Fatalf("%d of %d items are hashed", n, len(items))
			}
			for i, item := range items[:n] {
				if hashes[i] != key.Hash(item) {
					t.Fatalf("item %d of %d hashes to %016x, want %016x", i, n, hashes[i], key.Hash(item))
				}
			}
			if i := slices.IndexFunc(hashes[n:], func(h uint64) bool { return h != 0 }); i >= 0 {
				t.Fatalf("%d items write hash %d", n, n+i)
			}
		}
		check()
		sketch.WithoutLanes(check)
	})
}

// AddAll leaves what Add of each leaves, to the last bit, also where a sketch stops
// being sparse within a batch.
func TestAddAllIsAddOfEach(t *testing.T) {
	type pair struct {
		make func(key sketch.Key) batcher
		add  func(s batcher, item uint64)
	}
	distinct := func(make func(int, sketch.Key) counter) pair {
		return pair{
			func(key sketch.Key) batcher { return make(8, key).(batcher) },
			func(s batcher, item uint64) { s.(counter).Add(item) },
		}
	}
	pairs := []pair{
		distinct(newHyperLogLog), distinct(newUltraLogLog), distinct(newMartingale),
		{
			func(key sketch.Key) batcher { return sketch.NewTopK(640, key, 1) },
			func(s batcher, item uint64) { s.(*sketch.TopK).Add(item, 1) },
		},
	}
	for depth := 1; depth <= 5; depth++ {
		pairs = append(pairs, pair{
			func(key sketch.Key) batcher { return sketch.NewCountMin(11, depth, key) },
			func(s batcher, item uint64) { s.(*sketch.CountMin).Add(item, 1) },
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		key := drawKey(t)
		batches := rapid.SliceOf(rapid.SliceOfN(rapid.Uint64Range(0, 300), 0, 150)).Draw(t, "batches")
		for _, p := range pairs {
			one, all, scalar := p.make(key), p.make(key), p.make(key)
			for _, items := range batches {
				for _, item := range items {
					p.add(one, item)
				}
				all.AddAll(items)
				sketch.WithoutLanes(func() { scalar.AddAll(items) })
			}
			for _, s := range []batcher{all, scalar} {
				got, _ := s.MarshalBinary()
				if want, _ := one.MarshalBinary(); !bytes.Equal(got, want) {
					t.Fatalf("%T: AddAll is not Add of each", s)
				}
			}
		}
	})
}

func TestEstimateAllIsEstimateOfEach(t *testing.T) {
	for depth := 1; depth <= 5; depth++ {
		s := sketch.NewCountMin(64, depth, testKey(1))
		items := zipf(1.1, 1_000, 500, 1)
		s.AddAll(items)
		estimates := make([]uint64, len(items)+1)
		s.EstimateAll(estimates, items)
		for i, item := range items {
			if estimates[i] != s.Estimate(item) {
				t.Errorf("depth %d: item %d of a batch is estimated as %d, want %d", depth, i, estimates[i], s.Estimate(item))
			}
		}
		if estimates[len(items)] != 0 {
			t.Error("an estimate was written beyond the items")
		}
		assertPanics(t, "too few estimates", func() { s.EstimateAll(estimates[:3], items) })
	}
}

func TestAddAllAllocations(t *testing.T) {
	items := zipf(1.03, 1<<20, 5_000, 1)
	for _, s := range []batcher{
		sketch.NewHyperLogLog(10, testKey(1)), sketch.NewUltraLogLog(10, testKey(1)), sketch.NewMartingale(10, testKey(1)),
		sketch.NewCountMin(1024, 4, testKey(1)), sketch.NewTopK(1024, testKey(1), 1),
	} {
		s.AddAll(items)
		assertNoAllocs(t, fmt.Sprintf("%T: AddAll", s), func() { s.AddAll(items[:200]) })
	}
}
