package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/sync/errgroup"

	"guildpulse/discord"
	"guildpulse/internal/guild"
	"guildpulse/web"
)

// Discord tells a bot the names of people when they do something, not of those who
// did it before the bot came. An import knows ids alone. So names are asked for when
// an answer is about to show them, and remembered.
const (
	learnWithin  = time.Second // an answer does not wait longer for names
	learnAtOnce  = 5           // requests
	learnAtMost  = 50          // people an answer
	learnAgain   = time.Hour   // after nothing came of it
	learnedAtAll = 20_000      // people remembered as asked for
)

// learner asks Discord for names.
type learner struct {
	rest  *discord.REST
	names *guild.Directory
	now   func() time.Time

	mu    sync.Mutex
	asked map[membership]time.Time
}

type membership struct{ guild, user uint64 }

func newLearner(rest *discord.REST, names *guild.Directory, now func() time.Time) *learner {
	return &learner{rest: rest, names: names, now: now, asked: make(map[membership]time.Time)}
}

// learnNames implements stats.Config.Learn.
func (e *engine) learnNames(ctx context.Context, guild uint64, members []uint64) {
	if l := e.learn.Load(); l != nil {
		l.learn(ctx, guild, members)
	}
}

func (l *learner) learn(ctx context.Context, server uint64, members []uint64) {
	ctx, stop := context.WithTimeout(ctx, learnWithin)
	defer stop()
	var asking errgroup.Group
	asking.SetLimit(learnAtOnce)
	for _, user := range l.due(server, members) {
		asking.Go(func() error { l.ask(ctx, server, user); return nil })
	}
	_ = asking.Wait()
}

// due returns those who were not asked for of late, and notes that they are now.
func (l *learner) due(server uint64, members []uint64) (out []uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	for _, user := range members {
		k := membership{server, user}
		if at, ok := l.asked[k]; ok && now.Sub(at) < learnAgain || len(out) == learnAtMost {
			continue
		}
		if len(l.asked) >= learnedAtAll {
			clear(l.asked)
		}
		l.asked[k] = now
		out = append(out, user)
	}
	return out
}

// ask asks for one person: as a member, or else as the user that they are anyway.
func (l *learner) ask(ctx context.Context, server, user uint64) {
	m, err := member(ctx, l.rest, server, user)
	if errors.Is(err, web.ErrNotMember) {
		var u *discordgo.User
		if u, err = l.rest.User(ctx, user); err == nil {
			m = guild.Member{Guild: server, ID: user, Name: u.DisplayName(), Username: u.Username}
		}
	}
	switch {
	case err == nil:
		l.names.ObserveMember(m)
	case ctx.Err() != nil: // there was no time: the next answer asks again
		l.mu.Lock()
		delete(l.asked, membership{server, user})
		l.mu.Unlock()
	}
}

// members asks Discord about people, for the dashboard's door.
type members struct{ rest *discord.REST }

// Member implements web.MemberSource.
func (m members) Member(ctx context.Context, server, user uint64) (guild.Member, error) {
	return member(ctx, m.rest, server, user)
}

// member asks who somebody is in a server; web.ErrNotMember says nobody.
func member(ctx context.Context, rest *discord.REST, server, user uint64) (guild.Member, error) {
	got, err := rest.Member(ctx, server, user)
	var refused *discord.RESTError
	if errors.As(err, &refused) && refused.Status == http.StatusNotFound {
		return guild.Member{}, web.ErrNotMember
	}
	if err != nil {
		return guild.Member{}, err
	}
	out := guild.Member{Guild: server, ID: user, Name: got.DisplayName(), Roles: []uint64{}}
	if got.User != nil {
		out.Username = got.User.Username
	}
	for _, r := range got.Roles {
		if id, err := strconv.ParseUint(r, 10, 64); err == nil {
			out.Roles = append(out.Roles, id)
		}
	}
	return out, nil
}
