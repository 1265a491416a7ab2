package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"guildpulse/events"
	"guildpulse/internal/pgtest"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
)

func Example() {
	ctx := context.Background()
	url, drop, err := pgtest.NewDatabase(ctx) // as postgres://guildpulse:…@localhost/guildpulse
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = drop(ctx) }()
	store, err := postgres.Open(ctx, postgres.Config{URL: url})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = store.Close() }()

	journal := [16]byte{0xc0, 0xff, 0xee}
	cursor, err := store.Take(ctx, journal, 1)
	if err != nil {
		log.Print(err)
		return
	}
	batch := &persist.Batch{
		From: cursor.Next, To: cursor.Next + 2, Epoch: cursor.Epoch, // two events, coalesced
		Days: []persist.RollUp{{Guild: 1, Period: 20_000, Channel: 2, Member: 3, Kind: events.KindMessage, Count: 2}},
	}
	if err := store.Apply(ctx, batch); err != nil {
		log.Print(err)
		return
	}
	fmt.Println("again:", errors.Is(store.Apply(ctx, batch), persist.ErrCursor))
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
	// Output:
	// again: true
	// at record 3 member 3 has 2 of kind message
}
