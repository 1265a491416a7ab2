package whole

import (
	"math/rand/v2"
	"time"

	"guildpulse/events"
)

// load makes messages: of as many in each server by Zipf, over fifty channels a server.
// However many there are, each writes as much as the others of other sizes do.
type load struct {
	members  *rand.Zipf // of a server
	rnd      *rand.Rand
	servers  int
	people   uint64 // in a server
	n        uint64
	seq      events.Seq // of the next record
	at       int64
	perMilli float64 // messages of a millisecond: ids stay ascending
	channels uint64
}

const (
	zipf    = 1.07
	perHour = 144 // messages of a member, by the mean: four a millisecond of 100,000
)

// begin is when messages begin: a day ago, for the smallest crowd's to be of the past.
func begin() int64 { return time.Now().Add(-24 * time.Hour).UnixMilli() }

func newLoad(members, servers int) *load {
	r := rand.New(rand.NewPCG(1, 2))
	people := uint64(max(members/servers, 2)) // not negative
	return &load{
		members: rand.NewZipf(r, zipf, 1, people-1), rnd: r, servers: servers, people: people,
		at: begin(), perMilli: float64(members) * perHour / 3.6e6, channels: 50, seq: 1 << 32,
	}
}

// next returns the next message, as the end of a frame of its own.
func (l *load) next() events.Event {
	l.n++
	i := l.rnd.IntN(l.servers)
	server := serverID(i)
	channel := channelID(server, l.rnd.Uint64N(l.channels))
	at := l.at + int64(float64(l.n)/l.perMilli)
	e := events.Message(events.Origin{Seq: l.n}, server, channel, events.MakeSnowflake(at, uint32(l.n)&(1<<22-1)),
		memberID(uint64(i)*l.people+l.members.Uint64()), 0) // not negative
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
