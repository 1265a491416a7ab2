package postgres_test

import (
	"sync"
	"testing"

	"guildpulse/events"
	"guildpulse/internal/pgtest"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
)

// executions counts the statements that pass: simple queries, and executions of
// prepared ones.
type executions struct {
	mu sync.Mutex
	n  uint64
}

func (e *executions) inspect(m pgtest.Message) bool {
	if m.FromClient && (m.Type == 'Q' || m.Type == 'E') {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.n++
	}
	return false
}

func (e *executions) count() uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.n
}

// TestStatementsOfAFlush counts what a flush costs, on the wire and in Stats.
func TestStatementsOfAFlush(t *testing.T) {
	tests := []struct {
		name  string
		batch func(*persist.Batch)
		want  uint64
	}{
		{"nothing", func(b *persist.Batch) { *b = persist.Batch{From: b.From, To: b.To, Epoch: b.Epoch} }, 3},
		{"rows", func(b *persist.Batch) {
			b.Rows[0].Quarter = 0 // of a month that is there
			*b = persist.Batch{From: b.From, To: b.To, Epoch: b.Epoch, Rows: b.Rows}
		}, 5},
		{"rows of a new month", func(b *persist.Batch) {
			*b = persist.Batch{From: b.From, To: b.To, Epoch: b.Epoch, Rows: b.Rows}
		}, 6},
		{"rows and roll-ups", func(b *persist.Batch) {
			b.Rows[0].Quarter = 0
			*b = persist.Batch{From: b.From, To: b.To, Epoch: b.Epoch, Rows: b.Rows, Days: b.Days, Months: b.Months}
		}, 7},
		{"a span", func(b *persist.Batch) { *b = persist.Batch{From: b.From, To: b.To, Epoch: b.Epoch, Spans: b.Spans} }, 5},
		{"everything", func(*persist.Batch) {}, 16},
		{"everything, ten years of it", func(b *persist.Batch) {
			for month := range int32(120) {
				row := b.Rows[0]
				row.Quarter = -1_000_000 + 2922*month
				b.Rows = append(b.Rows, row)
			}
		}, 16},
	}
	var e executions
	w := take(t, postgres.Config{URL: startProxy(t, pgtest.Database(t), e.inspect).URL()})
	w.extra = func(b *persist.Batch) { b.Rows[0].Quarter = 0 }
	w.apply()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.extra = tt.batch
			stats, sent := w.Stats(), e.count()
			w.apply()
			after := w.Stats()
			if got := e.count() - sent; got != tt.want || got > 20 {
				t.Errorf("%d statements, want %d", got, tt.want)
			}
			if got := after.Statements - stats.Statements; got != tt.want {
				t.Errorf("%d statements are counted, of %d", got, tt.want)
			}
			if got := after.Transactions - stats.Transactions; got != 1 {
				t.Errorf("%d transactions are counted", got)
			}
		})
	}
}

// TestCommitsAreDurable opens a store on a server that answers before it syncs.
func TestCommitsAreDurable(t *testing.T) {
	url := with(t, pgtest.Database(t), "options", "-c synchronous_commit=off")
	w := take(t, postgres.Config{URL: url})
	mustExecute(t, url, `
		CREATE TABLE witness (setting text);
		CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN INSERT INTO witness VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
		CREATE TRIGGER witness AFTER UPDATE ON cursor FOR EACH ROW EXECUTE FUNCTION witness()`)
	w.apply()
	var setting string
	if err := connect(t, url).QueryRow(t.Context(), "SELECT setting FROM witness").Scan(&setting); err != nil {
		t.Fatal(err)
	}
	if setting != "on" {
		t.Errorf("a flush commits with synchronous_commit=%s", setting)
	}
}

// TestNamesOfPartitions also reads them back: a store that opens again makes none
// that is there.
func TestNamesOfPartitions(t *testing.T) {
	url := pgtest.Database(t)
	months := []struct {
		at   string
		name string
	}{
		{"1969-12-31T23:45:00Z", "quarters_1969_12"},
		{"1970-01-01T00:00:00Z", "quarters_1970_01"},
		{"2024-02-29T23:59:59Z", "quarters_2024_02"},
		{"2024-03-01T00:00:00Z", "quarters_2024_03"},
		{"0000-01-01T00:00:00Z", "quarters_0000_01"},
	}
	w := take(t, postgres.Config{URL: url})
	w.extra = func(b *persist.Batch) {
		b.Rows = nil
		for _, m := range months {
			b.Rows = append(b.Rows, persist.Row{Guild: guild, Quarter: quarter(t, m.at), Kind: events.KindMessage, Count: 1})
		}
		b.Rows = append(b.Rows, persist.Row{Guild: guild, Quarter: quarter(t, "0000-01-01T00:00:00Z") - 1, Count: 1})
	}
	w.apply()
	conn := connect(t, url)
	for _, m := range append(months, struct{ at, name string }{"0000-01-01T00:00:00Z", "quarters_bc0001_12"}) {
		var rows int
		if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM "+m.name).Scan(&rows); err != nil || rows != 1 {
			t.Errorf("%s holds %d rows: %v", m.name, rows, err)
		}
	}

	again := take(t, postgres.Config{URL: url})
	again.extra = w.extra
	statements := again.Stats().Statements
	again.apply()
	if got := again.Stats().Statements - statements; got != 15 {
		t.Errorf("%d statements: a store that opens again does not know its partitions", got)
	}
}
