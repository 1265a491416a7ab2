package sqlite

import (
	"context"
	"database/sql"
)

// Writer returns the connection that writes.
func Writer(s *Store) *sql.DB { return s.writer }

// Readers returns the connections that read.
func Readers(s *Store) *sql.DB { return s.readers }

// Failure classifies an error.
func Failure(ctx context.Context, err error) error { return failure(ctx, err) }
