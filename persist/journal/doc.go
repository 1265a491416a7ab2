// Package journal is the write-ahead log of Guildpulse: what happened is durable
// here first, and everything else (memory, database, snapshots) follows from it.
//
// # The story
//
// [Open] recovers a folder of segment files and starts a committer. [Journal.Append]
// numbers records, encodes them into frames and puts them into a buffer; it does
// not touch the disk. What comes piecemeal shares frames. The committer takes the
// whole buffer, writes it with one write and makes it durable with one fdatasync,
// for everybody who waits: that is group commit. Meanwhile the next buffer fills.
//
// A commit starts as soon as somebody waits for a record, in [Journal.Commit],
// [Journal.Sync] or [Journal.WaitDurable]; when Config.BatchBytes are buffered; or when the oldest
// record has waited for Config.Linger. So a lone writer pays one sync and no delay.
// Under load everybody who comes while a sync is under way shares the next one, and
// those whom a commit wakes may come back before the next begins.
//
// A [Reader] follows behind, from any sequence, and sees durable records only. As
// each consumer moves on it tells [Journal.Advance] its named cursor, and segments
// whose records every cursor has passed are released: their files become the next
// segments. Writing over blocks that are there is what a disk does fastest, and
// what a file system has least to remember of. While nothing is to be committed
// the committer fills such files with zeros, and makes the first ones ahead.
//
// # What it promises
//
//   - A record for which Sync or WaitDurable returned nil survives kill -9 and a
//     loss of power.
//   - After a crash exactly a prefix of what was appended is recovered. The batches
//     of one Append are recovered together or not at all.
//   - A torn tail (what was being written when the power went) is cut off silently.
//     Damage to anything that had been durable is told from it and refused loudly,
//     as a [CorruptError] that names segment and byte: see below for the one case
//     that nobody can tell.
//   - After a failed sync nothing is acknowledged any more, the sync is never tried
//     again, and [Journal.Failed] is closed, so that the process can stop.
//   - A full disk loses nothing: the partial frame is cut off, [Journal.Stalled]
//     says why, Append blocks once the buffer is full, and writing goes on as soon
//     as there is room.
//   - At Config.MaxBytes Append waits until a segment is released: the cap is
//     back-pressure, never loss.
//   - One process a folder: the second gets a [LockedError] with the first one's pid.
//
// # Torn or rotten
//
// Every frame says which record its commit began with. A commit starts only when
// the one before it is durable, so a frame proves that all records below that
// number once were durable. Recovery stops at the first frame that does not hold,
// say at record s, and searches on. If a later frame proves that s was durable,
// then s has rotted and the journal is refused. If none does, s belongs to the
// last commit, which a crash may have torn, and the tail is cut at s. Damage
// within the very last commit therefore looks like a torn one: the positions that
// the readers keep elsewhere are the witness then (see [ErrAhead]).
//
// # What it assumes
//
// A sync that returns nil has made data durable; a write that a crash interrupts
// spoils no bytes outside of its range, nor sectors in it whose bytes stay the same;
// a rename that a synced folder holds is atomic. Files are read and written through an [FS], so that tests can break each
// of these at will.
//
// The bytes are drawn in docs/format/journal.md.
package journal
