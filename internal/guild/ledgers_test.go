package guild_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

// crowd drives packed ledgers beside one ledger a member.
type crowd struct {
	rules  *guild.Rules
	packed guild.Ledgers
	alone  map[uint32]*guild.Ledger
	today  guild.Day
	at     int32
}

func (c *crowd) number(t *rapid.T) uint32 { return rapid.Uint32Range(0, 40).Draw(t, "number") }

// ledger returns a member's ledger, as of today.
func (c *crowd) ledger(n uint32) *guild.Ledger {
	l := c.alone[n]
	if l == nil {
		l = &guild.Ledger{}
		l.Load(c.rules, c.today, nil)
		c.alone[n] = l
	}
	return l
}

func (c *crowd) advance(day guild.Day) {
	if day <= c.today {
		return
	}
	c.today = day
	for _, l := range c.alone {
		l.Advance(c.rules, day)
	}
}

func (c *crowd) add(t *rapid.T) {
	c.at += rapid.SampledFrom([]int32{0, 0, 0, 1, 30, 90}).Draw(t, "later")
	n := c.number(t)
	for range rapid.SampledFrom([]int{1, 1, 40}).Draw(t, "rows") { // some have large ledgers
		row := drawRow(t, c.at-rapid.SampledFrom([]int32{0, 3, 100, 250}).Draw(t, "late"), c.at)
		if _, scores := guild.CategoryOf(row.Kind); scores {
			c.advance(c.rules.Zone().DayOfQuarter(row.Quarter))
		}
		want, wantErr := c.ledger(n).Add(c.rules, row, nil)
		got, err := c.packed.Add(c.rules, n, row, nil)
		if !errors.Is(err, wantErr) || !slices.Equal(got, want) {
			t.Fatalf("member %d: %v, %v, want %v, %v", n, got, err, want, wantErr)
		}
	}
}

func (c *crowd) drop(t *rapid.T) {
	n := c.number(t)
	c.packed.Drop(n)
	delete(c.alone, n)
}

func (c *crowd) load(t *rapid.T) {
	n := c.number(t)
	rows := []guild.Row{drawRow(t, c.at, c.at), drawRow(t, c.at-1, c.at)}
	for i := range rows {
		c.advance(c.rules.Zone().DayOfQuarter(rows[i].Quarter))
	}
	c.ledger(n).Load(c.rules, c.today, rows)
	c.packed.Load(c.rules, n, c.today, rows)
}

func (c *crowd) restart(t *rapid.T) {
	var again guild.Ledgers
	for n := range c.packed.Cap() {
		l := c.packed.Get(n)
		if l.Len() == 0 {
			continue
		}
		if err := again.Put(n, &l); err != nil {
			t.Fatal(err)
		}
	}
	c.packed = again
	c.packed.Advance(c.rules, c.today)
}

func (c *crowd) check(t *rapid.T) {
	for n := range max(41, c.packed.Cap()) {
		got := c.packed.Get(n)
		if c.alone[n] == nil || c.alone[n].Len() == 0 {
			if got.Len() != 0 {
				t.Fatalf("%d cells of member %d, who has none", got.Len(), n)
			}
			continue
		}
		a, _ := got.AppendBinary(nil)
		if b, _ := c.alone[n].AppendBinary(nil); !bytes.Equal(a, b) {
			t.Fatalf("the ledger of member %d is\n%x, alone\n%x", n, a, b)
		}
	}
}

func TestLedgersAreLedgers(t *testing.T) {
	rules := mustRules(t, guild.DefaultSettings(1))
	rapid.Check(t, func(t *rapid.T) {
		c := &crowd{rules: rules, alone: map[uint32]*guild.Ledger{}, at: noon}
		c.advance(c.rules.Zone().DayOfQuarter(c.at))
		c.packed.Advance(c.rules, c.today)
		t.Repeat(map[string]func(*rapid.T){
			"add": c.add, "add too": c.add, "add more": c.add, "drop": c.drop, "load": c.load,
			"restart": c.restart, "": c.check,
		})
	})
}

func TestLedgersRefuseOtherDays(t *testing.T) {
	rules := mustRules(t, guild.DefaultSettings(1))
	var all guild.Ledgers
	if _, err := all.Add(rules, 3, msg(noon, 1, 1, 1), nil); err != nil {
		t.Fatal(err)
	}
	var old guild.Ledger
	mustAdd(t, &old, rules, msg(noon-96, 1, 1, 1))
	if err := all.Put(1, &old); !errors.Is(err, guild.ErrLedger) {
		t.Errorf("%v", err)
	}
	if l := all.Get(1); l.Len() != 0 || all.Cap() != 4 {
		t.Errorf("%d cells of a ledger that was refused, %d members", l.Len(), all.Cap())
	}
}

// TestLargeLedgers have chunks of more cells than a page, beside small ones.
func TestLargeLedgers(t *testing.T) {
	rules := mustRules(t, guild.DefaultSettings(1))
	var all guild.Ledgers
	alone := make([]guild.Ledger, 3)
	for channel := range uint64(3000) {
		for n := range alone {
			if n == 1 && channel >= 10 {
				continue
			}
			row := msg(noon, channel, 1, 1<<(channel%15))
			if _, err := all.Add(rules, uint32(n), row, nil); err != nil {
				t.Fatal(err)
			}
			mustAdd(t, &alone[n], rules, row)
		}
	}
	all.Drop(0)
	alone[0] = guild.Ledger{}
	all.Advance(rules, rules.Zone().DayOfQuarter(noon)+1)
	for n := range alone {
		alone[n].Advance(rules, rules.Zone().DayOfQuarter(noon)+1)
		got := all.Get(uint32(n))
		a, _ := got.AppendBinary(nil)
		if b, _ := alone[n].AppendBinary(nil); got.Len() != alone[n].Len() || got.Len() > 0 && !bytes.Equal(a, b) {
			t.Errorf("member %d: %d cells, alone %d", n, got.Len(), alone[n].Len())
		}
	}
}

// Members of a day come and go without a byte for the garbage collector.
func TestLedgersMemory(t *testing.T) {
	rules := mustRules(t, guild.DefaultSettings(1))
	var all guild.Ledgers
	var dst []guild.Change
	day := func(q int32) {
		for n := range uint32(100) {
			for i := range int32(5) {
				dst, _ = all.Add(rules, n, msg(q+i, uint64(n), 1, 1), dst[:0])
			}
		}
	}
	day(noon)
	n := uint32(0)
	if got := testing.AllocsPerRun(100, func() {
		n = (n + 1) % 100
		dst, _ = all.Add(rules, n, of(events.KindMessage, noon, uint64(n), 1, 0, 2), dst[:0])
	}); got != 0 {
		t.Errorf("%v allocations", got)
	}
}
