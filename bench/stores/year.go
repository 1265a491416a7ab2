package stores

import (
	"math/rand/v2"
	"slices"
	"time"

	"guildpulse/bench/measure"
	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/persist"
)

// A year of a large server. What one row sums up is a real archive's: some four events
// a day's row, because people stay for a while, and sixteen a month's, because everybody
// has channels of their own.
const (
	yearEvents   = 10_000_000
	briefEvents  = 100_000
	yearDays     = 366
	yearChannels = 50
	yearSkew     = 2.5 // of a member's channels
	longestStay  = 7   // events of one member in one channel
	reactions    = 20  // of a hundred events; each counts for two people
)

// year tells a server's days as a store keeps them. Who comes, and to which of their
// channels, is drawn by Zipf; how long they stay evenly.
type year struct {
	random        *rand.Rand
	who, channels *rand.Zipf
	day, today    guild.Day
	daily         int     // events
	month         []count // of the month under way
}

// count is one event: channel, member and kind, in the order of the key.
type count uint64

func countOf(channel, member uint64, kind events.Kind) count {
	return count(channel<<40 | member<<8 | uint64(kind))
}

// newYear returns a year of ten million events, or of some when figures do not count.
func newYear(t *measure.Table) *year {
	events := yearEvents
	if t.Options().Rounds == 1 {
		events = briefEvents
	}
	random := rand.New(rand.NewPCG(7, 7))
	today := guild.UTC().Day(time.Now().UnixMilli())
	return &year{
		random: random, who: rand.NewZipf(random, skew, 1, members-1),
		channels: rand.NewZipf(random, yearSkew, 1, yearChannels-1),
		day:      today - yearDays + 1, today: today, daily: events / yearDays,
	}
}

// next returns the rows of one more day, and those of a month with the last of its
// days. ok is false when the year is over.
func (y *year) next() (days, months []persist.RollUp, ok bool) {
	if y.day > y.today {
		return nil, nil, false
	}
	counts := y.draw(y.daily)
	y.month = append(y.month, counts...)
	days = summed(counts, int32(y.day))
	if y.day == y.today || (y.day+1).Month() != y.day.Month() {
		months = summed(y.month, int32(y.day.Month()))
		y.month = y.month[:0]
	}
	y.day++
	return days, months, true
}

// draw returns what n events count.
func (y *year) draw(n int) []count {
	var counts []count
	for made := 0; made < n; {
		member := y.who.Uint64()
		channel := (member + y.channels.Uint64()) % yearChannels
		stay := min(1+y.random.IntN(longestStay), n-made)
		made += stay
		for range stay {
			if y.random.IntN(100) >= reactions {
				counts = append(counts, countOf(channel, member, events.KindMessage))
				continue
			}
			author := y.who.Uint64()/yearChannels*yearChannels + channel // somebody who is at home there
			counts = append(counts,
				countOf(channel, member, events.KindReaction), countOf(channel, author, events.KindReceived))
		}
	}
	return counts
}

// summed sorts counts and sums them up to rows.
func summed(counts []count, period int32) []persist.RollUp {
	slices.Sort(counts)
	var out []persist.RollUp
	for i, c := range counts {
		if i > 0 && c == counts[i-1] {
			out[len(out)-1].Count++
			continue
		}
		out = append(out, persist.RollUp{
			Guild: guildID, Period: period, Channel: channelID + uint64(c>>40), Member: memberID(int(c >> 8 & (1<<32 - 1))),
			Kind: events.Kind(c & 255), Count: 1,
		})
	}
	return out
}
