// Package postgres is the production store: PostgreSQL, by pgx. It is tested on
// version 15 and uses nothing newer than 13.
//
// # A flush
//
// Apply commits a batch in one transaction at READ COMMITTED, over the one
// connection that writes:
//
//	BEGIN
//	fence        UPDATE cursor SET next = to WHERE epoch = ours AND next = from;
//	             pipelined with it: new partitions, spans that are swallowed
//	rezone       only when a server's zone changed
//	COPY         rows and roll-ups, hand-encoded, into the connection's own
//	             temporary table
//	upserts      one INSERT … SELECT … ON CONFLICT per grain, in the batch's order,
//	             which is the keys', and one statement for each small part; pipelined
//	COMMIT
//
// A part that is empty costs no statement: a batch of rows takes 5, a full one
// never more than 20, whatever its length (each Rezone adds its own).
//
// # Who writes
//
// The fence makes a batch idempotent: it holds only where the cursor stands at the
// batch's begin, in the process's own epoch, and it locks the cursor until the
// commit. A process whose epoch is past gets persist.ErrFenced, a batch that is
// applied already persist.ErrCursor. When the connection breaks the commit may or
// may not have happened; the caller gets persist.ErrUnavailable and reads the
// cursor. An old connection may still be committing then: a batch that is tried
// again waits for it at the fence, and is refused with ErrCursor if it came first.
//
// Commits that are answered are on disk: synchronous_commit is turned on for the
// writer where the server has it off. fsync is the operator's to keep on.
//
// # Tables
//
// guild_id leads every key. The 15-minute rows are partitioned by month (UTC);
// partitions are made in the flush that needs them, attached so that readers are
// not waited for. Besides its key the table has one index, for the rows of a member;
// nothing that counts is indexed, and 30 % of each page is left free, so that an
// update need not touch an index.
//
// Ids are uint64 and stored as the bigint of the same bits. Answers are in the
// order of the unsigned numbers.
//
// # Connections
//
// The temporary table, prepared statements and the advisory lock of migrations
// need sessions: a pooler between must pool by session.
package postgres
