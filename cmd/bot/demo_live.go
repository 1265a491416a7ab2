package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"guildpulse/internal/fakediscord"
	"guildpulse/internal/simulate"
)

// The life that goes on keeps its own rhythm, but nobody waits longer than this to
// see something happen.
const (
	longestPause  = 1500 * time.Millisecond
	knownMessages = 20_000
)

// goOn lets life go on, in the stand-in, until ctx ends.
func (d *demo) goOn(ctx context.Context) error {
	l := &live{stage: d.stage, ids: make(map[uint64]uint64)}
	last := d.stage.now.UnixMilli()
	for {
		act, ok := d.acts.take()
		if !ok {
			<-ctx.Done()
			return ctx.Err()
		}
		pause := min(time.Duration(act.At-last)*time.Millisecond, longestPause)
		last = act.At
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		if err := l.act(&act); err != nil && !expected(err) {
			d.log.Warn("demo: an act failed", "act", act.Kind.String(), "error", err)
		}
	}
}

// expected reports whether an act came to nothing because life in the stand-in is
// not the simulation's to the letter: what somebody deleted cannot be reacted to.
func expected(err error) bool {
	return errors.Is(err, fakediscord.ErrUnknownMessage) || errors.Is(err, fakediscord.ErrUnknownUser) ||
		errors.Is(err, fakediscord.ErrDuplicate)
}

// live carries acts out in the stand-in.
type live struct {
	*stage
	ids   map[uint64]uint64 // the simulation's messages → the stand-in's
	order []uint64          // the same, oldest first
}

func (l *live) act(a *simulate.Act) error {
	server := l.world.Servers()[a.Server]
	switch a.Kind {
	case simulate.Say:
		return l.say(a)
	case simulate.React:
		return l.discord.React(l.room(a), l.message(a.Message), a.User, emoji(server.Emoji[a.Emoji]))
	case simulate.Unreact:
		return l.discord.Unreact(l.room(a), l.message(a.Message), a.User, emoji(server.Emoji[a.Emoji]))
	case simulate.Delete:
		return l.discord.DeleteMessage(l.room(a), l.message(a.Message))
	case simulate.EnterVoice, simulate.ChangeVoice:
		return l.discord.SetVoice(server.ID, voiceState(a.User, a))
	case simulate.LeaveVoice:
		return l.discord.LeaveVoice(server.ID, a.User)
	case simulate.Join:
		return l.discord.Join(server.ID, fakediscord.Member{User: a.User})
	case simulate.Leave:
		return l.discord.Leave(server.ID, a.User)
	case simulate.OpenThread:
		_, err := l.discord.AddChannel(server.ID, fakediscord.Channel{
			ID: l.message(a.Thread), Type: fakediscord.ChannelPublicThread, Parent: a.Channel, Owner: a.User, Name: threadName(a.Thread),
		})
		return err
	}
	return nil
}

func (l *live) say(a *simulate.Act) error {
	m := fakediscord.Message{Channel: l.room(a), Author: a.User}
	if a.Flags&simulate.Sticker != 0 {
		m.Stickers = []string{"wave"}
	}
	id, err := l.discord.PostMessage(m)
	if err != nil {
		return err
	}
	l.ids[a.Message] = id
	l.order = append(l.order, a.Message)
	if len(l.order) > knownMessages {
		delete(l.ids, l.order[0])
		l.order = l.order[1:]
	}
	return nil
}

// message returns a message's id in the stand-in: its own, if it is of the past.
func (l *live) message(id uint64) uint64 {
	if now, ok := l.ids[id]; ok {
		return now
	}
	return id
}

// room is where a message is. A thread has the id of the message it hangs on.
func (l *live) room(a *simulate.Act) uint64 {
	if a.Thread != 0 {
		return l.message(a.Thread)
	}
	return a.Channel
}

func emoji(e simulate.Emoji) fakediscord.Emoji { return fakediscord.Emoji{ID: e.ID, Name: e.Name} }

// ask lets you give commands at the terminal, as a member would in Discord.
func (d *demo) ask(ctx context.Context, in io.Reader) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		reply, err := d.stage.command(ctx, line)
		if err != nil {
			fmt.Fprintf(d.stdout, "%v; try: /help\n", err)
			continue
		}
		fmt.Fprintln(d.stdout, plainReply(reply))
	}
}

// command gives a command in the first server's first channel: its name, then
// options as name:value.
func (g *stage) command(ctx context.Context, line string) (*fakediscord.Reply, error) {
	s := g.world.Servers()[0]
	i := fakediscord.Interaction{Guild: s.ID, User: g.you.ID, Options: make(map[string]any)}
	for _, c := range s.Channels {
		if c.Kind == simulate.Text && !c.Hidden {
			i.Channel = c.ID
			break
		}
	}
	var words []string
	for w := range strings.FieldsSeq(strings.TrimPrefix(line, "/")) {
		name, value, ok := strings.Cut(w, ":")
		if !ok {
			words = append(words, w)
			continue
		}
		i.Options[name] = option(value)
	}
	i.Command = strings.Join(words, " ")
	return g.discord.Interact(ctx, i)
}

// option reads an option's value: a number, a mention of somebody, or text.
func option(value string) any {
	if id, err := strconv.ParseUint(strings.Trim(value, "<@!>"), 10, 64); err == nil && id > 1<<40 {
		return id
	}
	if n, err := strconv.Atoi(value); err == nil {
		return n
	}
	return value
}

// plainReply is a reply as text.
func plainReply(r *fakediscord.Reply) string {
	var b strings.Builder
	paragraph := func(s string) {
		if s != "" {
			fmt.Fprintf(&b, "  %s\n", strings.ReplaceAll(s, "\n", "\n  "))
		}
	}
	paragraph(r.Content)
	for _, e := range r.Embeds {
		paragraph(e.Title)
		paragraph(e.Description)
		for _, f := range e.Fields {
			paragraph(f.Name + "\n" + f.Value)
		}
		paragraph(e.Footer.Text)
	}
	return b.String()
}
