package guild_test

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

// Both carry their codec as package encoding knows it.
type codec interface {
	AppendBinary([]byte) ([]byte, error)
	UnmarshalBinary([]byte) error
}

var _ codec = (*guild.Ledger)(nil)

func mustAdd(t testing.TB, l *guild.Ledger, r *guild.Rules, row guild.Row) []guild.Change {
	t.Helper()
	changes, err := l.Add(r, row, nil)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func TestLedgerAdd(t *testing.T) {
	s := guild.DefaultSettings(1)
	s.Caps.Message = 5
	s.ChannelWeights = map[uint64]float64{2: 2}
	rules := mustRules(t, s)
	var l guild.Ledger
	for i, step := range []struct {
		row  guild.Row
		want []guild.Change
	}{
		{msg(noon, 1, 1, 0b1), []guild.Change{{noon, 1}}},
		{msg(noon, 1, 1, 0b1), nil},                               // the same minute
		{msg(noon, 2, 1, 0b1), []guild.Change{{noon, 1}}},         // again, in a heavier channel
		{msg(noon+4, 1, 2, 0b11), []guild.Change{{noon + 4, 2}}},  // later
		{msg(noon+8, 1, 3, 0b111), []guild.Change{{noon + 8, 1}}}, // the cap
		{msg(noon+12, 1, 1, 0b1), nil},                            // beyond it
		{msg(noon+2, 1, 1, 0b1), []guild.Change{{noon + 2, 1}, {noon + 8, -1}}},
		{msg(noon, 2, -1, 0), []guild.Change{{noon, -1}, {noon + 8, 1}}}, // deleted
		{of(events.KindThread, noon, 1, 1, 0, 0), []guild.Change{{noon, 2}}},
		{of(events.KindJoin, noon, 0, 1, 0, 0), nil},
		{msg(noon+96, 1, 1, 0b1), []guild.Change{{noon + 96, 1}}}, // tomorrow
		{msg(noon+16, 1, 1, 0b1), nil},                            // yesterday, beyond its cap
		{msg(noon+2, 1, -1, 0), []guild.Change{{noon + 2, -1}, {noon + 8, 1}}},
	} {
		if got := mustAdd(t, &l, rules, step.row); !slices.Equal(got, step.want) {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
}

func TestLedgerTooOld(t *testing.T) {
	rules := mustRules(t, guild.DefaultSettings(1))
	var l guild.Ledger
	mustAdd(t, &l, rules, msg(noon, 1, 1, 1))
	mustAdd(t, &l, rules, msg(noon+2*96, 1, 1, 1))
	before, err := l.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	dst := []guild.Change{{1, 1}}
	dst, err = l.Add(rules, msg(noon, 1, 1, 2), dst)
	if !errors.Is(err, guild.ErrTooOld) || len(dst) != 1 {
		t.Errorf("%v, %v", dst, err)
	}
	if after, err := l.AppendBinary(nil); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the ledger changed from %x to %x", before, after)
	}
	if got := mustAdd(t, &l, rules, msg(noon+96, 1, 1, 1)); len(got) != 1 {
		t.Errorf("yesterday: %v", got)
	}
	if l.Len() != 2 {
		t.Errorf("%d cells", l.Len())
	}
}

func TestLedgerAdvance(t *testing.T) {
	rules := mustRules(t, guild.DefaultSettings(1))
	today := rules.Zone().DayOfQuarter(noon)
	var l guild.Ledger
	mustAdd(t, &l, rules, msg(noon-96, 1, 1, 1))
	mustAdd(t, &l, rules, msg(noon, 1, 1, 1))
	for _, step := range []struct {
		to   guild.Day
		want int
	}{{today, 2}, {today - 5, 2}, {today + 1, 1}, {today, 1}, {today + 2, 0}} {
		if l.Advance(rules, step.to); l.Len() != step.want {
			t.Errorf("advanced to %s: %d cells, want %d", step.to, l.Len(), step.want)
		}
	}
	if _, err := l.Add(rules, msg(noon, 1, 1, 1), nil); !errors.Is(err, guild.ErrTooOld) {
		t.Errorf("a day forgotten: %v", err)
	}
}

// A change of weights leaves a ledger valid: it goes on under the new ones.
func TestLedgerUnderNewRules(t *testing.T) {
	s := guild.DefaultSettings(1)
	s.Weights.Message = 0
	old := mustRules(t, s)
	var l guild.Ledger
	if got := mustAdd(t, &l, old, msg(noon, 1, 1, 1)); got != nil {
		t.Errorf("%v", got)
	}
	s = s.Next()
	s.Weights.Message, s.Caps.Message = 1, 1
	if got := mustAdd(t, &l, mustRules(t, s), msg(noon+1, 1, 1, 1)); got != nil {
		t.Errorf("the cap was used up before: %v", got)
	}
}

// ledgerModel drives a ledger and the rows that it should stand for.
type ledgerModel struct {
	settings guild.Settings
	rules    *guild.Rules
	ledger   guild.Ledger
	rows     []guild.Row
	sums     map[int32]float64
	last     guild.Day // the latest day told of
	at       int32     // the quarter around which rows come
}

func newLedgerModel(t *rapid.T) *ledgerModel {
	s := drawTightSettings(t)
	zone, err := guild.LoadZone(s.Zone)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := guild.NewRules(s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return &ledgerModel{
		settings: s, rules: rules, sums: make(map[int32]float64),
		at: rapid.SampledFrom(oddDays).Draw(t, "base") - 100,
	}
}

func (m *ledgerModel) add(t *rapid.T) {
	m.at += rapid.SampledFrom([]int32{0, 0, 0, 1, 30, 90}).Draw(t, "later")
	row := drawRow(t, m.at-rapid.SampledFrom([]int32{0, 3, 100, 250}).Draw(t, "late"), m.at)
	changes, err := m.ledger.Add(m.rules, row, nil)
	_, scores := guild.CategoryOf(row.Kind)
	day := m.rules.Zone().DayOfQuarter(row.Quarter)
	if !scores {
		if err != nil || changes != nil {
			t.Fatalf("%s: %v, %v", row.Kind, changes, err)
		}
		return
	}
	if tooOld := day < m.last-1; tooOld != errors.Is(err, guild.ErrTooOld) {
		t.Fatalf("%s after %s: %v", day, m.last, err)
	}
	if err != nil {
		return
	}
	m.last = max(m.last, day)
	m.rows = append(m.rows, row)
	for i, c := range changes {
		if c.Diff == 0 || c.Quarter < row.Quarter || i > 0 && c.Quarter <= changes[i-1].Quarter {
			t.Fatalf("quarter %d: %v", row.Quarter, changes)
		}
		m.sums[c.Quarter] += c.Diff
	}
}

func (m *ledgerModel) sorted() []guild.Row {
	rows := slices.Clone(m.rows)
	slices.SortStableFunc(rows, func(a, b guild.Row) int { return cmp.Compare(a.Quarter, b.Quarter) })
	return rows
}

func (m *ledgerModel) check(t *rapid.T) {
	compareEarnings(t, "sum of changes", m.rules.Points(nil, m.sorted()), m.sums)
}

func (m *ledgerModel) restart(t *rapid.T) {
	b, err := m.ledger.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	var read guild.Ledger
	if err := read.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	again, err := read.AppendBinary(nil)
	if err != nil || !bytes.Equal(b, again) {
		t.Fatalf("%x is read as %x (%v)", b, again, err)
	}
	m.ledger = read
}

func (m *ledgerModel) load(t *rapid.T) {
	if len(m.rows) == 0 {
		return
	}
	rows := rapid.Permutation(m.rows).Draw(t, "order")
	m.ledger.Load(m.rules, m.last, rows)
}

func (m *ledgerModel) advance(t *rapid.T) {
	day := m.last + guild.Day(rapid.SampledFrom([]int32{-1, 0, 0, 1}).Draw(t, "days"))
	if lo, hi := m.rules.Zone().Quarters(day, day); lo == hi {
		return // no day to be in
	}
	m.ledger.Advance(m.rules, day)
	m.last = max(m.last, day)
}

func TestLedgerOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newLedgerModel(t)
		t.Repeat(map[string]func(*rapid.T){
			"add": m.add, "add too": m.add, "add more": m.add, "add again": m.add, "add ever": m.add,
			"restart": m.restart, "load": m.load, "advance": m.advance, "": m.check,
		})
	})
}

