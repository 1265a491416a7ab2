package journal_test

import (
	"context"
	"fmt"
	"testing"

	"guildpulse/persist/journal"
)

// crash runs a life that loses power at its nth operation.
func crash(n int, direct bool) (*life, *memFS) {
	m := newMemFS()
	m.sector = 64
	if direct {
		m.sector = 256
	}
	m.setFault(func(i int, _ op) error {
		if i >= n {
			return errOff
		}
		return nil
	})
	l := &life{direct: direct}
	l.run(m)
	m.fault = nil
	return l, m
}

// The power goes at every operation, and any subset of what was not synced gets
// lost: sectors of writes, lengths, names. All subsets of up to eight changes;
// beyond, a spread of 256.
func TestPowerLostAtEveryOperation(t *testing.T) { powerLostAtEveryOperation(t, false) }

func TestPowerLostAtEveryOperationOfDirectWrites(t *testing.T) { powerLostAtEveryOperation(t, true) }

func powerLostAtEveryOperation(t *testing.T, direct bool) {
	t.Helper()
	states := 0
	for n := 1; ; n++ {
		l, m := crash(n, direct)
		if len(m.log) < n {
			break
		}
		for s := range subsets(m.unsynced()) {
			l.check(t, fmt.Sprintf("operation %d, subset %#x", n, s), m.crashed(func(i int) bool { return s>>(i%64)&1 == 1 }))
			states++
		}
	}
	if states < 1000 {
		t.Errorf("only %d states were tried", states)
	}
}

// subsets yields bit masks: all of n bits up to eight, else none, all, all but one,
// one alone, the prefixes, and others up to 256.
func subsets(n int) func(yield func(uint64) bool) {
	return func(yield func(uint64) bool) {
		for s := range uint64(1) << min(n, 8) {
			if n > 8 {
				s = spread(s, n)
			}
			if !yield(s) {
				return
			}
		}
	}
}

func spread(s uint64, n int) uint64 {
	all := uint64(1)<<min(n, 63) - 1
	switch k := int(s) / 4; {
	case k < n && s%4 == 0:
		return all &^ (1 << k)
	case k < n && s%4 == 1:
		return 1 << k
	case k < n && s%4 == 2:
		return 1<<k - 1
	}
	return s * 0x9e3779b97f4a7c15 >> 1 & all
}

// The power goes once more while the next process recovers.
func TestPowerLostWhileRecovering(t *testing.T) {
	for n := 1; ; n += 7 {
		l, m := crash(n, false)
		if len(m.log) < n {
			break
		}
		half := m.crashed(func(i int) bool { return i%2 == n%2 })
		for k := 1; ; k++ {
			second := half.killed()
			second.sector = 64
			second.setFault(func(i int, _ op) error {
				if i >= k {
					return errOff
				}
				return nil
			})
			j, err := journal.Open(small(second))
			if err == nil {
				_ = j.Close(context.Background())
				break
			}
			second.setFault(nil)
			for _, keep := range []uint64{0, 1, 2, 3, 0x55, 0xaa, ^uint64(0)} {
				l.check(t, fmt.Sprintf("operations %d and %d, subset %#x", n, k, keep),
					second.crashed(func(i int) bool { return keep>>(i%64)&1 == 1 }))
			}
		}
	}
}
