package sketch_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"guildpulse/sketch"

	"pgregory.net/rapid"
)

// Whatever is done, a count is at most the exact one, Total is exact, Top is
// Count in order, and the same calls give the same bytes, also when one of two
// sketches is stored and loaded on the way.
func TestTopKAgainstExactCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, seed := drawKey(t), rapid.Uint64().Draw(t, "seed")
		size := rapid.IntRange(sketch.MinTopKBytes, 6*64).Draw(t, "bytes")
		s, twin := sketch.NewTopK(size, key, seed), sketch.NewTopK(size, key, seed)
		exact, total := map[uint64]uint64{}, uint64(0)
		items := rapid.Uint64Range(0, 60)
		amounts := rapid.OneOf(rapid.Just(uint64(1)), rapid.Uint64Range(0, 600), rapid.Uint64Range(0, 1<<34))
		count := func(item, n uint64) {
			exact[item] = min(exact[item]+n, math.MaxUint32)
			total += n
		}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				item, n := items.Draw(t, "item"), amounts.Draw(t, "n")
				s.Add(item, n)
				twin.Add(item, n)
				count(item, n)
			},
			"add many": func(t *rapid.T) {
				for _, item := range rapid.SliceOfN(items, 50, 200).Draw(t, "items") {
					s.Add(item, 1)
					twin.Add(item, 1)
					count(item, 1)
				}
			},
			"merge": func(t *rapid.T) {
				other := sketch.NewTopK(size, key, seed+1)
				for _, item := range rapid.SliceOf(items).Draw(t, "items") {
					other.Add(item, 3)
					count(item, 3)
				}
				if err := errors.Join(s.Merge(other), twin.Merge(other)); err != nil {
					t.Fatal(err)
				}
			},
			"remove": func(t *rapid.T) {
				item := items.Draw(t, "item")
				if had := s.Count(item) > 0; s.Remove(item) != had || twin.Remove(item) != had {
					t.Fatalf("Remove(%d) is not %v", item, had)
				}
				if s.Count(item) != 0 {
					t.Fatalf("item %d counts %d after Remove", item, s.Count(item))
				}
				exact[item] = 0
			},
			"store and load": func(t *rapid.T) {
				data, _ := s.MarshalBinary()
				s = sketch.NewTopK(sketch.MinTopKBytes, key, 99)
				if err := s.UnmarshalBinary(data); err != nil {
					t.Fatal(err)
				}
			},
			"": func(t *rapid.T) {
				data, _ := s.MarshalBinary()
				again, _ := twin.MarshalBinary()
				if !bytes.Equal(data, again) {
					t.Fatal("the same calls gave different sketches")
				}
				if s.Total() != total {
					t.Fatalf("Total() = %d, want %d", s.Total(), total)
				}
				checkTop(t, s, exact)
			},
		})
	})
}

func checkTop(t *rapid.T, s *sketch.TopK, exact map[uint64]uint64) {
	top := s.Top(math.MaxInt)
	seen := map[uint64]bool{}
	for i, item := range top {
		if item.Count == 0 || item.Count > exact[item.ID] || seen[item.ID] || s.Count(item.ID) != item.Count {
			t.Fatalf("%v in %v: exact %d, Count %d", item, top, exact[item.ID], s.Count(item.ID))
		}
		seen[item.ID] = true
		if i > 0 && (top[i-1].Count < item.Count || top[i-1].Count == item.Count && top[i-1].ID >= item.ID) {
			t.Fatalf("out of order at %d: %v", i, top)
		}
	}
	if got := s.Top(2); !slices.Equal(got, top[:min(2, len(top))]) {
		t.Fatalf("Top(2) = %v of %v", got, top)
	}
	for item := range uint64(61) {
		if !seen[item] && s.Count(item) != 0 {
			t.Fatalf("item %d counts %d and is not in %v", item, s.Count(item), top)
		}
	}
}

// While nobody has to fight for a cell, everything is exact, item 0 included.
func TestTopKOfFewItemsIsExact(t *testing.T) {
	for seed := range uint64(50) {
		s := sketch.NewTopK(1024, testKey(seed), seed)
		var want []sketch.Item
		for item := range uint64(5) {
			s.Add(item, 10-item)
			s.Add(item, 1)
			want = append(want, sketch.Item{ID: item, Count: 11 - item})
		}
		if got := s.Top(10); !slices.Equal(got, want) {
			t.Fatalf("Top(10) = %v, want %v", got, want)
		}
		if got := s.Top(-1); len(got) != 0 {
			t.Fatalf("Top(-1) = %v", got)
		}
	}
}

