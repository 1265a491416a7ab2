//go:build !race

package ringbuf

import "sync/atomic"

// storeRelease stores a turn so that who reads it sees all that was written
// before. Every store of x86 is one of release; Go's atomic store is an exchange,
// which besides waits until this core's stores have reached its cache. The turn
// does not need that: those who fall asleep do not look at it, see [MPMC]. It is
// worth a fifth of a push or pop, and half of a batch.
//
//go:noescape
func storeRelease(turn *atomic.Uint64, to uint64)
