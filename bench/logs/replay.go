package logs

import (
	"errors"
	"io"
	"time"

	"guildpulse/persist/journal"
)

// replayed events are in the journal that is started with and read back.
const replayed = 10_000_000

// replay: what a restart costs.
func (b *bench) replay() (err error) {
	defer caught(&err)
	const start, read = "start with 10 M events", "replay"
	if !b.t.Wants(start) && !b.t.Wants(read) {
		return nil
	}
	dir := b.folder()
	b.fill(dir)
	began := time.Now()
	j, err := journal.Open(journal.Config{Dir: dir})
	must(err)
	took := time.Since(began)
	defer func() { must(j.Close(b.ctx)) }()
	b.t.AtMost(start, "s", took.Seconds(), 10, "every frame is read and its checksums compared")
	began = time.Now()
	n := b.count(j)
	b.t.AtLeast(read, "M/s", float64(n)/1e6/time.Since(began).Seconds(), 10)
	return nil
}

func (b *bench) fill(dir string) {
	j, err := journal.Open(journal.Config{Dir: dir, FS: unsynced{journal.OS()}})
	must(err)
	l, batch := journalLog{b.ctx, j}, messages(64)
	for range replayed / len(batch.Events) {
		l.add(batch)
	}
	l.close()
}

func (b *bench) count(j *journal.Journal) (n int) {
	r, err := j.NewReader(j.First())
	must(err)
	defer func() { must(r.Close()) }()
	for {
		batch, err := r.Next(b.ctx)
		if errors.Is(err, io.EOF) {
			return n
		}
		must(err)
		n += len(batch.Events)
	}
}
