package sqlite

import (
	"context"
	"fmt"

	"guildpulse/persist"
)

// Apply implements persist.Store.
func (s *Store) Apply(ctx context.Context, b *persist.Batch) error {
	if err := b.Check(); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	err := s.write(ctx, func(tx *transaction) error { return flush(ctx, tx, b) })
	if err != nil {
		return fmt.Errorf("apply [%d, %d): %w", b.From, b.To, failure(ctx, err))
	}
	s.stats.batches.Add(1)
	s.stats.rows.Add(uint64(len(b.Rows) + len(b.Days) + len(b.Months)))
	return nil
}

// flush is what happens between BEGIN and COMMIT.
func flush(ctx context.Context, tx *transaction, b *persist.Batch) error {
	steps := []struct {
		name string
		run  func(context.Context, *transaction, *persist.Batch) error
	}{
		{"fence", fence},
		{"rezone", rezone},
		{"rows", addRows},
		{"days", addDays},
		{"months", addMonths},
		{"spans", addSpans},
		{"gaps", addGaps},
		{"voice", addVoice},
		{"emoji", addEmoji},
		{"states", addStates},
		{"opt-outs", addOptOuts},
	}
	for _, step := range steps {
		if err := step.run(ctx, tx, b); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// fence moves the cursor, or tells why it may not.
func fence(ctx context.Context, tx *transaction, b *persist.Batch) error {
	result, err := tx.exec(ctx, sqlFence, signed(b.Epoch), signed(b.From), signed(b.To))
	if err != nil {
		return err
	}
	if moved, err := result.RowsAffected(); err != nil || moved == 1 {
		return err
	}
	cursor, err := readCursor(ctx, tx)
	if err != nil {
		return err
	}
	return cursor.Refuse(b)
}

func addRows(ctx context.Context, tx *transaction, b *persist.Batch) error {
	return bulk(ctx, tx, sqlUpsertQuarters, b.Rows, func(args []any, r *persist.Row) []any {
		return append(args, signed(r.Guild), int64(r.Quarter), signed(r.Channel), signed(r.Member), int64(r.Kind),
			r.Count, r.Amount, int64(r.Mask))
	})
}

func addDays(ctx context.Context, tx *transaction, b *persist.Batch) error {
	return bulk(ctx, tx, sqlUpsertDays, b.Days, rollUpArgs)
}

func addMonths(ctx context.Context, tx *transaction, b *persist.Batch) error {
	return bulk(ctx, tx, sqlUpsertMonths, b.Months, rollUpArgs)
}

func rollUpArgs(args []any, r *persist.RollUp) []any {
	return append(args, signed(r.Guild), int64(r.Period), signed(r.Channel), signed(r.Member), int64(r.Kind),
		r.Count, r.Amount)
}

// rezone rebuilds the roll-ups of servers whose days are cut anew. The quarters
// that a server has are read in order and cut here, into a table of this
// connection; the sums are made where the rows are.
func rezone(ctx context.Context, tx *transaction, b *persist.Batch) error {
	for i := range b.Rezone {
		if err := rezoneGuild(ctx, tx, &b.Rezone[i]); err != nil {
			return fmt.Errorf("server %d: %w", b.Rezone[i].Guild, err)
		}
	}
	return nil
}

func rezoneGuild(ctx context.Context, tx *transaction, z *persist.Rezone) error {
	guild := signed(z.Guild)
	quarters, err := collect(ctx, tx, "quarters", sqlQuartersOfGuild, scanQuarter, guild)
	if err != nil {
		return err
	}
	for _, query := range []string{sqlCreateCut, sqlClearCut} {
		if _, err := tx.exec(ctx, query); err != nil {
			return err
		}
	}
	err = bulk(ctx, tx, sqlInsertCut, quarters, func(args []any, quarter *int32) []any {
		day, month := z.Cut(*quarter)
		return append(args, int64(*quarter), int64(day), int64(month))
	})
	if err != nil {
		return err
	}
	for _, query := range []string{sqlDeleteDays, sqlDeleteMonths, sqlRebuildDays, sqlRebuildMonths} {
		if _, err := tx.exec(ctx, query, guild); err != nil {
			return err
		}
	}
	return nil
}
