package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"guildpulse/events"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/guild"
	"guildpulse/internal/simulate"
)

// acts is the world's life, read once from its begin: first the past, then on.
type acts struct {
	next  func() (simulate.Act, bool)
	stop  func()
	ahead simulate.Act // read, but not taken
	held  bool
}

func newActs(w *simulate.World) *acts {
	a := &acts{}
	a.next, a.stop = iter.Pull(w.Acts())
	return a
}

// until yields what happens up to a time.
func (a *acts) until(at int64) iter.Seq[simulate.Act] {
	return func(yield func(simulate.Act) bool) {
		for {
			act, ok := a.take()
			if ok && act.At > at {
				a.ahead, a.held = act, true
				return
			}
			if !ok || !yield(act) {
				return
			}
		}
	}
}

func (a *acts) take() (simulate.Act, bool) {
	if a.held {
		a.held = false
		return a.ahead, true
	}
	return a.next()
}

// history is the past as it will be told: what Discord keeps of it, which is
// messages that were not deleted, and what only somebody who listened could know.
type history struct {
	servers []*serverHistory
	moments []events.Event // reactions, people who came and went; in order of time
	emoji   []int          // of each reaction among them: index of the server's emoji
}

type serverHistory struct {
	messages []fakediscord.Line
	threads  []simulate.Act
	deleted  map[uint64]struct{}
	voice    [][]events.Event // evenings: runs at whose end nobody is left
	talking  map[uint64]simulate.Act
	bots     map[uint64]bool
}

// gather reads the past.
func gather(w *simulate.World, life *acts, now time.Time) *history {
	h := &history{}
	servers := w.Servers()
	for i := range servers {
		s := &serverHistory{
			deleted: make(map[uint64]struct{}), talking: make(map[uint64]simulate.Act), bots: make(map[uint64]bool),
			voice: [][]events.Event{nil},
		}
		for _, p := range servers[i].People {
			s.bots[p.ID] = p.Bot
		}
		h.servers = append(h.servers, s)
	}
	for act := range life.until(now.UnixMilli()) {
		h.add(servers[act.Server].ID, h.servers[act.Server], &act)
	}
	for i, s := range h.servers {
		s.leaveOpen(servers[i].AFK)
	}
	return h
}

// add files one act.
func (h *history) add(id uint64, s *serverHistory, act *simulate.Act) {
	o := events.Origin{}
	switch act.Kind {
	case simulate.Say:
		s.messages = append(s.messages, fakediscord.Line{
			Channel: room(act), User: act.User, ID: act.Message, At: act.At, Marks: marks(act.Flags),
		})
	case simulate.Delete:
		s.deleted[act.Message] = struct{}{}
	case simulate.OpenThread:
		s.threads = append(s.threads, *act)
		h.moment(events.Thread(o, id, act.Channel, act.Thread, act.User), 0)
	case simulate.React:
		h.moment(events.Reaction(o, id, room(act), act.Message, act.User, act.Author, 0, act.At), act.Emoji)
	case simulate.Join:
		h.person(s, events.Join(o, id, act.User, act.At))
	case simulate.Leave:
		h.person(s, events.Leave(o, id, act.User, act.At))
	case simulate.EnterVoice, simulate.ChangeVoice, simulate.LeaveVoice:
		s.inVoice(id, act)
	}
}

// person files somebody who came or went; bots are not people.
func (h *history) person(s *serverHistory, e events.Event) {
	if !s.bots[e.User] {
		h.moment(e, 0)
	}
}

func (h *history) moment(e events.Event, emoji int) {
	h.moments, h.emoji = append(h.moments, e), append(h.emoji, emoji)
}

// room is where a message is: the thread, or else the channel.
func room(act *simulate.Act) uint64 {
	if act.Thread != 0 {
		return act.Thread
	}
	return act.Channel
}

func marks(f simulate.Flags) (m fakediscord.Marks) {
	if f&simulate.Reply != 0 {
		m |= fakediscord.MarkReply
	}
	if f&simulate.Sticker != 0 {
		m |= fakediscord.MarkSticker
	}
	if f&simulate.Attachment != 0 {
		m |= fakediscord.MarkAttachment
	}
	return m
}

// An evening ends when nobody is left, or is cut when it has become too long.
const (
	shortEvening = 1_000
	longEvening  = 10_000
)

func (s *serverHistory) inVoice(id uint64, act *simulate.Act) {
	if s.bots[act.User] {
		return
	}
	last := &s.voice[len(s.voice)-1]
	*last = append(*last, events.VoiceState(events.Origin{}, id, act.Channel, act.User, act.At, voiceFlags(act)))
	if act.Kind == simulate.LeaveVoice {
		delete(s.talking, act.User)
	} else {
		s.talking[act.User] = *act
	}
	if n := len(*last); n >= shortEvening && len(s.talking) == 0 || n >= longEvening {
		s.voice = append(s.voice, nil)
	}
}

func voiceFlags(act *simulate.Act) (f events.Flags) {
	if act.Kind == simulate.LeaveVoice {
		return events.FlagLeft
	}
	if act.Flags&simulate.Muted != 0 {
		f |= events.FlagMuted
	}
	if act.Flags&simulate.Deafened != 0 {
		f |= events.FlagDeafened
	}
	return f
}

// leaveOpen marks who is out of earshot, and forgets what is under way: the bot
// meets those people in their channels when it comes.
func (s *serverHistory) leaveOpen(afk uint64) {
	for _, evening := range s.voice {
		for i := range evening {
			if e := &evening[i]; e.Channel == afk {
				e.Flags |= events.FlagAFK
			}
		}
	}
}

