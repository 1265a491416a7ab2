// Package logs compares the journal with other write-ahead logs: records handed to
// the system without a sync, records made durable by one writer and by many, a
// pipeline of batches, and reading back.
//
// Every log gets what its own database gives it: pebble's recycled files and
// group commit, etcd's and raft-wal's batches, preallocation wherever it is had.
// Logs that know no groups are called under a mutex, as their owners do.
package logs
