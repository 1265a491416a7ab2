package discord

import "guildpulse/events"

// plan says what a connection is for: RESUME of a session after seq, or a new one.
type plan struct {
	resume  bool
	session events.Session
	seq     uint64
}

// position is what Sink.Position says.
type position struct {
	session events.Session
	seq     uint64
	ok      bool
}

// choose decides what the next connection is for.
func (m *session) choose(pos position) plan {
	m.had = m.had || pos.ok
	if m.own.ID != "" {
		return plan{resume: true, session: m.own, seq: m.durable(pos)}
	}
	if pos.ok && !m.spent && shardsNoted(pos.session.ResumeURL) == m.cfg.shards {
		// READY has the first sequence of a session, and nothing of it to replay.
		return plan{resume: true, session: pos.session, seq: max(pos.seq, 1)}
	}
	return plan{}
}

// durable returns the sequence of our session up to which nothing is to be asked
// for again; 0 without a session. Heartbeats carry it too: Discord may forget what
// a heartbeat acknowledges.
func (m *session) durable(pos position) uint64 {
	if pos.ok && pos.session.ID == m.own.ID {
		return max(m.since, pos.seq)
	}
	return m.since
}

// address returns where to connect for the plan.
func (m *session) address() string {
	if told := m.plan.session.ResumeURL; m.plan.resume && told != "" {
		if dial, err := m.cfg.address(told); err == nil {
			return dial
		}
	}
	return m.cfg.gateway
}
