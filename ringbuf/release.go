//go:build !amd64 || race

package ringbuf

import "sync/atomic"

// storeRelease stores a turn so that who reads it sees all that was written
// before.
func storeRelease(turn *atomic.Uint64, to uint64) { turn.Store(to) }
