package stores

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"guildpulse/bench/measure"
	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/internal/stats"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
	"guildpulse/persist/sqlite"
	"guildpulse/sketch"
)

// Goals of a range's first ten places, the first time and from then on.
const (
	firstGoal  = 500 // ms
	memoryGoal = 1e6 // ns
)

// ranges are the windows that people ask for. 90 days begin and end within months.
var ranges = []report.Period{report.Days7, report.Days30, report.Days90, report.Months12}

func firstTime(store string, p report.Period) string {
	return store + ": top 10 of " + string(p) + ", first time"
}

func fromMemory(store string, p report.Period) string {
	return store + ": top 10 of " + string(p) + ", from memory"
}

// rangesOf lists a store's figures.
func rangesOf(store string) []string {
	names := []string{store + filled}
	for _, p := range ranges {
		names = append(names, firstTime(store, p), fromMemory(store, p))
	}
	return names
}

// rangesInPostgres asks a database of its own, whose tables are vacuumed as
// autovacuum would have done in a year.
func rangesInPostgres(ctx context.Context, t *measure.Table, s *server) (err error) {
	if !wantsAny(t, rangesOf(postgresName)) {
		return nil
	}
	url, err := s.cluster.CreateDatabase(ctx, "year")
	if err != nil {
		return err
	}
	store, err := postgres.Open(ctx, postgres.Config{URL: url})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	f, err := take(ctx, store)
	if err != nil {
		return err
	}
	if err := fillYear(ctx, t, postgresName, f); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "VACUUM ANALYZE days, months")
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return err
	}
	return ask(ctx, t, postgresName, store)
}

// rangesInSQLite asks a file of its own.
func rangesInSQLite(ctx context.Context, t *measure.Table) (err error) {
	dir, err := os.MkdirTemp("", "stores-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(dir, "year.db")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	f, err := take(ctx, store)
	if err != nil {
		return err
	}
	if err := fillYear(ctx, t, sqliteName, f); err != nil {
		return err
	}
	return ask(ctx, t, sqliteName, store)
}

// fillYear commits a year, some days at a time. Quarters are left out: no range is
// read from them.
func fillYear(ctx context.Context, t *measure.Table, name string, f *flusher) error {
	const run = 5 // days
	y, rows, began := newYear(t), 0, time.Now()
	for more := true; more; {
		var b persist.Batch
		for range run {
			var days, months []persist.RollUp
			if days, months, more = y.next(); !more {
				break
			}
			b.Days, b.Months = append(b.Days, days...), append(b.Months, months...)
		}
		rows += len(b.Days) + len(b.Months)
		if err := f.flush(ctx, b); err != nil {
			return fmt.Errorf("fill a year: %w", err)
		}
	}
	t.Report(name+filled, "s", time.Since(began).Seconds(), fmt.Sprintf("%d rows of days and months", rows))
	return nil
}

// ask measures the first ten of each range: the first time, which reads the store, by
// a memory that knows nothing, and then from memory.
func ask(ctx context.Context, t *measure.Table, name string, store persist.Store) error {
	const again = 21
	for _, p := range ranges {
		var first, next []float64
		for range t.Options().Rounds/2 + 1 {
			top := newcomer(ctx, store, p)
			took, err := timed(top)
			if err != nil {
				return err
			}
			first = append(first, took.Seconds()*1e3)
			for range again {
				if took, err = timed(top); err != nil {
					return err
				}
				next = append(next, float64(took.Nanoseconds()))
			}
		}
		t.AtMost(firstTime(name, p), "ms", measure.Median(first), firstGoal, firstNote)
		t.AtMost(fromMemory(name, p), "ns", measure.Median(next), memoryGoal)
	}
	return nil
}

const firstNote = "A year is eleven months' rows and two months' days. The scan of 1.2 million rows of all kinds and " +
	"the summing of those 475,000 that count are most of it; the board of 90,000 places is the rest."

// newcomer returns the question to a memory that knows of the server and nothing else.
func newcomer(ctx context.Context, store persist.Store, p report.Period) func() error {
	m := stats.New(stats.Config{Store: store, Names: guild.NewDirectory(guild.DirectoryConfig{}), Key: sketch.Key{1}})
	e := events.Message(events.Origin{}, guildID, channelID, events.MakeSnowflake(begin.UnixMilli(), 1), memberID(0), 0)
	_ = m.Apply(&events.Batch{First: 1, Source: events.SourceLive, Events: []events.Event{e}})
	m.Flushed(1 << 40) // the store holds it all
	return func() error {
		_, err := m.Top(ctx, report.TopQuery{
			Guild: guildID, Subject: report.Members, Metric: report.Messages, Period: p, Limit: 10,
		})
		return err
	}
}

func timed(f func() error) (time.Duration, error) {
	began := time.Now()
	err := f()
	return time.Since(began), err
}
