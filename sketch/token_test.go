package sketch_test

import (
	"math/bits"
	"slices"
	"testing"

	"guildpulse/sketch"

	"pgregory.net/rapid"
)

// A token tells first bits and position, and the hash that is made of it changes
// registers of any precision as the original does.
func TestTokenSaysAllThatRegistersNeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := rapid.Uint64().Draw(t, "hash") >> rapid.IntRange(0, 63).Draw(t, "shift")
		h = bits.RotateLeft64(h, rapid.IntRange(0, 63).Draw(t, "rotation"))
		again := sketch.TokenHash(h)
		if sketch.TokenOf(again) != sketch.TokenOf(h) {
			t.Fatalf("hash %016x has another token than %016x, made of it", h, again)
		}
		for p := sketch.MinPrecision; p <= sketch.MaxPrecision; p++ {
			run, runAgain := bits.LeadingZeros64(h<<p|1<<(p-1)), bits.LeadingZeros64(again<<p|1<<(p-1))
			if h>>(64-p) != again>>(64-p) || run != runAgain {
				t.Fatalf("precision %d: hash %016x and %016x change registers differently", p, h, again)
			}
		}
	})
}

// The table is a set, sorted, at most three quarters full, and twice that is not
// more than needed unless it was reserved.
func TestTokenSetIsASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s sketch.TokenSet
		exact, reserved := map[uint32]bool{}, 0
		t.Repeat(map[string]func(*rapid.T){
			"add crowded": func(t *rapid.T) { // the last slot and the first ones
				h := -rapid.Uint64Range(1, 40).Draw(t, "hash") << 38
				if s.Add(h) == exact[sketch.TokenOf(h)] {
					t.Fatalf("Add(%016x) does not know its own", h)
				}
				exact[sketch.TokenOf(h)] = true
			},
			"add": func(t *rapid.T) {
				for _, h := range rapid.SliceOf(rapid.Uint64()).Draw(t, "hashes") {
					if s.Add(h) == exact[sketch.TokenOf(h)] {
						t.Fatalf("Add(%016x) does not know its own", h)
					}
					exact[sketch.TokenOf(h)] = true
				}
			},
			"reserve": func(t *rapid.T) {
				n := rapid.IntRange(0, 100).Draw(t, "n")
				s.Reserve(n)
				reserved = max(reserved, n)
			},
			"": func(t *rapid.T) {
				sorted := s.Sorted()
				if len(sorted) != len(exact) || s.Count() != len(exact) || !slices.IsSorted(sorted) {
					t.Fatalf("%d tokens, count %d, of %d", len(sorted), s.Count(), len(exact))
				}
				for _, token := range sorted {
					if !exact[token] {
						t.Fatalf("token %08x was never added", token)
					}
				}
				slots := s.Bytes() / 4
				if 4*len(exact) > 3*slots {
					t.Fatalf("%d tokens in %d slots", len(exact), slots)
				}
				if most := max(len(exact), reserved, 3); 3*slots > 8*most {
					t.Fatalf("%d slots for %d tokens", slots, most)
				}
			},
		})
	})
}
