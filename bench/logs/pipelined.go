package logs

import (
	"sync"
	"time"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// batchRecords records of 256 bytes make a batch of 64 KiB.
const (
	batchRecords = 256
	batchBytes   = batchRecords * recordEvents * 64
)

// pipelined: one writer that does not wait for a batch before it makes the next.
// Everything is durable when the time is taken.
func (b *bench) pipelined() (err error) {
	defer caught(&err)
	b.stream("pipelined, batches of 256 vs pebble", 1.8, "pebble", func(dir string) (func(time.Duration) float64, func()) {
		p, err := openPebble(dir, true)
		must(err)
		p.warm()
		return p.stream, func() { must(p.close()) }
	})
	b.stream("pipelined, batches of 256 vs etcd", 0, "etcd", func(dir string) (func(time.Duration) float64, func()) {
		e, err := openEtcd(dir, true)
		must(err)
		records := make([][]byte, batchRecords)
		for i := range records {
			records[i] = make([]byte, batchBytes/batchRecords)
		}
		return func(d time.Duration) float64 {
			return throughput(d, func() { must(e.commit(records)) }, func() {})
		}, func() { must(e.close()) }
	})
	b.cached()
	return nil
}

func (b *bench) stream(name string, goal float64, peerName string, open func(dir string) (run func(time.Duration) float64, stop func())) {
	if !b.t.Wants(name) {
		return
	}
	ours := b.open(journal.Config{Direct: true})
	defer ours.close()
	theirs, stop := open(b.folder())
	defer stop()
	ours.warm()
	b.rates(name, goal, "MB/s", peerName, ours.stream, theirs,
		"a disk that writes 1 MiB at a time, one after the other, bounds it")
}

// cached: what going through the system's cache costs us, in the same stream.
func (b *bench) cached() {
	b.stream("pipelined, direct vs through the cache", 0, "journal", func(dir string) (func(time.Duration) float64, func()) {
		l := b.open(journal.Config{Dir: dir})
		l.warm()
		return l.stream, l.close
	})
}

func (l journalLog) stream(d time.Duration) float64 {
	batch := messages(batchRecords * recordEvents)
	return throughput(d, func() {
		if seq := l.add(batch); seq%releaseEvery < events.Seq(len(batch.Events)) {
			l.release()
		}
	}, l.flush)
}

// warm fills so many segments that from then on old ones are written over, as in
// service: a file that is new costs the file system more than one that is not.
func (l journalLog) warm() {
	for range warmSegments {
		l.fill(segmentBytes)
		l.release()
	}
}

func (l journalLog) fill(bytes int) {
	batch := messages(batchRecords * recordEvents)
	for range bytes / batchBytes {
		l.add(batch)
	}
	l.flush()
}

const warmSegments = 4

func (p *pebbleLog) warm() {
	record := [][]byte{make([]byte, batchBytes)}
	for range warmSegments * segmentBytes / batchBytes {
		must(p.write(record, nil, nil))
	}
	must(p.flush())
}

// outstanding is how many batches of pebble's may be on their way. Its log has no
// bound of its own.
const outstanding = 64

// stream writes a batch as one record, which is what a commit of pebble's is.
func (p *pebbleLog) stream(d time.Duration) float64 {
	record := [][]byte{make([]byte, batchBytes)}
	var waits [outstanding]struct {
		done   sync.WaitGroup
		failed error
	}
	i := 0
	return throughput(d, func() {
		w := &waits[i%outstanding]
		w.done.Wait()
		must(w.failed)
		must(p.begin(record, &w.done, &w.failed))
		i++
	}, func() { must(p.flush()) })
}

// throughput returns the megabytes a second of batches made one after the other.
func throughput(d time.Duration, batch, flush func()) float64 {
	began, n := time.Now(), 0
	for ; time.Since(began) < d; n++ {
		batch()
	}
	flush()
	return float64(n) * batchBytes / 1e6 / time.Since(began).Seconds()
}
