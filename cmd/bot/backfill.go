package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/pipeline"
	"guildpulse/persist"
	"guildpulse/web"
)

// What was said while nobody listened, and Discord does not replay, is read back
// from the channels' history. The pipeline knows what is missing; here it is asked
// for, a page at a time, and counted as a chunk that claims the page's span. A crash
// costs at most a page read twice.
const (
	backfillAtOnce  = 4                // servers, and channels of each
	backfillPages   = 50               // of a hole a round, so that a long one holds nobody up
	backfillRetry   = 10 * time.Second // after Discord or the disk failed
	gapLook         = 30 * time.Second // how often it is seen whether gaps are repaired
	gapSettles      = time.Minute      // servers tell of themselves within it after a session began
	gapWatch        = 5 * time.Minute  // a gap is in the database by then
	backfillPatient = 5 * time.Minute  // at most between two tries
)

type backfill struct {
	engine *engine
	rest   *discord.REST
	self   uint64 // the bot's own id
	log    *slog.Logger
	now    func() time.Time

	lost  atomic.Int64 // time of the newest hole that was given up, Unix milliseconds
	watch time.Time    // until when a gap may turn up open
}

// backfill fills holes until ctx ends.
func (s *server) backfill(ctx context.Context) error {
	b := &backfill{engine: s.engine, rest: s.rest, log: s.app.log, now: time.Now}
	b.watch = b.now().Add(gapWatch)
	look := time.NewTicker(gapLook)
	defer look.Stop()
	gaps, wait := uint64(0), backfillRetry
	for {
		again := time.Duration(math.MaxInt64)
		if err := b.round(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("missed messages not read back yet, trying again", "error", err, "retry_ms", wait.Milliseconds())
			again, wait = wait, min(2*wait, backfillPatient)
		} else {
			wait = backfillRetry
		}
		retry := time.NewTimer(again)
		select {
		case <-ctx.Done():
		case <-s.pipe.Holed():
		case <-retry.C:
		case <-look.C:
		}
		retry.Stop()
		if ctx.Err() != nil {
			return nil
		}
		if n := s.reader.Stats().Gaps; n != gaps {
			gaps, b.watch = n, b.now().Add(gapWatch)
		}
		if err := b.settleGaps(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("state of gaps not recorded, trying again", "error", err)
		}
	}
}

// round reads on in every hole. What it leaves, the next round goes on with: progress is
// a token of Holed.
func (b *backfill) round(ctx context.Context) error {
	holes := b.engine.pipe.Holes()
	if len(holes) == 0 {
		return nil
	}
	if b.self == 0 {
		me, err := b.rest.Me(ctx)
		if err != nil {
			return err
		}
		b.self, _ = strconv.ParseUint(me.ID, 10, 64)
	}
	var all errgroup.Group // one server's trouble is not another's
	all.SetLimit(backfillAtOnce)
	for server, channels := range byServer(holes) {
		all.Go(func() error { return b.server(ctx, server, channels) })
	}
	return all.Wait()
}

// server fills the holes of one server, channel by channel.
func (b *backfill) server(ctx context.Context, id uint64, channels [][]pipeline.Hole) error {
	may, err := b.survey(ctx, id)
	if err != nil {
		return err
	}
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(backfillAtOnce)
	for _, holes := range channels {
		all.Go(func() error {
			for _, h := range holes {
				if err := b.fill(ctx, h, may); err != nil {
					return fmt.Errorf("channel %d: %w", h.Channel, err)
				}
			}
			return nil
		})
	}
	return all.Wait()
}

// reach is what the bot may read of a server: as Discord says now, not as a
// directory remembers that has just been started, or has missed as much as we have.
type reach struct {
	server *guild.Directory // nil: the bot is not in it
	roles  []uint64
}

// survey asks Discord for a server's structure and the bot's roles in it.
func (b *backfill) survey(ctx context.Context, server uint64) (*reach, error) {
	if g, _ := b.engine.names.Guild(server); g.Unavailable {
		return nil, fmt.Errorf("server %d has an outage", server)
	}
	m, err := member(ctx, b.rest, server, b.self)
	if errors.Is(err, web.ErrNotMember) || unreadable(err) {
		return &reach{}, nil
	}
	if err != nil {
		return nil, err
	}
	g, channels, err := b.rest.Structure(ctx, server)
	if err != nil {
		return nil, err
	}
	d := guild.NewDirectory(guild.DirectoryConfig{})
	d.PutGuild(g, channels)
	return &reach{server: d, roles: m.Roles}, nil
}

// reads reports whether the bot may read a channel's history. Without that Discord
// answers with an empty page, which must not pass for silence.
func (r *reach) reads(c *guild.Channel, self uint64) bool {
	if r.server == nil {
		return false
	}
	if c.Thread() {
		r.server.PutChannel(*c) // by the permissions of its parent
	}
	if _, there := r.server.Channel(c.Guild, c.ID); !there {
		return true // not listed: Discord will say
	}
	return r.server.ChannelPermissions(c.Guild, c.ID, self, r.roles).Has(guild.ViewChannel | guild.ReadMessageHistory)
}

