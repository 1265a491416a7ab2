package journal_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"sync/atomic"
	"testing"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

// unsynced is the system's file system whose syncs do nothing: what is left is the
// journal's own work and the page cache.
type unsynced struct{ journal.FS }

type unsyncedFile struct{ journal.File }

func (unsyncedFile) Sync() error { return nil }

func (u unsynced) OpenFile(name string, flag int, perm fs.FileMode) (journal.File, error) {
	f, err := u.FS.OpenFile(name, flag, perm)
	return unsyncedFile{f}, err
}

func (u unsynced) SyncDir(string) error { return nil }

func benchConfig(b *testing.B, fsys journal.FS) journal.Config {
	return journal.Config{
		Dir: filepath.Join(b.TempDir(), "journal"), FS: fsys,
		MaxBytes: 256 << 20, Cursors: []string{"store"},
	}
}

func BenchmarkAppend(b *testing.B) {
	for name, n := range map[string]int{"one": 1, "in64s": 64} {
		b.Run(name, func(b *testing.B) {
			ctx := context.Background()
			j := open(b, benchConfig(b, unsynced{journal.OS()}))
			batch := messages(1, n)
			b.SetBytes(events.Size)
			b.ReportAllocs()
			for i := 0; i < b.N; i += n {
				if _, err := j.Append(ctx, batch); err != nil {
					b.Fatal(err)
				}
				if i%(1<<19) < n {
					_ = j.Advance("store", j.Durable())
				}
			}
			_ = j.Sync(ctx)
			b.StopTimer()
			closeJournal(b, j)
		})
	}
}

// BenchmarkDurable is one record of four events a writer, each waiting for its own.
func BenchmarkDurable(b *testing.B) {
	for name, writers := range map[string]int{"writers=1": 1, "writers=64": 64, "writers=1024": 1024} {
		b.Run(name, func(b *testing.B) {
			j := open(b, benchConfig(b, nil))
			b.SetParallelism((writers + 1) / 2)
			var failed atomic.Value
			b.RunParallel(func(pb *testing.PB) {
				ctx, batch := context.Background(), messages(1, 4)
				for pb.Next() {
					seq, err := j.Commit(ctx, batch)
					if err != nil {
						failed.Store(err)
						return
					}
					if seq%4096 == 1 {
						_ = j.Advance("store", j.Durable())
					}
				}
			})
			if err := failed.Load(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(j.Stats().BatchesPerSync(), "batches/sync")
			closeJournal(b, j)
		})
	}
}

func BenchmarkReplay(b *testing.B) {
	const batches = 4096
	ctx := context.Background()
	j := open(b, benchConfig(b, unsynced{journal.OS()}))
	for range batches {
		appendTo(b, j, messages(1, 64))
	}
	syncJournal(b, j)
	b.SetBytes(batches * 64 * events.Size)
	for b.Loop() {
		r, err := j.NewReader(1)
		for err == nil {
			_, err = r.Next(ctx)
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
		_ = r.Close()
	}
	b.ReportMetric(float64(b.N)*batches*64/b.Elapsed().Seconds()/1e6, "Mevents/s")
	closeJournal(b, j)
}
