package pipeline

import (
	"context"
	"errors"
	"io"

	"golang.org/x/sync/errgroup"

	"guildpulse/events"
)

// ahead is how many batches the books may be ahead of memory in a replay.
const ahead = 8

// replay follows the journal from a sequence to its end: the books in one goroutine,
// memory in another, as they are apart when the pipeline runs.
func (p *Pipeline) replay(ctx context.Context, from events.Seq) (n uint64, err error) {
	r, err := p.cfg.OpenJournal(from)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	read, spare := make(chan *events.Batch, ahead), make(chan *events.Batch, ahead) // of the same batches
	for range cap(spare) {
		spare <- &events.Batch{}
	}
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		defer close(read)
		return p.readBack(ctx, r, spare, read)
	})
	both.Go(func() error {
		for b := range read {
			if err := p.cfg.Memory.Apply(b); err != nil {
				return err
			}
			n += uint64(b.Len())
			spare <- b
		}
		return nil
	})
	err = both.Wait()
	return n, err
}

// readBack reads batches for the books, and hands copies of them on.
func (p *Pipeline) readBack(ctx context.Context, r Reader, spare <-chan *events.Batch, read chan<- *events.Batch) error {
	for {
		b, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.books.replay(b); err != nil {
			p.cfg.Log.Error("control not followed", "seq", b.First, "error", err)
		}
		select {
		case own := <-spare:
			evs := append(own.Events[:0], b.Events...)
			*own = *b
			own.Events = evs
			read <- own
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
