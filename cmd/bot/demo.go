package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"guildpulse/discord"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/report"
	"guildpulse/internal/simulate"
)

// demoListen is where the demo's dashboard is, unless the port is taken.
const demoListen = "127.0.0.1:8080"

func (a *app) demoCommand() *cobra.Command {
	d := &demo{app: a}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try everything with made-up servers, without Discord",
		Long: `Runs the bot, its dashboard and a stand-in for Discord on this machine: three servers
with a year of made-up life behind them, which goes on while you look. It needs no
token, no database and no network, reads no configuration, and leaves nothing behind.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return d.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&d.listen, "listen", demoListen, "where the dashboard listens; a taken port 8080 is replaced by a free one")
	cmd.Flags().Uint64Var(&d.seed, "seed", 0, "of the dice: the same people again (0: new ones)")
	cmd.Flags().DurationVar(&d.past, "past", 365*24*time.Hour, "how much life there is before you come")
	return cmd
}

// demo is one run of the command.
type demo struct {
	*app
	listen string
	seed   uint64
	past   time.Duration

	dir   string
	world *simulate.World
	acts  *acts
	stage *stage
}

// run sets everything up from the outside in: the world, the stand-in that shows
// it, the bot that looks at it.
func (d *demo) run(ctx context.Context) (err error) {
	if d.dir, err = os.MkdirTemp("", "guildpulse-demo-"); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(d.dir)) }()
	if d.seed == 0 {
		d.seed = rand.Uint64()
	}
	fmt.Fprintf(d.stdout, "Making up %.0f days of three servers' life (seed %d) …\n", d.past.Hours()/24, d.seed)
	now := time.Now()
	d.world, err = simulate.New(simulate.Config{Seed: d.seed, Start: now.Add(-d.past), End: now, Servers: demoServers()})
	if err != nil {
		return err
	}
	d.acts = newActs(d.world)
	defer d.acts.stop()
	h := gather(d.world, d.acts, now)
	d.stage = newStage(d.world, now)
	defer d.stage.close()
	if err := d.stage.open(h); err != nil {
		return err
	}
	if err := d.configure(ctx); err != nil {
		return err
	}
	return d.serve(ctx, func(ctx context.Context, s *server) error { return d.play(ctx, s, h) })
}

// demoServers are the simulation's own, only less talkative: nobody wants to wait
// for a made-up million messages to be counted.
func demoServers() []simulate.Setting {
	servers := simulate.Default()
	for i := range servers {
		servers[i].MessagesADay = servers[i].MessagesADay * 3 / 5
	}
	return servers
}

// configure sets the bot up for the stand-in. An operator's own configuration has
// no say: it may name a real token and a real database.
func (d *demo) configure(ctx context.Context) error {
	listen, err := freeAddress(ctx, d.listen)
	if err != nil {
		return err
	}
	id := strconv.FormatUint(d.stage.discord.Application(), 10)
	d.cfg, err = decode(newValues(), map[string]any{
		"data.dir":              filepath.Join(d.dir, "data"),
		"discord.base_url":      d.stage.discord.URL() + "/api/v10",
		"discord.token":         d.stage.discord.Token(),
		"discord.client_id":     id,
		"discord.client_secret": d.stage.discord.ClientSecret(),
		"flush.events":          importFlush,
		"web.listen":            listen,
		"log.level":             "warn",
	})
	if err != nil {
		return err
	}
	d.log, d.sample = newLogger(d.stderr, d.cfg.Log), true
	return nil
}

// freeAddress returns addr, or a free port beside it when that of a newcomer's
// machine is taken.
func freeAddress(ctx context.Context, addr string) (string, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) && addr == demoListen {
		return "127.0.0.1:0", nil
	}
	if err != nil {
		return "", taken(err, "--listen")
	}
	return addr, l.Close()
}

// play brings the past into the bot, tells where to look, and lets life go on.
func (d *demo) play(ctx context.Context, s *server, h *history) error {
	began := time.Now()
	if err := s.greeted(ctx, d.stage.guilds()); err != nil {
		return err
	}
	messages, err := d.bring(ctx, s, h)
	if err != nil {
		return err
	}
	if err := s.computed(ctx, d.stage.guilds()); err != nil {
		return err
	}
	fmt.Fprintf(d.stdout, "Counted %d messages in %.1f s.\n\n", messages, time.Since(began).Seconds())
	fmt.Fprintf(d.stdout, "Dashboard   %s   (press Sign in with Discord: you are %s)\n", s.web.PublicURL(), cmp.Or(d.stage.you.Nick, d.stage.you.Name))
	fmt.Fprintf(d.stdout, "Discord     %s   (the stand-in; nothing leaves this machine)\n", d.stage.discord.URL())
	fmt.Fprintf(d.stdout, "Commands    type one here, as in Discord: /top members period:30d\n")
	fmt.Fprintf(d.stdout, "End         Ctrl-C; all of it is made up, and nothing stays behind\n\n")
	go d.ask(ctx, os.Stdin)
	return d.goOn(ctx)
}

// greeted waits until Discord has told the bot of its servers.
func (s *server) greeted(ctx context.Context, guilds []uint64) error {
	return each(ctx, guilds, func(id uint64) (bool, error) {
		g, known := s.names.Guild(id)
		return known && len(g.Roles) > 0, nil
	})
}

// computed waits until every server's numbers are whole: after an import they are
// computed anew.
func (s *server) computed(ctx context.Context, guilds []uint64) error {
	return each(ctx, guilds, func(id uint64) (bool, error) {
		_, err := s.stats.Overview(ctx, report.OverviewQuery{Guild: id, Period: report.Days7})
		if errors.Is(err, report.ErrRebuilding) {
			return false, nil
		}
		return true, err
	})
}

// each waits until something holds for all servers.
func each(ctx context.Context, guilds []uint64, holds func(id uint64) (bool, error)) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for i := 0; i < len(guilds); {
		ok, err := holds(guilds[i])
		switch {
		case err != nil:
			return err
		case ok:
			i++
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
	return nil
}

// stage is the stand-in with the world's cast on it. You are the owner of the first
// server, and of the others too.
type stage struct {
	world   *simulate.World
	discord *fakediscord.Server
	now     time.Time
	you     simulate.Person
}

func newStage(w *simulate.World, now time.Time) *stage {
	first := w.Servers()[0]
	you := slices.IndexFunc(first.People, func(p simulate.Person) bool { return p.ID == first.Owner })
	return &stage{
		world: w, now: now, you: first.People[you],
		discord: fakediscord.New(fakediscord.Config{
			Token: "demo-token", ClientSecret: "demo-secret",
			Privileged: fakediscord.Intents(discord.IntentGuildMembers),
		}),
	}
}

func (g *stage) close() { _ = g.discord.Close() }

func (g *stage) guilds() []uint64 {
	var out []uint64
	for _, s := range g.world.Servers() {
		out = append(out, s.ID)
	}
	return out
}

// open brings everybody on, with their history, and begins to listen. Who signs in
// through it is you.
func (g *stage) open(h *history) error {
	for i, s := range g.world.Servers() {
		g.people(&s)
		spec := g.guild(&s)
		spec.Channels = append(spec.Channels, g.threads(h.servers[i])...)
		g.discord.AddGuild(spec)
		if err := g.remember(&s, h.servers[i]); err != nil {
			return fmt.Errorf("demo: %s: %w", s.Name, err)
		}
	}
	g.discord.ApproveAs(g.you.ID)
	return g.discord.Start()
}

// people makes everybody known by name, also those who are gone or yet to come.
func (g *stage) people(s *simulate.Server) {
	for _, p := range s.People {
		g.discord.AddUser(fakediscord.User{ID: p.ID, Name: "user" + strconv.FormatUint(p.ID%1e6, 10), GlobalName: p.Name, Bot: p.Bot})
	}
}

// guild describes a server as Discord has it now.
func (g *stage) guild(s *simulate.Server) fakediscord.Guild {
	moderator := s.ID + 1
	out := fakediscord.Guild{
		ID: s.ID, Owner: g.you.ID, Name: s.Name, AFKChannel: s.AFK,
		Roles: []fakediscord.Role{{ID: moderator, Name: "Moderator", Position: 1, Hoist: true}},
	}
	for _, c := range s.Channels {
		out.Channels = append(out.Channels, g.channel(s, &c, moderator))
	}
	for _, p := range s.People {
		if p.Joined.After(g.now) || !p.Left.IsZero() && p.Left.Before(g.now) {
			continue
		}
		m := fakediscord.Member{User: p.ID, Nick: p.Nick, JoinedAt: p.Joined}
		if p.Moderator {
			m.Roles = []uint64{moderator}
		}
		out.Members = append(out.Members, m)
	}
	if s.Owner != g.you.ID {
		out.Members = append(out.Members, fakediscord.Member{User: g.you.ID, JoinedAt: g.now.AddDate(-1, 0, 0)})
	}
	for _, e := range s.Emoji {
		if e.ID != 0 {
			out.Emoji = append(out.Emoji, fakediscord.Emoji{ID: e.ID, Name: e.Name})
		}
	}
	return out
}

func (g *stage) channel(s *simulate.Server, c *simulate.Channel, moderator uint64) fakediscord.Channel {
	kinds := map[simulate.ChannelKind]int{
		simulate.Text: fakediscord.ChannelText, simulate.Voice: fakediscord.ChannelVoice,
		simulate.Category: fakediscord.ChannelCategory, simulate.Announcement: fakediscord.ChannelAnnouncement,
	}
	out := fakediscord.Channel{
		ID: c.ID, Parent: c.Parent, Type: kinds[c.Kind], Name: c.Name, Topic: c.Topic, Position: c.Position,
	}
	if c.Hidden { // from everybody but moderators and the bot
		view := fakediscord.PermViewChannel
		out.Overwrites = []fakediscord.Overwrite{
			{ID: s.ID, Deny: view}, {ID: moderator, Allow: view},
			{ID: g.discord.Application(), Member: true, Allow: view},
		}
	}
	return out
}
