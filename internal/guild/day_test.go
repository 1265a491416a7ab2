package guild_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/internal/guild"
)

func TestDayText(t *testing.T) {
	for _, s := range []string{"1970-01-01", "2026-11-21", "2000-02-29", "0001-01-01", "9999-12-31"} {
		d, err := guild.ParseDay(s)
		if err != nil || d.String() != s {
			t.Errorf("%s: read as %s, %v", s, d, err)
		}
	}
	for _, s := range []string{"", "2026-11-31", "2027-02-29", "26-11-21", "2026-11-21T00:00", "2026-1-1", " 2026-01-01"} {
		if d, err := guild.ParseDay(s); !errors.Is(err, guild.ErrDay) {
			t.Errorf("%q: read as %s, %v", s, d, err)
		}
	}
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2026-11-21", "2027-02-29", "0000-00-00", "9999-12-31", "-001-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := guild.ParseDay(s)
		if err == nil && d.String() != s || err != nil && !errors.Is(err, guild.ErrDay) {
			t.Fatalf("%q is read as %s, %v", s, d, err)
		}
	})
}

func TestDayParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := guild.Day(rapid.Int32Range(-800_000, 2_000_000).Draw(t, "day"))
		at := time.Date(1970, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, int(d))
		y, m, day := d.Date()
		if guild.DayOf(y, m, day) != d || d.Weekday() != at.Weekday() || day != at.Day() {
			t.Fatalf("%d: %s", d, d)
		}
		if ym, mm := d.YearMonth(); ym != at.Year() || mm != at.Month() {
			t.Fatalf("%s: %d-%d", d, ym, mm)
		}
		month := d.Month()
		if month.First() > d || month.Last() < d || month.Last().Month() != month || (month+1).First() != month.Last()+1 {
			t.Fatalf("%s: month %s from %s to %s", d, month, month.First(), month.Last())
		}
		if my, mm := month.YearMonth(); guild.MonthOf(my, mm) != month || mm != m {
			t.Fatalf("%s: month %s", d, month)
		}
		week := d.Week()
		wy, wn := week.ISO()
		if iy, in := at.ISOWeek(); wy != iy || wn != in {
			t.Fatalf("%s: week %s, want %d-W%d", d, week, iy, in)
		}
		if week.First() > d || week.Last() < d || week.First().Weekday() != time.Monday {
			t.Fatalf("%s: week from %s to %s", d, week.First(), week.Last())
		}
	})
}

func TestDayAddMonths(t *testing.T) {
	for _, tc := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-21", -12, "2025-11-21"},
		{"2027-03-31", -1, "2027-02-28"},
		{"2028-02-29", -12, "2027-02-28"},
		{"2028-01-31", 1, "2028-02-29"},
		{"2026-12-31", 2, "2027-02-28"},
		{"1970-01-31", -1, "1969-12-31"},
	} {
		d, err := guild.ParseDay(tc.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.AddMonths(tc.n).String(); got != tc.want {
			t.Errorf("%s %+d months: %s, want %s", tc.from, tc.n, got, tc.want)
		}
	}
}

func TestPeriodSpan(t *testing.T) {
	for _, tc := range []struct {
		period   guild.Period
		zone, at string
		from, to string
	}{
		{guild.Today, "UTC", "2026-11-21T23:59:59Z", "2026-11-21", "2026-11-21"},
		{guild.Today, "Asia/Kathmandu", "2026-11-21T18:15:00Z", "2026-11-22", "2026-11-22"},
		{guild.Days7, "UTC", "2026-11-21T12:00:00Z", "2026-11-15", "2026-11-21"},
		{guild.Days7, "America/New_York", "2026-11-21T02:00:00Z", "2026-11-14", "2026-11-20"},
		{guild.Days30, "UTC", "2026-11-21T12:00:00Z", "2026-10-23", "2026-11-21"},
		{guild.Days90, "UTC", "2026-11-21T12:00:00Z", "2026-08-24", "2026-11-21"},
		{guild.Months12, "UTC", "2026-11-21T12:00:00Z", "2025-11-22", "2026-11-21"},
		{guild.Months12, "UTC", "2028-02-29T12:00:00Z", "2027-03-01", "2028-02-29"},
		{guild.Months12, "UTC", "2029-02-28T12:00:00Z", "2028-02-29", "2029-02-28"},
		{guild.All, "UTC", "2026-11-21T12:00:00Z", "1970-01-01", "2026-11-21"},
	} {
		from, to := guild.Span(tc.period, ms(tc.at), mustZone(t, tc.zone))
		if from.String() != tc.from || to.String() != tc.to {
			t.Errorf("%s in %s at %s: %s to %s, want %s to %s", tc.period, tc.zone, tc.at, from, to, tc.from, tc.to)
		}
	}
}

func TestPeriodPrevious(t *testing.T) {
	z := mustZone(t, "Europe/Vienna")
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(guild.Periods()).Draw(t, "period")
		now := rapid.Int64Range(ms("1975-01-01T00:00:00Z"), ms("2090-01-01T00:00:00Z")).Draw(t, "now")
		from, to := guild.Span(p, now, z)
		before, until, ok := guild.Previous(p, now, z)
		if ok != (p != guild.All) {
			t.Fatalf("%s has something before: %v", p, ok)
		}
		if ok && (until != from-1 || until-before != to-from) {
			t.Fatalf("%s from %s to %s: before it %s to %s", p, from, to, before, until)
		}
	})
}

func TestParsePeriod(t *testing.T) {
	for _, p := range guild.Periods() {
		if got, err := guild.ParsePeriod(p.String()); err != nil || got != p {
			t.Errorf("%s: %s, %v", p, got, err)
		}
	}
	for _, s := range []string{"", "7D", "8d", "today ", "year"} {
		if p, err := guild.ParsePeriod(s); !errors.Is(err, guild.ErrPeriod) {
			t.Errorf("%q: %s, %v", s, p, err)
		}
	}
}
