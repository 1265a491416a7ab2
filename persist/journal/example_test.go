package journal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

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
