package simulate_test

import (
	"slices"
	"testing"
	"time"

	"guildpulse/internal/simulate"
)

// tally counts what a server does, to compare with what it should look like.
type tally struct {
	loc       *time.Location
	members   int
	asked     int
	end       int64
	bots      map[uint64]bool
	kinds     map[simulate.ActKind]int
	hours     [24]int // messages by local hour
	byAuthor  map[uint64]int
	month     int // messages in the last 30 days
	bursts    map[int64]int
	joined    map[uint64]int64
	within24h map[uint64]bool
	onDay7    map[uint64]bool
}

const dayMs = int64(24 * time.Hour / time.Millisecond)

func newTally(t testing.TB, s simulate.Server, asked simulate.Setting, end time.Time) *tally {
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		t.Fatal(err)
	}
	y := &tally{
		loc: loc, members: asked.Members, asked: asked.MessagesADay, end: end.UnixMilli(),
		bots: map[uint64]bool{}, kinds: map[simulate.ActKind]int{}, byAuthor: map[uint64]int{}, bursts: map[int64]int{},
		joined: map[uint64]int64{}, within24h: map[uint64]bool{}, onDay7: map[uint64]bool{},
	}
	for _, p := range s.People {
		y.bots[p.ID] = p.Bot
		if p.Left.IsZero() || p.Left.Sub(p.Joined) > time.Hour { // no raider
			y.joined[p.ID] = p.Joined.UnixMilli()
		}
	}
	return y
}

func (y *tally) see(a *simulate.Act) {
	y.kinds[a.Kind]++
	if a.Kind != simulate.Say {
		return
	}
	if a.At >= y.end-30*dayMs {
		y.month++
	}
	if y.bots[a.User] {
		return
	}
	hour := time.UnixMilli(a.At).In(y.loc).Hour()
	y.hours[hour]++
	y.byAuthor[a.User]++
	if hour == 20 {
		y.bursts[a.At/(5*60_000)]++
	}
	if at, ok := y.joined[a.User]; ok {
		switch since := a.At - at; {
		case since < dayMs:
			y.within24h[a.User] = true
		case since >= 6*dayMs && since < 9*dayMs:
			y.onDay7[a.User] = true
		}
	}
}

// rhythm returns how much more is said in the evening than at night.
func (y *tally) rhythm() float64 {
	evening := y.hours[19] + y.hours[20] + y.hours[21]
	night := y.hours[3] + y.hours[4] + y.hours[5]
	return float64(evening) / float64(max(night, 1))
}

// core returns the share of messages that the top tenth of the members wrote.
func (y *tally) core() float64 {
	counts, sum := []int{}, 0
	for _, n := range y.byAuthor {
		counts, sum = append(counts, n), sum+n
	}
	slices.Sort(counts)
	slices.Reverse(counts)
	top := 0
	for _, n := range counts[:min(len(counts), y.members/10)] {
		top += n
	}
	return float64(top) / float64(sum)
}

// dispersion returns variance over mean of the messages in five minutes of the
// same hour of the evening, empty ones among them: 1 for Poisson noise.
func (y *tally) dispersion(days int) float64 {
	n := float64(days * 12)
	sum, squares := 0.0, 0.0
	for _, count := range y.bursts {
		sum += float64(count)
		squares += float64(count * count)
	}
	mean := sum / n
	return (squares/n - mean*mean) / mean
}

// newcomers returns how many joined after start and at least ten days before
// the end, how many of them spoke within a day, and how many of these about
// the seventh.
func (y *tally) newcomers(start int64) (all, spoke, back int) {
	for who, at := range y.joined {
		if at < start || at > y.end-10*dayMs {
			continue
		}
		all++
		if y.within24h[who] {
			spoke++
			if y.onDay7[who] {
				back++
			}
		}
	}
	return all, spoke, back
}
