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
