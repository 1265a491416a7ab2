// Package persist holds what the stores have in common: the rows that counts
// become, the batch that a flush commits, and the errors that callers tell apart.
//
// Three packages below it do the work and never import each other:
//
//   - journal, the write-ahead log that makes events durable;
//   - postgres, the production store;
//   - sqlite, the store in a data folder that needs nothing else.
//
// storetest is the one conformance suite that both stores pass.
//
// # What a store promises
//
// A [Batch] is committed whole or not at all, together with the cursor that says
// which journal record comes next. The cursor carries an epoch: a process takes
// the next one when it opens the store, and a process with an older epoch is
// refused (ErrFenced), so two can never write. After an error the caller reads the
// cursor before it tries again, for a COMMIT may have happened though its answer
// was lost.
//
// A [View] is one read transaction: everything read through it belongs to the
// cursor that it reports.
package persist
