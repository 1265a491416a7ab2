package stats_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/stats"
	"guildpulse/sketch"
)

// BenchmarkApply applies messages of members by Zipf, a hundred an hour each, over fifty
// channels a server, once everybody is known.
func BenchmarkApply(b *testing.B) {
	for _, size := range []struct{ members, servers int }{
		{1e3, 1}, {1e5, 1}, {1e6, 1}, {1e5, 100}, {1e5, 10_000},
	} {
		b.Run(fmt.Sprintf("members=%d/servers=%d", size.members, size.servers), func(b *testing.B) {
			m := stats.New(stats.Config{
				Store: nil, Names: guild.NewDirectory(guild.DirectoryConfig{}), Key: sketch.Key{1},
			})
			at := time.Now().Add(-2 * time.Hour).UnixMilli()
			message := func(server, channel, member uint64, ms int64, n int) events.Event {
				id := events.MakeSnowflake(ms, uint32(n)&(1<<22-1))
				return events.Message(events.Origin{Seq: uint64(n)}, server, server<<20+channel, id, member, 0)
			}
			var crowd []events.Event
			for i := range size.members {
				crowd = append(crowd, message(uint64(1+i%size.servers), 0, uint64(1+i/size.servers), at, i))
			}
			_ = m.Apply(&events.Batch{First: 1, Source: events.SourceLive, Events: crowd})
			m.Flushed(1 << 40)
			r := rand.New(rand.NewPCG(1, 2))
			zipf := rand.NewZipf(r, 1.07, 1, uint64(size.members/size.servers-1))
			next := events.Seq(1 << 41)
			const batch = 1024
			var batches []events.Batch
			for n := 0; n < min(b.N, 1<<20); n += batch {
				evs := make([]events.Event, batch)
				for i := range evs {
					evs[i] = message(uint64(1+r.IntN(size.servers)), r.Uint64N(50), 1+zipf.Uint64(), at+3.6e6+int64(n+i)*36000/int64(size.members), n+i)
				}
				batches = append(batches, events.Batch{First: next, Source: events.SourceLive, Events: evs})
				next = batches[len(batches)-1].Next()
			}
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; n += batch {
				one := &batches[n/batch%len(batches)]
				_ = m.Apply(one)
				m.Flushed(one.First)
			}
		})
	}
}
