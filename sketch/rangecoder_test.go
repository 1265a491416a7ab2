package sketch_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"guildpulse/sketch"

	"pgregory.net/rapid"
)

// What is written is read again, and stands after what was there before.
func TestRangeCoderRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lean := rapid.Uint32Range(0, 100).Draw(t, "lean") // how often a decision is 1
		decisions := rapid.SliceOf(rapid.Custom(func(t *rapid.T) sketch.Decision {
			if n := rapid.IntRange(-20, 26).Draw(t, "plain"); n > 0 {
				return sketch.Decision{Plain: n, Value: rapid.Uint32Range(0, 1<<n-1).Draw(t, "bits")}
			}
			d := sketch.Decision{Chance: rapid.IntRange(0, 7).Draw(t, "chance")}
			if rapid.Uint32Range(0, 99).Draw(t, "draw") < lean {
				d.Value = 1
			}
			return d
		})).Draw(t, "decisions")
		before := []byte{0, 255, 255, 0}
		data := sketch.Encode(slices.Clone(before), decisions)
		if !bytes.HasPrefix(data, before) {
			t.Fatalf("the bytes before became %x", data[:4])
		}
		got := slices.Clone(decisions)
		for i := range got {
			got[i].Value = 0
		}
		if !sketch.Decode(data[len(before):], got) || !slices.Equal(got, decisions) {
			t.Fatalf("%v was read as %v", decisions, got)
		}
	})
}

// Of any bytes, those and only those pass that the decisions are written as.
func TestRangeDecoderKnowsItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 0, 6).Draw(t, "data")
		decisions := make([]sketch.Decision, rapid.IntRange(0, 50).Draw(t, "decisions"))
		for i := range decisions {
			decisions[i].Chance = i % 8
			decisions[i].Plain = i % 3
		}
		finished := sketch.Decode(data, decisions)
		if own := bytes.Equal(sketch.Encode(nil, decisions), data); finished != own {
			t.Fatalf("%x passes: %v, is as written: %v", data, finished, own)
		}
	})
}

// The bytes are the decisions' entropy, and hardly more: some to learn the chance and to follow it,
// some to round up. Long runs of the same are where carries happen.
func TestRangeCoderReachesTheEntropy(t *testing.T) {
	const n = 20_000
	for _, p := range []float64{0, 0.001, 0.1, 0.5, 0.9, 0.999, 1} {
		random := rand.New(rand.NewPCG(1, 2))
		decisions, ones := make([]sketch.Decision, n), 0.0
		for i := range decisions {
			if random.Float64() < p {
				decisions[i].Value = 1
				ones++
			}
		}
		data := sketch.Encode(nil, decisions)
		part := ones / n
		entropy := 0.0
		for _, q := range []float64{part, 1 - part} {
			if q > 0 {
				entropy -= n * q * math.Log2(q)
			}
		}
		if got := 8 * float64(len(data)); got > entropy*1.004+64 {
			t.Errorf("p = %v: %.0f bits for an entropy of %.0f", p, got, entropy)
		}
		got := make([]sketch.Decision, n)
		if !sketch.Decode(data, got) || !slices.Equal(got, decisions) {
			t.Errorf("p = %v: read differently", p)
		}
	}
}
