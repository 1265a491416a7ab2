package logs

import (
	"guildpulse/bench/measure"
	"guildpulse/events"
	"guildpulse/persist/journal"
)

// unsynced: what a record costs on its way to the system's cache.
func (b *bench) unsynced() (err error) {
	defer caught(&err)
	pebble := func(dir string) (appender, error) { return openPebble(dir, false) }
	b.append("no sync, one record of 64 B", 1, 2.5, "pebble", pebble)
	b.append("no sync, records of 64 B in 64s", 64, 4, "pebble", pebble)
	for _, peer := range []struct {
		name string
		open func(dir string) (appender, error)
	}{
		{"prometheus", func(dir string) (appender, error) { return openPrometheus(dir) }},
		{"tidwall", func(dir string) (appender, error) { return openTidwall(dir, false) }},
		{"etcd", func(dir string) (appender, error) { return openEtcd(dir, false) }},
	} {
		b.append("no sync, in 64s vs "+peer.name, 64, 0, peer.name, peer.open)
	}
	return nil
}

// append compares records appended n at a time. The time is a record's.
func (b *bench) append(name string, n int, goal float64, peerName string, open func(dir string) (appender, error)) {
	if !b.t.Wants(name) {
		return
	}
	ours := b.open(journal.Config{FS: unsynced{journal.OS()}})
	defer ours.close()
	theirs, err := open(b.folder())
	must(err)
	defer func() { must(theirs.close()) }()
	batch, records := messages(n), make([][]byte, n)
	for i := range records {
		records[i] = make([]byte, events.Size)
	}
	b.t.Faster(name, goal,
		measure.Side{Name: "journal", Run: func(total int) {
			for i := 0; i < total; i += n {
				ours.add(batch)
				if i%releaseEvery < n {
					ours.release()
				}
			}
			ours.flush()
		}},
		measure.Side{Name: peerName, Run: func(total int) {
			for i := 0; i < total; i += n {
				must(theirs.commit(records))
			}
			must(theirs.flush())
		}},
		"60 to 90 ns as the machine is quiet or not: of some 50 ns of work the mutex is 20, encoding 10, checks 10, and lines come back from the other core, which writes them to the system's cache")
}

// releaseEvery is how often the cursor follows, in records.
const releaseEvery = 1 << 18
