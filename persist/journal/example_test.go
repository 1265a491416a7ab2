package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"guildpulse/events"
	"guildpulse/persist/journal"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func temporary() (dir string, remove func()) {
	parent, err := os.MkdirTemp("", "journal")
	must(err)
	return filepath.Join(parent, "journal"), func() { must(os.RemoveAll(parent)) }
}

// Ingest appends a batch and syncs; whoever follows reads it and moves its cursor.
func ExampleJournal() {
	dir, remove := temporary()
	defer remove()
	ctx := context.Background()
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 1 << 20, Cursors: []string{"store"}})
	must(err)

	join := events.Join(events.Origin{Seq: 1}, 7, 42, 1_700_000_000_000)
	first, err := j.Append(ctx, events.Batch{Source: events.SourceLive, Events: []events.Event{join}})
	must(err)
	must(j.Sync(ctx))
	fmt.Println("durable:", first, "to", j.Durable()-1)

	must(j.Advance("store", j.Durable()))
	fmt.Println("lag of the store:", j.Stats().Lag("store"))
	must(j.Close(ctx))
	// Output:
	// durable: 1 to 1
	// lag of the store: 0
}

// A reader gives batches as they were appended, up to the durable end.
func ExampleReader() {
	dir, remove := temporary()
	defer remove()
	ctx := context.Background()
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 1 << 20})
	must(err)
	optOut, err := events.NewControl(events.ControlOptOut, 7, 1_700_000_000_000, events.Person{User: 42})
	must(err)
	live := events.Batch{Source: events.SourceLive, Events: []events.Event{
		events.Join(events.Origin{Seq: 1}, 7, 42, 1_700_000_000_000),
		events.Leave(events.Origin{Seq: 2}, 7, 42, 1_700_000_001_000),
	}}
	_, err = j.Append(ctx, live, events.Batch{Control: &optOut})
	must(err)
	must(j.Sync(ctx))

	r, err := j.NewReader(2)
	must(err)
	for {
		b, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			break // r.Wait(ctx) would wait for more
		}
		must(err)
		if b.Control != nil {
			fmt.Printf("%d: control %s\n", b.First, b.Control.Body)
			continue
		}
		fmt.Printf("%d: %v from %v\n", b.First, b.Events[0].Kind, b.Source)
	}
	must(r.Close())
	must(j.Close(ctx))
	// Output:
	// 2: leave from live
	// 3: control {"user":42}
}

func ExampleVerify() {
	dir, remove := temporary()
	defer remove()
	ctx := context.Background()
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 4096})
	must(err)
	_, err = j.Append(ctx, events.Batch{Source: events.SourceLive, Events: []events.Event{
		events.Mark(events.Origin{Seq: 9}, 1_700_000_000_000),
	}})
	must(err)
	must(j.Close(ctx))

	_, err = journal.Verify(dir, nil, func(s journal.SegmentReport) { fmt.Println(s) })
	must(err)
	// Output:
	// segment 1: records 1 to 1, 1 frames, 1 events, 0 controls, 160 of 4096 bytes: ok
}

func ExampleCorruptError() {
	dir, remove := temporary()
	defer remove()
	ctx := context.Background()
	cfg := journal.Config{Dir: dir, SegmentBytes: 4096}
	j, err := journal.Open(cfg)
	must(err)
	must(j.Close(ctx))
	f, err := os.OpenFile(filepath.Join(dir, "0000000000000001.seg"), os.O_RDWR, 0)
	must(err)
	_, err = f.WriteAt([]byte{0xff}, 30)
	must(errors.Join(err, f.Close()))

	_, err = journal.Open(cfg)
	if corrupt, ok := errors.AsType[*journal.CorruptError](err); ok {
		fmt.Printf("segment %d, byte %d: %s: %v\n", corrupt.Segment, corrupt.Offset, corrupt.Reason, corrupt.Err)
	}
	// Output:
	// segment 1, byte 0: header: bad header: bad checksum
}

// Batches that are appended together are recovered all or none.
func ExampleJournal_Append() {
	dir, remove := temporary()
	defer remove()
	ctx := context.Background()
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 1 << 20})
	must(err)
	join := events.Join(events.Origin{Seq: 1}, 7, 42, 1_700_000_000_000)
	leave := events.Leave(events.Origin{Seq: 2}, 7, 42, 1_700_000_001_000)
	first, err := j.Append(ctx,
		events.Batch{Source: events.SourceLive, Events: []events.Event{join, leave}},
		events.Batch{Source: events.SourceLive, Events: []events.Event{join}},
	)
	must(err)
	must(j.WaitDurable(ctx, first+2))
	fmt.Println("records", first, "to", j.Durable()-1, "in one sync:", j.Stats().Syncs)
	must(j.Close(ctx))
	// Output: records 1 to 3 in one sync: 1
}

// Several readers follow one journal, each at its own pace and with a cursor of its own:
// what all of them have passed is released.
func ExampleConfig() {
	dir, remove := temporary()
	defer remove()
	ctx := context.Background()
	readers := []string{"memory", "store"}
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 1 << 20, Cursors: readers})
	must(err)
	const records = 1000
	var following sync.WaitGroup
	for _, name := range readers {
		r, err := j.NewReader(1)
		must(err)
		following.Go(func() {
			defer func() { must(r.Close()) }()
			for next := events.Seq(1); next <= records; {
				b, err := r.Next(ctx)
				if errors.Is(err, io.EOF) {
					must(r.Wait(ctx))
					continue
				}
				must(err)
				next = b.Next()
				must(j.Advance(name, next))
			}
		})
	}
	for i := range uint64(records) {
		_, err := j.Append(ctx, events.Batch{Source: events.SourceLive, Events: []events.Event{
			events.Mark(events.Origin{Seq: i}, 1_700_000_000_000),
		}})
		must(err)
	}
	must(j.Sync(ctx))
	following.Wait()
	for _, name := range readers {
		fmt.Println(name, "is behind by", j.Stats().Lag(name))
	}
	must(j.Close(ctx))
	// Output:
	// memory is behind by 0
	// store is behind by 0
}

