package postgres_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"guildpulse/events"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
)

func quarter(t *testing.T, at string) int32 {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	return events.Quarter(parsed.UnixMilli())
}

// TestStageGolden keeps the bytes of a COPY: that PostgreSQL takes them is for the
// others to show.
func TestStageGolden(t *testing.T) {
	b := &persist.Batch{
		Rows: []persist.Row{{Guild: 1, Quarter: -2, Channel: 3, Member: 1<<64 - 1, Kind: 5, Count: -6, Amount: 7, Mask: 0x8009}},
		Days: []persist.RollUp{{Guild: 1, Period: 2, Channel: 3, Member: 4, Kind: 5, Count: 6, Amount: 7}},
	}
	const want = "5047434f50590aff0d0a00" + "00000000" + "00000000" +
		"0009" + "000000080000000000000001" + "000000080000000000000003" + "00000008ffffffffffffffff" +
		"00000008fffffffffffffffa" + "000000080000000000000007" + "00000004fffffffe" +
		"000000020005" + "000000028009" + "000000020001" +
		"0009" + "000000080000000000000001" + "000000080000000000000003" + "000000080000000000000004" +
		"000000080000000000000006" + "000000080000000000000007" + "0000000400000002" +
		"000000020005" + "000000020000" + "000000020002" +
		"ffff"
	got, err := io.ReadAll(postgres.NewCopy(b))
	if err != nil {
		t.Fatal(err)
	}
	if text := hex.EncodeToString(got); text != want {
		t.Errorf("got\n%s, want\n%s", text, want)
	}
}

// TestStageIsReadInAnyPieces reads it in pieces that end within rows.
func TestStageIsReadInAnyPieces(t *testing.T) {
	b := &persist.Batch{Rows: make([]persist.Row, 1500), Days: make([]persist.RollUp, 600), Months: make([]persist.RollUp, 1)}
	for i := range b.Rows {
		b.Rows[i].Member = uint64(i)
	}
	whole, err := io.ReadAll(postgres.NewCopy(b))
	if err != nil {
		t.Fatal(err)
	}
	if want := 19 + 2101*88 + 2; len(whole) != want {
		t.Errorf("%d bytes, want %d", len(whole), want)
	}
	for name, r := range map[string]io.Reader{
		"byte by byte": iotest.OneByteReader(postgres.NewCopy(b)),
		"by halves":    iotest.HalfReader(postgres.NewCopy(b)),
		"in one piece": bufio.NewReaderSize(postgres.NewCopy(b), len(whole)),
	} {
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, whole) {
			t.Errorf("read %s it is another stream: %v", name, err)
		}
	}
}

// TestStageAllocates encodes with one allocation, whatever the batch.
func TestStageAllocates(t *testing.T) {
	b := &persist.Batch{Rows: make([]persist.Row, 10_000)}
	buffer := make([]byte, 1<<16)
	allocations := testing.AllocsPerRun(10, func() {
		for r := postgres.NewCopy(b); ; {
			if _, err := r.Read(buffer); err == io.EOF {
				return
			}
		}
	})
	if allocations > 1 {
		t.Errorf("%v allocations", allocations)
	}
}

// TestQueriesBearTheirNames holds the files of queries to their rule.
func TestQueriesBearTheirNames(t *testing.T) {
	files, err := filepath.Glob("sql/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		if first, _, _ := strings.Cut(string(text), "\n"); strings.Fields(first + " ?")[2] != name || !strings.HasPrefix(first, "-- name: ") {
			t.Errorf("%s begins with %q", file, first)
		}
	}
}
