package stores

import (
	"context"
	"slices"

	"guildpulse/bench/measure"
)

// Run measures. Figures are by the row or event, and commits are on disk.
func Run(ctx context.Context, t *measure.Table) error {
	for _, s := range []struct {
		figures []string
		run     func(context.Context, *measure.Table) error
	}{
		{slices.Concat([]string{copied, updated, inserted, updatedBatch, updatedUnnest, million, millionRolledUp, perStatement, perThousand, aFlush, aQuietFlush, rowsAnEvent}, rangesOf(postgresName)), inPostgres},
		{[]string{sqliteUpdated, sqliteMillion}, inSQLite},
		{rangesOf(sqliteName), rangesInSQLite},
	} {
		if !wantsAny(t, s.figures) {
			continue
		}
		if err := s.run(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func wantsAny(t *measure.Table, figures []string) bool { return slices.ContainsFunc(figures, t.Wants) }

// The stores.
const (
	postgresName = "PostgreSQL"
	sqliteName   = "SQLite"
)

// The figures.
const (
	copied          = "PostgreSQL: COPY of 10,000 rows vs CopyFrom"
	updated         = "PostgreSQL: 10,000 rows updated vs single"
	inserted        = "PostgreSQL: 10,000 rows inserted vs single"
	updatedBatch    = "PostgreSQL: 10,000 rows updated vs Batch"
	updatedUnnest   = "PostgreSQL: 10,000 rows updated vs unnest"
	million         = "PostgreSQL: a million events vs single"
	millionRolledUp = "PostgreSQL: the same, with roll-ups"
	perStatement    = "PostgreSQL: events a statement, busy"
	perThousand     = "PostgreSQL: statements per 1,000 events"
	aFlush          = "PostgreSQL: statements a flush"
	aQuietFlush     = "PostgreSQL: statements a quiet flush"
	rowsAnEvent     = "PostgreSQL: rows an event, busy"
	sqliteUpdated   = "SQLite: 10,000 rows updated vs single"
	filled          = ": a year of ten million events"
	sqliteMillion   = "SQLite: a million events vs single"
)
