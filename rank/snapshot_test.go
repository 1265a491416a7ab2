package rank_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"guildpulse/rank"
)

var update = flag.Bool("update", false, "write golden files anew")

// village is a small board with everything in it that a snapshot can hold.
func village() *rank.Board {
	b := rank.New(rank.Config{HalfLife: week, Landmark: 86_400_000, Seed: 42})
	for i := range uint64(10) {
		_ = b.Add(100000000000000000+i*i, start+int64(i)*900_000, 0.1*float64(i+1))
	}
	_ = b.Add(100000000000000004, start, 0.1)
	_ = b.Add(3, start, 1)
	_ = b.Add(2, start, 1)
	_ = b.Add(math.MaxUint64, start-400*week.Milliseconds(), 5)
	return b
}

// sealed returns a snapshot with the checksum that its bytes should have.
func sealed(data []byte) []byte {
	data = slices.Clone(data)
	if len(data) >= 4 {
		body := data[:len(data)-4]
		binary.LittleEndian.PutUint32(data[len(body):], crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
	}
	return data
}

func TestGoldenSnapshot(t *testing.T) {
	golden := filepath.Join("testdata", "board_v1.golden")
	got, err := village().MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the snapshot differs from %s:\n% x\nwant\n% x", golden, got, want)
	}
}

// TestEveryVersionIsRead reads the golden bytes of every version ever written.
func TestEveryVersionIsRead(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "board_v*.golden"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden snapshots (%v)", err)
	}
	want := village().Top(100, start, nil)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var b rank.Board
		if err := b.UnmarshalBinary(data); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if got := b.Top(100, start, nil); !slices.Equal(got, want) || b.HalfLife() != week {
			t.Errorf("%s: the board is %v, want %v", file, got, want)
		}
		if err := rank.CheckInvariants(&b); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	data, _ := village().MarshalBinary()
	for bit := range len(data) * 8 {
		data[bit/8] ^= 1 << (bit % 8)
		refused(t, data, "bit %d flipped", bit)
		data[bit/8] ^= 1 << (bit % 8)
	}
}

func TestEveryCutIsRefused(t *testing.T) {
	data, _ := village().MarshalBinary()
	for n := range len(data) {
		refused(t, data[:n], "cut to %d bytes", n)
		refused(t, sealed(data[:n]), "cut to %d bytes and sealed", n)
	}
	for n := 1; n <= 20; n++ {
		long := append(slices.Clone(data), make([]byte, n)...)
		refused(t, long, "%d bytes too long", n)
		refused(t, sealed(long), "%d bytes too long and sealed", n)
	}
}

// refused checks that bytes are refused and the receiver stays as it was.
func refused(t *testing.T, data []byte, format string, args ...any) {
	t.Helper()
	b := rank.New(rank.Config{HalfLife: time.Hour, Seed: 1})
	_ = b.Add(1, start, 1)
	before, _ := b.MarshalBinary()
	err := b.UnmarshalBinary(data)
	if !errors.Is(err, rank.ErrCorrupt) && !errors.Is(err, rank.ErrVersion) {
		t.Errorf(format+": error is %v", append(args, err)...)
	}
	if after, _ := b.MarshalBinary(); !bytes.Equal(before, after) {
		t.Errorf(format+": the receiver changed", args...)
	}
}

