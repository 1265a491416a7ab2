package discord

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// native is our own gateway reader: a session machine a shard, driven over
// websockets.
type native struct {
	cfg     Config
	sink    Sink
	dir     Directory
	count   counters
	granted atomic.Uint64

	address address
	turns   *turns
	shards  atomic.Pointer[[]*shard]
}

func newNative(cfg Config, sink Sink, dir Directory) *native {
	n := &native{cfg: cfg, sink: sink, dir: dir}
	n.granted.Store(uint64(cfg.intents()))
	return n
}

// Run reads all shards. The first that fails ends the others.
func (n *native) Run(ctx context.Context) error {
	shards, err := n.prepare(ctx)
	if asked(ctx, err) {
		return nil
	}
	if err != nil {
		return err
	}
	n.shards.Store(&shards)
	g, working := errgroup.WithContext(ctx)
	for _, s := range shards {
		g.Go(func() error { return s.run(working) })
		g.Go(func() error { return s.feed.marks(working) })
	}
	if err := g.Wait(); !asked(ctx, err) {
		return err
	}
	return nil
}

// asked reports whether an error only says that the caller wanted an end.
func asked(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err()))
}

// prepare asks Discord for the gateway's address and makes the shards.
func (n *native) prepare(ctx context.Context) ([]*shard, error) {
	info, err := n.cfg.gatewayInfo(ctx)
	if err != nil {
		return nil, err
	}
	if n.address, err = newAddress(&n.cfg); err != nil {
		return nil, err
	}
	gateway, err := n.address.gateway(info.URL)
	if err != nil {
		return nil, err
	}
	n.turns = newTurns(&info, time.Now(), n.cfg.Budget)
	count := n.cfg.Shards
	if count == 0 {
		count = min(max(info.Shards, 1), maxShards)
	}
	n.cfg.Log.Info("gateway", "shards", count, "identifies_left", n.turns.remaining())
	shards := make([]*shard, count)
	for i := range shards {
		shards[i] = newShard(n, uint16(i), count, gateway)
	}
	return shards, nil
}

// Stats adds up what all shards did.
func (n *native) Stats() ReaderStats {
	st := n.count.stats()
	if shards := n.shards.Load(); shards != nil {
		for _, s := range *shards {
			one := s.stats()
			st.Latency = max(st.Latency, one.Latency)
			st.Shards = append(st.Shards, one)
		}
	}
	return st
}

// Intents tells what is asked for, less what Discord has refused.
func (n *native) Intents() Intents { return Intents(n.granted.Load()) }

// degrade goes on without what is privileged.
func degrade(granted *atomic.Uint64, log *slog.Logger) {
	granted.And(^uint64(privileged))
	log.Warn("discord refuses the Server Members intent: joins and leaves are not counted. " +
		"Enable it on the Bot page of the developer portal, or do not ask for it")
}
