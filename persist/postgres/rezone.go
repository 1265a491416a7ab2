package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"guildpulse/persist"
)

// rezoneRun is how many quarters are rebuilt by a statement: six weeks of a
// server where something happens all the time.
const rezoneRun = 4096

// rezone rebuilds the roll-ups of servers whose days are cut anew. The quarters
// that a server has are read in order and cut here; the sums are made where the rows
// are. It takes as long as it takes, so that no statement of it times out.
func rezone(ctx context.Context, tx pgx.Tx, zones []persist.Rezone) error {
	if len(zones) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, sqlNoTimeout); err != nil {
		return fmt.Errorf("rezone: %w", err)
	}
	for i := range zones {
		if err := rezoneGuild(ctx, tx, &zones[i]); err != nil {
			return fmt.Errorf("rezone server %d: %w", zones[i].Guild, err)
		}
	}
	return nil
}

func rezoneGuild(ctx context.Context, tx pgx.Tx, z *persist.Rezone) error {
	guild := signed(z.Guild)
	rows, err := tx.Query(ctx, sqlQuartersOfGuild, guild)
	if err != nil {
		return err
	}
	quarters, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		return err
	}
	for _, sql := range []string{sqlDeleteDays, sqlDeleteMonths} {
		if _, err := tx.Exec(ctx, sql, guild); err != nil {
			return err
		}
	}
	for len(quarters) > 0 {
		run := quarters[:min(rezoneRun, len(quarters))]
		quarters = quarters[len(run):]
		if err := rebuild(ctx, tx, z, run); err != nil {
			return err
		}
	}
	return nil
}

// rebuild adds the rows of a run of quarters to the roll-ups.
func rebuild(ctx context.Context, tx pgx.Tx, z *persist.Rezone, run []int32) error {
	days, months := make([]int32, len(run)), make([]int32, len(run))
	for i, quarter := range run {
		days[i], months[i] = z.Cut(quarter)
	}
	guild, first, last := signed(z.Guild), run[0], run[len(run)-1]
	var batch pgx.Batch
	batch.Queue(sqlRebuildDays, guild, first, last, run, days)
	batch.Queue(sqlRebuildMonths, guild, first, last, run, months)
	return tx.SendBatch(ctx, &batch).Close()
}
