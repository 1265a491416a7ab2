package postgres_test

import (
	"context"
	"errors"
	"math"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"guildpulse/events"
	"guildpulse/internal/pgtest"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
	"guildpulse/persist/storetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Database {
		url := pgtest.Database(t)
		return storetest.Database{
			Open: func(ctx context.Context) (persist.Store, error) {
				store, err := postgres.Open(ctx, postgres.Config{URL: url})
				if err != nil {
					return nil, err
				}
				return store, nil
			},
			Outdate: func(ctx context.Context) error {
				return execute(ctx, url, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)")
			},
		}
	})
}

// execute runs statements over a connection of its own.
func execute(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

func mustExecute(t testing.TB, url, sql string) {
	t.Helper()
	if err := execute(t.Context(), url, sql); err != nil {
		t.Fatal(err)
	}
}

// connect opens a connection for a test's own questions.
func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// with adds a parameter to a connection's URL.
func with(t testing.TB, connection, name, value string) string {
	t.Helper()
	u, err := url.Parse(connection)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set(name, value)
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20") // PostgreSQL knows no plus
	return u.String()
}

func open(t testing.TB, config postgres.Config) *postgres.Store {
	t.Helper()
	store, err := postgres.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// writer is a store and the batches that come next for it: every one counts a
// message in every grain and touches every part of a store.
type writer struct {
	*postgres.Store
	t      testing.TB
	cursor persist.Cursor
	extra  func(*persist.Batch) // changes a batch before it is applied
}

const guild = 1

func take(t testing.TB, config postgres.Config) *writer {
	t.Helper()
	w := &writer{Store: open(t, config), t: t}
	var err error
	if w.cursor, err = w.Take(t.Context(), [16]byte{1}, 1); err != nil {
		t.Fatal(err)
	}
	return w
}

// next returns the batch that comes next, of one record. The rows of the first
// batches are each in a month of its own, so that the flush makes a partition.
func (w *writer) next() *persist.Batch {
	n := w.cursor.Next
	b := &persist.Batch{
		From: n, To: n + 1, Epoch: w.cursor.Epoch,
		Rows:    []persist.Row{{Guild: guild, Quarter: 3000 * int32(n%64), Member: 3, Kind: events.KindMessage, Count: 1, Mask: 1}}, // small
		Days:    []persist.RollUp{{Guild: guild, Member: 3, Kind: events.KindMessage, Count: 1}},
		Months:  []persist.RollUp{{Guild: guild, Member: 3, Kind: events.KindMessage, Count: 1}},
		Spans:   []persist.Span{{Guild: guild, Lo: 1, Hi: uint64(n), Source: events.SourceLive}},
		Gaps:    []persist.Gap{{From: int64(n), To: int64(n), State: persist.GapOpen}}, // small
		Voice:   []persist.VoiceSession{{Guild: guild, Opened: int64(n)}},              // small
		Emoji:   []persist.Emoji{{Guild: guild, Number: uint32(n), Name: "wave"}},      // small
		States:  []persist.GuildState{{Guild: guild, Settings: []byte("settings"), Hidden: []uint64{uint64(n)}}},
		OptOuts: []persist.OptOut{{Guild: guild, Member: uint64(n), Out: true}, {Guild: guild, Member: uint64(n) - 1}},
	}
	if w.extra != nil {
		w.extra(b)
	}
	return b
}

func (w *writer) apply() {
	w.t.Helper()
	if err := w.Apply(w.t.Context(), w.next()); err != nil {
		w.t.Fatal(err)
	}
	w.cursor.Next++
}

// settle does what a flusher does with a batch that failed: it reads the cursor
// and tries again until the batch is applied.
func (w *writer) settle(b *persist.Batch, reader *postgres.Store) {
	w.t.Helper()
	for {
		cursor, err := reader.Cursor(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		if cursor.Next == b.To {
			w.cursor.Next = b.To
			return
		}
		err = w.Apply(w.t.Context(), b)
		if err != nil && !errors.Is(err, persist.ErrUnavailable) && !errors.Is(err, persist.ErrCursor) {
			w.t.Fatal(err)
		}
	}
}

// check compares what the store holds with the batches that were applied.
func (w *writer) check(reader *postgres.Store) {
	w.t.Helper()
	err := reader.View(w.t.Context(), func(v persist.View) error { return w.compare(v) })
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *writer) compare(v persist.View) error {
	ctx := w.t.Context()
	n := int(w.cursor.Next - 1) // small
	if v.Cursor() != w.cursor {
		w.t.Errorf("the store stands at %+v, want %+v", v.Cursor(), w.cursor)
	}
	for grain := persist.GrainQuarter; grain <= persist.GrainMonth; grain++ {
		sums, err := v.Sums(ctx, persist.SumQuery{Guild: guild, Grain: grain, From: math.MinInt32, To: math.MaxInt32})
		if err != nil {
			return err
		}
		if len(sums) != 1 || sums[0].Count != int64(n) {
			w.t.Errorf("grain %d: %+v after %d batches of a message", grain, sums, n)
		}
	}
	gaps, err := v.Gaps(ctx, 0, math.MaxInt64)
	if err != nil {
		return err
	}
	people, err := v.OptOuts(ctx)
	if err != nil {
		return err
	}
	if len(gaps) != n || len(people) != 1 || people[0].Member != uint64(n) { // small
		w.t.Errorf("after %d batches: %d gaps, %+v", n, len(gaps), people)
	}
	return nil
}

func TestMigrationsOfManyProcesses(t *testing.T) {
	url := pgtest.Database(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			store, err := postgres.Open(t.Context(), postgres.Config{URL: url})
			if err != nil {
				t.Error(err)
				return
			}
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestConfig(t *testing.T) {
	database := pgtest.Database(t)
	tests := []struct {
		name        string
		config      postgres.Config
		unavailable bool
	}{
		{"no URL", postgres.Config{}, false},
		{"not a URL", postgres.Config{URL: "postgres://u:secret@[/x"}, false},
		{"too few connections", postgres.Config{URL: database, MaxConns: 1}, false},
		{"no such database", postgres.Config{URL: database + "&dbname=missing"}, false},
		{"nobody listens", postgres.Config{URL: "postgres://u:secret@127.0.0.1:1/x"}, true},
		{"no such host", postgres.Config{URL: "postgres://u:secret@host.invalid/x"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store, err := postgres.Open(t.Context(), tt.config)
			if err == nil {
				t.Fatal("it opens", store.Close())
			}
			if errors.Is(err, persist.ErrUnavailable) != tt.unavailable {
				t.Errorf("unavailable is not %v: %v", tt.unavailable, err)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the password: %v", err)
			}
		})
	}
}
