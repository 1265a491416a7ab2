package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/jackc/pgx/v5"

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

// A batch can be copied into any table of the right columns.
func ExampleCopy() {
	ctx := context.Background()
	url, drop, err := pgtest.NewDatabase(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = drop(ctx) }()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		log.Print(err)
		return
	}
	defer func() { _ = conn.Close(ctx) }()
	const table = `CREATE TABLE counts (guild_id bigint, channel_id bigint, member_id bigint, count bigint,
		amount bigint, period integer, kind smallint, mask smallint, grain smallint)`
	if _, err := conn.Exec(ctx, table); err != nil {
		log.Print(err)
		return
	}
	batch := &persist.Batch{Rows: []persist.Row{
		{Guild: 1, Quarter: 2_000_000, Channel: 2, Member: 3, Kind: events.KindMessage, Count: 5, Mask: 1},
		{Guild: 1, Quarter: 2_000_000, Channel: 2, Member: 4, Kind: events.KindMessage, Count: 6, Mask: 1},
	}}
	tag, err := conn.PgConn().CopyFrom(ctx, postgres.NewCopy(batch), "COPY counts FROM STDIN (FORMAT binary)")
	fmt.Println(tag, err)
	// Output: COPY 2 <nil>
}
