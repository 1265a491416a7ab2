package whole

import (
	"math/rand/v2"
	"time"

	"guildpulse/events"
)

// load makes messages: members by Zipf, a hundred an hour each, over fifty channels.
type load struct {
	members  *rand.Zipf
	rnd      *rand.Rand
	servers  int
	n        uint64
	seq      events.Seq // of the next record
	at       int64
	channels uint64
}

const (
	zipf     = 1.07
	perMilli = 4 // messages of a millisecond: ids stay ascending
)

func newLoad(members, servers int) *load {
	r := rand.New(rand.NewPCG(1, 2))
	return &load{
		members: rand.NewZipf(r, zipf, 1, uint64(members-1)), rnd: r, servers: servers,
		at: time.Now().Add(-time.Hour).UnixMilli(), channels: 50, seq: 1 << 32,
	}
}

// next returns the next message, as the end of a frame of its own.
func (l *load) next() events.Event {
	l.n++
	server := serverID(l.rnd.IntN(l.servers))
	channel := channelID(server, l.rnd.Uint64N(l.channels))
	at := l.at + int64(l.n/perMilli)
	e := events.Message(events.Origin{Seq: l.n}, server, channel, events.MakeSnowflake(at, uint32(l.n)&(1<<22-1)), memberID(l.members.Uint64()), 0)
	e.Flags |= events.FlagLastOfFrame
	return e
}

// The ids are as long as Discord's.
func serverID(i int) uint64 { return 197038439483310086 + uint64(i)<<20 } // not negative

func channelID(server, i uint64) uint64 { return server + 1 + i }

func memberID(i uint64) uint64 { return 80351110224678912 + i }

func (l *load) batch(n int) []events.Event {
	out := make([]events.Event, n)
	for i := range out {
		out[i] = l.next()
	}
	return out
}
