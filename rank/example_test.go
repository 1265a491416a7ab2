package rank_test

import (
	"fmt"
	"sync"
	"time"

	"guildpulse/rank"
)

var monday = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC).UnixMilli()

func Example() {
	const ann, ben, cid = 101, 102, 103
	board := rank.New(rank.Config{HalfLife: 7 * 24 * time.Hour})

	_ = board.Add(ann, monday, 8)
	_ = board.Add(ben, monday+7*24*3600_000, 5) // a week later
	_ = board.Add(cid, monday+7*24*3600_000, 3)

	for _, e := range board.Top(10, monday+7*24*3600_000, nil) {
		fmt.Printf("%d. %d %.1f\n", e.Rank, e.Member, e.Score)
	}
	// Output:
	// 1. 102 5.0
	// 2. 101 4.0
	// 3. 103 3.0
}

func ExampleBoard_Add() {
	board := rank.New(rank.Config{})
	_ = board.Add(1, monday, 5)
	_ = board.Add(1, monday, -2) // taken back
	score, ok := board.Score(1, monday)
	fmt.Println(score, ok)

	_ = board.Add(1, monday, -3)
	_, ok = board.Score(1, monday)
	fmt.Println(ok)
	// Output:
	// 3 true
	// false
}

func ExampleBoard_Range() {
	board := rank.New(rank.Config{})
	for member := range uint64(100) {
		_ = board.Add(member, monday, float64(100-member))
	}
	// The neighbours of member 49.
	place, _ := board.Rank(49)
	for _, e := range board.Range(place-1, 3, monday, nil) {
		fmt.Println(e.Rank, e.Member, e.Score)
	}
	// Output:
	// 49 48 52
	// 50 49 51
	// 51 50 50
}

func ExampleBoard_UnmarshalBinary() {
	board := rank.New(rank.Config{HalfLife: time.Hour})
	_ = board.Add(7, monday, 1)
	snapshot, _ := board.MarshalBinary()

	var restored rank.Board
	if err := restored.UnmarshalBinary(snapshot); err != nil {
		fmt.Println(err)
	}
	fmt.Println(restored.HalfLife(), restored.Top(1, monday+3600_000, nil))
	// Output: 1h0m0s [{7 0.5 1}]
}

func ExampleBoard_AddBatch() {
	board := rank.New(rank.Config{})
	err := board.AddBatch([]rank.Update{
		{Member: 1, AtMs: monday, Weight: 1},
		{Member: 2, AtMs: monday, Weight: 2},
	})
	fmt.Println(err, board.Len())
	// Output: <nil> 2
}

func ExampleConfig_Validate() {
	fmt.Println(rank.Config{HalfLife: -time.Hour}.Validate())
	// Output: rank: invalid config: negative half-life -1h0m0s
}

func ExampleBoard_Around() {
	board := rank.New(rank.Config{})
	for member := range uint64(100) {
		_ = board.Add(member, monday, float64(100-member))
	}
	for _, e := range board.Around(49, 1, monday, nil) {
		fmt.Println(e.Rank, e.Member, e.Score)
	}
	// Output:
	// 49 48 52
	// 50 49 51
	// 51 50 50
}

// Readers need nothing but the board, and do not wait for each other's snapshots.
func ExampleBoard_MarshalBinary() {
	board := rank.New(rank.Config{})
	var crowd sync.WaitGroup
	crowd.Go(func() {
		for i := range uint64(10_000) {
			_ = board.Add(i%100, monday, 1)
		}
	})
	for range 3 {
		crowd.Go(func() {
			snapshot, _ := board.MarshalBinary() // the board of one moment
			if err := new(rank.Board).UnmarshalBinary(snapshot); err != nil {
				fmt.Println(err)
			}
		})
	}
	crowd.Wait()
	fmt.Println(board.Len(), board.Top(1, monday, nil))
	// Output: 100 [{0 100 1}]
}

func ExampleRoster() {
	roster := rank.NewRoster(1)
	score := rank.New(rank.Config{HalfLife: 7 * 24 * time.Hour, Roster: roster})
	messages := rank.New(rank.Config{Roster: roster})
	for member := range uint64(3) {
		_ = score.Add(member, monday, 1.5)
		_ = messages.Add(member, monday, 1)
	}
	roster.Remove(2) // off both
	fmt.Println(roster.Len(), score.Len(), messages.Len())
	// Output: 2 2 2
}

// Several boards of the same members look a member up once.
func ExampleBoard_Credit() {
	roster := rank.NewRoster(1)
	score := rank.New(rank.Config{HalfLife: 7 * 24 * time.Hour, Roster: roster})
	messages := rank.New(rank.Config{Roster: roster})
	n := roster.Enter(42)
	_ = score.Credit(n, monday, 1.5)
	_ = messages.Credit(n, monday, 1)
	fmt.Println(messages.Rank(42))
	// Output: 1 true
}

func ExampleStats() {
	board := rank.New(rank.Config{})
	for member := range uint64(1000) {
		_ = board.Add(member, monday, float64(member+1))
	}
	s := board.Stats()
	fmt.Println(s.Members, s.Bytes/s.Members < 80)
	// Output: 1000 true
}

// One goroutine writes, any number read.
func ExampleBoard() {
	board := rank.New(rank.Config{HalfLife: 7 * 24 * time.Hour})
	var writer, readers sync.WaitGroup
	writer.Go(func() {
		for i := range uint64(10_000) {
			_ = board.Add(i%50, monday, 1)
		}
	})
	for range 3 {
		readers.Go(func() {
			for range 100 {
				page := board.Top(10, monday, nil) // the places of one moment
				for i := 1; i < len(page); i++ {
					if page[i].Score > page[i-1].Score {
						fmt.Println(page[i-1], "is before", page[i])
					}
				}
			}
		})
	}
	writer.Wait()
	readers.Wait()
	place, _ := board.Rank(7)
	score, _ := board.Score(7, monday)
	fmt.Println(board.Len(), place, score)
	// Output: 50 8 200
}

// Without a half-life nothing fades.
func ExampleConfig() {
	fading := rank.New(rank.Config{HalfLife: 24 * time.Hour})
	lasting := rank.New(rank.Config{})
	_ = fading.Add(1, monday, 8)
	_ = lasting.Add(1, monday, 8)

	later := monday + 3*24*3600_000
	left, _ := fading.Score(1, later)
	total, _ := lasting.Score(1, later)
	fmt.Printf("%.3f %.3f\n", left, total)
	// Output: 1.000 8.000
}

// Equals share no place: the lower id is before.
func ExampleEntry() {
	board := rank.New(rank.Config{})
	for _, member := range []uint64{30, 10, 20} {
		_ = board.Add(member, monday, 5)
	}
	for _, e := range board.Top(3, monday, make([]rank.Entry, 0, 3)) {
		fmt.Println(e.Rank, e.Member, e.Score)
	}
	// Output:
	// 1 10 5
	// 2 20 5
	// 3 30 5
}

// What happened earlier counts for less, in whatever order it is told.
func ExampleUpdate() {
	board := rank.New(rank.Config{HalfLife: time.Hour})
	err := board.AddBatch([]rank.Update{
		{Member: 1, AtMs: monday + 2*3600_000, Weight: 1},
		{Member: 2, AtMs: monday, Weight: 2}, // two hours before
	})
	fmt.Println(err, board.Top(2, monday+2*3600_000, nil))
	// Output: <nil> [{1 1 1} {2 0.5 2}]
}
