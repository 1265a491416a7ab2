package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/web"
)

// shutdownWithin bounds an orderly end, over all its steps.
const shutdownWithin = 30 * time.Second

func (a *app) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the bot and its dashboard",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			if a.cfg.Discord.Token.Empty() {
				return hint(errors.New("no token is set"),
					"copy it from the Bot page of your application at discord.com/developers into DISCORD_TOKEN")
			}
			return a.serve(cmd.Context())
		},
	}
}

// serve runs until ctx ends or something fails for good. It ends in the order in
// which data flows: the reader, the ring, the journal, the store. Beside the bot's
// own parts run those that are given: of the demo.
func (a *app) serve(ctx context.Context, beside ...func(context.Context, *server) error) error {
	e, err := openEngine(ctx, a.cfg, a.log)
	if err != nil {
		return err
	}
	s := &server{app: a, engine: e}
	err = s.open()
	if err == nil {
		err = s.run(ctx, beside)
	}
	within, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownWithin)
	defer stop()
	err = errors.Join(err, s.close(within), e.drain(within))
	s.farewell()
	return errors.Join(err, e.release(within))
}

// farewell logs what was done, when everything is where it belongs.
func (s *server) farewell() {
	p, db := s.pipe.Stats(), s.store.Stats()
	s.app.log.Info("stopped", "journaled", p.Journaled, "replayed", p.Replayed, "flushed", p.Flushed,
		"rows", db.Rows, "transactions", db.Transactions, "statements", db.Statements)
}

// server is what stands around the engine while it serves: the reader, the
// commands, the dashboard.
type server struct {
	*app
	*engine
	rest    *discord.REST
	reader  discord.Reader
	handler *discord.Handler
	web     *web.Server
	metrics *web.MetricsServer
}

func (s *server) open() (err error) {
	c := s.app.cfg
	if s.rest, err = discord.NewREST(discord.RESTConfig{
		Token: c.Discord.Token, BaseURL: c.Discord.BaseURL, Log: s.app.log,
	}); err != nil {
		return err
	}
	s.learn.Store(newLearner(s.rest, s.names, time.Now))
	s.stats.Describe(s.status)
	sessions, err := web.OpenSessions(filepath.Join(c.Data.Dir, "sessions"), time.Now)
	if err != nil {
		return err
	}
	if s.web, err = web.New(web.Config{
		Addr: c.Web.Listen, PublicURL: c.Web.PublicURL, Insecure: c.Web.Insecure,
		Reader: s.stats, Sessions: sessions, Version: version(), Log: s.app.log, Ready: s.ready, Sample: s.app.sample,
		Access: &web.DirectoryAccess{Names: s.names, Live: s.live, Members: members{s.rest}},
		OAuth: web.OAuth{
			ClientID: c.Discord.ClientID, ClientSecret: c.Discord.ClientSecret.Reveal(), BaseURL: c.Discord.BaseURL,
		},
	}); err != nil {
		return err
	}
	if c.Metrics.Listen != "" {
		if s.metrics, err = web.NewMetricsServer(c.Metrics.Listen, s.stats, s.app.log); err != nil {
			return err
		}
	}
	s.handler = discord.NewHandler(discord.HandlerConfig{
		Reader: s.stats, REST: s.rest, Privacy: privacy{s.engine}, Links: s.web, Log: s.app.log,
	})
	s.reader, err = discord.New(c.Discord.Reader, s.readerConfig(), s.pipe, s.names)
	return err
}

func (s *server) readerConfig() discord.Config {
	c := s.app.cfg.Discord
	compress := c.Compress
	if compress == "none" {
		compress = discord.CompressNone
	}
	return discord.Config{
		Token: c.Token, BaseURL: c.BaseURL, Shards: c.Shards, Members: c.MembersIntent,
		Invites: c.InvitesIntent, Compress: compress, Log: s.app.log, Interactions: s.handler.Handle,
	}
}

// run serves until ctx ends or one of its parts fails.
func (s *server) run(ctx context.Context, beside []func(context.Context, *server) error) error {
	if err := taken(s.web.Listen(ctx), "web.listen"); err != nil {
		return err
	}
	application, err := s.introduce(ctx)
	if err != nil {
		return err
	}
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return s.reader.Run(ctx) })
	all.Go(func() error { return s.stats.Run(ctx) })
	all.Go(func() error { return s.keepNames(ctx) })
	all.Go(func() error { return s.web.Run(ctx) })
	if s.metrics != nil {
		all.Go(func() error { return taken(s.metrics.Run(ctx), "metrics.listen") })
	}
	all.Go(func() error { return s.register(ctx, application) })
	all.Go(func() error { return s.relearn(ctx) })
	all.Go(func() error { return s.backfill(ctx) })
	all.Go(func() error { s.tellIntents(ctx); return nil })
	all.Go(func() error { return s.watch(ctx) })
	for _, f := range beside {
		all.Go(func() error { return f(ctx, s) })
	}
	return all.Wait()
}

