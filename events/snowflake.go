package events

import "time"

// DiscordEpoch is the first millisecond of 2015, from which snowflakes count.
const DiscordEpoch = int64(1420070400000)

const snowflakeShift = 22 // bits below the milliseconds: worker, process, increment

// SnowflakeTime returns when a snowflake was made, in Unix milliseconds.
func SnowflakeTime(id uint64) int64 { return int64(id>>snowflakeShift) + DiscordEpoch }

// MakeSnowflake returns the snowflake number n of millisecond at, for n below
// 2^22. Times before Discord's epoch are taken as the epoch itself.
func MakeSnowflake(at int64, n uint32) uint64 {
	return uint64(max(at-DiscordEpoch, 0))<<snowflakeShift | uint64(n)&(1<<snowflakeShift-1)
}

// Time returns a Unix millisecond as a time in UTC.
func Time(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