func ExampleStats() {
	dir, remove := temporary()
	defer remove()
	ctx := context.Background()
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 1 << 20})
	must(err)
	for i := range uint64(100) {
		_, err := j.Append(ctx, events.Batch{Source: events.SourceLive, Events: []events.Event{
			events.Mark(events.Origin{Seq: i}, 1_700_000_000_000),
		}})
		must(err)
	}
	must(j.Sync(ctx))
	s := j.Stats()
	fmt.Println(s.Records, "records in", s.Batches, "batches, a sync for several:", s.BatchesPerSync() > 1)
	must(j.Close(ctx))
	// Output: 100 records in 100 batches, a sync for several: true
}

// A process that ended in the midst of a write leaves a torn tail. The next one cuts it
// off.
func ExampleRecovery() {
	dir, remove := temporary()
	defer remove()
	ctx := context.Background()
	cfg := journal.Config{Dir: dir, SegmentBytes: 4096}
	j, err := journal.Open(cfg)
	must(err)
	fmt.Println("created:", j.Recovery().Created)
	_, err = j.Append(ctx, events.Batch{Source: events.SourceLive, Events: []events.Event{
		events.Mark(events.Origin{Seq: 9}, 1_700_000_000_000),
	}})
	must(err)
	must(j.Close(ctx))

	j, err = journal.Open(cfg)
	must(err)
	r := j.Recovery()
	fmt.Println("created:", r.Created, "records:", r.First, "to", r.Next-1, "cut off:", r.TruncatedBytes)
	must(j.Close(ctx))
	// Output:
	// created: true
	// created: false records: 1 to 1 cut off: 0
}

func ExampleLockedError() {
	dir, remove := temporary()
	defer remove()
	cfg := journal.Config{Dir: dir, SegmentBytes: 4096}
	j, err := journal.Open(cfg)
	must(err)
	_, err = journal.Open(cfg)
	if locked, ok := errors.AsType[*journal.LockedError](err); ok {
		fmt.Println(filepath.Base(locked.Path), errors.Is(err, journal.ErrLocked))
	}
	must(j.Close(context.Background()))
	// Output: LOCK true
}

func ExampleReport() {
	dir, remove := temporary()
	defer remove()
	ctx := context.Background()
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 4096})
	must(err)
	mark := events.Mark(events.Origin{Seq: 9}, 1_700_000_000_000)
	_, err = j.Append(ctx, events.Batch{Source: events.SourceLive, Events: []events.Event{mark, mark, mark}})
	must(err)
	must(j.Close(ctx))

	report, err := journal.Verify(dir, nil, func(journal.SegmentReport) {})
	fmt.Println(report.Segments, "segment,", report.Events, "events,", report.Damaged, "damaged:", err)
	// Output: 1 segment, 3 events, 0 damaged: <nil>
}

// What is wrong with a segment stands in its report, and the others are read on.
func ExampleSegmentReport() {
	dir, remove := temporary()
	defer remove()
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 4096})
	must(err)
	must(j.Close(context.Background()))
	must(os.WriteFile(filepath.Join(dir, "0000000000000001.seg"), bytes.Repeat([]byte{0xff}, 4096), 0o600))

	_, err = journal.Verify(dir, nil, func(s journal.SegmentReport) {
		fmt.Println("segment", s.Segment, "holds", s.Events, "events:", errors.Is(s.Err, journal.ErrCorrupt))
	})
	fmt.Println(errors.Is(err, journal.ErrCorrupt))
	// Output:
	// segment 1 holds 0 events: true
	// true
}

// watched is a file system that counts what a journal makes durable.
type watched struct {
	journal.FS
	syncs *atomic.Int64
}

func (w watched) OpenFile(name string, flag int, perm fs.FileMode) (journal.File, error) {
	f, err := w.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return watchedFile{f, w.syncs}, nil
}

type watchedFile struct {
	journal.File
	syncs *atomic.Int64
}

func (f watchedFile) Sync() error {
	f.syncs.Add(1)
	return f.File.Sync()
}

// A file system of one's own can count, delay or fail what the journal does.
func ExampleFS() {
	dir, remove := temporary()
	defer remove()
	ctx := context.Background()
	var syncs atomic.Int64
	j, err := journal.Open(journal.Config{Dir: dir, SegmentBytes: 1 << 20, FS: watched{journal.OS(), &syncs}})
	must(err)
	before := syncs.Load()
	mark := events.Mark(events.Origin{Seq: 9}, 1_700_000_000_000)
	_, err = j.Append(ctx, events.Batch{Source: events.SourceLive, Events: []events.Event{mark}})
	must(err)
	must(j.Sync(ctx))
	fmt.Println("synced:", syncs.Load() > before)
	must(j.Close(ctx))
	// Output: synced: true
}

// Space is reserved before it is written to, so that a commit does not find the disk full.
func ExampleFile() {
	dir, remove := temporary()
	defer remove()
	system := journal.OS()
	must(system.MakeDir(dir))
	f, err := system.OpenFile(filepath.Join(dir, "segment"), os.O_RDWR|os.O_CREATE, 0o600)
	must(err)
	must(f.Allocate(4096))
	_, err = f.WriteAt([]byte("frame"), 64)
	must(err)
	must(f.Sync())
	size, err := f.Size()
	must(err)
	fmt.Println(size)
	must(f.Close())
	// Output: 4096
}
