package gateway

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"guildpulse/bench/measure"
)

// patience is how long a reader may take for a run, and to connect.
const patience = 30 * time.Second

// tally counts the messages that a reader brings.
type tally struct {
	left atomic.Int64
	all  chan struct{}
}

func newTally() *tally { return &tally{all: make(chan struct{}, 1)} }

func (t *tally) message() {
	if t.left.Add(-1) == 0 {
		t.all <- struct{}{}
	}
}

// reader is one who reads a stream of the flood.
type reader struct {
	name   string
	tally  *tally
	stream *stream
	leave  func() error
	err    error // the first of its runs
}

// connect lets a reader connect: open begins to read into the tally and returns how
// to end that.
func connect(
	ctx context.Context, f *flood, name string, open func(context.Context, *flood, *tally) (func() error, error),
) (*reader, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := &reader{name: name, tally: newTally()}
	var err error
	if r.leave, err = open(ctx, f, r.tally); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if r.stream, err = f.accept(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: connect: %w", name, err), r.leave())
	}
	return r, nil
}

// run sends n messages and waits until all have arrived.
func (r *reader) run(n int) {
	if r.err != nil {
		return
	}
	r.tally.left.Store(int64(n))
	if r.err = r.stream.send(n); r.err != nil {
		return
	}
	select {
	case <-r.tally.all:
	case <-time.After(patience):
		r.err = fmt.Errorf("%d of %d messages have not arrived", r.tally.left.Load(), n)
	}
}

func (r *reader) side() measure.Side { return measure.Side{Name: r.name, Run: r.run} }

// close ends the reading, and tells what went wrong with it.
func (r *reader) close() error {
	err := errors.Join(r.err, r.leave())
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	return nil
}
