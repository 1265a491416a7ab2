package web

import (
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
)

// SessionStore keeps sessions. Tokens reach it hashed (SHA-256), with opaque data
// and the moment after which both are worthless. It is safe for concurrent use.
type SessionStore = scs.Store

// MemorySessions is a [SessionStore] that ends with the process.
type MemorySessions struct {
	now func() time.Time

	mu    sync.Mutex
	kept  map[string]keptSession
	swept time.Time
}

type keptSession struct {
	Data  []byte    `json:"data"`
	Until time.Time `json:"until"`
}

// sweepEvery is how often sessions that are over are looked for.
const sweepEvery = 10 * time.Minute

// NewMemorySessions returns an empty store that goes by the given clock; nil is
// time.Now.
func NewMemorySessions(now func() time.Time) *MemorySessions {
	if now == nil {
		now = time.Now
	}
	return &MemorySessions{now: now, kept: make(map[string]keptSession)}
}

// Find implements [SessionStore].
func (m *MemorySessions) Find(token string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.kept[token]
	if !ok || !m.now().Before(s.Until) {
		return nil, false, nil
	}
	return s.Data, true, nil
}

// Commit implements [SessionStore].
func (m *MemorySessions) Commit(token string, data []byte, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep()
	m.kept[token] = keptSession{data, until}
	return nil
}

// Delete implements [SessionStore].
func (m *MemorySessions) Delete(token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, token)
	return nil
}

// sweep drops sessions that are over, every sweepEvery.
func (m *MemorySessions) sweep() {
	now := m.now()
	if now.Sub(m.swept) < sweepEvery {
		return
	}
	m.swept = now
	for token, s := range m.kept {
		if !now.Before(s.Until) {
			delete(m.kept, token)
		}
	}
}

// revoking is a [SessionStore] in which what was deleted stays deleted: a request
// that began before a sign-out and ends after it would else write its session
// back. It remembers deleted tokens for longer than any request lasts.
type revoking struct {
	SessionStore
	now func() time.Time

	mu      sync.Mutex
	deleted map[string]time.Time
}

// requestLife is more than any request may take.
const requestLife = 5 * time.Minute

func newRevoking(s SessionStore, now func() time.Time) *revoking {
	return &revoking{SessionStore: s, now: now, deleted: make(map[string]time.Time)}
}

// Delete implements [SessionStore].
func (v *revoking) Delete(token string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.now()
	for t, at := range v.deleted {
		if now.Sub(at) > requestLife {
			delete(v.deleted, t)
		}
	}
	v.deleted[token] = now
	return v.SessionStore.Delete(token)
}

// Commit implements [SessionStore].
func (v *revoking) Commit(token string, data []byte, until time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, gone := v.deleted[token]; gone {
		return nil
	}
	return v.SessionStore.Commit(token, data, until)
}
