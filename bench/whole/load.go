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
		at: time.Now().Add(-time.Hour).UnixMilli(), channels: 50,
	}
}

// next returns the next message, as the end of a frame of its own.
func (l *load) next() events.Event {
	l.n++
	server := uint64(1 + l.rnd.IntN(l.servers))
	channel := server<<20 + l.rnd.Uint64N(l.channels)
	at := l.at + int64(l.n/perMilli)
	e := events.Message(events.Origin{Seq: l.n}, server, channel, events.MakeSnowflake(at, uint32(l.n)&(1<<22-1)), 1+l.members.Uint64(), 0)
	e.Flags |= events.FlagLastOfFrame
	return e
}

func (l *load) batch(n int) []events.Event {
	out := make([]events.Event, n)
	for i := range out {
		out[i] = l.next()
	}
	return out
}