// tellIntents prints what Discord lets us hear of, once a session tells.
func (s *server) tellIntents(ctx context.Context) {
	if s.app.sample {
		return
	}
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		for _, shard := range s.reader.Stats().Shards {
			if shard.Sequence > 0 {
				fmt.Fprintf(s.stdout, "Intents     %s\n", s.reader.Intents())
				return
			}
		}
	}
}

// taken tells what to do when a port is in use.
func taken(err error, key string) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return hint(err, "another program listens there: stop it, or set "+key)
	}
	return err
}

// introduce asks Discord who the token is, and prints where everything is.
func (s *server) introduce(ctx context.Context) (application uint64, err error) {
	app, err := s.rest.Application(ctx)
	switch {
	case errors.Is(err, discord.ErrRefused):
		return 0, hint(errors.New("the token is not known to Discord"),
			"copy it anew from the Bot page of your application at discord.com/developers into DISCORD_TOKEN")
	case err != nil:
		return 0, hint(fmt.Errorf("ask Discord about this application: %w", err), "check the network and discord.base_url")
	}
	application, err = strconv.ParseUint(app.ID, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("application id %q: %w", app.ID, err)
	}
	if s.app.sample {
		return application, nil
	}
	fmt.Fprintf(s.stdout, "Dashboard   %s\n", s.web.PublicURL())
	fmt.Fprintf(s.stdout, "Invite      https://discord.com/oauth2/authorize?client_id=%d&scope=bot+applications.commands&permissions=%d\n",
		application, invitePermissions)
	if s.app.cfg.Discord.ClientID != "" {
		fmt.Fprintf(s.stdout, "Redirect    %s   (enter it on the OAuth2 page of your application)\n", s.web.RedirectURI())
	}
	return application, nil
}

// invitePermissions are what the bot needs: View Channels and Read Message
// History.
const invitePermissions = uint64(guild.ViewChannel | guild.ReadMessageHistory)

// register tells Discord our commands when they changed. The bot counts without.
func (s *server) register(ctx context.Context, application uint64) error {
	notes := &memo{name: filepath.Join(s.app.cfg.Data.Dir, "memo.json")}
	_, err := s.rest.Register(ctx, notes, application, discord.Definitions())
	if err != nil && ctx.Err() == nil {
		s.app.log.Error("commands not registered with Discord; those known to it still work", "error", err)
	}
	return nil
}

// watch ends everything when the pipeline has ended before its time.
func (s *server) watch(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.running:
		s.running <- err // for close
		return fmt.Errorf("stopping: %w", err)
	}
}

func (s *server) close(ctx context.Context) error {
	var err error
	if s.handler != nil {
		err = s.handler.Close(ctx)
	}
	if s.rest != nil {
		s.rest.Close()
	}
	return err
}

// ready tells whether requests make sense, for /readyz.
func (s *server) ready() error {
	if err := s.journal.Stalled(); err != nil {
		return fmt.Errorf("the journal cannot be written: %w", err)
	}
	return nil
}

// live reports whether the directory hears of people who leave.
func (s *server) live() bool { return s.reader.Intents().Has(discord.IntentGuildMembers) }

// privacy is discord.Privacy: choices are controls in the journal.
type privacy struct{ e *engine }

// OptedOut implements discord.Privacy.
func (p privacy) OptedOut(_ context.Context, server, user uint64) (bool, error) {
	return p.e.stats.OptedOut(server, user), nil
}

// SetOptOut implements discord.Privacy.
func (p privacy) SetOptOut(ctx context.Context, server, user uint64, out bool) error {
	t := events.ControlOptIn
	if out {
		t = events.ControlOptOut
	}
	c, err := events.NewControl(t, server, time.Now().UnixMilli(), events.Person{User: user})
	if err != nil {
		return err
	}
	return p.e.pipe.Settle(ctx, c)
}

// status adds what the parts know to report.Status.
func (s *server) status(out *report.Status) {
	out.Version, out.Reader = version(), s.app.cfg.Discord.Reader
	out.Store = "SQLite"
	if !s.app.cfg.Database.URL.Empty() {
		out.Store = "PostgreSQL"
	}
	s.count(out)
}
