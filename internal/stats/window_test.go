package stats_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/internal/guild"
	"guildpulse/internal/stats"
	"guildpulse/persist"
)

// TestQuestionsAreCut holds each day of any span to being asked for once: in a month
// that lies in the span whole, or else as a day.
func TestQuestionsAreCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := guild.Day(rapid.IntRange(-1000, 30_000).Draw(t, "from"))
		to := from + guild.Day(rapid.IntRange(0, 800).Draw(t, "days"))
		by := rapid.SampledFrom([]persist.Dimension{
			persist.ByNothing, persist.ByMember, persist.ByChannel, persist.ByPeriod,
		}).Draw(t, "by")
		asked := make(map[guild.Day]int)
		for _, q := range stats.Stored(from, to, by) {
			first, last := guild.Day(q.From), guild.Day(q.To)
			if q.Grain == persist.GrainMonth {
				first, last = guild.Month(q.From).First(), guild.Month(q.To).Last()
			}
			if first > last || by == persist.ByPeriod && q.Grain != persist.GrainDay {
				t.Fatalf("a question about %v to %v of grain %d", first, last, q.Grain)
			}
			for d := first; d <= last; d++ {
				asked[d]++
			}
		}
		for d := from; d <= to; d++ {
			if asked[d] != 1 {
				t.Fatalf("%v is asked for %d times", d, asked[d])
			}
		}
		if len(asked) != int(to-from)+1 {
			t.Fatalf("%d days are asked for, of %d", len(asked), to-from+1)
		}
	})
}

// TestYearsAreReadAsMonths holds the longest period to a few questions.
func TestYearsAreReadAsMonths(t *testing.T) {
	from, to := guild.DayOf(2025, time.November, 23), guild.DayOf(2026, time.November, 22)
	parts := stats.Stored(from, to, persist.ByMember)
	if len(parts) != 3 || parts[0].Grain != persist.GrainMonth || parts[0].To-parts[0].From != 10 {
		t.Errorf("a year is read as %+v", parts)
	}
}
