// Package sqlite is the store in a data folder that needs nothing else: SQLite,
// by modernc.org/sqlite, without cgo.
//
// # A flush
//
// Apply commits a batch in one transaction, BEGIN IMMEDIATE over the one connection
// that writes: first the fence, which moves the cursor where it stands at the batch's
// begin in the process's own epoch, then the rows by upserts of some dozens at a
// time, then the small parts. The file is in WAL mode with synchronous=FULL: a
// commit that is answered is on disk. (With NORMAL a power failure may undo
// commits whose journal segments are gone already.)
//
// # Who writes
//
// The fence refuses a process whose epoch is past with persist.ErrFenced, and a
// batch that is applied already with persist.ErrCursor. That no two processes use
// one data folder is the folder's lock to see to, which also keeps migrations apart.
//
// # Readers
//
// Readers have connections of their own, which cannot write. A view is a snapshot:
// it stands still while batches are applied, and neither waits for the other. The
// write-ahead log is not cut while a view is open, and grows with what is written
// meanwhile.
//
// # Errors
//
// persist.ErrUnavailable stands for what passes: another writer that is not done
// within the busy timeout, a full disk, no memory. An I/O error, a failed sync above
// all, is not among them: what it left on disk is not known, and trying again
// would hide it.
//
// # Tables
//
// Tables are STRICT and stored in the order of their keys, which guild_id leads.
// Ids are uint64 and stored as the signed integer of the same bits; answers are in
// the order of the unsigned numbers.
package sqlite