func TestLedgerLoadPassesOverOlder(t *testing.T) {
	rules := mustRules(t, guild.DefaultSettings(1))
	today := rules.Zone().DayOfQuarter(noon)
	var l guild.Ledger
	l.Load(rules, today, []guild.Row{msg(noon-2*96, 1, 1, 1), msg(noon, 1, 1, 1), msg(noon-96, 1, 1, 1), of(events.KindJoin, noon, 1, 1, 1, 1)})
	if l.Len() != 2 {
		t.Errorf("%d cells", l.Len())
	}
}

func TestLedgerMemory(t *testing.T) {
	rules := mustRules(t, guild.DefaultSettings(1))
	today := rules.Zone().DayOfQuarter(noon)
	var l guild.Ledger
	l.Load(rules, today, busyDay())
	var dst []guild.Change
	i := int64(0)
	if n := testing.AllocsPerRun(100, func() {
		i++
		dst, _ = l.Add(rules, msg(noon, 1, 1, 1<<(i%15)), dst[:0])
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if b, err := l.AppendBinary(nil); err != nil || len(b) != 17+16*l.Len() {
		t.Errorf("%d cells in %d bytes, %v", l.Len(), len(b), err)
	}
}

func sampleLedger(t testing.TB) *guild.Ledger {
	rules := mustRules(t, guild.DefaultSettings(1))
	var l guild.Ledger
	for _, row := range []guild.Row{
		msg(noon, 41771983423143937, 3, 0b101), msg(noon-96, 2, -7, 0x7fff),
		of(events.KindReceived, noon+3, 1, 9, 4, 0), of(events.KindVoiceMuted, noon, 1, 1, 1000, 1),
	} {
		mustAdd(t, &l, rules, row)
	}
	return &l
}

func TestLedgerGolden(t *testing.T) {
	b, err := sampleLedger(t).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := hex.DecodeString(string(golden(t, "ledger.v1.hex", []byte(hex.EncodeToString(b)))))
	if err != nil {
		t.Fatal(err)
	}
	var read guild.Ledger
	if err := read.UnmarshalBinary(want); err != nil || read.Len() != 4 {
		t.Errorf("%d cells, %v", read.Len(), err)
	}
}

func TestLedgerUnmarshalRefuses(t *testing.T) {
	good, err := sampleLedger(t).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	set := func(at int, b ...byte) []byte {
		bad := bytes.Clone(good)
		copy(bad[at:], b)
		return bad
	}
	cells := good[17:]
	for name, bad := range map[string][]byte{
		"empty":         nil,
		"short":         good[:16],
		"version":       set(0, 2),
		"version 0":     set(0, 0),
		"cut":           good[:len(good)-1],
		"longer":        append(bytes.Clone(good), 0),
		"count":         set(13, 5),
		"huge count":    set(13, 0xff, 0xff, 0xff, 0xff),
		"days":          set(9, 0, 0, 0, 0),
		"days too long": set(1, 0, 0, 0, 0),
		"category":      set(17+15, 0x90),
		"offset":        set(17+14, 0xff),
		"disorder":      slices.Concat(good[:17], cells[16:32], cells[:16], cells[32:]),
		"twice":         slices.Concat(good[:17], cells[:16], cells[:16], cells[32:]),
	} {
		l := sampleLedger(t)
		if err := l.UnmarshalBinary(bad); !errors.Is(err, guild.ErrLedger) {
			t.Errorf("%s: %v", name, err)
		}
		if b, err := l.AppendBinary(nil); err != nil || !bytes.Equal(b, good) {
			t.Errorf("%s: the receiver changed", name)
		}
	}
}

func FuzzLedgerUnmarshal(f *testing.F) {
	rules := mustRules(f, guild.DefaultSettings(1))
	for _, l := range []*guild.Ledger{sampleLedger(f), {}} {
		b, err := l.AppendBinary(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, noon)
	}
	f.Fuzz(func(t *testing.T, b []byte, quarter int32) {
		var l guild.Ledger
		if err := l.UnmarshalBinary(b); err != nil {
			if !errors.Is(err, guild.ErrLedger) || l.Len() != 0 {
				t.Fatalf("%d cells, %v", l.Len(), err)
			}
			return
		}
		if again, err := l.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x is read as %x, %v", b, again, err)
		}
		// Whatever days it claims, it goes on without a panic.
		for _, q := range []int32{quarter, quarter + 1, noon} {
			if _, err := l.Add(rules, msg(q, 1, 1, 1), nil); err != nil && !errors.Is(err, guild.ErrTooOld) {
				t.Fatal(err)
			}
		}
		l.Advance(rules, math.MaxInt32)
	})
}

func BenchmarkLedgerAdd(b *testing.B) {
	rules := mustRules(b, guild.DefaultSettings(1))
	var l guild.Ledger
	l.Load(rules, rules.Zone().DayOfQuarter(noon), busyDay())
	var dst []guild.Change
	b.ReportAllocs()
	for i := int32(0); b.Loop(); i++ {
		dst, _ = l.Add(rules, msg(noon+i%20, 1, 1, 1<<(i%15)), dst[:0])
	}
}
