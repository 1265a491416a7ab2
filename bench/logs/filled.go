package logs

import (
	"os"
	"time"

	"guildpulse/persist/journal"
)

// filled: what it is worth that a file's blocks have been written before, which is
// why spares are filled with zeros: a block and a sync, again and again.
func (b *bench) filled() (err error) {
	defer caught(&err)
	const name = "a sync into zeros vs into what is allocated"
	if !b.t.Wants(name) {
		return nil
	}
	b.rates(name, 1.1, "/s", "fallocate",
		func(d time.Duration) float64 { return b.syncs(d, true) },
		func(d time.Duration) float64 { return b.syncs(d, false) },
		"of blocks that hold nothing yet a file system notes that they do: its own commit beside the data")
	return nil
}

// syncs returns how many blocks a second are written and synced in a file that is
// allocated, and filled with zeros or not.
func (b *bench) syncs(d time.Duration, filled bool) float64 {
	const block = 4096
	fs, name := journal.OS(), b.folder()
	f, err := fs.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	must(err)
	defer func() { must(fs.Remove(name)) }()
	defer func() { must(f.Close()) }()
	must(f.Allocate(segmentBytes))
	for off := int64(0); filled && off < segmentBytes; off += batchBytes {
		_, err := f.WriteAt(make([]byte, batchBytes), off)
		must(err)
	}
	must(f.Sync())
	data, n := make([]byte, block), 0
	for i := range data {
		data[i] = byte(i)
	}
	began := time.Now()
	for ; time.Since(began) < d && n < segmentBytes/block; n++ {
		_, err := f.WriteAt(data, int64(n)*block)
		must(err)
		must(f.Sync())
	}
	return float64(n) / time.Since(began).Seconds()
}
