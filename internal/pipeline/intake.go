package pipeline

import (
	"time"

	"guildpulse/events"
)

// intake is ingest's view of the ring: it gathers whole gateway frames, decides
// each event once, and drafts what is to be journaled. A frame that a crash or a
// broken connection cut in two is not taken in at all, and comes again whole.
type intake struct {
	*Pipeline
	halves map[uint16][]events.Event // frames of which the end has not come yet
	moved  map[uint16]progress       // shards that moved in this turn
	seen   map[place]events.Event    // the newest filtered message of a channel
	turn   *turn
	emit   func(events.Event)

	lastProof, lastSnapshot int64 // Unix milliseconds
	due                     bool  // a snapshot, with the next turn that journals anything
}

type progress struct {
	seq uint64
	at  int64
}

func newIntake(p *Pipeline) *intake {
	in := &intake{
		Pipeline: p,
		halves:   make(map[uint16][]events.Event),
		moved:    make(map[uint16]progress),
		seen:     make(map[place]events.Event),
	}
	in.lastSnapshot = p.cfg.Now().UnixMilli()
	in.emit = in.live
	return in
}

// take decides a batch from the ring and drafts it into t.
func (in *intake) take(batch []events.Event, t *turn) {
	in.turn = t
	for i := range batch {
		e := &batch[i]
		switch {
		case e.Kind == events.KindControl && e.Target == 0:
			delete(in.halves, e.Shard)
		case e.Kind == events.KindControl:
			in.parcel(in.mail.take(e.Target))
		case e.Shard == tickShard:
			in.time(e.At)
		default:
			in.gather(e)
		}
	}
	in.flushSeen()
	in.markMoved()
	if in.due && len(t.draft.finish()) > 0 {
		t.snapshot, in.due = in.books.encode(), false
	}
}

// live drafts an event of the gateway and follows it. Its flag for the end of a
// frame is set by markMoved.
func (in *intake) live(e events.Event) { in.journaled(events.SourceLive, e) }

func (in *intake) journaled(src events.Source, e events.Event) {
	e.Flags &^= events.FlagLastOfFrame
	in.turn.draft.add(src, e)
	in.books.observe(src, &e)
	in.count.kind(e.Kind)
}

// gather collects the events of a shard until their frame is whole.
func (in *intake) gather(e *events.Event) {
	half := in.halves[e.Shard]
	if len(half) == 0 && e.LastOfFrame() {
		in.frame(e.Shard, e.Seq, e)
		return
	}
	if len(half) > 0 && half[0].Seq != e.Seq {
		half = half[:0] // its end was lost with a connection
	}
	half = append(half, *e)
	if !e.LastOfFrame() {
		in.halves[e.Shard] = half
		return
	}
	in.halves[e.Shard] = half[:0]
	in.frame(e.Shard, e.Seq, ptrs(half)...)
}

func ptrs(s []events.Event) []*events.Event {
	out := make([]*events.Event, len(s))
	for i := range s {
		out[i] = &s[i]
	}
	return out
}

// frame decides the events of one whole gateway frame, unless it was journaled
// already: RESUME replays from what was durable, so frames come twice.
func (in *intake) frame(shard uint16, seq uint64, frame ...*events.Event) {
	m, moved := in.moved[shard]
	if p := in.books.positions[shard]; seq <= p.seq || moved && seq <= m.seq {
		if e := frame[0]; e.Kind == events.KindMark && seq == p.seq && !moved && e.At > p.at {
			in.moved[shard] = progress{seq, e.At} // nothing new, but heard until now
			return
		}
		in.count.replayed.Add(uint64(len(frame)))
		return
	}
	for _, e := range frame {
		in.decide(e)
		in.moved[shard] = progress{seq, max(in.moved[shard].at, e.At)}
	}
}

// decide drafts what one event of the gateway comes to: itself, nothing, or what
// follows from it.
func (in *intake) decide(e *events.Event) {
	if in.books.refused(e) {
		in.count.refused.Add(1)
		if e.Kind == events.KindMessage {
			in.sight(e)
		}
		if e.Kind != events.KindVoiceState {
			return
		}
		e.Flags |= events.FlagLeft // a session that runs ends here
	}
	switch e.Kind {
	case events.KindMessage:
		in.message(e)
	case events.KindSeen:
		in.sight(e)
	case events.KindMessageDelete:
		if u, ok := in.books.authors.author(e.ID); ok {
			e.User, e.Value = u, 1
		}
		in.live(*e)
	case events.KindReaction:
		in.reaction(e)
	case events.KindReactionRemove:
		if u, ok := in.books.authors.author(e.ID); ok {
			e.Target = u
		}
		in.live(*e)
	case events.KindVoiceState:
		in.books.voice.change(e, in.emit)
	case events.KindVoiceSync:
		if e.Flags&events.FlagSyncEnd == 0 {
			in.books.voice.forget(e.Guild, events.Origin{Shard: e.Shard, Seq: e.Seq}, in.emit)
		}
	case events.KindHead:
		in.head(e)
	case events.KindMark:
	case events.KindReady:
		in.ready(e)
	default:
		in.live(*e)
	}
}

func (in *intake) message(e *events.Event) {
	at := place{e.Guild, e.Channel}
	if in.books.coverage.counted(at, e.ID) {
		in.count.covered.Add(1)
		return
	}
	in.live(*e)
	in.narrow(at, e)
}

// narrow closes a span behind a channel's window when that has grown too long.
func (in *intake) narrow(at place, e *events.Event) {
	if t := in.books.coverage.tracks[at]; t.long() {
		s := t.closable()
		in.live(events.Covered(events.Origin{Shard: e.Shard, Seq: e.Seq}, at.guild, at.channel, s.lo, s.hi))
	}
}

