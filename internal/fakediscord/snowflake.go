package fakediscord

import (
	"strconv"
	"sync/atomic"
	"time"
)

// discordEpoch is the first millisecond of 2015, from which snowflakes count.
const discordEpoch = 1420070400000

const (
	snowflakeShift = 22
	ordinalMask    = 1<<snowflakeShift - 1
)

// Snowflake returns the id number ordinal (below 2^22) of a Unix millisecond:
//
//	 63                          22 21            0
//	┌──────────────────────────────┬───────────────┐
//	│ milliseconds since 2015      │ ordinal       │
//	└──────────────────────────────┴───────────────┘
//
// Discord divides the lower bits into worker, process and increment; nobody may
// read anything from them.
func Snowflake(ms int64, ordinal uint32) uint64 {
	return uint64(max(ms-discordEpoch, 0))<<snowflakeShift | uint64(ordinal)&ordinalMask
}

// SnowflakeTime returns when an id was made, in Unix milliseconds.
func SnowflakeTime(id uint64) int64 { return int64(id>>snowflakeShift) + discordEpoch }

// mint makes ids that are unique in this world.
//
// The ordinal never starts again, so that ids stay unique when the clock is
// turned back; it wraps after four million ids, and two of one millisecond that
// are so far apart do not exist.
type mint struct {
	now func() time.Time
	n   atomic.Uint32
}

// next returns an id of the clock's present.
func (m *mint) next() uint64 { return m.at(m.now().UnixMilli()) }

// at returns an id of a given Unix millisecond.
func (m *mint) at(ms int64) uint64 { return Snowflake(ms, m.n.Add(1)) }

// parseID reads an id from a path, a query or a payload: decimal, not zero.
func parseID(s string) (uint64, bool) {
	id, err := strconv.ParseUint(s, 10, 64)
	return id, err == nil && id != 0
}