// byServer groups holes, which are ordered, by server and channel: one channel is read
// by one goroutine.
func byServer(holes []pipeline.Hole) map[uint64][][]pipeline.Hole {
	out := make(map[uint64][][]pipeline.Hole)
	for i, h := range holes {
		channels := out[h.Guild]
		if i == 0 || holes[i-1].Guild != h.Guild || holes[i-1].Channel != h.Channel {
			channels = append(channels, nil)
		}
		last := len(channels) - 1
		channels[last] = append(channels[last], h)
		out[h.Guild] = channels
	}
	return out
}

// fill reads one hole from its begin, as far as a round goes.
func (b *backfill) fill(ctx context.Context, h pipeline.Hole, may *reach) error {
	c, known := b.engine.names.Channel(h.Guild, h.Channel)
	if !known {
		c = guild.Channel{Guild: h.Guild, ID: h.Channel}
	}
	if !may.reads(&c, b.self) {
		return b.giveUp(ctx, h, "the bot may not read its history")
	}
	counted, after := 0, h.After
	for range backfillPages {
		page, err := b.rest.History(ctx, c, after)
		if unreadable(err) {
			return b.giveUp(ctx, h, err.Error())
		}
		if err != nil {
			return err
		}
		chunk, to := pageChunk(h, after, &page)
		got, err := b.engine.pipe.Chunk(ctx, events.SourceBackfill, chunk)
		if err != nil {
			return err
		}
		counted += got.Counted
		after = to
		for _, m := range page.Authors {
			b.engine.names.ObserveMember(m)
		}
		if after >= h.Until {
			break
		}
	}
	b.log.Info("missed messages read back", "guild", h.Guild, "channel", h.Channel, "counted", counted, "whole", after >= h.Until)
	return nil
}

// pageChunk makes a chunk of a page: its messages within the hole, and the claim that
// there are no others up to to.
func pageChunk(h pipeline.Hole, after uint64, page *discord.History) (chunk []events.Event, to uint64) {
	to = h.Until
	if page.Len >= discord.HistoryPage && page.Last < h.Until {
		to = max(page.Last, after+1)
	}
	for _, e := range page.Events {
		if e.ID > after && e.ID <= to {
			chunk = append(chunk, e)
		}
	}
	return append(chunk, events.Covered(events.Origin{}, h.Guild, h.Channel, after+1, to)), to
}

// unreadable reports whether Discord will never show a channel's history.
func unreadable(err error) bool {
	var refused *discord.RESTError
	return errors.As(err, &refused) && (refused.Status == http.StatusForbidden || refused.Status == http.StatusNotFound)
}

// giveUp records that what is missing stays so.
func (b *backfill) giveUp(ctx context.Context, h pipeline.Hole, why string) error {
	b.log.Warn("missed messages cannot be read back", "guild", h.Guild, "channel", h.Channel, "why", why)
	b.lost.Store(b.now().UnixMilli())
	return b.settle(ctx, events.ControlLost, h.Guild, events.Lost{Channel: h.Channel, Until: h.Until})
}

func (b *backfill) settle(ctx context.Context, t events.ControlType, server uint64, body any) error {
	c, err := events.NewControl(t, server, b.now().UnixMilli(), body)
	if err != nil {
		return err
	}
	return b.engine.pipe.Settle(ctx, c)
}

// settleGaps records what became of gaps when nothing is missing any more: messages
// are back, or what could be of them.
func (b *backfill) settleGaps(ctx context.Context) error {
	if b.now().After(b.watch) || len(b.engine.pipe.Holes()) > 0 {
		return nil
	}
	gaps, err := b.openGaps(ctx)
	if err != nil {
		return err
	}
	if len(gaps) > 0 {
		b.watch = b.now().Add(gapWatch)
	}
	settled := b.now().Add(-gapSettles).UnixMilli()
	for _, g := range gaps {
		if g.To > settled {
			continue
		}
		r := events.Repair{Shard: g.Shard, From: g.From, To: g.To, Filled: b.lost.Load() < g.To}
		if err := b.settle(ctx, events.ControlRepair, 0, r); err != nil {
			return err
		}
	}
	return nil
}

// openGaps lists the gaps that the database knows of and of which nothing more is
// recorded.
func (b *backfill) openGaps(ctx context.Context) (gaps []persist.Gap, err error) {
	err = b.engine.store.View(ctx, func(v persist.View) error {
		gaps, err = v.Gaps(ctx, 0, math.MaxInt64)
		return err
	})
	return slices.DeleteFunc(gaps, func(g persist.Gap) bool { return g.State != persist.GapOpen }), err
}