// kept yields the messages that Discord still has.
func (s *serverHistory) kept() iter.Seq[fakediscord.Line] {
	return func(yield func(fakediscord.Line) bool) {
		for _, m := range s.messages {
			if _, gone := s.deleted[m.ID]; !gone && !yield(m) {
				return
			}
		}
	}
}

// remember gives the stand-in a server's past: what its REST then serves.
func (g *stage) remember(s *simulate.Server, h *serverHistory) error {
	if _, err := g.discord.LoadHistory(s.ID, 0, h.kept()); err != nil {
		return err
	}
	for user, act := range h.talking {
		if err := g.discord.SetVoice(s.ID, voiceState(user, &act)); err != nil {
			return err
		}
	}
	return nil
}

// threads are channels too. What nobody has opened for a week is archived.
func (g *stage) threads(h *serverHistory) []fakediscord.Channel {
	var out []fakediscord.Channel
	for _, t := range h.threads {
		at := time.UnixMilli(t.At)
		out = append(out, fakediscord.Channel{
			ID: t.Thread, Type: fakediscord.ChannelPublicThread, Parent: t.Channel, Owner: t.User, Name: threadName(t.Thread),
			Archived: g.now.Sub(at) > 7*24*time.Hour, ArchivedAt: at.AddDate(0, 0, 7),
		})
	}
	return out
}

func threadName(id uint64) string { return fmt.Sprintf("thread %04d", id>>22%10_000) }

func voiceState(user uint64, act *simulate.Act) fakediscord.VoiceState {
	return fakediscord.VoiceState{
		User: user, Channel: act.Channel,
		SelfMute: act.Flags&simulate.Muted != 0, SelfDeaf: act.Flags&simulate.Deafened != 0,
	}
}

// bring counts the past: messages by the way of every import, from an archive with
// the ids that the stand-in serves, and beside it what no archive holds. It returns
// how many messages counted.
func (d *demo) bring(ctx context.Context, s *server, h *history) (int, error) {
	if err := d.settle(ctx, s); err != nil {
		return 0, err
	}
	if err := d.moments(ctx, s, h); err != nil {
		return 0, err
	}
	counted := 0
	for i, server := range d.world.Servers() {
		for _, evening := range h.servers[i].voice {
			if _, err := s.pipe.Chunk(ctx, events.SourceImport, evening); err != nil {
				return 0, err
			}
		}
		d.introduce(s, &server, h.servers[i])
		n, err := d.archive(ctx, s, &server, h.servers[i])
		if err != nil {
			return 0, err
		}
		counted += n
	}
	return counted, nil
}

// settle tells the bot in whose days each server lives.
func (d *demo) settle(ctx context.Context, s *server) error {
	for _, server := range d.world.Servers() {
		settings := guild.DefaultSettings(server.ID).Next()
		settings.Zone = server.Zone
		body, err := guild.EncodeSettings(settings)
		if err != nil {
			return err
		}
		c := events.Control{Type: events.ControlSettings, Guild: server.ID, At: time.Now().UnixMilli(), Body: body}
		if err := s.pipe.Settle(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// momentsChunk is how many reactions, joins and the like are durable at once.
const momentsChunk = 4096

func (d *demo) moments(ctx context.Context, s *server, h *history) error {
	emoji := make(map[uint64][]simulate.Emoji)
	for _, server := range d.world.Servers() {
		emoji[server.ID] = server.Emoji
	}
	for i := range h.moments {
		e := &h.moments[i]
		if e.Kind != events.KindReaction {
			continue
		}
		spec := emoji[e.Guild][h.emoji[i]]
		n, err := s.pipe.Emoji(ctx, e.Guild, spec.ID, spec.Name)
		if err != nil {
			return err
		}
		e.Value = n
	}
	for rest := h.moments; len(rest) > 0; {
		n := min(len(rest), momentsChunk)
		if _, err := s.pipe.Chunk(ctx, events.SourceImport, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// introduce tells the bot what an archive tells of names: of people and threads
// that Discord does not list any more.
func (d *demo) introduce(s *server, server *simulate.Server, h *serverHistory) {
	for _, p := range server.People {
		if !p.Left.IsZero() && p.Left.Before(d.stage.now) {
			s.names.ObserveMember(guild.Member{Guild: server.ID, ID: p.ID, Name: p.Name})
		}
	}
	for _, t := range h.threads {
		if _, known := s.names.Channel(server.ID, t.Thread); !known {
			s.names.PutChannel(guild.Channel{Guild: server.ID, ID: t.Thread, Parent: t.Channel, Name: threadName(t.Thread)})
		}
	}
}

// archive writes a server's messages to a file, as an exporter would, and imports
// it.
func (d *demo) archive(ctx context.Context, s *server, server *simulate.Server, h *serverHistory) (int, error) {
	name := filepath.Join(d.dir, fmt.Sprintf("%d.csv", server.ID))
	if err := writeArchive(name, h); err != nil {
		return 0, fmt.Errorf("archive of %s: %w", server.Name, err)
	}
	im := importer{app: d.app, guild: server.ID, files: []string{name}, engine: s.engine}
	if err := im.count(ctx); err != nil {
		return 0, err
	}
	return im.result.Counted, os.Remove(name)
}

func writeArchive(name string, h *serverHistory) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, "ts,channel,user,id")
	for m := range h.kept() {
		if !h.bots[m.User] {
			fmt.Fprintf(w, "%d,%d,%d,%d\n", m.At, m.Channel, m.User, m.ID)
		}
	}
	return w.Flush()
}
