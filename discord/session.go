package discord

import (
	"time"

	"guildpulse/events"
)

// session is the gateway's protocol for one shard as a state machine without
// I/O: it reads no clock, starts no goroutine, and the only chance it knows is
// the one it is given. Its inputs are methods that take the time and append to out
// what the driver has to do, in order. The caller serialises them.
//
//	idle ──dial──▶ dialing ──connected──▶ greeting
//	 ▲                                     │ HELLO
//	 │                        ┌────────────┴───────────┐
//	 │                    RESUME                    IDENTIFY
//	 │                        ▼                        ▼
//	 │                    replaying               identifying
//	 │                        │ RESUMED          READY │
//	 │                        └────────▶ live ◀────────┘
//	 └── lost, zombie, op 7, op 9, a jump in the sequence ──┘
//
// It asks for what follows the last *durable* sequence, never for what follows
// the last received: what a crash of ours could lose is asked for again, and what
// comes twice is told apart by its sequence downstream.
type session struct {
	cfg   sessionConfig
	phase phase
	due   time.Time // idle: the next attempt; while a step is awaited: the end of patience

	own   events.Session // that we resume, empty when there is none
	since uint64         // from where it can be resumed when nothing later is durable
	spent bool           // what the sink knows from before cannot be resumed
	had   bool           // some session was there before: a new one leaves a gap
	plan  plan           // what the connection at hand is for
	last  uint64         // sequence up to which dispatches came without a jump

	turn    bool   // IDENTIFY is our shard's to send
	attempt int    // connections in a row that did not stay
	jump    uint64 // after which sequence Discord jumped, in session jumpIn
	jumpIn  string

	heart heart
	count sessionCounts
}

type sessionConfig struct {
	shard      uint16
	shards     int
	gateway    string                                     // where to dial for new sessions
	address    func(told string) (dial string, err error) // of a resume address, if it may see the token
	random     func() float64                             // in [0, 1)
	backoffMin time.Duration
	backoffMax time.Duration
	degradable bool // privileged intents are asked for and can be done without
}

// sessionCounts is what happened on the wire that no action tells.
type sessionCounts struct {
	duplicates uint64 // dispatches whose sequence had been seen
	jumps      uint64 // places where the sequence jumped
	zombies    uint64 // connections without an answer to a heartbeat
	unexpected uint64 // frames that fit no step of the protocol
}

type phase uint8

const (
	phaseIdle phase = iota
	phaseDialing
	phaseGreeting
	phaseIdentifying
	phaseReplaying
	phaseLive
	phaseOver
)

var phaseNames = [...]string{
	"idle", "dialing", "greeting", "identifying", "replaying", "live", "over",
}

func (p phase) String() string { return phaseNames[p] }

// How long a step of the protocol may take.
const (
	helloPatience = 20 * time.Second // from the connection to HELLO
	readyPatience = time.Minute      // from IDENTIFY, RESUME or the last replay to the next frame
)

func newSession(cfg sessionConfig) *session {
	return &session{cfg: cfg}
}

// idle goes on with what is due while there is no connection. Without an action it
// wants to be called again at deadline.
func (m *session) idle(now time.Time, pos position, out []action) []action {
	if m.phase != phaseIdle || now.Before(m.due) {
		return out
	}
	m.plan = m.choose(pos)
	if !m.plan.resume && !m.turn {
		return append(out, action{kind: actTurn})
	}
	if m.plan.resume {
		out = m.release(out)
	}
	m.phase = phaseDialing
	return append(out, action{kind: actDial, url: m.address()})
}

// granted answers actTurn: until actRelease or actIdentify the turn is ours.
func (m *session) granted() { m.turn = true }

// connected says that the dial has succeeded.
func (m *session) connected(now time.Time) {
	if m.phase == phaseDialing {
		m.phase, m.due = phaseGreeting, now.Add(helloPatience)
		m.heart = heart{}
	}
}

// lost says that the dial has failed or that the connection is gone; code is the
// close code, or 0 when there was none.
func (m *session) lost(now time.Time, code int, out []action) []action {
	if m.phase == phaseIdle || m.phase == phaseOver {
		return out
	}
	switch verdictOn(code) {
	case verdictFatal:
		if code == closeDisallowedIntents && m.cfg.degradable {
			m.cfg.degradable = false
			return append(m.rest(now, 0, out), action{kind: actDegrade})
		}
		m.phase = phaseOver
		return append(out, action{kind: actStop, err: refused(code)})
	case verdictNew:
		m.drop()
	}
	return m.rest(now, 0, out)
}

// stop ends the connection for good, in a way that lets the next process resume.
func (m *session) stop(out []action) []action {
	connected := m.phase > phaseDialing && m.phase < phaseOver
	m.phase = phaseOver
	if connected {
		out = append(out, action{kind: actClose, code: closeKeep})
	}
	return m.release(out)
}

// tick does what is due because time has passed.
func (m *session) tick(now time.Time, out []action) []action {
	switch m.phase {
	case phaseGreeting:
		if !now.Before(m.due) {
			return m.leave(now, out)
		}
		return out
	case phaseIdentifying, phaseReplaying:
		if !now.Before(m.due) && m.heart.idle() {
			return m.leave(now, out)
		}
	case phaseLive:
	default:
		return out
	}
	if m.heart.zombie(now) {
		m.count.zombies++
		return m.leave(now, out)
	}
	if m.heart.beat(now) {
		out = append(out, action{kind: actHeartbeat})
	}
	return out
}

// deadline returns when tick (or idle) wants to be called; zero for never.
func (m *session) deadline() time.Time {
	switch m.phase {
	case phaseIdle, phaseGreeting:
		return m.due
	case phaseIdentifying, phaseReplaying:
		if m.heart.idle() {
			return earliest(m.due, m.heart.deadline())
		}
		return m.heart.deadline()
	case phaseLive:
		return m.heart.deadline()
	}
	return time.Time{}
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
