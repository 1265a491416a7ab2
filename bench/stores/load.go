package stores

import (
	"math/rand/v2"
	"slices"
	"time"

	"guildpulse/events"
	"guildpulse/persist"
)

const (
	members    = 100_000
	flushRows  = 10_000
	zipfEvents = 1 << 20
	skew       = 1.07

	guildID   uint64 = 81384788765712384
	channelID uint64 = 281223784518418433
)

// begin is the quarter of an hour in which everything happens, until a load moves on.
var begin = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

func memberID(i int) uint64 { return 175928847299117063 + uint64(i)*977 } // not negative

// row counts one message of a member.
func row(i int) persist.Row {
	return persist.Row{
		Guild: guildID, Quarter: events.Quarter(begin.UnixMilli()), Channel: channelID, Member: memberID(i),
		Kind: events.KindMessage, Count: 1, Mask: 1,
	}
}

// everybody returns a row for each member.
func everybody() []persist.Row {
	rows := make([]persist.Row, members)
	for i := range rows {
		rows[i] = row(i)
	}
	return rows
}

// spread returns rows of n members, far from each other, sorted.
func spread(n int) []persist.Row {
	const stride = 77_773 // has no divisor in common with members
	rows := make([]persist.Row, n)
	for i := range rows {
		rows[i] = row(i * stride % members)
	}
	slices.SortFunc(rows, func(a, b persist.Row) int { return a.Compare(&b) })
	return rows
}

// zipf returns n messages, of which a few members write the most.
func zipf(n int) []events.Event {
	random := rand.New(rand.NewPCG(9, 9))
	who := rand.NewZipf(random, skew, 1, members-1)
	evs := make([]events.Event, n)
	for i := range evs {
		at := begin.UnixMilli() + int64(i)*events.QuarterMs/int64(n)
		id := events.MakeSnowflake(at, uint32(i%4096)) // small
		evs[i] = events.Message(events.Origin{Seq: uint64(i) + 1}, guildID, channelID, id, memberID(int(who.Uint64())), 0)
	}
	return evs
}

// coalesce sums events up to the rows of one flush, as the pipeline does.
func coalesce(evs []events.Event) persist.Batch {
	var b persist.Batch
	at := make(map[rowKey]int32)
	var made []persist.Row
	for i := range evs {
		made = persist.AppendRows(made[:0], &evs[i])
		for j := range made {
			r := &made[j]
			key := rowKey{r.Guild, r.Channel, r.Member, r.Quarter, r.Kind}
			n, ok := at[key]
			if !ok {
				at[key] = int32(len(b.Rows)) // fewer than events
				b.Rows = append(b.Rows, *r)
				continue
			}
			sum := &b.Rows[n]
			sum.Count, sum.Amount, sum.Mask = sum.Count+r.Count, sum.Amount+r.Amount, sum.Mask|r.Mask
		}
	}
	slices.SortFunc(b.Rows, func(a, b persist.Row) int { return a.Compare(&b) })
	return b
}

type rowKey struct {
	guild, channel, member uint64
	quarter                int32
	kind                   events.Kind
}

// rollUp gives a batch of one day its roll-ups.
func rollUp(b *persist.Batch) {
	day := int32(begin.Unix() / 86_400)
	month := int32((begin.Year()-1970)*12 + int(begin.Month()) - 1)
	b.Days, b.Months = sums(b.Rows, day), sums(b.Rows, month)
}

// sums are the rows of one period, each of which has a key of its own.
func sums(rows []persist.Row, period int32) []persist.RollUp {
	out := make([]persist.RollUp, len(rows))
	for i, r := range rows {
		out[i] = persist.RollUp{
			Guild: r.Guild, Period: period, Channel: r.Channel, Member: r.Member, Kind: r.Kind,
			Count: r.Count, Amount: r.Amount,
		}
	}
	return out
}