// TestGarbageIsRefused forges snapshots with a right checksum.
func TestGarbageIsRefused(t *testing.T) {
	const first, second = 40, 60 // entries
	put64 := func(at int, v uint64) func([]byte) {
		return func(data []byte) { binary.LittleEndian.PutUint64(data[at:], v) }
	}
	value := func(entry int, v float64) func([]byte) { return put64(entry+8, math.Float64bits(v)) }
	last := 40 + 20*(village().Len()-1)
	for name, forge := range map[string]func([]byte){
		"magic":              func(data []byte) { data[0] = 'X' },
		"version 0":          func(data []byte) { data[4] = 0 },
		"version 2":          func(data []byte) { data[4] = 2 },
		"reserved":           func(data []byte) { data[6] = 1 },
		"half-life negative": put64(8, 1<<63),
		"half-life too long": put64(8, math.MaxInt64),
		"landmark too early": put64(16, 1<<63),
		"landmark too late":  put64(16, math.MaxInt64),
		"one member more":    func(data []byte) { data[32]++ },
		"one member less":    func(data []byte) { data[32]-- },
		"members overflow":   put64(32, math.MaxUint64/20+2),
		"value NaN":          value(first, math.NaN()),
		"value infinite":     value(first, math.Inf(1)),
		"value too large":    value(first, 0x1p513),
		"value negative":     value(last, -1),
		"value zero":         value(last, 0),
		"value too small":    value(last, 0x1p-901),
		"out of order":       value(first, 0x1p-800),
		"twice in a row":     func(data []byte) { copy(data[second:second+20], data[first:first+20]) },
		"twice":              func(data []byte) { copy(data[second+20:second+28], data[first:first+8]) },
	} {
		t.Run(name, func(t *testing.T) {
			data, _ := village().MarshalBinary()
			forge(data)
			refused(t, sealed(data), "%s", name)
		})
	}
}

func TestNewerVersionSaysSo(t *testing.T) {
	data, _ := village().MarshalBinary()
	data[4] = 2
	if err := new(rank.Board).UnmarshalBinary(sealed(data)); !errors.Is(err, rank.ErrVersion) {
		t.Errorf("version 2: %v, want ErrVersion", err)
	}
}

// TestRestoredBoardGoesOnAlike lets a board and its copy see the same events
// over thousands of half-lives, and compares snapshots.
func TestRestoredBoardGoesOnAlike(t *testing.T) {
	b := rank.New(rank.Config{HalfLife: time.Hour, Seed: 9})
	r := rand.New(rand.NewPCG(1, 1))
	at := int64(start)
	for round := range 20 {
		data, _ := b.MarshalBinary()
		restored := new(rank.Board)
		if err := restored.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		for range 2000 {
			at += r.Int64N(time.Hour.Milliseconds() / 5)
			u := rank.Update{Member: r.Uint64N(3000), AtMs: at, Weight: r.Float64() * float64(r.IntN(8)-1)}
			_ = b.AddBatch([]rank.Update{u})
			_ = restored.Add(u.Member, u.AtMs, u.Weight)
		}
		want, _ := b.MarshalBinary()
		if got, _ := restored.MarshalBinary(); !bytes.Equal(got, want) {
			t.Fatalf("round %d: the boards differ", round)
		}
		if err := rank.CheckInvariants(restored); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEmptiedBoardGoesOnAlike: also the landmark of a board that everybody has
// left does not depend on whether it was restored since.
func TestEmptiedBoardGoesOnAlike(t *testing.T) {
	b, restored := rank.New(rank.Config{HalfLife: time.Hour}), new(rank.Board)
	at := start + 100*time.Hour.Milliseconds()
	_ = b.Add(1, start, 1)
	_ = b.Add(1, at, 1)
	b.Remove(1)
	data, _ := b.MarshalBinary()
	if err := restored.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	_ = b.Add(2, at, 1)
	_ = restored.Add(2, at, 1)
	want, _ := b.MarshalBinary()
	if got, _ := restored.MarshalBinary(); !bytes.Equal(got, want) {
		t.Error("the boards differ")
	}
}

func TestAppendBinaryKeepsWhatIsThere(t *testing.T) {
	b := village()
	want, _ := b.MarshalBinary()
	got, err := b.AppendBinary([]byte("before"))
	if err != nil || string(got[:6]) != "before" || !bytes.Equal(got[6:], want) {
		t.Errorf("appended % x (%v)", got, err)
	}
	if len(want) != 44+20*b.Len() {
		t.Errorf("%d bytes for %d members", len(want), b.Len())
	}
}
