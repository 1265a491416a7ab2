package fakediscord

import "strconv"

// event is one happening on its way to the sessions, who share it.
type event struct {
	name  string
	guild uint64 // decides the shard; 0 goes to shard 0
	need  Intents
	body  []byte // the JSON of d
	bare  []byte // the same without what needs MESSAGE_CONTENT; nil when there is no difference
	play  *guild // of played messages: no body, the log's lines tell, and each is encoded when sent
}

// newEvent returns an event of a guild.
func newEvent(name string, guild uint64, body []byte) *event {
	return &event{name: name, guild: guild, need: intentOf(name), body: body}
}

// dispatch hands an event to every session that wants it. The caller holds the
// server's lock for writing: that orders world and sessions alike. Of a guild in
// an outage nothing is heard.
func (s *Server) dispatch(ev *event) {
	if g, ok := s.world.guilds[ev.guild]; ok && g.out {
		return
	}
	for _, ses := range s.sessions {
		if ses.wants(ev) {
			ses.append(ev)
		}
	}
}

// dispatchObject is dispatch for payloads made of objects.
func (s *Server) dispatchObject(name string, guild uint64, d object) {
	if len(s.sessions) > 0 {
		s.dispatch(newEvent(name, guild, encode(d)))
	}
}

// wants reports whether the session gets an event: by shard and by intents.
func (ses *session) wants(ev *event) bool {
	return ses.covers(ev.guild) && ses.intents.wants(ev.need)
}

// covers reports whether a guild belongs to the session's shard.
func (ses *session) covers(guild uint64) bool {
	return int(guild>>snowflakeShift%uint64(ses.shards)) == ses.shard
}

// payload returns the JSON of d as a session with these intents sees it.
func (ev *event) payload(intents Intents) []byte {
	if ev.bare != nil && intents&IntentMessageContent == 0 {
		return ev.bare
	}
	return ev.body
}

// appendDispatch appends the frame of one dispatch. The caller holds the
// server's lock for reading.
func (w *world) appendDispatch(b []byte, out outgoing, intents Intents, bot uint64) []byte {
	b = append(b, `{"t":"`...)
	b = append(b, out.ev.name...)
	b = append(b, `","s":`...)
	b = strconv.AppendUint(b, out.seq, 10)
	b = append(b, `,"op":0,"d":`...)
	if out.ev.play != nil {
		b = w.appendPlayed(b, out.ev.play, out.line, intents, bot)
	} else {
		b = append(b, out.ev.payload(intents)...)
	}
	return append(b, '}')
}

// appendPlayed appends the message that a played line stands for.
func (w *world) appendPlayed(b []byte, g *guild, line logged, intents Intents, bot uint64) []byte {
	c, ok := w.channels[line.channel]
	if !ok { // deleted since
		c = &channel{Channel: Channel{ID: line.channel}, guild: g}
	}
	return messageView{
		w: w, c: c, row: row{id: line.id, author: line.author, typ: line.typ, marks: line.marks},
		bot: bot, bare: intents&IntentMessageContent == 0, event: true,
	}.append(b)
}
