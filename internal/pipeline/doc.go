// Package pipeline is the way of every event from the gateway reader to memory
// and database. It reads from top to bottom in pipeline.go:
//
//	Push ─▶ ring ─▶ ingest ─▶ journal ─▶ apply ─▶ memory
//	                             └─────▶ flusher ─▶ store
//
// # What is journaled is counted, once
//
// Ingest alone decides. Its books (books.go) know which gateway frames are
// journaled, which message ids are covered, who is in voice, who opted out; they
// change only by following journaled records. So a replay of the journal ends in
// the same books, and apply and flusher never decide again.
//
// A gateway frame is taken in whole or not at all, in one atomic append. RESUME
// asks from the newest durable frame (Position), so whatever a crash took away
// comes again, and whatever comes again is known.
//
// # Durability
//
// Ingest hands on what is durable, and nothing else: what memory shows and what is
// acknowledged survives a crash. The store commits rows and cursor in one
// transaction and needs no durability of its own making: the journal keeps what it
// lacks. A store that is away is only lag, until the journal's cap makes ingest
// wait, the ring fill and the reader stop.
//
// # Memory after a crash
//
// A snapshot holds books and memory as of one sequence; the journal from there is
// replayed. Two snapshots are kept and the journal back to the older one. Without
// any, both begin with what the store holds.
package pipeline
