package fakediscord

import (
	"slices"
	"sync"
	"time"
)

// talk is an interaction and what the application says to it. Its state, and
// that of the messages in it, which talks can share, is under the server's lock.
type talk struct {
	id    uint64
	token string
	spec  Interaction
	at    time.Time

	reply    Reply
	on       *sent // the message a component stands on
	original *sent // @original
	later    []*sent
	bell     bell
}

// ring wakes who waits for this talk, and for the one whose message it is about.
func (t *talk) ring() {
	t.bell.ring()
	if t.spec.On != nil {
		t.spec.On.talk.bell.ring()
	}
}

// talks are the interactions by token.
type talks struct {
	mu      sync.Mutex
	byToken map[string]*talk
}

// keep adds an interaction and forgets those whose tokens are long dead.
func (k *talks) keep(t *talk, life time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.byToken)%64 == 63 {
		for token, old := range k.byToken {
			if time.Since(old.at) > 2*life {
				delete(k.byToken, token)
			}
		}
	}
	k.byToken[t.token] = t
}

// talk returns an interaction by token, or nil.
func (s *Server) talk(token string) *talk {
	s.talks.mu.Lock()
	defer s.talks.mu.Unlock()
	return s.talks.byToken[token]
}

// snapshot returns the reply as it stands.
func (s *Server) snapshot(t *talk) *Reply {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r := t.reply
	if t.original != nil {
		r.Answer = t.original.answer
	}
	r.Followups = make([]Answer, len(t.later))
	for i, m := range t.later {
		r.Followups[i] = m.answer
	}
	return &r
}

// holding returns the message of a talk that has a component: the latest first.
// A modal's fields belong to the original.
func (t *talk) holding(customID string) *sent {
	for _, m := range slices.Backward(t.later) {
		if _, ok := findComponent(m.wrapped(), customID); ok {
			return m
		}
	}
	return t.original
}
