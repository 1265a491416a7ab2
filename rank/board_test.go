package rank_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"guildpulse/rank"
)

const week = 7 * 24 * time.Hour

// event is an update without a time.
type event struct {
	member uint64
	weight float64
}

// members returns who is listed, in order.
func members(entries []rank.Entry) []uint64 {
	ids := make([]uint64, len(entries))
	for i, e := range entries {
		ids[i] = e.Member
	}
	return ids
}

func TestOrder(t *testing.T) {
	for name, test := range map[string]struct {
		events []event
		want   []uint64
	}{
		"nobody":                        {nil, []uint64{}},
		"highest first":                 {[]event{{1, 1}, {2, 3}, {3, 2}}, []uint64{2, 3, 1}},
		"lowest id first among equals":  {[]event{{9, 1}, {2, 1}, {5, 1}}, []uint64{2, 5, 9}},
		"id 0 and the largest":          {[]event{{0, 1}, {math.MaxUint64, 1}}, []uint64{0, math.MaxUint64}},
		"sums":                          {[]event{{1, 1}, {2, 1.5}, {1, 1}}, []uint64{1, 2}},
		"credit taken back":             {[]event{{1, 3}, {2, 2}, {1, -2}}, []uint64{2, 1}},
		"all credit taken back":         {[]event{{1, 3}, {2, 2}, {1, -3}}, []uint64{2}},
		"all credit but for rounding":   {[]event{{1, 0.1}, {1, 0.2}, {1, -0.3}, {2, 1}}, []uint64{2}},
		"a debt is not kept":            {[]event{{1, -3}, {2, 2}, {1, 1}}, []uint64{2, 1}},
		"more taken back than given":    {[]event{{1, 3}, {1, -4}, {1, 1}, {2, 2}}, []uint64{2, 1}},
		"weight 0 is nothing":           {[]event{{1, 0}, {2, 2}}, []uint64{2}},
		"a weight too small to be seen": {[]event{{1, 1e-300}, {2, 2}}, []uint64{2}},
		"largest weights":               {[]event{{1, rank.MaxWeight}, {2, rank.MaxWeight}, {2, rank.MaxWeight}}, []uint64{2, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, halfLife := range []time.Duration{0, week} {
				b := rank.New(rank.Config{HalfLife: halfLife})
				for _, e := range test.events {
					if err := b.Add(e.member, start, e.weight); err != nil {
						t.Fatal(err)
					}
				}
				if got := members(b.Top(10, start, nil)); !slices.Equal(got, test.want) {
					t.Errorf("half-life %v: order is %v, want %v", halfLife, got, test.want)
				}
				if err := rank.CheckInvariants(b); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestRangeLeavesOutPlacesThatAreNot(t *testing.T) {
	b := rank.New(rank.Config{})
	for id := range uint64(300) {
		_ = b.Add(id, start, float64(300-id))
	}
	for _, test := range []struct{ start, n, first, count int }{
		{1, 3, 1, 3},
		{299, 2, 299, 2},
		{299, 5, 299, 2},
		{301, 5, 0, 0},
		{1, 0, 0, 0},
		{1, -1, 0, 0},
		{0, 1, 0, 0},
		{-1, 5, 1, 3},
		{-10, 5, 0, 0},
		{math.MinInt, 5, 0, 0},
		{math.MinInt, math.MaxInt, 0, 0},
		{math.MinInt, math.MinInt, 0, 0},
		{-1, math.MaxInt, 1, 300},
		{5, math.MaxInt, 5, 296},
		{math.MaxInt, math.MaxInt, 0, 0},
		{100, 150, 100, 150},
	} {
		before := []rank.Entry{{Member: 7777}}
		got := b.Range(test.start, test.n, start, before)
		if len(got) != 1+test.count || got[0].Member != 7777 {
			t.Errorf("range(%d, %d) appends %d entries, want %d", test.start, test.n, len(got)-1, test.count)
			continue
		}
		for i, e := range got[1:] {
			place := test.first + i
			if want := (rank.Entry{Member: uint64(place - 1), Score: float64(301 - place), Rank: place}); e != want {
				t.Errorf("range(%d, %d): entry %d is %v, want %v", test.start, test.n, i, e, want)
			}
		}
	}
}

func TestRefusedEventsDoNothing(t *testing.T) {
	for _, test := range []struct {
		at     int64
		weight float64
		want   error
	}{
		{start, math.NaN(), rank.ErrWeight},
		{start, math.Inf(1), rank.ErrWeight},
		{start, math.Inf(-1), rank.ErrWeight},
		{start, math.Nextafter(rank.MaxWeight, math.Inf(1)), rank.ErrWeight},
		{start, -rank.MaxWeight * 2, rank.ErrWeight},
		{rank.MaxTime + 1, 1, rank.ErrTime},
		{math.MaxInt64, 1, rank.ErrTime},
		{math.MinInt64, 1, rank.ErrTime},
	} {
		b := rank.New(rank.Config{HalfLife: week})
		_ = b.Add(1, start, 1)
		before, _ := b.MarshalBinary()
		if err := b.Add(2, test.at, test.weight); !errors.Is(err, test.want) {
			t.Errorf("add at %d, %v: %v, want %v", test.at, test.weight, err, test.want)
		}
		batch := []rank.Update{{Member: 3, AtMs: start, Weight: 1}, {Member: 2, AtMs: test.at, Weight: test.weight}}
		if err := b.AddBatch(batch); !errors.Is(err, test.want) {
			t.Errorf("add batch at %d, %v: %v, want %v", test.at, test.weight, err, test.want)
		}
		if after, _ := b.MarshalBinary(); !slices.Equal(before, after) {
			t.Errorf("add at %d, %v: refused, but the board changed", test.at, test.weight)
		}
	}
}

// TestWeightZeroDoesNothing: not even for the landmark.
func TestWeightZeroDoesNothing(t *testing.T) {
	b := rank.New(rank.Config{HalfLife: week})
	_ = b.Add(1, start, 1)
	before, _ := b.MarshalBinary()
	_ = b.Add(1, rank.MaxTime, 0)
	_ = b.Add(2, rank.MaxTime, 0)
	if after, _ := b.MarshalBinary(); !slices.Equal(before, after) {
		t.Error("the board changed")
	}
}

func TestConfigRefused(t *testing.T) {
	for _, c := range []rank.Config{
		{HalfLife: -time.Second},
		{HalfLife: time.Microsecond},
		{HalfLife: time.Second + 1},
		{Landmark: rank.MaxTime + 1},
		{Landmark: math.MinInt64},
	} {
		if err := c.Validate(); !errors.Is(err, rank.ErrConfig) {
			t.Errorf("%+v: %v, want ErrConfig", c, err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v: New does not panic", c)
				}
			}()
			rank.New(c)
		}()
	}
}

func TestZeroBoard(t *testing.T) {
	var b rank.Board
	if b.Len() != 0 || b.HalfLife() != 0 || len(b.Top(10, start, nil)) != 0 || b.Remove(1) {
		t.Error("the zero board is not empty")
	}
	if _, ok := b.Rank(1); ok {
		t.Error("rank of a stranger")
	}
	if _, ok := b.Score(1, start); ok {
		t.Error("score of a stranger")
	}
	data, err := b.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	_ = b.Add(1, 0, 2)
	_ = b.Add(1, start, 3)
	if score, _ := b.Score(1, 2*start); score != 5 {
		t.Errorf("score is %v, want 5", score)
	}
}
