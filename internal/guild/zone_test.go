package guild_test

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

// awkward are zones that ever did something odd.
var awkward = []string{
	"UTC", "Europe/Vienna", "Asia/Kathmandu", "America/St_Johns", "America/Sao_Paulo",
	"Asia/Beirut", "Pacific/Apia", "Pacific/Kwajalein", "Australia/Lord_Howe", "Africa/Monrovia",
	"Asia/Manila", "America/Juneau", "Africa/Casablanca", "America/Nuuk", "Antarctica/Troll",
	"Asia/Gaza", "America/Havana", "Etc/GMT+12",
}

func mustZone(t testing.TB, name string) *guild.Zone {
	t.Helper()
	z, err := guild.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func allZones(t testing.TB, names []string) map[string]*guild.Zone {
	t.Helper()
	zones := make(map[string]*guild.Zone)
	for _, name := range names {
		zones[name] = mustZone(t, name)
	}
	return zones
}

// civil is the date that clocks show.
func civil(t time.Time) guild.Day {
	y, m, d := t.Date()
	return guild.DayOf(y, m, d)
}

// slowDay is the definition of Zone.Day: the latest date that clocks have shown.
// No clock ever went back by more than two days.
func slowDay(loc *time.Location, ms int64) guild.Day {
	at := time.UnixMilli(ms).In(loc)
	day := civil(at)
	for t := at; ; {
		begin, _ := t.ZoneBounds()
		if begin.IsZero() || at.Sub(begin) > 48*time.Hour {
			return day
		}
		t = begin.Add(-time.Nanosecond)
		day = max(day, civil(t))
	}
}

func ms(s string) int64 {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}

func TestZoneDay(t *testing.T) {
	for _, tc := range []struct{ zone, at, day, start string }{
		{"UTC", "2026-11-21T00:00:00Z", "2026-11-21", "2026-11-21T00:00:00Z"},
		{"UTC", "1969-12-31T23:59:59Z", "1969-12-31", "1969-12-31T00:00:00Z"},
		{"Europe/Vienna", "2026-11-20T23:00:00Z", "2026-11-21", "2026-11-20T23:00:00Z"},
		{"Europe/Vienna", "2026-03-29T12:00:00Z", "2026-03-29", "2026-03-28T23:00:00Z"}, // 23 hours
		{"Europe/Vienna", "2026-03-30T12:00:00Z", "2026-03-30", "2026-03-29T22:00:00Z"},
		{"Asia/Kathmandu", "2026-11-20T18:15:00Z", "2026-11-21", "2026-11-20T18:15:00Z"},
		{"Asia/Kathmandu", "2026-11-20T18:14:59Z", "2026-11-20", "2026-11-19T18:15:00Z"},
		// No midnight: clocks went from 00:00 to 01:00.
		{"America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-04", "2018-11-04T03:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04T02:59:59Z", "2018-11-03", "2018-11-03T03:00:00Z"},
		// No 30 December: clocks went from 23:59:59 on the 29th to 00:00 on the 31st.
		{"Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29", "2011-12-29T10:00:00Z"},
		{"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31", "2011-12-30T10:00:00Z"},
		// 00:01 on the 7th was followed by 23:01 on the 6th, which is not told again.
		{"America/St_Johns", "2010-11-07T02:29:59Z", "2010-11-06", "2010-11-06T02:30:00Z"},
		{"America/St_Johns", "2010-11-07T02:30:30Z", "2010-11-07", "2010-11-07T02:30:00Z"},
		{"America/St_Johns", "2010-11-07T02:45:00Z", "2010-11-07", "2010-11-07T02:30:00Z"},
		// Clocks at -0:44:30.
		{"Africa/Monrovia", "1971-06-01T00:44:29Z", "1971-05-31", "1971-05-31T00:44:30Z"},
		{"Africa/Monrovia", "1971-06-01T00:44:30Z", "1971-06-01", "1971-06-01T00:44:30Z"},
	} {
		z := mustZone(t, tc.zone)
		day := z.Day(ms(tc.at))
		if day.String() != tc.day {
			t.Errorf("%s at %s: day %s, want %s", tc.zone, tc.at, day, tc.day)
		}
		if start := z.DayStart(day); start != ms(tc.start) {
			t.Errorf("%s: %s starts %s, want %s", tc.zone, day, events.Time(start), tc.start)
		}
	}
}

func TestZoneEmptyDay(t *testing.T) {
	z := mustZone(t, "Pacific/Apia")
	missing := guild.DayOf(2011, time.December, 30)
	if a, b := z.DayStart(missing), z.DayStart(missing+1); a != b {
		t.Errorf("the missing day starts at %d, the next at %d", a, b)
	}
	if lo, hi := z.Quarters(missing, missing); lo != hi {
		t.Errorf("the missing day has the quarters %d to %d", lo, hi)
	}
}

func TestZoneQuarterAcrossMidnight(t *testing.T) {
	z := mustZone(t, "Africa/Monrovia")
	// Midnight was at 00:44:30 UTC: the quarter from 00:30 is of the day before.
	q := events.Quarter(ms("1971-06-01T00:44:45Z"))
	if got := z.DayOfQuarter(q).String(); got != "1971-05-31" {
		t.Errorf("the quarter across midnight is of %s", got)
	}
	day := guild.DayOf(1971, time.June, 1)
	if lo, hi := z.Quarters(day, day); lo != q+1 || hi != q+97 {
		t.Errorf("the next day has the quarters %d to %d, want %d to %d", lo, hi, q+1, q+97)
	}
}

// TestZoneOracle compares with package time, instant by instant.
func TestZoneOracle(t *testing.T) {
	zones := allZones(t, awkward)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(awkward).Draw(t, "zone")
		z := zones[name]
		at := rapid.OneOf(
			rapid.Int64Range(ms("1800-01-01T00:00:00Z"), ms("2150-01-01T00:00:00Z")),
			nearTransition(z.Location()),
		).Draw(t, "at")
		local := time.UnixMilli(at).In(z.Location())
		if got, want := z.Day(at), slowDay(z.Location(), at); got != want {
			t.Fatalf("%s at %s: day %s, want %s", name, local, got, want)
		}
		weekday, hour := z.Clock(at)
		if weekday != local.Weekday() || hour != local.Hour() {
			t.Fatalf("%s at %s: clock %s %d", name, local, weekday, hour)
		}
		_, offset := local.Zone()
		if got := z.Offset(at); got != time.Duration(offset)*time.Second {
			t.Fatalf("%s at %s: offset %s", name, local, got)
		}
		q := events.Quarter(at)
		if got, want := z.DayOfQuarter(q), slowDay(z.Location(), events.QuarterStart(q)); got != want {
			t.Fatalf("%s: quarter %d is of %s, want %s", name, q, got, want)
		}
		checkDay(t, z, z.Day(at))
	})
}

