package discord

import (
	"time"

	"guildpulse/events"
)

// drop gives the session up: Discord does not know it any more.
func (m *session) drop() {
	m.own, m.since, m.spent = events.Session{}, 0, true
}

// leave closes the connection so that the session survives, and comes back.
func (m *session) leave(now time.Time, out []action) []action {
	return m.rest(now, 0, append(out, action{kind: actClose, code: closeKeep}))
}

// rest goes idle for the backoff, or for least where that is longer.
func (m *session) rest(now time.Time, least time.Duration, out []action) []action {
	m.phase = phaseIdle
	m.due = now.Add(max(least, m.backoff()))
	m.attempt++
	return m.release(out)
}

// release gives a turn back that is not used.
func (m *session) release(out []action) []action {
	if !m.turn {
		return out
	}
	m.turn = false
	return append(out, action{kind: actRelease})
}

// backoff is nothing for the first loss after a good time, then doubles from
// backoffMin to backoffMax, or to a quarter of it while there is a session to
// resume: Discord keeps it for a few minutes only. Up to a half is left out at
// random, so that shards do not come back as one.
func (m *session) backoff() time.Duration {
	if m.attempt == 0 {
		return 0
	}
	d := m.cfg.backoffMax
	if m.own.ID != "" || m.plan.resume && !m.spent {
		d /= 4
	}
	if shift := m.attempt - 1; shift < 30 {
		d = min(d, m.cfg.backoffMin<<shift)
	}
	return time.Duration(float64(d) * (0.5 + m.cfg.random()/2))
}
