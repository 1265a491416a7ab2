package discord

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// dgReader reads with discordgo's own session, decoder and sink being ours. What
// it cannot do, since discordgo does not:
//
//   - resume after a restart: session and sequence are its own, so that every
//     start is a new session with a gap before it;
//   - resume from the durable sequence: it does from the received one;
//   - notice jumps in the sequence, or a zombie before five intervals have passed,
//     and then it ends the session (close 1000);
//   - come back when Discord asks to reconnect while a session is being opened:
//     discordgo deadlocks, and its goroutines stay;
//   - compress, or ask for anything but version 9 of the gateway.
type dgReader struct {
	cfg     Config
	sink    Sink
	dir     Directory
	count   counters
	granted atomic.Uint64
	gateway string
	turns   *turns
}

func newDiscordGo(cfg Config, sink Sink, dir Directory) *dgReader {
	r := &dgReader{cfg: cfg, sink: sink, dir: dir}
	r.granted.Store(uint64(cfg.intents()))
	return r
}

// Run reads all shards. The first that fails ends the others.
func (r *dgReader) Run(ctx context.Context) error {
	count, err := r.prepare(ctx)
	if err == nil {
		g, working := errgroup.WithContext(ctx)
		for i := range count {
			s := newDGShard(r, i, count)
			g.Go(func() error { return s.run(working) })
			g.Go(func() error { return s.feed.marks(working) })
		}
		err = g.Wait()
	}
	if asked(ctx, err) {
		return nil
	}
	return err
}

func (r *dgReader) prepare(ctx context.Context) (shards int, err error) {
	info, err := r.cfg.gatewayInfo(ctx)
	if err != nil {
		return 0, err
	}
	addr, err := newAddress(&r.cfg)
	if err != nil {
		return 0, err
	}
	gateway, err := addr.gateway(info.URL)
	if err != nil {
		return 0, err
	}
	r.gateway, _, _ = strings.Cut(gateway, "?") // discordgo adds a query of its own
	r.turns = newTurns(&info, time.Now(), r.cfg.Budget)
	if r.cfg.Shards > 0 {
		return r.cfg.Shards, nil
	}
	return min(max(info.Shards, 1), maxShards), nil
}

// Stats tells what discordgo lets us see: nothing of heartbeats and connections.
func (r *dgReader) Stats() ReaderStats { return r.count.stats() }

// Intents tells what is asked for, less what Discord has refused.
func (r *dgReader) Intents() Intents { return Intents(r.granted.Load()) }

// gatewayTold answers the one question that discordgo asks by REST here, where the
// gateway is, with the address that was checked.
type gatewayTold string

// RoundTrip answers without a network.
func (g gatewayTold) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, "/gateway") {
		return nil, fmt.Errorf("discordgo asks for %s", req.URL.Path)
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Request: req, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(strings.NewReader(`{"url":` + strconv.Quote(string(g)) + `}`)),
	}, nil
}
