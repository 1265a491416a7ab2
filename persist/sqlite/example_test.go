package sqlite_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"guildpulse/events"
	"guildpulse/persist"
	"guildpulse/persist/sqlite"
)

func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(dir, "guildpulse.db")})
	if err != nil {
		log.Print(err)
		return
	}
	defer func() { _ = store.Close() }()

	journal := [16]byte{0xc0, 0xff, 0xee}
	cursor, err := store.Take(ctx, journal, 1)
	if err != nil {
		log.Print(err)
		return
	}
	err = store.Apply(ctx, &persist.Batch{
		From: cursor.Next, To: cursor.Next + 2, Epoch: cursor.Epoch, // two events, coalesced
		Days: []persist.RollUp{{Guild: 1, Period: 20_000, Channel: 2, Member: 3, Kind: events.KindMessage, Count: 2}},
	})
	if err != nil {
		log.Print(err)
		return
	}
	err = store.View(ctx, func(v persist.View) error {
		sums, err := v.Sums(ctx, persist.SumQuery{Guild: 1, Grain: persist.GrainDay, From: 20_000, To: 20_006, By: persist.ByMember})
		for _, s := range sums {
			fmt.Printf("at record %d member %d has %d of kind %v\n", v.Cursor().Next, s.Key, s.Count, s.Kind)
		}
		return err
	})
	if err != nil {
		log.Print(err)
	}
	// Output: at record 3 member 3 has 2 of kind message
}