// Item 0 has one cell, though empty cells say 0 too, and though one may come
// free in the bucket where it is not.
func TestTopKItemZeroIsAnItem(t *testing.T) {
	for seed := range uint64(100) {
		s := sketch.NewTopK(128, testKey(seed), seed)
		for item := uint64(1); item <= 12; item++ {
			s.Add(item, 1)
		}
		s.Add(0, 1_000)
		before := s.Count(0)
		for item := uint64(1); item <= 12; item++ {
			s.Remove(item)
		}
		s.Add(0, 5)
		want := []sketch.Item{{ID: 0, Count: before + 5}}
		if got := s.Top(10); before == 0 || !slices.Equal(got, want) {
			t.Fatalf("Top(10) = %v, want %v", got, want)
		}
	}
}

// Over 200 trials in 1 KiB: how many of the ten most frequent are found, when
// the stream is even, when some arrive late, and after a merge of four.
func TestTopKRecall(t *testing.T) {
	const trials, size, k = 200, 1024, 10
	var even, late, merged float64
	for trial := range uint64(trials) {
		r := topKRecall(size, k, 1.1, 1<<13, 8_000, trial)
		even += r.even / trials
		late += r.late / trials
		merged += r.merged / trials
	}
	t.Logf("recall: even %.4f, late %.4f, merged %.4f", even, late, merged)
	for name, got := range map[string]float64{"even": even, "late": late, "merged": merged} {
		if got < 0.98 {
			t.Errorf("recall of the ten most frequent, %s: %.4f, want 0.98", name, got)
		}
	}
}

type recalls struct{ even, late, merged float64 }

func topKRecall(size, k int, exponent float64, universe uint64, n int, trial uint64) recalls {
	events := zipf(exponent, universe, n, trial)
	key := testKey(trial)
	count := func(events []uint64) *sketch.TopK {
		s := sketch.NewTopK(size, key, trial)
		for _, item := range events {
			s.Add(item, 1)
		}
		return s
	}
	exact := counts(events)
	r := recalls{even: recall(count(events), exact, k)}
	merged := count(nil)
	for part := range slices.Chunk(events, (n+3)/4) {
		if err := merged.Merge(count(part)); err != nil {
			panic(err) // one key and one size
		}
	}
	r.merged = recall(merged, exact, k)
	withLate := withLateItems(events, 2*atRank(exact, k), k/5)
	r.late = recall(count(withLate), counts(withLate), k)
	return r
}

// withLateItems replaces events of the last fifth by some new items, n times
// each, spread evenly.
func withLateItems(events []uint64, n uint64, items int) []uint64 {
	mixed := slices.Clone(events)
	tail := mixed[len(mixed)*4/5:]
	for i := range int(n) * items {
		tail[i*len(tail)/(int(n)*items)] = 1<<40 + uint64(i%items)
	}
	return mixed
}

// recall is the part of Top(k) whose true counts are among the k highest.
func recall(s *sketch.TopK, exact map[uint64]uint64, k int) float64 {
	threshold, hits := atRank(exact, k), 0.0
	for _, item := range s.Top(k) {
		if exact[item.ID] >= threshold {
			hits++
		}
	}
	return hits / float64(k)
}

func atRank(exact map[uint64]uint64, k int) uint64 {
	var all []uint64
	for _, n := range exact {
		all = append(all, n)
	}
	slices.Sort(all)
	return all[len(all)-k]
}

// A count of c loses one to a single other item with probability 1/wear(c).
func TestWearIsAsDocumented(t *testing.T) {
	const draws = 40_000
	for _, c := range []uint32{1, 2, 7, 8, 9, 16, 30, 31, 32, 33, 1000} {
		slow := min(c, 32)
		wear := float64(8+slow%8) / 8 * math.Exp2(float64(slow/8))
		fell := 0.0
		for seed := range uint64(draws) {
			left, stay := sketch.WearDown(c, 1, seed)
			switch {
			case left == c && stay == 0:
			case left == c-1 && (left > 0) == (stay == 0) && stay <= 1:
				fell++
			default:
				t.Fatalf("a count of %d became %d, the other %d", c, left, stay)
			}
		}
		if got, want := fell/draws, 1/wear; math.Abs(got-want) > 5*math.Sqrt(want/draws) {
			t.Errorf("a count of %d falls with probability %.4f, want %.4f", c, got, want)
		}
	}
}

