package rank_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"guildpulse/rank"
)

func TestNoAllocations(t *testing.T) {
	const n = 20_000
	b := rank.New(rank.Config{HalfLife: week})
	for id := range uint64(n) {
		_ = b.Add(id, start, float64(id+1))
	}
	at, id := int64(start), uint64(0)
	batch := make([]rank.Update, 100)
	out := make([]rank.Entry, 0, 200)
	for name, run := range map[string]func(){
		"add":   func() { at += 500_000; id = (id + 7919) % n; _ = b.Add(id, at, 1) },
		"take":  func() { id = (id + 7919) % n; _ = b.Add(id, start, -0.25) },
		"score": func() { b.Score(id, at) },
		"rank":  func() { b.Rank(id) },
		"top":   func() { out = b.Top(10, at, out[:0]) },
		"range": func() { out = b.Range(n/2, 200, at, out[:0]) },
		"near":  func() { id = (id + 7919) % n; out = b.Around(id, 5, at, out[:0]) },
		"batch": func() {
			for i := range batch {
				id = (id + 7919) % n
				batch[i] = rank.Update{Member: id, AtMs: at, Weight: 1}
			}
			_ = b.AddBatch(batch)
		},
	} {
		// Moving entries may take a new block now and then, which is the
		// fraction that AllocsPerRun rounds off.
		if got := testing.AllocsPerRun(1000, run); got != 0 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}

// TestMillion builds a board of a million members, lets some rise, and looks
// at its figures.
func TestMillion(t *testing.T) {
	const n, spread = million, 0x9e3779b97f4a7c15
	b := rank.New(rank.Config{HalfLife: week, Seed: 1})
	batch := make([]rank.Update, n)
	for i := range batch {
		batch[i] = rank.Update{Member: uint64(i) * spread, AtMs: start, Weight: float64(i*7919%n + 1)}
	}
	if err := b.AddBatch(batch); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range n / 4 {
		_ = b.Add(uint64(n*math.Pow(r.Float64(), 4))*spread, start+r.Int64N(1e9), n*r.Float64())
	}
	if err := rank.CheckInvariants(b); err != nil {
		t.Fatal(err)
	}
	s := b.Stats()
	if perMember := float64(s.Bytes) / float64(s.Members); s.Members != n || perMember > 65 {
		t.Errorf("%d members take %.1f bytes each, want at most 65", s.Members, perMember)
	}
	if levels := rank.Levels(b); levels < 2 || levels > 4 {
		t.Errorf("%d levels of lanes over %d blocks", levels, s.Blocks)
	}
	for place := 1; place <= s.Members; place += 9973 {
		e := b.Range(place, 1, start, nil)[0]
		if r, ok := b.Rank(e.Member); !ok || r != place || e.Rank != place {
			t.Fatalf("place %d: %v, rank %d", place, e, r)
		}
	}
	data, _ := b.MarshalBinary()
	restored := new(rank.Board)
	if err := restored.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	if again, _ := restored.MarshalBinary(); !bytes.Equal(again, data) {
		t.Error("the restored board differs")
	}
}