// nearTransition draws instants within two days of a change of clocks.
func nearTransition(loc *time.Location) *rapid.Generator[int64] {
	return rapid.Custom(func(t *rapid.T) int64 {
		year := rapid.IntRange(1840, 2120).Draw(t, "year")
		_, next := time.Date(year, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), 1, 0, 0, 0, 0, loc).ZoneBounds()
		if next.IsZero() {
			next = time.Date(year, 1, 1, 0, 0, 0, 0, loc)
		}
		return next.UnixMilli() + rapid.Int64Range(-2*24*3600*1000, 2*24*3600*1000).Draw(t, "off")
	})
}

// checkDay holds DayStart and Quarters against Day: a day is the interval of
// instants, and of quarters, that say they are of it.
func checkDay(t *rapid.T, z *guild.Zone, day guild.Day) {
	start, end := z.DayStart(day), z.DayStart(day+1)
	if z.Day(start) < day || z.Day(start-1) >= day || end < start {
		t.Fatalf("%s: %s starts at %s, the next at %s", z, day, events.Time(start), events.Time(end))
	}
	lo, hi := z.Quarters(day, day)
	for q := lo - 2; q < hi+2; q++ {
		if in := q >= lo && q < hi; in != (z.DayOfQuarter(q) == day) {
			t.Fatalf("%s: quarter %d is of %s, yet %s has %d to %d", z, q, z.DayOfQuarter(q), day, lo, hi)
		}
	}
}

func TestZoneDaysNeverComeBack(t *testing.T) {
	for name, z := range allZones(t, awkward) {
		last := z.DayOfQuarter(-200_000)
		for q := int32(-200_000); q < 3_000_000; q += 1 {
			day := z.DayOfQuarter(q)
			if day < last {
				t.Fatalf("%s: after %s came %s", name, last, day)
			}
			last = day
		}
	}
}

func TestZoneExtremes(t *testing.T) {
	for name, z := range allZones(t, awkward) {
		for _, at := range []int64{math.MinInt64, math.MinInt64 + 1, -1 << 57, 1 << 57, math.MaxInt64} {
			z.Clock(at)
			if d := z.Day(at); (d < 0) != (at < 0) {
				t.Errorf("%s: day %d at %d", name, d, at)
			}
		}
		for _, d := range []guild.Day{math.MinInt32, math.MaxInt32} {
			if start := z.DayStart(d); (start < 0) != (d < 0) {
				t.Errorf("%s: day %d starts at %d", name, d, start)
			}
		}
		if lo, hi := z.Quarters(math.MinInt32, math.MaxInt32); lo != math.MinInt32 || hi != math.MaxInt32 {
			t.Errorf("%s: all days are the quarters %d to %d", name, lo, hi)
		}
		if lo, hi := z.Quarters(5, 4); lo != hi {
			t.Errorf("%s: no days are the quarters %d to %d", name, lo, hi)
		}
	}
}