// sight notes a message that counts nobody; one a channel and turn is journaled.
func (in *intake) sight(e *events.Event) {
	at := place{e.Guild, e.Channel}
	if s, ok := in.seen[at]; !ok || s.ID < e.ID {
		in.seen[at] = events.Seen(events.Origin{Shard: e.Shard, Seq: e.Seq}, e.Guild, e.Channel, e.ID)
	}
}

func (in *intake) flushSeen() {
	for at, e := range in.seen {
		if !in.books.coverage.counted(at, e.ID) {
			in.live(e)
			in.narrow(at, &e)
		}
		delete(in.seen, at)
	}
}

func (in *intake) reaction(e *events.Event) {
	if e.Target == 0 {
		e.Target, _ = in.books.authors.author(e.ID)
	}
	in.live(in.scored(*e))
}

// scored flags a reaction that scores.
func (in *intake) scored(e events.Event) events.Event {
	e.Flags &^= events.FlagScored
	if in.books.pairs.first(&e) {
		e.Flags |= events.FlagScored
	}
	return e
}

// head compares how far a channel's messages went with how far they are known. What
// lies between was missed; where nothing was, nothing is journaled.
func (in *intake) head(e *events.Event) {
	t := in.books.coverage.tracks[place{e.Guild, e.Channel}]
	if t == nil {
		t = &track{} // made when the head is followed
	}
	known := t.newest()
	switch {
	case known == 0:
		e.Target = in.begin(e)
	case t.base != 0 && known >= e.ID:
		return
	case known >= e.ID:
		e.Target = e.ID
	default:
		e.Target = t.settled(known)
	}
	in.live(*e)
}

// begin tells where listening begins in a channel that is new to us: behind its
// newest message, or, if it was made while nobody listened to its server, before the
// first.
func (in *intake) begin(e *events.Event) uint64 {
	p := in.books.positions[e.Shard]
	if p.before != 0 && events.SnowflakeTime(e.Channel) > p.before && in.books.coverage.knows(e.Guild) {
		return min(e.Channel, e.ID)
	}
	return e.ID
}

// ready begins a session. What a new one did not hear of is not covered: the open
// spans of the shard end where they are settled.
func (in *intake) ready(e *events.Event) {
	if e.Flags&events.FlagResumed == 0 {
		in.flushSeen()
		o := events.Origin{Shard: e.Shard, Seq: e.Seq}
		for _, at := range in.books.coverage.broken(e.Shard) {
			for _, s := range in.books.coverage.tracks[at].seal() {
				in.live(events.Covered(o, at.guild, at.channel, s.lo, s.hi))
			}
		}
	}
	in.live(*e)
}

// markMoved flags, for each shard that moved, the last drafted event with its
// newest sequence, by a mark where nothing of that frame was drafted.
func (in *intake) markMoved() {
	for shard, m := range in.moved {
		delete(in.moved, shard)
		if last := in.turn.draft.last(); last != nil && in.turn.draft.source == events.SourceLive &&
			last.Shard == shard && last.Seq == m.seq {
			last.Flags |= events.FlagLastOfFrame
			in.books.observe(events.SourceLive, &events.Event{
				Kind: events.KindMark, Shard: shard, Seq: m.seq, At: m.at, Flags: events.FlagLastOfFrame,
			})
			continue
		}
		e := events.Mark(events.Origin{Shard: shard, Seq: m.seq}, m.at)
		in.turn.draft.add(events.SourceLive, e)
		in.books.observe(events.SourceLive, &e)
	}
}

// time moves voice sessions on and sees whether a snapshot is due.
func (in *intake) time(now int64) {
	every := in.cfg.Checkpoint.Milliseconds()
	if now-in.lastProof >= min(every, time.Second.Milliseconds()) {
		in.lastProof = now
		in.books.voice.checkpoint(now, every, events.Origin{Shard: tickShard}, in.emit)
	}
	if now-in.lastSnapshot >= in.cfg.Snapshot.Milliseconds() {
		in.lastSnapshot, in.due = now, true
	}
}

// parcel takes in what waited in the mailbox for its turn.
func (in *intake) parcel(p *parcel) {
	if p == nil {
		return
	}
	if p.done != nil {
		in.turn.settled = append(in.turn.settled, p.done)
	}
	if p.chunk != nil {
		in.chunk(p.chunk)
		return
	}
	c := p.control
	if c.Type == events.ControlOptOut {
		in.endVoice(c)
	}
	if err := in.books.follow(c); err != nil {
		in.cfg.Log.Error("control refused", "type", c.Type, "error", err)
		in.turn.refuse(p, err)
		return
	}
	if c.Type == events.ControlSession {
		in.forgetProgress(c)
	}
	in.turn.draft.control(c)
	in.count.controls.Add(1)
}

// endVoice closes the voice session of somebody who opts out, as of now.
func (in *intake) endVoice(c *events.Control) {
	var who events.Person
	if c.Decode(&who) != nil {
		return
	}
	if s := in.books.voice.sessions[person{c.Guild, who.User}]; s != nil {
		e := events.VoiceState(events.Origin{Shard: tickShard}, c.Guild, s.channel, who.User, c.At, events.FlagLeft)
		in.books.voice.change(&e, in.emit)
	}
}

// forgetProgress drops what a shard's former session had moved in this turn: its
// sequences mean nothing in the new one.
func (in *intake) forgetProgress(c *events.Control) {
	var s events.Session
	if c.Decode(&s) == nil {
		delete(in.moved, s.Shard)
		delete(in.halves, s.Shard)
	}
}

// refuse answers a parcel with an error instead of the turn's outcome.
func (t *turn) refuse(p *parcel, err error) {
	if p.done != nil {
		t.settled[len(t.settled)-1] = func(error) { p.done(err) }
	}
}
