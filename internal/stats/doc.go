// Package stats keeps in memory what people ask for most: each server's boards
// (score, messages, voice, reactions) and its unique members per quarter of an hour
// and per day. It follows the journal, batch by batch, and implements
// [report.Reader], with the store for whatever is not in memory.
//
// # One way to count
//
// Everything here is a function of rows, the same that the store keeps
// (persist.AppendRows). An event that arrives is turned into rows and added; a
// server is rebuilt by adding all rows of the store in their order. Both must come
// to the same, counts and distinct counts bit for bit, scores to 1e-12.
//
// # The tail
//
// The store is behind by up to a flush. Each server keeps the rows that came since
// the store's cursor, its tail. An answer over a window of time is one read
// transaction at cursor c plus the tail from c on: never more, never less.
//
// # Rebuilding
//
// What cannot be followed event by event (an import, a channel that becomes
// hidden, new rules, another zone) marks the server as stale. Answers that rest on
// memory then fail with report.ErrRebuilding, until Run has read the server's rows
// anew and added the tail. Nothing of a hidden channel shows in the meantime.
//
// Only channels that @everyone may view are in boards, sketches and answers.
package stats