// n at once wear down about as much, on average, as n single ones: a little less
// where wear falls steeply, since luck then feeds on itself.
func TestWearOfManyIsThatOfSingles(t *testing.T) {
	const trials = 4_000
	tests := []struct{ count, n uint32 }{{3, 2}, {10, 8}, {20, 50}, {40, 700}, {70, 3000}}
	for _, test := range tests {
		var atOnce, singly float64
		for seed := range uint64(trials) {
			left, _ := sketch.WearDown(test.count, test.n, seed)
			atOnce += float64(test.count-left) / trials
			left = test.count
			for i := uint32(0); i < test.n && left > 0; i++ {
				left, _ = sketch.WearDown(left, 1, seed<<32|uint64(i))
			}
			singly += float64(test.count-left) / trials
		}
		if math.Abs(atOnce-singly) > 0.15*singly+0.1 {
			t.Errorf("%d wear %.2f off a count of %d at once, %.2f singly", test.n, atOnce, test.count, singly)
		}
	}
}

func TestWearDownBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count, n := rapid.Uint32Min(1).Draw(t, "count"), rapid.Uint32Min(1).Draw(t, "n")
		left, stay := sketch.WearDown(count, n, rapid.Uint64().Draw(t, "seed"))
		if left > count || count-left > n || stay > n || (left == 0) != (stay > 0) {
			t.Fatalf("%d against a count of %d: %d left, %d stay", n, count, left, stay)
		}
	})
}

// An item that was frequent long ago gives its cell up in the end.
func TestTopKNothingIsImmortal(t *testing.T) {
	s := sketch.NewTopK(64, testKey(1), 1)
	for old := range uint64(5) {
		s.Add(old, 2_000)
	}
	for event := range uint64(1_000_000) {
		s.Add(100+event%50, 1)
	}
	forgotten := 0
	for old := range uint64(5) {
		if s.Count(old) == 0 {
			forgotten++
		}
	}
	if forgotten == 0 {
		t.Errorf("after a million others the old items still hold every cell: %v", s.Top(5))
	}
}

func TestTopKMergeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := drawKey(t)
		items := rapid.SliceOfN(rapid.Uint64Range(0, 30), 0, 200)
		left, right := items.Draw(t, "left"), items.Draw(t, "right")
		build := func(items []uint64, seed uint64) *sketch.TopK {
			s := sketch.NewTopK(128, key, seed)
			for _, item := range items {
				s.Add(item, 1)
			}
			return s
		}
		ab, ba := build(left, 1), build(right, 2)
		if err := errors.Join(ab.Merge(build(right, 2)), ba.Merge(build(left, 1))); err != nil {
			t.Fatal(err)
		}
		x, _ := ab.MarshalBinary()
		y, _ := ba.MarshalBinary()
		if !bytes.Equal(x, y) {
			t.Fatal("merge is not commutative")
		}
		kept := build(left, 1)
		if err := kept.Merge(build(nil, 2)); err != nil {
			t.Fatal(err)
		}
		if was := build(left, 1).Top(100); !slices.Equal(kept.Top(100), was) {
			t.Fatalf("merging an empty sketch made %v of %v", kept.Top(100), was)
		}
		twice, once := build(left, 1), build(left, 1)
		if err := twice.Merge(twice); err != nil {
			t.Fatal(err)
		}
		for i, item := range twice.Top(100) {
			if was := once.Top(100)[i]; was.ID != item.ID || 2*was.Count != item.Count {
				t.Fatalf("merged with itself %v became %v", was, item)
			}
		}
	})
}

