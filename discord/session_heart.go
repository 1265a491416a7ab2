package discord

import "time"

const (
	defaultInterval = 41250 * time.Millisecond // where HELLO tells none
	extraBeats      = 60                       // asked for by Discord in extraWindow, at most
	extraWindow     = time.Minute              // in which a client may send 120 payloads
)

// heart keeps the time of heartbeats. A connection whose heartbeat was not
// acknowledged for a whole interval is a zombie: but only time counts in which we
// were reading, for an answer may lie behind frames that wait for a full ring.
type heart struct {
	interval time.Duration
	next     time.Time // the next beat, zero before HELLO
	sent     time.Time // the oldest beat without an answer, zero when there is none
	overdue  time.Time // when that makes a zombie
	busy     time.Time // since when a frame is being handed on, zero when none is
	latency  time.Duration

	window time.Time // begin of the window in which extra beats are counted
	extras int
}

// start begins at HELLO; jitter in [0, 1) spreads first beats over the interval.
func (h *heart) start(now time.Time, interval time.Duration, jitter float64) {
	if interval <= 0 {
		interval = defaultInterval
	}
	h.interval = interval
	h.next = now.Add(time.Duration(float64(interval) * jitter))
}

// idle reports whether no frame is being handed on.
func (h *heart) idle() bool { return h.busy.IsZero() }

func (h *heart) zombie(now time.Time) bool {
	return !h.sent.IsZero() && h.idle() && !now.Before(h.overdue)
}

// beat reports whether a heartbeat is due, and counts on the caller to send it.
func (h *heart) beat(now time.Time) bool {
	if now.Before(h.next) {
		return false
	}
	h.next = now.Add(h.interval)
	h.await(now)
	return true
}

// extra reports whether a heartbeat may be sent out of turn, as beat does.
func (h *heart) extra(now time.Time) bool {
	if now.Sub(h.window) >= extraWindow {
		h.window, h.extras = now, 0
	}
	if h.extras++; h.extras > extraBeats {
		return false
	}
	h.await(now)
	return true
}

func (h *heart) await(now time.Time) {
	if h.sent.IsZero() {
		h.sent, h.overdue = now, now.Add(h.interval)
	}
}

// ack takes Discord's answer.
func (h *heart) ack(now time.Time) {
	if !h.sent.IsZero() {
		h.latency = now.Sub(h.sent)
		h.sent = time.Time{}
	}
}

// resume goes on reading: the answer is given as much time as the frame took.
func (h *heart) resume(now time.Time) {
	if h.idle() {
		return
	}
	if !h.sent.IsZero() {
		from := h.busy
		if h.sent.After(from) {
			from = h.sent
		}
		h.overdue = h.overdue.Add(now.Sub(from))
	}
	h.busy = time.Time{}
}

func (h *heart) deadline() time.Time {
	if h.sent.IsZero() || !h.idle() {
		return h.next
	}
	return earliest(h.next, h.overdue)
}
