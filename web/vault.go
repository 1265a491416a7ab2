package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"
)

// newSecret returns 256 random bits as 43 characters that are safe in a URL.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// vault keeps values under single-use secrets for a while. Of a secret it keeps
// only the hash, so that whoever reads its memory or its log cannot use it.
// A secret has 256 random bits: it needs no salt, and looking it up by its hash
// tells nothing by its time.
//
// At most limit values are kept; the oldest gives way. All operations are O(1)
// but for that, O(limit).
type vault[T any] struct {
	life  time.Duration
	limit int
	now   func() time.Time

	mu   sync.Mutex
	kept map[[sha256.Size]byte]deposit[T]
}

type deposit[T any] struct {
	value T
	until time.Time
}

func newVault[T any](life time.Duration, limit int, now func() time.Time) *vault[T] {
	return &vault[T]{life: life, limit: limit, now: now, kept: make(map[[sha256.Size]byte]deposit[T])}
}

// put keeps a value and returns the secret that takes it out.
func (v *vault[T]) put(value T) string {
	secret := newSecret()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.kept) >= v.limit {
		v.makeRoom()
	}
	v.kept[sha256.Sum256([]byte(secret))] = deposit[T]{value, v.now().Add(v.life)}
	return secret
}

// take returns the value once.
func (v *vault[T]) take(secret string) (value T, ok bool) {
	key := sha256.Sum256([]byte(secret))
	v.mu.Lock()
	defer v.mu.Unlock()
	d, ok := v.kept[key]
	delete(v.kept, key)
	if !ok || !v.now().Before(d.until) {
		return value, false
	}
	return d.value, true
}

// has reports whether take would succeed, and takes nothing.
func (v *vault[T]) has(secret string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	d, ok := v.kept[sha256.Sum256([]byte(secret))]
	return ok && v.now().Before(d.until)
}

// makeRoom drops what is over, and the oldest if nothing is.
func (v *vault[T]) makeRoom() {
	now := v.now()
	var oldest [sha256.Size]byte
	var least time.Time
	for key, d := range v.kept {
		if !now.Before(d.until) {
			delete(v.kept, key)
		} else if least.IsZero() || d.until.Before(least) {
			oldest, least = key, d.until
		}
	}
	if len(v.kept) >= v.limit {
		delete(v.kept, oldest)
	}
}
