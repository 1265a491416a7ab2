package whole

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"guildpulse/bench/gateway"
	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/pipeline"
	"guildpulse/internal/stats"
	"guildpulse/persist"
	"guildpulse/persist/journal"
	"guildpulse/sketch"
)

func newStats(store stats.Store) *stats.Stats {
	return stats.New(stats.Config{Store: store, Names: guild.NewDirectory(guild.DirectoryConfig{}), Key: sketch.Key{1}})
}

// rig is a pipeline over a journal in a folder, put together as the bot does it.
type rig struct {
	journal *journal.Journal
	pipe    *pipeline.Pipeline
	stats   *stats.Stats
	memory  pipeline.Memory
	running chan error
}

// open makes a rig without a database.
func open(dir string) (*rig, error) {
	s := newStats(noStore{})
	return openOver(dir, s, &memory{Stats: s})
}

// openOver is open with a memory of one's own in front of s.
func openOver(dir string, s *stats.Stats, m pipeline.Memory) (*rig, error) {
	r := &rig{stats: s, memory: m}
	if err := r.openJournal(dir); err != nil {
		return nil, err
	}
	r.pipe = pipeline.New(pipeline.Config{
		Journal: r.journal, Store: noStore{}, Epoch: 1, Memory: m, JournalID: r.journal.ID(),
		OpenJournal: openSilent, Hash: hash, Snapshot: time.Hour,
	})
	return r, nil
}

// openStored makes a rig over a database, which is taken.
func openStored(ctx context.Context, dir string, store persist.Store) (*rig, error) {
	s := newStats(store)
	r := &rig{stats: s, memory: s}
	if err := r.openJournal(dir); err != nil {
		return nil, err
	}
	cursor, err := store.Take(ctx, r.journal.ID(), r.journal.First())
	if err != nil {
		return nil, errors.Join(err, r.journal.Close(ctx))
	}
	r.pipe = pipeline.New(pipeline.Config{
		Journal: r.journal, Store: store, Epoch: cursor.Epoch, Memory: s, JournalID: r.journal.ID(),
		OpenJournal: r.openReader, Hash: hash,
	})
	return r, nil
}

func (r *rig) openJournal(dir string) (err error) {
	r.journal, err = journal.Open(journal.Config{
		Dir: filepath.Join(dir, "journal"), BatchBytes: 128 << 10, MaxBytes: 4 << 30,
		Cursors: []string{pipeline.CursorStore, pipeline.CursorSnapshot},
	})
	return err
}

func (r *rig) openReader(from events.Seq) (pipeline.Reader, error) { return r.journal.NewReader(from) }

func hash(ws ...uint64) uint64 { return ws[0] }

// run sets the loops going.
func (r *rig) run(ctx context.Context) {
	r.running = make(chan error, 1)
	go func() { r.running <- r.pipe.Run(ctx) }()
}

// close drains the rig, if it runs, and closes the journal.
func (r *rig) close(ctx context.Context) (err error) {
	if r.running != nil {
		ctx, stop := context.WithTimeout(ctx, 10*time.Second)
		defer stop()
		err = errors.Join(r.pipe.Stop(ctx), <-r.running)
	}
	return errors.Join(err, r.journal.Close(ctx))
}

// listen connects the bot's own reader to a station. leave ends that.
func (r *rig) listen(ctx context.Context, s *gateway.Station) (leave func() error, err error) {
	reader, err := discord.New(discord.Native, discord.Config{
		Token: discord.NewSecret("none"), BaseURL: s.URL(), Compress: compression,
	}, r.pipe, guild.NewDirectory(guild.DirectoryConfig{}))
	if err != nil {
		return nil, err
	}
	reading, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- reader.Run(reading) }()
	leave = func() error {
		cancel()
		return <-ended
	}
	if err := s.Accept(ctx); err != nil {
		return nil, errors.Join(err, leave())
	}
	return leave, nil
}

// compression is the transport's, the default of the bot.
const compression = discord.CompressZlib
