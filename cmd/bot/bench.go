package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/ringbuf"
)

// Sizes of the check: some twenty seconds on two ordinary cores.
const (
	benchRing     = 5_000_000
	benchFrames   = 60_000
	benchMessages = 300_000
	benchMembers  = 50_000
	benchSyncs    = 100
	benchWithin   = 2 * time.Minute
)

// What a community asks of a machine: at its busiest, two thousand members write a
// message a second; and a machine should be no busier than a tenth.
const (
	membersPerMessage = 2_000
	headroom          = 10
)

func (a *app) benchCommand() *cobra.Command {
	b := &bench{app: a, scale: 1}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure what this machine carries",
		Long: `Sends made-up messages through every stage of the bot on this machine, on the disk that
the data folder is on, and tells how many each stage takes and what community that is
enough for. Your data, your database and Discord are not touched. Takes half a minute.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			return b.run(cmd.Context())
		},
	}
	cmd.Flags().Float64Var(&b.scale, "scale", 1, "how long to measure, 1 being half a minute")
	return cmd
}

// bench is one run of the command.
type bench struct {
	*app
	scale float64

	slowest float64 // events/s of the slowest stage
}

func (b *bench) n(full int) int { return max(1_000, int(float64(full)*b.scale)) }

func (b *bench) run(ctx context.Context) (err error) {
	ctx, stop := context.WithTimeout(ctx, benchWithin)
	defer stop()
	// Beside the data folder: on the same disk.
	dir, err := os.MkdirTemp(filepath.Dir(filepath.Clean(b.cfg.Data.Dir)), ".guildpulse-bench-")
	if err != nil {
		return hint(err, "data.dir must be in a folder that this user can write to")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for _, stage := range []func(context.Context, string) error{b.disk, b.ring, b.gateway, b.whole} {
		if err := stage(ctx, dir); err != nil {
			return err
		}
	}
	members := b.slowest / headroom * membersPerMessage
	fmt.Fprintf(b.stdout, "\nThis machine carries servers of %s members in all: at their busiest it would be\n"+
		"a tenth busy (one message a second for every %s members).\n", round(members), round(membersPerMessage))
	return nil
}

// stage prints one line, and remembers the slowest rate.
func (b *bench) stage(name string, n int, took time.Duration) {
	rate := float64(n) / took.Seconds()
	if b.slowest == 0 || rate < b.slowest {
		b.slowest = rate
	}
	fmt.Fprintf(b.stdout, "%-34s %14s events/s\n", name, round(rate))
}

func (b *bench) took(name string, d time.Duration) {
	fmt.Fprintf(b.stdout, "%-34s %14s\n", name, d.Round(10*time.Nanosecond))
}

// round writes a number with two significant figures and groups of thousands.
func round(v float64) string {
	unit := 1.0
	for v/unit >= 100 {
		unit *= 10
	}
	s := strconv.FormatInt(int64(v/unit+0.5)*int64(unit), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// disk measures what makes an event durable.
func (b *bench) disk(_ context.Context, dir string) (err error) {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	block := make([]byte, 4096)
	var times []time.Duration
	for range benchSyncs {
		began := time.Now()
		if _, err := f.Write(block); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	b.took("disk, write and sync 4 KiB", times[len(times)/2])
	b.took("  one in a hundred takes", times[len(times)*99/100])
	return nil
}

// ring hands events from one goroutine to another.
func (b *bench) ring(ctx context.Context, _ string) error {
	r := ringbuf.NewMPMC[events.Event](1 << 16)
	n := b.n(benchRing)
	began := time.Now()
	go func() {
		batch := make([]events.Event, 64)
		for sent := 0; sent < n; sent += len(batch) {
			if _, err := r.PushBatch(ctx, batch[:min(len(batch), n-sent)]); err != nil {
				break
			}
		}
		r.Close()
	}()
	batch := make([]events.Event, 4096)
	for {
		_, err := r.PopBatch(ctx, batch)
		if errors.Is(err, ringbuf.ErrClosed) {
			break
		}
		if err != nil {
			return err
		}
	}
	b.stage("ring", n, time.Since(began))
	return nil
}

// gateway reads messages from a stand-in for Discord, which works on the same
// machine.
func (b *bench) gateway(ctx context.Context, _ string) error {
	srv := fakediscord.New(fakediscord.Config{Privileged: fakediscord.Intents(discord.IntentGuildMembers)})
	server := srv.AddGuild(fakediscord.Guild{
		Name: "Bench", Channels: []fakediscord.Channel{{ID: 1001, Name: "general"}}, Members: []fakediscord.Member{{User: 1}},
	})
	if err := srv.Start(); err != nil {
		return err
	}
	defer func() { _ = srv.Close() }()
	sink := &counter{}
	c := discord.Config{
		Token: discord.NewSecret(srv.Token()), BaseURL: srv.URL() + "/api/v10", Members: true,
		Compress: b.cfg.Discord.Compress, Log: slog.New(slog.DiscardHandler),
	}
	if c.Compress == "none" {
		c.Compress = discord.CompressNone
	}
	reader, err := discord.New(b.cfg.Discord.Reader, c, sink, guild.NewDirectory(guild.DirectoryConfig{}))
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- reader.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			b.log.Warn("reader", "error", err)
		}
	}()
	if err := srv.Await(ctx, func(r *fakediscord.Recording) bool { return len(r.Identifies) > 0 }); err != nil {
		return fmt.Errorf("reader: %w", err)
	}
	n := b.n(benchFrames)
	began := time.Now()
	if _, err := srv.Play(ctx, fakediscord.Playback{Guild: server, Forget: true, Lines: func(yield func(fakediscord.Line) bool) {
		for i := range n {
			if !yield(fakediscord.Line{Channel: 1001, User: uint64(1 + i%500)}) {
				return
			}
		}
	}}); err != nil {
		return err
	}
	if err := sink.wait(ctx, n); err != nil {
		return fmt.Errorf("reader: %w", err)
	}
	b.stage("gateway, "+b.cfg.Discord.Reader+" reader", n, time.Since(began))
	return nil
}

// whole sends messages through an engine of its own: log, memory, SQLite.
func (b *bench) whole(ctx context.Context, dir string) error {
	cfg, err := decode(newValues(), map[string]any{"data.dir": filepath.Join(dir, "data"), "log.level": "error"})
	if err != nil {
		return err
	}
	e, err := openEngine(ctx, cfg, newLogger(b.stderr, cfg.Log))
	if err != nil {
		return err
	}
	err = b.through(ctx, e)
	within, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownWithin)
	defer stop()
	return errors.Join(err, e.close(within))
}

func (b *bench) through(ctx context.Context, e *engine) error {
	n := b.n(benchMessages)
	frames := made(n)
	began := time.Now()
	for len(frames) > 0 {
		k := min(64, len(frames))
		if err := e.pipe.Push(ctx, frames[:k]); err != nil {
			return err
		}
		frames = frames[k:]
	}
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for e.pipe.Stats().Applied < uint64(n) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-e.running:
			e.running <- err
			return fmt.Errorf("pipeline: %w", err)
		case <-look.C:
		}
	}
	b.stage("durable and in memory", n, time.Since(began))
	if err := e.pipe.Flush(ctx); err != nil {
		return err
	}
	b.stage("in the database (SQLite)", n, time.Since(began))
	return b.questions(ctx, e)
}

// questions asks what people ask.
func (b *bench) questions(ctx context.Context, e *engine) error {
	for _, q := range []struct {
		name string
		ask  func() error
	}{
		{"top 10 by score", func() error {
			_, err := e.stats.Top(ctx, report.TopQuery{Guild: 1, Subject: report.Members, Metric: report.Score, Limit: 10})
			return err
		}},
		{"top 10 of 7 days", func() error {
			_, err := e.stats.Top(ctx, report.TopQuery{
				Guild: 1, Subject: report.Members, Metric: report.Messages, Period: report.Days7, Limit: 10,
			})
			return err
		}},
		{"rank of a member, explained", func() error {
			_, err := e.stats.Rank(ctx, report.RankQuery{Guild: 1, Member: 1})
			return err
		}},
	} {
		var times []time.Duration
		for range 21 {
			began := time.Now()
			if err := q.ask(); err != nil {
				return err
			}
			times = append(times, time.Since(began))
		}
		slices.Sort(times)
		b.took(q.name, times[len(times)/2])
	}
	return nil
}

// made makes messages of the last hours: members by Zipf, in fifty channels.
func made(n int) []events.Event {
	r := rand.New(rand.NewPCG(1, 2))
	who := rand.NewZipf(r, 1.07, 1, benchMembers-1)
	at := time.Now().Add(-3 * time.Hour).UnixMilli()
	out := make([]events.Event, n)
	for i := range out {
		out[i] = events.Message(events.Origin{Seq: uint64(i + 1)}, 1, 100+r.Uint64N(50),
			events.MakeSnowflake(at+int64(i/30), uint32(i)), 1+who.Uint64(), events.FlagLastOfFrame)
	}
	return out
}
