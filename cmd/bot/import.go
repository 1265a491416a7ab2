package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"guildpulse/events"
	"guildpulse/internal/archive"
	"guildpulse/internal/guild"
	"guildpulse/internal/pipeline"
)

const (
	importFlush  = 50_000  // events a flush coalesces; fewer commits than live
	importAhead  = 100_000 // events the journal may be ahead of the database
	importMemory = 90 << 20
	importChunks = 8 // chunks that wait to be durable at once
	badShown     = 20
)

func (a *app) importCommand() *cobra.Command {
	var im importer
	cmd := &cobra.Command{
		Use:   "import --guild ID FILE...",
		Short: "Count the messages of archives, each once",
		Long: `Counts the messages of a server's archives: JSON of DiscordChatExporter, or CSV with
the columns ts, channel, user and optionally id; gzip is unpacked. The same file
twice, files that overlap, and what the bot heard live are counted once. A run that
was broken off is finished by running it again. The bot must not be serving.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			im.app, im.files = a, files
			return im.run(cmd.Context())
		},
	}
	cmd.Flags().Uint64Var(&im.guild, "guild", 0, "id of the server that the archives are of")
	cmd.Flags().BoolVar(&im.sparse, "sparse", false, "the archives leave messages out (a filtered export): claim nothing between them")
	cmd.Flags().StringVar(&im.report, "bad-report", "", "write every line that could not be read to this file")
	_ = cmd.MarkFlagRequired("guild")
	return cmd
}

// importer is one run of the command.
type importer struct {
	*app
	guild  uint64
	sparse bool
	report string
	files  []string

	engine *engine
	bad    io.WriteCloser
	sum    archive.Summary
	result pipeline.ChunkResult
}

func (im *importer) run(ctx context.Context) (err error) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(importMemory))
	cfg := *im.cfg
	cfg.Flush.Events = max(cfg.Flush.Events, importFlush)
	if im.engine, err = openEngine(ctx, &cfg, im.log); err != nil {
		return err
	}
	defer func() {
		within, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownWithin)
		defer stop()
		err = errors.Join(err, im.engine.close(within))
	}()
	began := time.Now()
	if err := im.count(ctx); err != nil {
		return err
	}
	im.summarise(time.Since(began))
	return nil
}

// count brings the archives into the engine, down to its database.
func (im *importer) count(ctx context.Context) (err error) {
	if im.report != "" {
		f, err := os.Create(im.report)
		if err != nil {
			return fmt.Errorf("report of bad lines: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		im.bad = f
	}
	for _, name := range im.files {
		if err := im.file(ctx, name); err != nil {
			return err
		}
	}
	return im.finish(ctx)
}

// file imports one archive.
func (im *importer) file(ctx context.Context, name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	bar := im.progress(name, info.Size())
	results := make(chan pipeline.ChunkResult, importChunks)
	added := make(chan struct{})
	go func() {
		defer close(added)
		for r := range results {
			im.result.Add(r)
			_ = bar.Add(r.Counted + r.Covered + r.Refused)
		}
	}()
	sending, sendCtx := errgroup.WithContext(ctx)
	sending.SetLimit(importChunks)
	sum, err := archive.Read(name, archive.Options{
		Guild: im.guild, Sparse: im.sparse, Names: im.name,
		Bad:      func(b archive.Bad) { im.complain(name, b) },
		Progress: func(n int64) { _ = bar.Set64(n) },
		Sorting: func(n uint64) {
			bar.ChangeMax64(int64(n))
			bar.Reset()
			bar.Describe("counting " + name)
		},
	}, func(chunk []events.Event) error {
		if sendCtx.Err() != nil {
			return context.Cause(sendCtx)
		}
		sending.Go(func() error {
			r, err := im.engine.pipe.Chunk(sendCtx, events.SourceImport, chunk)
			if err != nil {
				return err
			}
			results <- r
			return im.keepUp(sendCtx)
		})
		return nil
	})
	err = errors.Join(err, sending.Wait())
	close(results)
	<-added
	_ = bar.Finish()
	im.sum.Messages += sum.Messages
	im.sum.Skipped += sum.Skipped
	im.sum.Bad += sum.Bad
	im.sum.Repeated += sum.Repeated
	return err
}

// keepUp waits when the journal is far ahead of the database: what the database
// does not hold yet is in memory too.
func (im *importer) keepUp(ctx context.Context) error {
	s := im.engine.pipe.Stats()
	if s.Durable < s.Stored+importAhead {
		return nil
	}
	return im.engine.pipe.FlushTo(ctx, s.Durable-importAhead/2)
}

// progress is a bar on a terminal, and nothing elsewhere.
func (im *importer) progress(name string, size int64) *progressbar.ProgressBar {
	f, ok := im.stderr.(*os.File)
	visible := ok && term.IsTerminal(int(f.Fd()))
	return progressbar.NewOptions64(size, progressbar.OptionSetWriter(im.stderr),
		progressbar.OptionSetDescription("reading "+name), progressbar.OptionSetVisibility(visible),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
		progressbar.OptionShowCount())
}

func (im *importer) complain(name string, b archive.Bad) {
	if im.bad != nil {
		fmt.Fprintf(im.bad, "%s:%s\n", name, b)
	}
	if im.sum.Bad+1 <= badShown {
		fmt.Fprintf(im.stderr, "%s:%s\n", name, b)
	}
	im.sum.Bad++
}

// name takes over what an archive tells of names.
func (im *importer) name(n archive.Names) {
	names := im.engine.names
	switch {
	case n.Member != 0:
		names.ObserveMember(guild.Member{Guild: im.guild, ID: n.Member, Name: n.MemberName})
	case n.Channel != 0:
		if _, known := names.Channel(im.guild, n.Channel); !known {
			names.PutChannel(guild.Channel{Guild: im.guild, ID: n.Channel, Name: n.ChannelName})
		}
	default:
		if _, known := names.Guild(im.guild); !known {
			names.PutGuild(guild.Guild{ID: im.guild, Name: n.GuildName}, nil)
		}
	}
}

// finish marks the import's end in the journal and brings the database up to date.
func (im *importer) finish(ctx context.Context) error {
	c, err := events.NewControl(events.ControlImported, im.guild, time.Now().UnixMilli(),
		events.Imported{Files: len(im.files), Done: true})
	if err != nil {
		return err
	}
	if err := im.engine.pipe.Settle(ctx, c); err != nil {
		return fmt.Errorf("finish the import: %w", err)
	}
	return im.engine.pipe.Flush(ctx)
}

func (im *importer) summarise(took time.Duration) {
	counted, again := im.result.Counted, im.result.Covered+int(im.sum.Repeated)
	fmt.Fprintf(im.stdout, "counted %d, already covered %d, bad %d", counted, again, im.sum.Bad)
	if im.sum.Skipped > 0 {
		fmt.Fprintf(im.stdout, ", of bots and the system %d", im.sum.Skipped)
	}
	if im.result.Refused > 0 {
		fmt.Fprintf(im.stdout, ", opted out or excluded %d", im.result.Refused)
	}
	fmt.Fprintf(im.stdout, " in %.1f s\n", took.Seconds())
	if im.sum.Bad > 0 {
		fmt.Fprintln(im.stdout, "Mend the bad lines and import the file again: only they will be counted.")
	}
}
