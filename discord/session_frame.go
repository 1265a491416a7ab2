package discord

import (
	"time"

	"guildpulse/events"
)

// invalidWait is the least and the longest time before a session that Discord
// declared invalid is followed by a new one.
const (
	invalidWaitMin = time.Second
	invalidWaitMax = 5 * time.Second
)

// frame takes in one payload of the connection at hand.
func (m *session) frame(now time.Time, f *frame, out []action) []action {
	if m.phase < phaseGreeting || m.phase == phaseOver {
		return out // of a connection that we have left
	}
	switch f.op {
	case opHello:
		return m.hello(now, f, out)
	case opDispatch:
		return m.dispatch(now, f, out)
	case opHeartbeat:
		return m.asked(now, out)
	case opHeartbeatACK:
		m.acked(now)
	case opReconnect:
		return m.leave(now, out)
	case opInvalidSession:
		return m.invalid(now, f, out)
	default:
		m.count.unexpected++
	}
	return out
}

func (m *session) hello(now time.Time, f *frame, out []action) []action {
	if m.phase != phaseGreeting {
		m.count.unexpected++
		return out
	}
	m.heart.start(now, time.Duration(f.hello())*time.Millisecond, m.cfg.random())
	m.due = now.Add(readyPatience)
	if m.plan.resume {
		m.phase, m.own, m.since, m.last = phaseReplaying, m.plan.session, m.plan.seq, m.plan.seq
		return append(out, action{kind: actResume, session: m.own, seq: m.since})
	}
	m.phase, m.last, m.turn = phaseIdentifying, 0, false
	return append(out, action{kind: actIdentify})
}

// asked answers a request for a heartbeat.
func (m *session) asked(now time.Time, out []action) []action {
	if m.phase == phaseGreeting || !m.heart.extra(now) {
		m.count.unexpected++
		return out
	}
	return append(out, action{kind: actHeartbeat})
}

// acked notes that Discord answers. A connection that lives long enough for that
// was a good one.
func (m *session) acked(now time.Time) {
	m.heart.ack(now)
	if m.phase == phaseLive {
		m.attempt = 0
	}
}

func (m *session) invalid(now time.Time, f *frame, out []action) []action {
	if f.resumable() {
		return m.leave(now, out)
	}
	m.drop()
	wait := invalidWaitMin + time.Duration(m.cfg.random()*float64(invalidWaitMax-invalidWaitMin))
	return m.rest(now, wait, append(out, action{kind: actClose, code: closeKeep}))
}

func (m *session) dispatch(now time.Time, f *frame, out []action) []action {
	switch m.phase {
	case phaseIdentifying:
		if f.is(typeReady) {
			return m.opened(now, f, out)
		}
		fallthrough
	case phaseGreeting:
		m.count.unexpected++
		return out
	case phaseReplaying:
		m.due = now.Add(readyPatience)
	}
	resumed := m.phase == phaseReplaying && f.is(typeResumed)
	switch {
	case f.seq == 0 && !resumed:
		m.count.unexpected++
		return out
	case f.seq > m.last+1:
		if !m.jumpedBefore() {
			return m.leave(now, out)
		}
		out = append(out, action{kind: actMissed, seq: m.last})
	case f.seq <= m.last && !resumed:
		m.count.duplicates++
		return out
	}
	m.last = max(m.last, f.seq)
	m.heart.busy = now
	if resumed {
		m.phase = phaseLive
		return append(out, action{kind: actResumed, session: m.own, seq: m.last})
	}
	return append(out, action{kind: actDeliver, seq: m.last})
}

// unread takes a dispatch back that was delivered and could not be read: the next
// one will be behind a jump.
func (m *session) unread(seq uint64) {
	if m.last == seq {
		m.last--
	}
}

// jumpedBefore notes that the sequence jumps behind last, and reports whether it
// did so at the same place before. The first time the frames between may have been
// lost on the way, and a RESUME brings them; the second time Discord has none.
func (m *session) jumpedBefore() bool {
	if m.jumpIn == m.own.ID && m.jump == m.last {
		return true
	}
	m.count.jumps++
	m.jumpIn, m.jump = m.own.ID, m.last
	return false
}

// opened begins the session that READY tells of.
func (m *session) opened(now time.Time, f *frame, out []action) []action {
	r, err := parseReady(f.data)
	if err != nil {
		m.count.unexpected++
		return m.leave(now, out)
	}
	m.own = events.Session{
		Shard: m.cfg.shard, ID: r.session, ResumeURL: noteShards(r.resumeURL, m.cfg.shards),
	}
	m.since, m.last = f.seq, f.seq
	m.phase = phaseLive
	m.heart.busy = now
	after := m.had
	m.had = true
	return append(out, action{kind: actOpened, session: m.own, seq: f.seq, gap: after})
}

// delivered says that what the last frame brought has been handed on.
func (m *session) delivered(now time.Time) {
	m.heart.resume(now)
	if m.phase == phaseReplaying {
		m.due = now.Add(readyPatience)
	}
}
