package logs

import (
	"context"
	"errors"
	"fmt"
	"os"

	"guildpulse/bench/measure"
)

// Run measures the journal.
func Run(ctx context.Context, t *measure.Table) (err error) {
	dir, err := os.MkdirTemp("", "guildpulse-logs-")
	if err != nil {
		return fmt.Errorf("make a folder for the logs: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{ctx: ctx, t: t, dir: dir}
	for _, part := range []func() error{b.unsynced, b.durable, b.direct, b.filled, b.groomed, b.pipelined, b.replay} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// bench is one run. Every log gets a folder of its own, which is removed with it.
type bench struct {
	ctx  context.Context
	t    *measure.Table
	dir  string
	made int
}

// folder returns the name of a folder that is not there yet.
func (b *bench) folder() string {
	b.made++
	return fmt.Sprintf("%s/%d", b.dir, b.made)
}

// must stops a measurement in which nothing can be measured any more: Run's
// caller gets it as an error.
func must(err error) {
	if err != nil {
		panic(failure{err})
	}
}

type failure struct{ error }

// caught turns must's panic back into an error.
func caught(err *error) {
	switch f := recover().(type) {
	case nil:
	case failure:
		*err = errors.Join(*err, f.error)
	default:
		panic(f)
	}
}
