package whole

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"guildpulse/bench/measure"
	"guildpulse/events"
	"guildpulse/internal/report"
	"guildpulse/persist"
	"guildpulse/persist/sqlite"
)

// questions asks what people ask, at 100,000 members with SQLite behind.
func questions(ctx context.Context, t *measure.Table, brief bool) error {
	dir, err := os.MkdirTemp("", "guildpulse-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(dir, "bench.db")})
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	cursor, err := store.Take(ctx, [16]byte{1}, 1)
	if err != nil {
		return err
	}
	n := size(brief, 2_000, 100_000)
	if err := fillDays(ctx, store, cursor, n); err != nil {
		return err
	}
	m := newStats(store)
	crowd(m, n, 1)
	ask := func(period report.Period) (time.Duration, error) {
		began := time.Now()
		_, err := m.Top(ctx, report.TopQuery{
			Guild: serverID(0), Subject: report.Members, Metric: report.Messages, Period: period, Limit: 10,
		})
		return time.Since(began), err
	}
	for _, p := range []report.Period{report.Days7, report.Days30} {
		first, err := ask(p)
		if err != nil {
			return err
		}
		t.Report(fmt.Sprintf("top 10 of %s, %d members, first time", p, n), "ms", first.Seconds()*1e3)
		var times []float64
		for range 101 {
			took, err := ask(p)
			if err != nil {
				return err
			}
			times = append(times, float64(took.Nanoseconds()))
		}
		t.AtMost(fmt.Sprintf("top 10 of %s, %d members", p, n), "ns", measure.Median(times), goalTop)
	}
	return nil
}

// fillDays writes a month of day rows.
func fillDays(ctx context.Context, store *sqlite.Store, cursor persist.Cursor, members int) error {
	today, server := int32(time.Now().Unix()/86400), serverID(0)
	for back := range int32(30) {
		b := &persist.Batch{From: cursor.Next, To: cursor.Next + 1, Epoch: cursor.Epoch}
		for i := range members / 4 {
			b.Days = append(b.Days, persist.RollUp{
				Guild: server, Period: today - back, Channel: channelID(server, 0), Member: memberID(uint64(4*i + int(back)%4)),
				Kind: events.KindMessage, Count: int64(1 + (i*7)%50),
			})
		}
		if err := store.Apply(ctx, b); err != nil {
			return err
		}
		cursor.Next++
	}
	return nil
}
