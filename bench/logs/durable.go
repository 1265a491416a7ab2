package logs

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"guildpulse/bench/measure"
	"guildpulse/persist/journal"
)

// recordEvents make a record of 256 bytes.
const recordEvents = 4

// durable: records of 256 bytes, each waited for by the writer that made it.
func (b *bench) durable() (err error) {
	defer caught(&err)
	peers := []struct {
		name  string
		open  func(dir string) (appender, error)
		goals map[int]float64 // by writers; 0 reports
	}{
		{"pebble", func(dir string) (appender, error) { return openPebble(dir, true) }, map[int]float64{1: 0, 64: 1.4, 1024: 0}},
		{"tidwall", func(dir string) (appender, error) { return openTidwall(dir, true) }, map[int]float64{64: 30}},
		{"etcd", func(dir string) (appender, error) { return openEtcd(dir, true) }, map[int]float64{64: 0}},
		{"raft-wal", func(dir string) (appender, error) { return openRaft(dir) }, map[int]float64{64: 0}},
	}
	for _, peer := range peers {
		for _, writers := range []int{1, 64, 1024} {
			if goal, wanted := peer.goals[writers]; wanted {
				b.waited(writers, goal, peer.name, peer.open)
			}
		}
	}
	return nil
}

func (b *bench) waited(writers int, goal float64, peerName string, open func(dir string) (appender, error)) {
	name := fmt.Sprintf("durable, %d writers vs %s", writers, peerName)
	if !b.t.Wants(name) {
		return
	}
	ours := b.open(journal.Config{Direct: true})
	defer ours.close()
	theirs, err := open(b.folder())
	must(err)
	defer func() { must(theirs.close()) }()
	record := [][]byte{make([]byte, recordEvents*64)}
	ours.warm()
	if p, ok := theirs.(*pebbleLog); ok {
		p.warm()
	}
	b.rates(name, goal, "/s", peerName,
		ours.rate(writers),
		func(d time.Duration) float64 { return rate(writers, d, func() error { return theirs.commit(record) }) },
		"one sync of the device a group, and between two of them the scheduler's work to wake every writer, are the same for both")
}

// direct: the same, of ours alone, past the system's cache and through it.
func (b *bench) direct() (err error) {
	defer caught(&err)
	for _, writers := range []int{1, 64, 1024} {
		name := fmt.Sprintf("durable, %d writers, direct vs through the cache", writers)
		if !b.t.Wants(name) {
			continue
		}
		past, through := b.open(journal.Config{Direct: true}), b.open(journal.Config{})
		past.warm()
		through.warm()
		b.rates(name, 0, "/s", "journal", past.rate(writers), through.rate(writers), "")
		past.close()
		through.close()
	}
	return nil
}

// groomed: what it costs a lone writer that the journal fills its spares meanwhile.
func (b *bench) groomed() (err error) {
	defer caught(&err)
	const name = "durable, 1 writers, while grooming vs not"
	if !b.t.Wants(name) {
		return nil
	}
	turn := func(groom time.Duration) func(d time.Duration) float64 {
		return func(d time.Duration) float64 {
			l := b.open(journal.Config{Direct: true, Groom: groom})
			defer l.close()
			l.warm()
			return l.rate(1)(d)
		}
	}
	b.rates(name, 0, "/s", "journal", turn(journal.DefaultGroom), turn(-1), "")
	return nil
}

func (l journalLog) rate(writers int) func(d time.Duration) float64 {
	batch := messages(recordEvents)
	return func(d time.Duration) float64 {
		l.release()
		return rate(writers, d, func() error { return l.commit(batch) })
	}
}

// rate returns how many times a second writers together carry op out.
func rate(writers int, d time.Duration, op func() error) float64 {
	var total atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	began := time.Now()
	for range writers {
		wg.Go(func() {
			defer func() {
				var err error
				if caught(&err); err != nil {
					failed.Store(&err)
				}
			}()
			n := 0
			for ; time.Since(began) < d; n++ {
				must(op())
			}
			total.Add(int64(n))
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		must(*err)
	}
	return float64(total.Load()) / time.Since(began).Seconds()
}

// rates compares two rates, turn by turn, each measured for a time rather than
// for a count, so that a slow disk does not make the run long.
func (b *bench) rates(name string, goal float64, unit, peerName string, ours, theirs func(d time.Duration) float64, note string) {
	rounds, round := b.t.Options().Rounds, 4*b.t.Options().Round
	ours(round / 4)
	theirs(round / 4)
	var as, bs, ratios []float64
	for range rounds {
		x, y := ours(round), theirs(round)
		as, bs, ratios = append(as, x), append(bs, y), append(ratios, x/y)
	}
	if goal == 0 {
		goal = math.NaN()
	}
	b.t.Add(measure.Figure{
		Name: name, Unit: unit, Ours: measure.Median(as), Peer: measure.Median(bs), PeerName: peerName,
		Ratio: measure.Median(ratios), Goal: goal, Note: note,
	})
}