func TestZoneWeekAndMonth(t *testing.T) {
	z := mustZone(t, "Pacific/Auckland")
	at := ms("2026-11-30T12:00:00Z") // 1 December there, a Tuesday
	if got := z.Month(at).String(); got != "2026-12" {
		t.Errorf("month %s", got)
	}
	if got := z.Week(at).String(); got != "2026-W49" {
		t.Errorf("week %s", got)
	}
}

func TestZoneAllocatesNothing(t *testing.T) {
	z := mustZone(t, "Europe/Vienna")
	at := ms("2026-11-21T12:00:00Z")
	sink := guild.Day(0)
	if n := testing.AllocsPerRun(100, func() {
		sink += z.Day(at) + z.DayOfQuarter(events.Quarter(at))
		sink += guild.Day(z.DayStart(sink))
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestLoadZoneRefuses(t *testing.T) {
	for _, tc := range []struct{ name, says string }{
		{"", "write UTC"},
		{"Local", "depends on the machine"},
		{"europe/vienna", "did you mean Europe/Vienna?"},
		{"vienna", "did you mean Europe/Vienna?"},
		{"Europe/Vienn", "Europe/Vienna"},
		{"new york", "write a name like"},
		{"new_york", "did you mean America/New_York?"},
		{"Asia/Katmandoo", "Asia/Katmandu"},
		{"Atlantis/Poseidonis", "write a name like"},
		{"../../etc/passwd", "write a name like"},
		{"/etc/passwd", "write a name like"},
		{"Europe/../Europe/Vienna", "write a name like"},
		{strings.Repeat("a", 1000), "write a name like"},
	} {
		_, err := guild.LoadZone(tc.name)
		if !errors.Is(err, guild.ErrZone) || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%.40q: %v, want it to say %q", tc.name, err, tc.says)
		}
		if err != nil && len(err.Error()) > 200 {
			t.Errorf("%.40q: error of %d bytes", tc.name, len(err.Error()))
		}
	}
}

func TestNearZones(t *testing.T) {
	for _, tc := range []struct {
		typed string
		n     int
		first string
		max   int
	}{
		{"Berlin", 3, "Europe/Berlin", 3},
		{"europe/ber", 3, "Europe/Berlin", 3},
		{"new york", 5, "America/New_York", 5},
		{"NewYork", 5, "America/New_York", 5},
		{"Buenos Aires", 2, "America/Argentina/Buenos_Aires", 2},
		{"utc", 1, "UTC", 1},
		{"Viena", 3, "Europe/Vienna", 3},
		{"Sao Paolo", 3, "America/Sao_Paulo", 3},
		{"", 3, "", 0},
		{"qqqqqqqq", 3, "", 0},
		{"Berlin", 0, "", 0},
	} {
		got := guild.NearZones(tc.typed, tc.n)
		if len(got) > tc.max || tc.first != "" && (len(got) == 0 || got[0] != tc.first) {
			t.Errorf("%q: %v, want %s first", tc.typed, got, tc.first)
		}
	}
}

func TestZoneNamesLoad(t *testing.T) {
	names := guild.ZoneNames()
	if len(names) < 480 || names[0] != "UTC" {
		t.Fatalf("%d names, the first %s", len(names), names[0])
	}
	for i, name := range names {
		if _, err := guild.LoadZone(name); err != nil {
			t.Error(err)
		}
		if i > 1 && names[i-1] >= name {
			t.Errorf("%s comes before %s", names[i-1], name)
		}
	}
}

func TestZonesShare(t *testing.T) {
	var zones guild.Zones
	if _, err := zones.Load("Nowhere/At_All"); !errors.Is(err, guild.ErrZone) {
		t.Errorf("unknown zone: %v", err)
	}
	got := make([]*guild.Zone, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i], _ = zones.Load("Europe/Vienna") })
	}
	wg.Wait()
	for _, z := range got {
		if z == nil || z != got[0] {
			t.Fatalf("not the same zone: %p and %p", z, got[0])
		}
	}
}

func TestUTC(t *testing.T) {
	z := guild.UTC()
	if z.Name() != "UTC" || z.String() != "UTC" || z.Day(0) != 0 || z.DayStart(1) != 86400000 {
		t.Errorf("%s: %d, %d", z, z.Day(0), z.DayStart(1))
	}
}

func FuzzLoadZone(f *testing.F) {
	for _, name := range []string{"UTC", "Europe/Vienna", "new york", "../x", "Local", "Etc/GMT+5", "\xff"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		z, err := guild.LoadZone(name)
		if (z == nil) == (err == nil) || err != nil && !errors.Is(err, guild.ErrZone) {
			t.Fatalf("%q: %v, %v", name, z, err)
		}
		if z != nil && z.Name() != name {
			t.Fatalf("%q is called %q", name, z)
		}
	})
}

func BenchmarkZoneDayOfQuarter(b *testing.B) {
	z := mustZone(b, "Europe/Vienna")
	b.ReportAllocs()
	sink := guild.Day(0)
	for i := int32(0); b.Loop(); i++ {
		sink += z.DayOfQuarter(1_990_000 + i%10_000)
	}
	_ = sink
}
