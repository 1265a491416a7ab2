// Package stores compares how fast counts get into PostgreSQL and SQLite, and how
// many statements that takes: our flushes beside one upsert an event, and beside
// pgx's own ways.
//
// PostgreSQL is a cluster of its own with fsync and synchronous_commit on. Every
// table is ours, keys and indexes included, for the peers too.
package stores
