package logs

import (
	"context"
	"io/fs"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// journalLog is ours: one cursor, which follows closely, so that segments are
// released and written over, as in service.
type journalLog struct {
	ctx context.Context
	*journal.Journal
}

const cursor = "store"

func (b *bench) open(cfg journal.Config) journalLog {
	cfg.Cursors, cfg.SegmentBytes, cfg.MaxBytes = []string{cursor}, segmentBytes, 8*segmentBytes
	if cfg.Groom == 0 {
		cfg.Groom = -1 // it would be at work in the other side's turn
	}
	if cfg.Dir == "" {
		cfg.Dir = b.folder()
	}
	j, err := journal.Open(cfg)
	must(err)
	return journalLog{b.ctx, j}
}

// add appends a batch and does not wait for it.
func (l journalLog) add(batch events.Batch) events.Seq {
	first, err := l.Append(l.ctx, batch)
	must(err)
	return first + events.Seq(batch.Len())
}

// commit appends a batch and waits until it is durable. Like the peers' its wait
// cannot be cancelled.
func (l journalLog) commit(batch events.Batch) error {
	_, err := l.Commit(context.WithoutCancel(l.ctx), batch)
	return err
}

// release lets go what is durable.
func (l journalLog) release() { must(l.Advance(cursor, l.Durable())) }

func (l journalLog) flush() { must(l.Sync(l.ctx)) }

func (l journalLog) close() { must(l.Close(l.ctx)) }

// messages returns a batch of n events.
func messages(n int) events.Batch {
	b := events.Batch{Source: events.SourceLive}
	for i := range n {
		id := events.MakeSnowflake(1.7e12, uint32(i))
		b.Events = append(b.Events, events.Message(events.Origin{}, 1, 2, id, 3, 0))
	}
	return b
}

// unsynced is the system's file system whose syncs do nothing.
type unsynced struct{ journal.FS }

func (u unsynced) OpenFile(name string, flag int, perm fs.FileMode) (journal.File, error) {
	f, err := u.FS.OpenFile(name, flag, perm)
	return unsyncedFile{f}, err
}

func (u unsynced) SyncDir(string) error { return nil }

type unsyncedFile struct{ journal.File }

func (unsyncedFile) Sync() error { return nil }