// Of the sums, none is forgotten while either of its buckets has room or a
// lower count.
func TestTopKMergeKeepsTheHighest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const buckets, cells = 3, 5
		key := drawKey(t)
		s, other := sketch.NewTopK(64*buckets, key, 1), sketch.NewTopK(64*buckets, key, 2)
		items, amounts := rapid.Uint64Range(0, 30), rapid.Uint64Range(1, 20)
		for _, s := range []*sketch.TopK{s, other} {
			for range rapid.IntRange(0, 40).Draw(t, "items") {
				s.Add(items.Draw(t, "item"), amounts.Draw(t, "n"))
			}
		}
		sums := map[uint64]uint64{}
		for _, item := range slices.Concat(s.Top(100), other.Top(100)) {
			sums[item.ID] += item.Count
		}
		if err := s.Merge(other); err != nil {
			t.Fatal(err)
		}
		for item, sum := range sums {
			if got := s.Count(item); got != 0 && got != sum {
				t.Fatalf("item %d counts %d after the merge, want %d", item, got, sum)
			}
		}
		data, _ := s.MarshalBinary()
		for item, sum := range sums {
			if s.Count(item) != 0 {
				continue
			}
			first, second := topKBuckets(key, item, buckets)
			for _, bucket := range []uint64{first, second} {
				last := data[40+60*bucket+40+4*(cells-1):]
				if lowest := binary.LittleEndian.Uint32(last); uint64(lowest) < sum {
					t.Fatalf("item %d with %d was forgotten for one with %d", item, sum, lowest)
				}
			}
		}
	})
}

// topKBuckets is where an item may have its cell, as the stored form tells.
func topKBuckets(key sketch.Key, item, buckets uint64) (first, second uint64) {
	h := key.Hash(item)
	return (h >> 32) * buckets >> 32, (h & math.MaxUint32) * buckets >> 32
}

func TestTopKMergeRefuses(t *testing.T) {
	tests := []struct {
		name  string
		other *sketch.TopK
		want  error
	}{
		{"another key", filledTopK(testKey(2)), sketch.ErrKey},
		{"another size", sketch.NewTopK(256, testKey(1), 0), sketch.ErrShape},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := filledTopK(testKey(1))
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

// Items that share both buckets with a victim push it out for whoever knows the
// key, and not otherwise.
func TestTopKEvictionAttackNeedsTheKey(t *testing.T) {
	const size, buckets, victim = 1024, 16, 0
	known, secret := testKey(1), testKey(2)
	first, second := topKBuckets(known, victim, buckets)
	var gang []uint64
	for item := uint64(1); len(gang) < 10; item++ {
		if i, j := topKBuckets(known, item, buckets); i == first && j == second {
			gang = append(gang, item)
		}
	}
	attacked, kept := sketch.NewTopK(size, known, 1), sketch.NewTopK(size, secret, 1)
	for _, s := range []*sketch.TopK{attacked, kept} {
		for _, item := range gang {
			s.Add(item, 1_000)
		}
		for range 50 {
			s.Add(victim, 1)
		}
	}
	if got := attacked.Count(victim); got != 0 {
		t.Errorf("with the key known the victim counts %d: the attack is not one", got)
	}
	if got := kept.Count(victim); got != 50 {
		t.Errorf("with the key secret the victim counts %d, of 50", got)
	}
}

func TestTopKSaturates(t *testing.T) {
	s := sketch.NewTopK(64, testKey(1), 1)
	for range 3 {
		s.Add(1, math.MaxUint64)
	}
	if err := s.Merge(s); err != nil {
		t.Fatal(err)
	}
	if got := s.Count(1); got != math.MaxUint32 {
		t.Errorf("Count() = %d, want 2^32-1", got)
	}
	if got := s.Total(); got != math.MaxUint64 {
		t.Errorf("Total() = %d, want 2^64-1", got)
	}
}

func TestTopKAllocations(t *testing.T) {
	s := sketch.NewTopK(512, testKey(1), 1)
	item := uint64(0)
	assertNoAllocs(t, "Add", func() { item++; s.Add(item%300, 1) })
	assertNoAllocs(t, "Count", func() { s.Count(item) })
	assertNoAllocs(t, "Remove", func() { item++; s.Remove(item % 300) })
}

func TestNewTopKPanics(t *testing.T) {
	for _, size := range []int{-1, 0, sketch.MinTopKBytes - 1, sketch.MaxTopKBytes + 1} {
		assertPanics(t, fmt.Sprint(size), func() { sketch.NewTopK(size, sketch.Key{}, 0) })
	}
}
