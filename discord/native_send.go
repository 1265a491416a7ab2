package discord

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strconv"
)

// send encodes and writes one payload. If that fails the connection is gone, and
// the reading goroutine hears of it.
func (s *shard) send(c *conn, a *action) {
	var b []byte
	switch a.kind {
	case actIdentify:
		s.n.count.identifies.Add(1)
		b = s.identify()
	case actResume:
		s.n.count.resumes.Add(1)
		b = s.resume(a)
	case actHeartbeat:
		s.n.count.hearts.Add(1)
		b = s.heartbeat()
	}
	if err := c.write(b); err != nil {
		s.log.Info("cannot send", "error", err)
	}
	if a.kind == actIdentify {
		s.n.turns.sent(s.id)
	}
}

func (s *shard) identify() []byte {
	type properties struct {
		OS      string `json:"os"`
		Browser string `json:"browser"`
		Device  string `json:"device"`
	}
	return payload(opIdentify, struct {
		Token      string     `json:"token"`
		Properties properties `json:"properties"`
		Threshold  int        `json:"large_threshold"`
		Shard      [2]int     `json:"shard"`
		Intents    Intents    `json:"intents"`
	}{
		s.n.cfg.Token.Reveal(), properties{runtime.GOOS, "guildpulse", "guildpulse"}, 50,
		[2]int{int(s.id), s.count}, s.n.Intents(),
	})
}

func (s *shard) resume(a *action) []byte {
	return payload(opResume, struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     uint64 `json:"seq"`
	}{s.n.cfg.Token.Reveal(), a.session.ID, a.seq})
}

// heartbeat acknowledges what is durable here, not what was received: what Discord
// is told to be ours it may forget.
func (s *shard) heartbeat() []byte {
	pos := s.position()
	var seq uint64
	s.with(func(m *session) { seq = m.durable(pos) })
	b := append([]byte(`{"op":1,"d":`), "null"...)
	if seq > 0 {
		b = strconv.AppendUint(b[:len(b)-len("null")], seq, 10)
	}
	return append(b, '}')
}

// payload encodes what has no value that JSON could not hold.
func payload(op int, d any) []byte {
	b, err := json.Marshal(struct {
		Op int `json:"op"`
		D  any `json:"d"`
	}{op, d})
	if err != nil {
		panic(fmt.Sprintf("discord: encode payload %d: %v", op, err))
	}
	return b
}
